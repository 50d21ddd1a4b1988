package explainfields

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// options is what the command needs to run.
type options struct {
	env       *cli.Env
	flags     *flags
	path      fielddoc.Path
	targets   []cli.Target
	namespace string
}

// document is one manifest that is explained: of a file, or as it is printed
// of a live object.
type document struct {
	file  string // empty for live objects
	line  int    // on which text begins in the file
	text  []byte // as written
	parts []part
	// before and after are what stands around it in the file: markers and comments.
	before, after []byte
	// intro is what stands before it as the first document that is printed.
	intro string
	// chosen tells that the document is a list of which only some items are asked for.
	chosen bool
	// manifest is the text parsed, which the reports are of.
	manifest *annotate.Manifest
}

// part is one object of a document.
type part struct {
	object annotate.Object
	schema *fielddoc.Schema
	report *annotate.Report
	// compared tells that there is a live object to compare it with.
	compared bool
}

func (o *options) run(ctx context.Context) error {
	s := &snapshot.Snapshot{}
	if o.kinds() {
		return o.explainKinds(ctx, s)
	}
	if o.flags.verify {
		return o.verify(ctx, s)
	}
	documents, err := o.load(ctx, s)
	if err != nil {
		return err
	}
	if err := each(documents, func(i int) error { return o.explain(&documents[i]) }); err != nil {
		return err
	}
	if o.flags.against != "" {
		if err := o.compare(ctx, s, documents); err != nil {
			return err
		}
	}
	cli.Warn(o.env, s)
	if len(documents) == 0 && (o.flags.Output == "text" || o.flags.Output == "wide") {
		cli.NoResources(o.env, o.namespace)
		return nil
	}
	if err := o.print(ctx, s, documents); err != nil {
		return err
	}
	if o.found(documents) {
		return &cli.ExitError{Code: cli.ExitFound}
	}
	return nil
}

// kinds reports whether types are asked for, not objects.
func (o *options) kinds() bool {
	return len(o.flags.Filenames) == 0 && o.flags.Selector == "" && !o.flags.AllNamespaces &&
		!slices.ContainsFunc(o.targets, func(t cli.Target) bool { return t.Name != "" })
}

// each does something with documents on all processors. The error is that of the
// first document which has one.
func each(documents []document, do func(i int) error) error {
	failed := make([]error, len(documents))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(documents)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(documents)); i = next.Add(1) - 1 {
				failed[i] = do(int(i))
			}
		})
	}
	workers.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// explain makes the reports of a document's objects.
func (o *options) explain(d *document) error {
	var err error
	if d.manifest, err = annotate.Parse(d.text); err != nil {
		return &bundle.DocumentError{File: d.file, Err: err}
	}
	for i := range d.parts {
		p := &d.parts[i]
		p.report = d.manifest.Explain(p.schema, p.object, o.explaining(d.line))
		p.report.AddUnset(p.schema, p.object.Value, o.flags.unset)
	}
	return nil
}

func (o *options) explaining(line int) annotate.Options {
	return annotate.Options{FirstLine: line, ShowSecrets: o.flags.ShowSecrets, ShowManagedFields: o.flags.showManaged}
}

// findings are the kinds of problems that --fail-on names.
var findings = map[fielddoc.ProblemKind]string{
	fielddoc.UnknownField: "unknown", fielddoc.WrongType: "invalid", fielddoc.NotInEnum: "invalid",
	fielddoc.MissingRequired: "missing", fielddoc.DeprecatedField: "deprecated", fielddoc.RemovedVersion: "deprecated",
}

func (o *options) found(documents []document) bool {
	for _, d := range documents {
		for _, p := range d.parts {
			for _, problem := range p.report.Problems {
				if slices.Contains(o.flags.FailOn, findings[problem.Kind]) {
					return true
				}
			}
		}
	}
	return false
}

// print writes everything in the format that was asked for.
func (o *options) print(ctx context.Context, s *snapshot.Snapshot, documents []document) error {
	var reports []*annotate.Report
	redacted := 0
	for _, d := range documents {
		for _, p := range d.parts {
			reports = append(reports, o.narrowed(p.report))
			redacted += p.report.Redacted
		}
	}
	switch o.flags.Output {
	case "text", "wide", "table", "markdown", "html":
		return o.write(documents, reports)
	}
	if err := o.stamp(ctx, s); err != nil {
		return err
	}
	report := view.NewReport("FieldReport", s, reports)
	report.Redacted = redacted
	_, err := o.flags.Print(o.env, report, itemName)
	return err
}

// narrowed returns the report with only the fields that were asked for. Its
// counts are those of the whole object.
func (o *options) narrowed(r *annotate.Report) *annotate.Report {
	if len(o.path) == 0 && len(o.flags.only) == 0 && o.flags.depth == 0 {
		return r
	}
	out, show := *r, o.chosen(r)
	out.Fields = []annotate.Field{}
	for i := range r.Fields {
		if show(&r.Fields[i]) {
			out.Fields = append(out.Fields, r.Fields[i])
		}
	}
	return &out
}

// itemName returns an item as kubectl names it.
func itemName(item any) string {
	r, ok := item.(*annotate.Report)
	if !ok {
		return ""
	}
	kind := strings.ToLower(r.Object.Kind)
	if group, _, found := strings.Cut(r.Object.APIVersion, "/"); found {
		kind += "." + group
	}
	return kind + "/" + r.Object.Name
}
