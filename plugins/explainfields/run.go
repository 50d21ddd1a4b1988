package explainfields

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// options is what the command needs to run.
type options struct {
	env       *cli.Env
	flags     *flags
	path      fielddoc.Path
	targets   []cli.Target
	namespace string
	// at is the time to count back from, and how it is known.
	at       time.Time
	atSource snapshot.AtSource
}

// document is one manifest that is explained: of a file, or as it is printed
// of a live object.
type document struct {
	file  string // empty for live objects
	line  int    // on which text begins in the file
	text  string // as written
	parts []part
	// before and after are what stands around it in the file: markers and comments.
	before, after string
	// some reports that the document is a list of which only some items are asked for.
	some bool
	list bool
	// parsed is the text, which the reports are of.
	parsed *yamltext.Text
}

// part is one object of a document.
type part struct {
	object annotate.Object
	schema *fielddoc.Schema
	report *annotate.Report
	// compared reports that there is a live object to compare it with.
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
	if err := o.clock(ctx, s, documents); err != nil {
		return err
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
	if d.parsed, err = yamltext.Parse(d.text, strings.TrimRight(d.before, "\n") != "" && !strings.HasSuffix(d.before, "\n")); err != nil {
		return &bundle.DocumentError{File: d.file, Err: err}
	}
	for i := range d.parts {
		p := &d.parts[i]
		p.report = annotate.Explain(d.parsed, p.schema, p.object, o.explaining(d))
		p.report.AddUnset(p.schema, p.object.Value, o.flags.unset)
	}
	return nil
}

func (o *options) explaining(d *document) annotate.Options {
	return annotate.Options{
		FirstLine: d.line, ShowSecrets: o.flags.ShowSecrets, ShowManagedFields: o.flags.showManaged,
		HideManagedFields: d.file == "", Fold: o.env.Width() > 0 && !o.flags.long,
	}
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

// clock finds the time to count back from, if the output names times.
func (o *options) clock(ctx context.Context, s *snapshot.Snapshot, documents []document) error {
	named := func(p part) bool { return len(p.report.Shares()) > 1 }
	if o.flags.Output == "wide" || slices.ContainsFunc(documents, func(d document) bool { return slices.ContainsFunc(d.parts, named) }) {
		if err := o.stamp(ctx, s); err != nil {
			return err
		}
	}
	o.at, o.atSource = s.At, s.AtSource
	return nil
}

// narrowed returns the report with only the fields that were asked for. Its
// counts are those of the whole object.
func (o *options) narrowed(r *annotate.Report) *annotate.Report {
	chosen := o.chosen(r)
	if chosen == nil {
		return r
	}
	out := *r
	out.Fields = []annotate.Field{}
	for i := range r.Fields {
		if chosen[i] {
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
