package explainfields

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// checkFleet returns a usage error for flags and arguments that cannot be combined
// with --contexts and --all-contexts.
func (f *flags) checkFleet(targets []cli.Target) error {
	switch {
	case len(targets) != 1 || targets[0].Name == "":
		return cli.Usagef("--contexts and --all-contexts compare one object: name it as TYPE/NAME")
	case f.against != "" || f.verify:
		return cli.Usagef("--contexts and --all-contexts compare contexts with each other: leave out --against and --verify-defaults")
	case f.needs:
		return cli.Usagef("--needs is about one object of one cluster: leave out --contexts and --all-contexts")
	case slices.Contains(findingFormats, f.Output):
		return cli.Usagef("-o %s lists what is wrong in files: leave out --contexts and --all-contexts", f.Output)
	}
	return nil
}

// fleetObject is the object in several contexts.
type fleetObject struct {
	own    annotate.InContext   // the object that is shown
	others []annotate.InContext // the same object in the other contexts
	notIn  []string             // the contexts that were read and have no such object
	unread []string             // the contexts that could not be read
	header string               // the line about the contexts, once the object is explained
}

// seen is what one member of a fleet has of the object.
type seen struct {
	object   *unstructured.Unstructured // nil if there is none
	missing  error                      // what the member answered then
	schemas  *schemas                   // of a bundle
	snapshot *snapshot.Snapshot
}

// runFleet reads one object in several clusters or files and shows it as the
// first of them has it, with the fields in which the others differ.
func (o *options) runFleet(ctx context.Context) error {
	answers, err := cli.ReadFleet(ctx, o.env, o.members, o.readMember)
	if err != nil {
		return err
	}
	fleet, err := cli.Combine(o.flags.Flags, answers, func(s *seen) *snapshot.Snapshot { return s.snapshot })
	if err != nil {
		return err
	}
	fleet.WarnMissing(o.env) // before the object, which may fill many screens
	object, first := compared(fleet)
	if first == nil { // what could not be read is reported first: the object may be there
		cli.Warn(o.env, fleet.Snapshot)
		return o.nowhere(fleet)
	}
	r := newRun(o, fleet.Snapshot)
	r.fleet = object
	return cmp.Or(r.explainShown(ctx, first), fleet.FailOn(o.flags.Flags))
}

// explainShown explains the object as the context has it that is shown.
func (r *run) explainShown(ctx context.Context, shown *cli.Answer[*seen]) error {
	// Its own documentation: a newer cluster may have fields that others do not know.
	schemas, err := r.documentation(ctx, r.snapshot, shown)
	if err != nil {
		return err
	}
	// Judged by the clock of the server that has the object, not by the newest of all.
	r.at = shown.Value.snapshot.At
	r.atSource = shown.Value.snapshot.AtSource
	d, err := r.live(ctx, shown.Value.object, schemas)
	if err != nil {
		return err
	}
	if err := r.add(ctx)(d); err != nil {
		return err
	}
	return r.finish(ctx)
}

// compared returns the object in all contexts, and the answer of the first context
// that has it: the one that is shown. It returns nil for the answer if none has it.
func compared(fleet *cli.Fleet[*seen]) (*fleetObject, *cli.Answer[*seen]) {
	all := &fleetObject{notIn: []string{}, unread: fleet.Unread}
	var first *cli.Answer[*seen]
	for i := range fleet.Answers {
		a := &fleet.Answers[i]
		if a.Value.object == nil { // kept apart from those that could not be read
			all.notIn = append(all.notIn, a.Member.Name)
			continue
		}
		here := annotate.InContext{Context: a.Member.Name, Object: a.Value.object.Object}
		if first == nil {
			first = a
			all.own = here
			continue
		}
		all.others = append(all.others, here)
	}
	return all, first
}

// nowhere returns the error for an object that no context has. With --fail-on
// unreachable, contexts that could not be read set the exit code.
func (o *options) nowhere(fleet *cli.Fleet[*seen]) error {
	err := fleet.Answers[0].Value.missing // as for one context: the server's own words
	if len(fleet.Unread) > 0 {
		err = errors.New(err.Error() + "; " + wording.Count(len(fleet.Unread), "context") + " could not be read")
	}
	if failed := fleet.FailOn(o.flags.Flags); failed != nil {
		return &cli.ExitError{Code: cli.ExitFound, Err: err}
	}
	return err
}

