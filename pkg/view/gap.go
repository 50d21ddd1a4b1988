package view

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Gap returns what was not read, as in "pods/log web-1/app in shop", or
// "pods/log in shop (20, such as web-1/app)", and the reason with the impact.
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
