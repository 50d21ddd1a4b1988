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

// levelsOfKind is how deep a kind is shown where --depth is not given.
const levelsOfKind = 2

// explainKinds shows types as documented manifests. Built-in types need no
// cluster; where one can be reached its own documentation is used.
func (o *options) explainKinds(ctx context.Context, s *snapshot.Snapshot) error {
	schemas, err := o.schemas(ctx, s)
	if err != nil {
		return err
	}
	server, clusterErr := o.flags.Cluster()
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
		if kind.Undefined {
			return fmt.Errorf("explain %s: no documentation of it; --crd FILE reads its CustomResourceDefinition", target.Type)
		}
		if !kind.Field(kind.Expand(o.path), nil).Known {
			return fmt.Errorf("explain %s: it has no field %s%s", target.Type, o.path, meant(kind, o.path))
		}
		found = append(found, kind)
	}
	err = o.printKinds(ctx, s, found)
	cli.Warn(o.env, s)
	return err
}

// kind returns the kind that a type names: of --crd, built-in, or the server's.
func (o *options) kind(ctx context.Context, server *cluster.Cluster, clusterErr error, name string,
	schemas *schemas,
) (schema.GroupVersionKind, error) {
	word := strings.ToLower(name)
	for gvk := range schemas.known {
		plain, group, qualified := strings.Cut(word, ".")
		if snapshot.MayName(plain, gvk.Kind) && (!qualified || group == gvk.Group) {
			return gvk, nil
		}
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

// meant suggests the field that a path may have meant, at its first wrong step.
func meant(kind *fielddoc.Schema, path fielddoc.Path) string {
	c := kind.Root(nil)
	for _, step := range path {
		for !step.List && c.Type().Kind == fielddoc.List {
			c = c.Step(fielddoc.Item(-1))
		}
		next := c.Step(step)
		if !next.Known() {
			var names []string
			for _, f := range c.Type().Fields() {
				names = append(names, f.Name)
			}
			if near := fielddoc.Closest(step.Name, names); near != "" {
				return "; did you mean " + near + "?"
			}
			return ""
		}
		c = next
	}
	return ""
}

func (o *options) printKinds(ctx context.Context, s *snapshot.Snapshot, found []*fielddoc.Schema) error {
	shown := annotate.TemplateOptions{Depth: cmp.Or(o.flags.depth, levelsOfKind), Long: o.flags.long, Hidden: view.Hidden}
	if o.flags.Output == "text" || o.flags.Output == "wide" {
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
	r := &run{options: o, snapshot: s}
	for _, kind := range found {
		shown.Path = kind.Expand(o.path)
		r.reports = append(r.reports, o.narrowed(annotate.TemplateReport(kind, shown)))
	}
	return r.print(ctx)
}

// template writes a kind as a manifest to be edited.
func (o *options) template(out *strings.Builder, kind *fielddoc.Schema, shown annotate.TemplateOptions) {
	style := o.style()
	t := annotate.NewTemplate(kind, shown)
	apiVersion, name := kind.GVK.ToAPIVersionAndKind()
	header := []string{about(kind, &annotate.Report{}) + " " + source([]part{{schema: kind}})}
	if kind.Deprecated != "" {
		header = append(header, "PROBLEM: "+apiVersion+" "+name+" is "+kind.Deprecated)
	}
	header = append(header, "Fill in the examples; remove the # before a field to set it.")
	layout.Header(out, header, style)
	lines := make([]layout.Line, len(t.Lines))
	for i, text := range t.Lines {
		lines[i] = layout.Line{Text: text, End: "\n", Open: true, Above: i}
	}
	layout.Write(out, lines, t.Notes, style)
	if len(t.Folded) > 0 {
		layout.Header(out, []string{fmt.Sprintf("More fields: --depth %d, or --path %s", shown.Depth+1, command.Join(t.Folded.Names()))}, style)
	}
}

// stamp sets the moment and source of a snapshot that has none yet. For a
// cluster one object is asked for, whose answer tells the server's time,
// whether it may be read or not.
func (o *options) stamp(ctx context.Context, s *snapshot.Snapshot) error {
	if !s.At.IsZero() {
		return nil
	}
	if len(o.flags.Filenames) > 0 { // files without a time in them are explained as of now; no server is asked
		s.At, s.AtSource = o.env.Now().UTC(), snapshot.AtNewest
		return nil
	}
	server, err := o.flags.Cluster()
	if err != nil {
		return err
	}
	clock, err := clockOf(ctx, server)
	if err != nil && !errors.Is(err, context.Canceled) {
		// Without a server a kind is explained as of now. A gap that is there already has the same cause.
		if len(s.Gaps) == 0 {
			s.AddGap(snapshot.Gap{Resource: "clock of the server", Reason: err.Error(), Impact: "observedAt is the time of this machine"})
		}
		clock.At, clock.AtSource = o.env.Now().UTC(), snapshot.AtNewest
		clock.Source = snapshot.Source{Type: "cluster", Context: *o.flags.Context}
	}
	s.At, s.AtSource, s.Source = clock.At, clock.AtSource, clock.Source
	return nil
}

// clockOf asks a server for its time and address.
func clockOf(ctx context.Context, server cli.Source) (*snapshot.Snapshot, error) {
	clock := &snapshot.Snapshot{}
	err := server.Load(ctx, clock, snapshot.Query{Reads: []snapshot.Read{{Resource: "namespaces", Name: "default", Optional: true}}})
	return clock, err
}