// noOpenAPI returns the gap of a cluster whose documentation could not be read. context is empty if
// only one cluster is read.
func noOpenAPI(context, reason string) snapshot.Gap {
	return snapshot.Gap{
		Resource: "OpenAPI", Context: context, Reason: reason,
		Impact: "built-in documentation of Kubernetes " + fielddoc.Release + " is used",
	}
}

// documentation returns the schemas of the context that is shown. If its server
// cannot be read again, the built-in documentation is used and a gap reports it.
func (o *options) documentation(ctx context.Context, s *snapshot.Snapshot, shown *cli.Answer[*seen]) (*schemas, error) {
	if shown.Value.schemas != nil {
		shown.Value.schemas.gaps = s
		return shown.Value.schemas, nil
	}
	// ReadFleet may give up on a read whose goroutine still runs: it must not write to s.
	lost := &snapshot.Snapshot{}
	read := o.schemasOf(lost, shown.Value.object.GroupVersionKind())
	answers, err := cli.ReadFleet(ctx, o.env, []*cli.Member{shown.Member}, read)
	if err != nil {
		return nil, err
	}
	if failed := answers[0].Err; failed != nil {
		s.AddGap(noOpenAPI(shown.Member.Name, failed.Error()))
		return o.schemas(ctx, s)
	}
	for _, g := range lost.Gaps { // the read has ended
		g.Context = shown.Member.Name
		s.AddGap(g)
	}
	return answers[0].Value, nil
}

// schemasOf returns a function that reads the schema of a kind from the server of a
// member. The server is closed after the read, so the schemas do not keep it.
func (o *options) schemasOf(lost *snapshot.Snapshot, gvk schema.GroupVersionKind) func(context.Context, *cli.Member) (*schemas, error) {
	return func(ctx context.Context, m *cli.Member) (*schemas, error) {
		found, err := o.schemas(ctx, lost)
		if err != nil {
			return nil, err
		}
		found.server, _ = m.Source.(*cluster.Cluster)
		found.find(ctx, gvk) // which keeps what it finds
		found.server = nil
		return found, nil
	}
}

// diverge adds to the report of the object how the other contexts differ.
func (r *run) diverge(d *document) {
	for i := range d.parts {
		p := &d.parts[i]
		if p.report == nil {
			continue
		}
		// With the schema of the one that is shown: lists are compared by the keys that it has for them.
		p.report.CompareContexts(p.schema, r.fleet.own, r.fleet.others, r.flags.ShowSecrets)
		p.report.NotIn = r.fleet.notIn
		r.fleet.header = r.fleet.words(p.report.Divergences)
		p.contexts = r.fleet.header
	}
}

// words returns the line of the header about the contexts: which is shown, how the
// others differ, which have no such object, and which could not be read:
// "CONTEXTS: shown as in prod-eu; 2 fields differ in prod-us; not in staging".
func (f *fleetObject) words(differ []annotate.Divergence) string {
	text := "CONTEXTS: shown as in " + f.own.Context + "; " + f.difference(differ)
	if len(f.notIn) > 0 {
		text += "; not in " + annotate.Names(f.notIn)
	}
	if len(f.unread) > 0 {
		text += "; not read: " + strings.Join(f.unread, ", ")
	}
	return text
}

// difference returns in words how many fields differ in which of the other contexts,
// and which of them have the same object.
func (f *fleetObject) difference(differ []annotate.Divergence) string {
	if len(f.others) == 0 {
		if len(f.unread) > 0 {
			return "no other context that was read has it"
		}
		return "no other context has it"
	}
	other, same := f.divided(differ)
	text := fmt.Sprintf("%d fields differ in %s", len(differ), annotate.Names(other))
	switch len(differ) {
	case 0:
		return "no field that somebody set differs in " + annotate.Names(same)
	case 1:
		text = "1 field differs in " + annotate.Names(other)
	}
	if len(same) > 0 {
		text += "; none in " + annotate.Names(same)
	}
	return text
}

// divided returns the other contexts in which a field differs, and those in which none does.
func (f *fleetObject) divided(differ []annotate.Divergence) (other, same []string) {
	for _, o := range f.others {
		if slices.ContainsFunc(differ, func(d annotate.Divergence) bool { return d.IsOf(o.Context) }) {
			other = append(other, o.Context)
		} else {
			same = append(same, o.Context)
		}
	}
	return other, same
}
