package explainfields

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// checkFleet returns a usage error for what cannot be compared between contexts.
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
	own    annotate.InContext // which is shown
	others []annotate.InContext
	notIn  []string // the contexts that were read and have no such object
	unread []string
	header string // about the contexts, once the object is explained
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
	fleet.WarnMissing(o.env)
	r := &run{options: o, snapshot: fleet.Snapshot, fleet: &fleetObject{notIn: []string{}, unread: fleet.Unread}}
	var first *cli.Answer[*seen]
	for i := range fleet.Answers {
		a := &fleet.Answers[i]
		switch name := a.Member.Name; {
		case a.Value.object == nil:
			r.fleet.notIn = append(r.fleet.notIn, name)
		case first == nil:
			first, r.fleet.own = a, annotate.InContext{Context: name, Object: a.Value.object.Object}
		default:
			r.fleet.others = append(r.fleet.others, annotate.InContext{Context: name, Object: a.Value.object.Object})
		}
	}
	if first == nil {
		cli.Warn(o.env, fleet.Snapshot)
		return o.nowhere(fleet)
	}
	schemas, err := o.documentation(ctx, fleet.Snapshot, first)
	if err != nil {
		return err
	}
	r.at, r.atSource = first.Value.snapshot.At, first.Value.snapshot.AtSource
	d, err := o.live(ctx, first.Value.object, schemas)
	if err != nil {
		return err
	}
	if err := r.add(ctx)(d); err != nil {
		return err
	}
	return cmp.Or(r.finish(ctx), fleet.FailOn(o.flags.Flags))
}

// nowhere returns the error that no context which was read has the object.
func (o *options) nowhere(fleet *cli.Fleet[*seen]) error {
	err := fleet.Answers[0].Value.missing
	if len(fleet.Unread) > 0 {
		err = errors.New(err.Error() + "; " + wording.Count(len(fleet.Unread), "context") + " could not be read")
	}
	if failed := fleet.FailOn(o.flags.Flags); failed != nil {
		return &cli.ExitError{Code: cli.ExitFound, Err: err}
	}
	return err
}

// readMember reads the object of one cluster or file.
func (o *options) readMember(ctx context.Context, member *cli.Member) (*seen, error) {
	switch source := member.Source.(type) {
	case *cluster.Cluster:
		return o.readCluster(ctx, source, member.Namespace)
	case *bundle.Files:
		return o.readFiles(ctx, source, member.Name)
	default:
		return nil, fmt.Errorf("read %s: cannot read single objects from it", member.Name)
	}
}

func (o *options) readCluster(ctx context.Context, server *cluster.Cluster, namespace string) (*seen, error) {
	target := o.targets[0]
	found := &seen{}
	mapping, err := server.Resolve(ctx, target.Type)
	var unknown *cluster.UnknownTypeError
	switch {
	case errors.As(err, &unknown): // a custom kind that is not installed there
		found.missing = err
	case err != nil:
		return nil, err
	default:
		// If the server does not serve this version of the kind, it may have the
		// object in another one: that is a gap.
		found.object, err = server.Object(ctx, mapping, namespace, target.Name)
		if apierrors.IsNotFound(err) {
			found.missing = err
		} else if err != nil {
			return nil, err
		}
	}
	if found.snapshot, err = clockOf(ctx, server); err != nil {
		return nil, err
	}
	found.snapshot.Gaps = nil // that the object asked for the time may not be read is no loss
	return found, nil
}

