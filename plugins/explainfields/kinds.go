package explainfields

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/layout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// levelsOfKind is how many levels of a kind are shown if --depth is omitted.
const levelsOfKind = 2

// explainKinds shows types as documented manifests. Built-in types need no
// cluster; if one can be reached, its own documentation is used.
func (o *options) explainKinds(ctx context.Context, s *snapshot.Snapshot) error {
	schemas, err := o.schemas(ctx, s)
	if err != nil {
		return err
	}
	// Without a cluster built-in kinds are shown all the same: the error counts only for others.
	server, clusterErr := o.flags.Cluster() // which sends nothing yet
	if clusterErr == nil {
		schemas.server = server
	}
	var found []*fielddoc.Schema
	for _, target := range o.targets {
		gvk, err := o.kind(ctx, server, clusterErr, target.Type, schemas)
		if err != nil {
			return err
		}
		kind := schemas.find(ctx, gvk)
		if err := o.checkKind(kind, target.Type); err != nil {
			return err
		}
		found = append(found, kind)
	}
	err = o.printKinds(ctx, s, found)
	cli.Warn(o.env, s)
	return err
}

// checkKind returns an error if a kind has no documentation, or not the field that
// --path names.
func (o *options) checkKind(kind *fielddoc.Schema, typed string) error {
	if kind.Undefined {
		return fmt.Errorf("explain %s: no documentation of it; --crd FILE reads its CustomResourceDefinition", typed)
	}
	if !kind.Field(kind.Expand(o.path), nil).Known {
		return fmt.Errorf("explain %s: it has no field %s%s", typed, o.path, meant(kind, o.path))
	}
	return nil
}

// kind returns the kind that a type names: one of --crd, a built-in one, or one of
// the server. clusterErr is why there is no server; it is returned if one is needed.
func (o *options) kind(ctx context.Context, server *cluster.Cluster, clusterErr error, name string,
	schemas *schemas,
) (schema.GroupVersionKind, error) {
	// A definition that was given counts before what has the same name.
	if gvk, ok := schemas.defined(strings.ToLower(name)); ok {
		return gvk, nil
	}
	if k := snapshot.KindNamed(name); k != nil {
		return k.GroupVersionKind, nil
	}
	if clusterErr != nil {
		return schema.GroupVersionKind{}, clusterErr
	}
	mapping, err := server.Resolve(ctx, name)
	if err != nil {
		return schema.GroupVersionKind{}, err
	}
	return mapping.GroupVersionKind, nil
}

// defined returns the kind of --crd that a type names, as "widgets" or "widgets.example.org".
func (s *schemas) defined(word string) (schema.GroupVersionKind, bool) {
	plain, group, qualified := strings.Cut(word, ".")
	for gvk := range s.known {
		if snapshot.MayName(plain, gvk.Kind) && (!qualified || group == gvk.Group) {
			return gvk, true
		}
	}
	return schema.GroupVersionKind{}, false
}

// meant suggests the field that a path may have meant, at its first wrong step.
func meant(kind *fielddoc.Schema, path fielddoc.Path) string {
	c := kind.Root(nil)
	// What is right of the path leads to the fields among which the next name must be.
	for _, step := range path {
		// A path may leave out the index: spec.containers.image is a field of each item.
		for !step.List && c.Type().Kind == fielddoc.List {
			c = c.Step(fielddoc.Item(-1))
		}
		next := c.Step(step)
		if !next.Known() {
			return closest(step.Name, c.Type().Fields())
		}
		c = next
	}
	return ""
}

