package explainfields

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// chosen returns the fields that are to be shown, nil for all.
func (o *options) chosen(r *annotate.Report) annotate.Selection {
	if len(o.path) == 0 && len(o.flags.only) == 0 && o.flags.depth == 0 {
		return nil
	}
	wrong := map[string]bool{}
	for _, p := range r.Problems {
		wrong[p.Path] = true
	}
	differs := r.Different()
	inside := func(f *annotate.Field) bool {
		path := f.At()
		return o.path.Covers(path) && (o.flags.depth == 0 || levels(path)-levels(o.path) <= o.flags.depth)
	}
	chosen := r.Select(func(f *annotate.Field) bool {
		return inside(f) && (len(o.flags.only) == 0 || slices.ContainsFunc(o.flags.only, func(only string) bool {
			return matches(f, only, wrong[f.Path], differs[f.Path])
		}))
	})
	if slices.Contains(o.flags.only, "set") {
		r.Fill(chosen, func(f *annotate.Field) bool { return inside(f) && f.Whole() && f.Origin == provenance.User })
	}
	return chosen
}

func levels(p fielddoc.Path) int {
	n := 0
	for _, s := range p {
		if !s.List {
			n++
		}
	}
	return n
}

func matches(f *annotate.Field, only string, wrong, differs bool) bool {
	if name, ok := strings.CutPrefix(only, byManager); ok {
		return slices.ContainsFunc(f.Managers, func(m provenance.Manager) bool { return m.Manager == name })
	}
	whole := f.Whole()
	switch only {
	case "status":
		return whole && f.Section == annotate.Status
	case "unknown":
		return !f.Known || (whole && f.Origin == provenance.Unknown)
	case "set":
		return whole && (f.IsDefault == nil || !*f.IsDefault || !f.Leaf()) && f.Origin == provenance.User
	case "default":
		return whole && ((f.IsDefault != nil && *f.IsDefault) || f.Origin == provenance.Default)
	case "deprecated":
		return f.Deprecated != ""
	case "immutable":
		return f.Immutable == fielddoc.Always
	case "required":
		return f.Required
	case "wrong":
		return wrong
	case onlyDifferent:
		return differs
	default:
		return whole && string(f.Origin) == only
	}
}
