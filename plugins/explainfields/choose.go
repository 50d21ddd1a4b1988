package explainfields

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// chosen returns the fields to show, or nil for all. With --only set, fields are added that the
// chosen ones need to mean what they mean in the object (annotate.Report.Fill): the output is to
// be applied again.
func (o *options) chosen(r *annotate.Report) annotate.Selection {
	if len(o.path) == 0 && len(o.flags.only) == 0 && o.flags.depth == 0 {
		return nil
	}
	// Once for the report: to look for each field among all problems would be quadratic.
	wrong := problemPaths(r)
	differs := r.Different()
	chosen := r.Select(func(f *annotate.Field) bool {
		return o.inside(f) && o.matchesOnly(f, wrong[f.Path], differs[f.Path])
	})
	if slices.Contains(o.flags.only, "set") {
		r.Fill(chosen, func(f *annotate.Field) bool { return o.inside(f) && f.Whole() && f.Origin == provenance.User })
	}
	return chosen
}

// matchesOnly reports whether a field is one that --only asks for: any of its values, or no value.
func (o *options) matchesOnly(f *annotate.Field, wrong, differs bool) bool {
	return len(o.flags.only) == 0 || slices.ContainsFunc(o.flags.only, func(only string) bool {
		return matches(f, only, wrong, differs)
	})
}

// inside reports whether a field is below --path, and not deeper than --depth.
func (o *options) inside(f *annotate.Field) bool {
	path := f.At()
	if !o.path.Covers(path) {
		return false
	}
	return o.flags.depth == 0 || levels(path)-levels(o.path) <= o.flags.depth
}

// levels returns how many names a path has: 4 of spec.template.spec.containers[0]. The index of
// an item is no level of its own.
func levels(p fielddoc.Path) int {
	n := 0
	for _, s := range p {
		if !s.List {
			n++
		}
	}
	return n
}

// matches reports whether a field is one that a value of --only asks for. wrong and
// differs report whether the field has a problem, or another value elsewhere.
func matches(f *annotate.Field, only string, wrong, differs bool) bool {
	if name, ok := strings.CutPrefix(only, byManager); ok {
		return slices.ContainsFunc(f.Managers, func(m provenance.Manager) bool { return m.Manager == name })
	}
	// What a field is by the schema counts for all fields; where a value is from, only for the part of
	// an object that has one origin.
	whole := f.Whole() // else its items or fields are judged one by one
	switch only {
	case "status":
		return whole && f.Section == annotate.Status
	case "unknown": // to the schema, or who set it
		return !f.Known || (whole && f.Origin == provenance.Unknown)
	case "set": // what a manifest needs to make the object again
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

// problemPaths returns the paths of the fields that have a problem.
func problemPaths(r *annotate.Report) map[string]bool {
	wrong := map[string]bool{}
	for _, p := range r.Problems {
		wrong[p.Path] = true
	}
	return wrong
}
