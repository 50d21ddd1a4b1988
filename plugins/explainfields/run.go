package explainfields

import (
	"context"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// options is what the command needs to run.
type options struct {
	env       *cli.Env
	flags     *flags
	path      fielddoc.Path
	targets   []cli.Target
	namespace string
	members   []*cli.Member // the clusters or files to compare, if there are several
	// target is the minor version of Kubernetes to judge as, 0 for none.
	target int
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
	// before and after are the lines around it in the file: markers and comments.
	before, after string
	// marker begins the comments that an earlier run added; empty if there are none.
	marker yamltext.Marker
	// marked reports that a byte order mark stands before all of that.
	marked bool
	// some reports that the document is a list of which only some items are asked for.
	some bool
	list bool // a List with items, not one object
	// errors are what cannot be read of it.
	errors []*bundle.DocumentError
	// opaque reports that an object in it cannot be read at all, and may hold anything.
	opaque bool
	// parsed is the text, which the reports are of; nil if it is not YAML.
	parsed *yamltext.Text
}

// part is one object of a document.
type part struct {
	object annotate.Object
	schema *fielddoc.Schema // the documentation of its kind, never nil
	report *annotate.Report // nil until explain, or if the text is not YAML
	// compared reports that there is a live object to compare it with.
	compared bool
	// contexts is the line of the header about the same object in other contexts.
	contexts string
}

// run explains what was asked for: one object of several contexts, types, the
// defaults of the server, or documents.
func (o *options) run(ctx context.Context) error {
	s := &snapshot.Snapshot{}
	if o.members != nil {
		return o.runFleet(ctx)
	}
	if o.kinds() {
		return o.explainKinds(ctx, s)
	}
	if o.flags.verify {
		return o.verify(ctx, s)
	}
	r := newRun(o, s)
	if err := o.documents(ctx, s, r.add(ctx)); err != nil {
		return err
	}
	return r.finish(ctx)
}

// kinds reports whether types are asked for, not objects.
func (o *options) kinds() bool {
	if len(o.flags.Filenames) > 0 || o.flags.Selector != "" || o.flags.AllNamespaces {
		return false
	}
	return !slices.ContainsFunc(o.targets, func(t cli.Target) bool { return t.Name != "" })
}

// explain parses a document and makes the reports of its objects. If the text is not
// YAML, it adds an error to the document and leaves parsed nil.
func (o *options) explain(d *document) {
	parsed, err := yamltext.Parse(d.text, d.inline())
	if err != nil {
		if len(d.errors) == 0 { // else reading the file reported it already
			d.errors = append(d.errors, &bundle.DocumentError{File: d.file, Line: d.line, Column: 1, Err: err})
		}
		return
	}
	d.parsed = parsed
	options := o.explaining(d)
	for i := range d.parts {
		p := &d.parts[i]
		p.report = annotate.Explain(parsed, p.schema, p.object, options)
		p.report.AddUnset(p.schema, p.object.Value, o.flags.unset)
		if o.flags.needs {
			p.report.AddNeeds(p.schema, p.object.Value)
		}
	}
}

// explaining returns how to explain a document. Managed fields are folded only in
// live objects: a file is shown with all that it has.
func (o *options) explaining(d *document) annotate.Options {
	return annotate.Options{
		FirstLine: d.line, ShowSecrets: o.flags.ShowSecrets, ShowManagedFields: o.flags.showManaged,
		HideManagedFields: d.file == "", Fold: o.env.Width() > 0 && !o.flags.long, Shared: annotate.Shared{},
	}
}

// findings are the values of --fail-on, by the kind of problem that each names. A script cares
// whether a value is wrong, not which rule found it, so that several kinds share one value.
var findings = map[fielddoc.ProblemKind]string{
	fielddoc.UnknownField:    "unknown",
	fielddoc.WrongType:       "invalid",
	fielddoc.NotInEnum:       "invalid",
	fielddoc.MissingRequired: "missing",
	fielddoc.DeprecatedField: "deprecated",
	fielddoc.RemovedVersion:  "deprecated",
	fielddoc.BeyondTarget:    "target",
}

// fails reports whether a problem is one that --fail-on names. With --target, a
// removed API version counts as "target", too: the target version does not serve it.
func (o *options) fails(kind fielddoc.ProblemKind) bool {
	wanted := o.flags.FailOn
	if slices.Contains(wanted, findings[kind]) {
		return true
	}
	removed := kind == fielddoc.RemovedVersion && o.target != 0
	return removed && slices.Contains(wanted, findings[fielddoc.BeyondTarget])
}

// narrowed returns the report with only the chosen fields. Its counts are those of
// the whole object.
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
