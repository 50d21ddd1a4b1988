package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// GapLine is the content of one line about gaps.
type GapLine struct {
	What string // was not read, as in "pods/log web-1/app in shop" or "pods/log in shop (20, such as web-1/app)"
	Why  string // the reason, and the impact
}

// GapLines returns a line for each gap. What could not be read in several namespaces
// or contexts, for the same reason and with the same impact, is one line: a bundle may
// lack a kind in each of its namespaces, and a user may not list it in any cluster.
func GapLines(gaps []snapshot.Gap) []GapLine {
	gaps = together(gaps, func(g *snapshot.Gap) *string { return &g.Namespace })
	gaps = together(gaps, func(g *snapshot.Gap) *string { return &g.Context })
	var lines []GapLine
	for _, g := range gaps {
		what, why := Gap(g)
		lines = append(lines, GapLine{What: what, Why: why})
	}
	return lines
}

// fewNamed is how many gaps that name objects are lines of their own, each with its
// names: more of them are one line with an example.
const fewNamed = 3

// together makes one gap of those that differ in one field and in the names of their
// objects alone. Its field has the first of their values and how many more there are.
func together(gaps []snapshot.Gap, field func(*snapshot.Gap) *string) []snapshot.Gap {
	var out []snapshot.Gap
	for _, group := range alike(gaps, field) {
		if len(group) == 1 || (len(group[0].Names) > 0 && len(group) <= fewNamed) {
			out = append(out, group...)
			continue
		}
		out = append(out, merged(group, field))
	}
	return out
}

// alike returns the gaps in groups that differ in one field and in names alone, in the
// order of the first of each.
func alike(gaps []snapshot.Gap, field func(*snapshot.Gap) *string) [][]snapshot.Gap {
	type key struct {
		resource, namespace, context, reason, impact string
		named                                        bool
	}
	place := map[key]int{}
	var groups [][]snapshot.Gap
	for _, g := range gaps {
		value := field(&g)
		// Of whole clusters the place is the point.
		if *value == "" || g.Resource == "cluster" {
			groups = append(groups, []snapshot.Gap{g})
			continue
		}
		rest := g
		*field(&rest) = "" // of the copy: the gaps of the snapshot stay as they are
		k := key{rest.Resource, rest.Namespace, rest.Context, rest.Reason, rest.Impact, len(rest.Names) > 0}
		at, known := place[k]
		if !known {
			at = len(groups)
			place[k] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], g)
	}
	return groups
}

// merged returns one gap for a group of them.
func merged(group []snapshot.Gap, field func(*snapshot.Gap) *string) snapshot.Gap {
	var names, values []string
	for i := range group {
		names = append(names, group[i].Names...)
		values = append(values, *field(&group[i]))
	}
	slices.Sort(values)
	one := group[0]
	one.Names = names
	*field(&one) = strings.Join(wording.First(slices.Compact(values), 3, "%d more"), ", ")
	return one
}

// Gap returns what of one gap was not read and why, as in GapLine:
// "prod-eu: pods/log web-1/app in shop", "forbidden; causes are judged without it".
func Gap(g snapshot.Gap) (what, why string) {
	words := []string{g.Resource}
	switch {
	case g.Context == "":
	case g.Resource == "cluster":
		words = append(words, g.Context)
	default:
		words[0] = g.Context + ": " + g.Resource
	}
	if len(g.Names) == 1 {
		words = append(words, g.Names[0])
	}
	if g.Namespace != "" {
		words = append(words, "in", g.Namespace)
	}
	if len(g.Names) > 1 {
		words = append(words, fmt.Sprintf("(%d, such as %s)", len(g.Names), g.Names[0]))
	}
	why = g.Reason
	if g.Impact != "" {
		why += "; " + g.Impact
	}
	return strings.Join(words, " "), why
}
