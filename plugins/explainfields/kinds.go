package explainfields

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// levelsOfKind is how deep a kind is shown where --depth is not given.
const levelsOfKind = 3

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
	cli.Warn(o.env, s)
	return o.printKinds(ctx, s, found)
}

// kind returns the kind that a type names: of --crd, built-in, or the server's.
func (o *options) kind(ctx context.Context, server *cluster.Cluster, clusterErr error, name string, schemas *schemas) (schema.GroupVersionKind, error) {
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
	shown := annotate.KindOptions{Depth: o.flags.depth}
	if shown.Depth == 0 {
		shown.Depth = levelsOfKind
	}
	var reports []*annotate.Report
	var texts []string
	for _, kind := range found {
		shown.Path = kind.Expand(o.path)
		look := o.look()
		look.Header = kindHeader(kind)
		texts = append(texts, annotate.Kind(kind, shown, look))
		reports = append(reports, annotate.KindReport(kind, shown))
	}
	if o.flags.Output == "text" || o.flags.Output == "wide" {
		_, err := fmt.Fprint(o.env.Out, strings.Join(texts, "---\n"))
		return err
	}
	documents := make([]document, len(reports))
	for i, r := range reports {
		documents[i].parts = []part{{report: r, schema: found[i]}}
	}
	return o.print(ctx, s, documents)
}

func kindHeader(kind *fielddoc.Schema) []string {
	apiVersion, name := kind.GVK.ToAPIVersionAndKind()
	lines := []string{name + " " + apiVersion + " · " + sourceWords(kind)}
	if kind.Deprecated != "" {
		lines = append(lines, "PROBLEM: "+apiVersion+" is "+kind.Deprecated)
	}
	return lines
}

func sourceWords(kind *fielddoc.Schema) string {
	switch {
	case kind.Undefined:
		return "no documentation of this kind"
	case kind.Bare() && kind.Source == fielddoc.Server:
		return "the server documents none of its fields"
	case kind.Bare():
		return "its CustomResourceDefinition documents none of its fields"
	case kind.Source == fielddoc.Server:
		return "as the server documents it"
	case kind.Source == fielddoc.CRDFile:
		return "as its CustomResourceDefinition documents it"
	default:
		return "as Kubernetes " + fielddoc.Release + " documents it"
	}
}

// stamp sets the moment and source of a snapshot that has none yet. For a
// cluster one object is asked for, whose answer tells the server's time,
// whether it may be read or not.
func (o *options) stamp(ctx context.Context, s *snapshot.Snapshot) error {
	if !s.At.IsZero() {
		return nil
	}
	server, err := o.flags.Cluster()
	if err != nil {
		return err
	}
	clock := &snapshot.Snapshot{}
	err = server.Load(ctx, clock, snapshot.Query{Reads: []snapshot.Read{{Resource: "namespaces", Name: "default", Optional: true}}})
	if err != nil && !errors.Is(err, context.Canceled) {
		// Without a server a kind is explained as of now.
		clock.At, clock.AtSource = o.env.Now().UTC(), snapshot.AtNewest
		clock.Source = snapshot.Source{Type: "cluster", Context: *o.flags.Context}
	}
	s.At, s.AtSource, s.Source = clock.At, clock.AtSource, clock.Source
	return nil
}