// readFiles finds the object in files, with the CustomResourceDefinitions there.
func (o *options) readFiles(ctx context.Context, files *bundle.Files, name string) (*seen, error) {
	found := &seen{snapshot: &snapshot.Snapshot{}}
	var err error
	if found.schemas, err = o.schemas(ctx, found.snapshot); err != nil {
		return nil, err
	}
	stream, err := files.Stream(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range stream.Gaps() {
		found.snapshot.AddGap(g)
	}
	found.snapshot.Source = stream.Source()
	if err = stream.Each(ctx, found.schemas.learnIfRight, customKind); err != nil {
		return nil, err
	}
	err = stream.Each(ctx, func(d *bundle.Document) error { return o.pick(found, d, name) })
	if err != nil {
		return nil, err
	}
	found.snapshot.At, found.snapshot.AtSource = stream.Moment()
	if found.object == nil {
		found.missing = o.nothing()
	}
	return found, nil
}

// pick takes the object from a document that has it.
func (o *options) pick(found *seen, d *bundle.Document, name string) error {
	for _, e := range d.Errors {
		return e
	}
	for i := range d.Objects {
		head := &d.Objects[i]
		if !o.asked(head) {
			continue
		}
		if found.object != nil {
			return cli.Usagef("%s has several objects of this name: give -n NAMESPACE, or one file per context", name)
		}
		var err error
		if found.object, err = head.Unstructured(); err != nil {
			return &bundle.DocumentError{File: d.File, Document: d.Index, Line: d.Line, Err: err}
		}
	}
	return nil
}

// documentation returns the schemas of the context that is shown. If its server
// cannot be read again, the built-in documentation is used.
func (o *options) documentation(ctx context.Context, s *snapshot.Snapshot, shown *cli.Answer[*seen]) (*schemas, error) {
	if shown.Value.schemas != nil {
		shown.Value.schemas.gaps = s
		return shown.Value.schemas, nil
	}
	lost := &snapshot.Snapshot{} // of a goroutine that may outlast the wait for it
	gvk := shown.Value.object.GroupVersionKind()
	answers, err := cli.ReadFleet(ctx, o.env, []*cli.Member{shown.Member}, func(ctx context.Context, m *cli.Member) (*schemas, error) {
		found, err := o.schemas(ctx, lost)
		if err != nil {
			return nil, err
		}
		found.server, _ = m.Source.(*cluster.Cluster)
		found.find(ctx, gvk)
		found.server = nil // it is closed after the read
		return found, nil
	})
	if err != nil {
		return nil, err
	}
	if answers[0].Err != nil {
		s.AddGap(snapshot.Gap{
			Resource: "OpenAPI", Context: shown.Member.Name, Reason: answers[0].Err.Error(),
			Impact: "built-in documentation of Kubernetes " + fielddoc.Release + " is used",
		})
		return o.schemas(ctx, s)
	}
	for _, g := range lost.Gaps {
		g.Context = shown.Member.Name
		s.AddGap(g)
	}
	return answers[0].Value, nil
}

// diverge adds to the report of the object how the other contexts differ.
func (r *run) diverge(d *document) {
	for i := range d.parts {
		p := &d.parts[i]
		if p.report == nil {
			continue
		}
		p.report.CompareContexts(p.schema, r.fleet.own, r.fleet.others, r.flags.ShowSecrets)
		p.report.NotIn = r.fleet.notIn
		r.fleet.header = r.fleet.words(p.report.Divergences)
		p.contexts = r.fleet.header
	}
}

// words returns what the header has about the contexts.
func (f *fleetObject) words(differ []annotate.Divergence) string {
	names := make([]string, len(f.others))
	for i, other := range f.others {
		names[i] = other.Context
	}
	others := annotate.Names(names)
	text := "CONTEXTS: shown as in " + f.own.Context + "; "
	switch {
	case len(names) == 0 && len(f.unread) > 0:
		text += "no other context that was read has it"
	case len(names) == 0:
		text += "no other context has it"
	case len(differ) == 0:
		text += "no field that somebody set differs in " + others
	case len(differ) == 1:
		text += "1 field differs in " + others
	default:
		text += fmt.Sprintf("%d fields differ in %s", len(differ), others)
	}
	if len(f.notIn) > 0 {
		text += "; not in " + annotate.Names(f.notIn)
	}
	if len(f.unread) > 0 {
		text += "; not read: " + strings.Join(f.unread, ", ")
	}
	return text
}
