package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// GapLine is what one line about gaps says.
type GapLine struct {
	What string // was not read, as in "pods/log web-1/app in shop" or "pods/log in shop (20, such as web-1/app)"
	Why  string // the reason, and the impact
}

// GapLines returns a line for each gap. Lists that could not be read in several
// namespaces, for the same reason and with the same impact, are one line: a bundle
// may lack a kind in each of them.
func GapLines(gaps []snapshot.Gap) []GapLine {
	type key struct{ resource, context, reason, impact string }
	namespaces := map[key][]string{}
	keyOf := func(g snapshot.Gap) key { return key{g.Resource, g.Context, g.Reason, g.Impact} }
	isList := func(g snapshot.Gap) bool { return len(g.Names) == 0 && g.Namespace != "" }
	for _, g := range gaps {
		if isList(g) {
			namespaces[keyOf(g)] = append(namespaces[keyOf(g)], g.Namespace)
		}
	}
	var lines []GapLine
	for _, g := range gaps {
		if isList(g) {
			in := namespaces[keyOf(g)]
			if g.Namespace != in[0] {
				continue
			}
			g.Namespace = someNamespaces(in)
		}
		what, why := Gap(g)
		lines = append(lines, GapLine{What: what, Why: why})
	}
	return lines
}

// someNamespaces returns the first of them and how many more there are.
func someNamespaces(names []string) string {
	const most = 3
	names = slices.Sorted(slices.Values(names))
	if more := len(names) - (most - 1); more > 1 {
		names = append(names[:most-1], fmt.Sprintf("%d more namespaces", more))
	}
	return strings.Join(names, ", ")
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
