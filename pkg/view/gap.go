package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// GapLine is what one line about gaps says.
type GapLine struct {
	What string // was not read, as in "pods/log web-1/app in shop" or "pods/log in shop (20, such as web-1/app)"
	Why  string // the reason, and the impact
}

// GapLines returns a line for each gap. Lists that could not be read in several namespaces
// or contexts, for the same reason and with the same impact, are one line: a bundle may
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

// together makes one gap of lists that differ in one field alone, which then has the first
// of its values and how many more there are.
func together(gaps []snapshot.Gap, field func(*snapshot.Gap) *string) []snapshot.Gap {
	type key struct{ resource, namespace, context, reason, impact string }
	place := map[key]int{}
	values := map[int][]string{}
	var out []snapshot.Gap
	for _, g := range gaps {
		value := *field(&g)
		if value == "" || len(g.Names) > 0 || g.Resource == "cluster" {
			out = append(out, g)
			continue
		}
		*field(&g) = ""
		k := key{g.Resource, g.Namespace, g.Context, g.Reason, g.Impact}
		if _, known := place[k]; !known {
			place[k] = len(out)
			out = append(out, g)
		}
		values[place[k]] = append(values[place[k]], value)
	}
	for i, list := range values {
		slices.Sort(list)
		*field(&out[i]) = strings.Join(wording.First(list, 3, "%d more"), ", ")
	}
	return out
}

// Gap returns what of one gap was not read and why, as in GapLine.
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
