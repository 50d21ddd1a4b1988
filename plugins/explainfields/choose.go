package explainfields

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// chosen reports whether a field is to be shown.
func (o *options) chosen(r *annotate.Report) func(*annotate.Field) bool {
	wrong := map[string]bool{}
	for _, p := range r.Problems {
		wrong[p.Path] = true
	}
	return func(f *annotate.Field) bool {
		path := f.At()
		if !o.path.Covers(path) || (o.flags.depth > 0 && levels(path)-levels(o.path) > o.flags.depth) {
			return false
		}
		return len(o.flags.only) == 0 || slices.ContainsFunc(o.flags.only, func(only string) bool { return matches(f, only, wrong[f.Path]) })
	}
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

func matches(f *annotate.Field, only string, wrong bool) bool {
	if name, ok := strings.CutPrefix(only, byManager); ok {
		return slices.ContainsFunc(f.Managers, func(m provenance.Manager) bool { return m.Manager == name })
	}
	leaf := f.Leaf()
	switch only {
	case "status":
		return leaf && f.Section == annotate.Status
	case "unknown":
		return !f.Known || (leaf && f.Origin == provenance.Unknown)
	case "set":
		return leaf && (f.IsDefault == nil || !*f.IsDefault) && f.Origin == provenance.User
	case "default":
		return leaf && ((f.IsDefault != nil && *f.IsDefault) || f.Origin == provenance.Default)
	case "deprecated":
		return f.Deprecated != ""
	case "immutable":
		return f.Immutable == fielddoc.Always
	case "required":
		return f.Required
	case "wrong":
		return wrong
	default:
		return leaf && string(f.Origin) == only
	}
}