// closest suggests the field whose name is most like the one that was typed.
func closest(name string, fields []fielddoc.Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	if near := fielddoc.Closest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// printKinds prints kinds as manifests, or as reports in the other formats.
func (o *options) printKinds(ctx context.Context, s *snapshot.Snapshot, found []*fielddoc.Schema) error {
	shown := annotate.TemplateOptions{Depth: cmp.Or(o.flags.depth, levelsOfKind), Long: o.flags.long, Hidden: view.Hidden}
	if o.flags.Output == "text" || o.flags.Output == "wide" {
		return o.printTemplates(found, shown)
	}
	// The other formats have a report for each object; that of a kind has its fields without values.
	r := newRun(o, s)
	for _, kind := range found {
		shown.Path = kind.Expand(o.path)
		if err := r.collector.add(o.narrowed(annotate.TemplateReport(kind, shown))); err != nil {
			return err
		}
	}
	return r.print(ctx)
}

// template writes a kind as a manifest to be edited, with its notes as comments. Fields that are
// deeper than --depth are left out, and named below it.
func (o *options) template(out *strings.Builder, kind *fielddoc.Schema, shown annotate.TemplateOptions) {
	style := o.style()
	t := annotate.NewTemplate(kind, shown)
	layout.Header(out, templateHeader(kind), style)
	layout.Write(out, templateLines(t.Lines), t.Notes, style)
	if len(t.Folded) > 0 {
		more := fmt.Sprintf("More fields: --depth %d, or --path %s", shown.Depth+1, command.Join(t.Folded.Names()))
		layout.Header(out, []annotate.Note{{Text: more}}, style)
	}
}

// templateLines returns the lines of a template for layout. A comment can stand behind each of
// them, or above it.
func templateLines(texts []string) layout.List {
	lines := make(layout.List, len(texts))
	for i, text := range texts {
		lines[i] = layout.Line{Text: text, End: "\n", Open: true, Above: i}
	}
	return lines
}

// templateHeader returns the lines above the manifest of a kind.
func templateHeader(kind *fielddoc.Schema) []annotate.Note {
	// As of an object that was explained, so that explaining a filled-in manifest replaces the header.
	header := []annotate.Note{{Text: about(kind, &annotate.Report{}) + " " + source([]part{{schema: kind}})}}
	if kind.Deprecated != "" {
		apiVersion, name := kind.GVK.ToAPIVersionAndKind()
		header = append(header, annotate.Note{Kind: annotate.Trouble, Text: apiVersion + " " + name + " is " + kind.Deprecated})
	}
	return append(header, annotate.Note{Text: "Fill in the examples; remove the # before a field to set it."})
}

// stamp sets the time and source of a snapshot that has none yet. Files without a
// time in them are explained as of now, without asking a server.
func (o *options) stamp(ctx context.Context, s *snapshot.Snapshot) error {
	if !s.At.IsZero() {
		return nil
	}
	if len(o.flags.Filenames) > 0 {
		s.At = o.env.Now().UTC()
		s.AtSource = snapshot.AtNewest
		return nil
	}
	server, err := o.flags.Cluster()
	if err != nil {
		return err
	}
	// An interrupted command prints nothing that would need a time.
	clock, err := clockOf(ctx, server)
	if err != nil && !errors.Is(err, context.Canceled) {
		o.useOwnClock(s, clock, err)
	}
	s.At = clock.At
	s.AtSource = clock.AtSource
	s.Source = clock.Source
	return nil
}

// useOwnClock sets clock to the time of this machine, and reports why as a gap of s.
// A gap that is already there has the same cause: the server cannot be reached.
func (o *options) useOwnClock(s, clock *snapshot.Snapshot, cause error) {
	if len(s.Gaps) == 0 {
		s.AddGap(snapshot.Gap{
			Resource: "clock of the server", Reason: cause.Error(), Impact: "observedAt is the time of this machine",
		})
	}
	clock.At = o.env.Now().UTC()
	clock.AtSource = snapshot.AtNewest
	clock.Source = snapshot.Source{Type: "cluster", Context: *o.flags.Context}
}

// clockOf asks a server for its time and address. Every answer has the time in its
// Date header, so it does not matter whether the object may be read.
func clockOf(ctx context.Context, server cli.Source) (*snapshot.Snapshot, error) {
	clock := &snapshot.Snapshot{}
	read := snapshot.Read{Resource: "namespaces", Name: "default", Optional: true}
	err := server.Load(ctx, clock, snapshot.Query{Reads: []snapshot.Read{read}})
	return clock, err
}

// printTemplates prints kinds as the documents of one manifest.
func (o *options) printTemplates(found []*fielddoc.Schema, shown annotate.TemplateOptions) error {
	var out strings.Builder
	for i, kind := range found {
		if i > 0 {
			out.WriteString("---\n")
		}
		shown.Path = kind.Expand(o.path)
		o.template(&out, kind, shown)
	}
	_, err := io.WriteString(o.env.Out, out.String())
	return err
}
