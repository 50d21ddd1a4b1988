package view

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// The characters of private use, which stand in for others while text is encoded.
const (
	firstStandIn = 0xe000
	lastStandIn  = 0xf8ff
)

// standIns puts characters of private use in the place of visible ones above
// U+FFFF, such as emoji, and returns what puts these back. The encoder takes all
// above U+FFFF for not printable (is_printable in go.yaml.in/yaml/v3 yamlprivateh.go)
// and would write them as escapes. Characters for which no stand-in is left stay.
func standIns(root *yaml.Node) *strings.Replacer {
	instead, back := chooseStandIns(usedRunes(root))
	if len(instead) == 0 {
		return strings.NewReplacer()
	}
	replace := func(r rune) rune { return cmp.Or(instead[r], r) }
	eachScalar(root, func(n *yaml.Node) {
		if !strings.HasPrefix(n.Value, "\ufeff") {
			n.Value = strings.Map(replace, n.Value)
		}
	})
	return strings.NewReplacer(back...)
}

// usedRunes returns the characters that need a stand-in, and the stand-ins that the text has itself.
func usedRunes(root *yaml.Node) map[rune]bool {
	used := map[rune]bool{}
	eachScalar(root, func(n *yaml.Node) {
		for _, r := range n.Value {
			if astral(r) || (r >= firstStandIn && r <= lastStandIn) {
				used[r] = true
			}
		}
	})
	return used
}

// chooseStandIns returns the stand-in of each character, and the pairs that put them back.
func chooseStandIns(used map[rune]bool) (instead map[rune]rune, back []string) {
	instead = map[rune]rune{}
	next := rune(firstStandIn)
	for _, r := range slices.Sorted(maps.Keys(used)) {
		for used[next] { // it would be put back as another character
			next++
		}
		if astral(r) && next <= lastStandIn {
			instead[r] = next
			back = append(back, string(next), string(r))
			next++
		}
	}
	return instead, back
}

// astral reports whether r is a visible character above U+FFFF.
func astral(r rune) bool { return r > 0xffff && unicode.IsPrint(r) && !Hidden(r) }

// eachScalar calls do for each scalar of a tree of nodes, keys included.
func eachScalar(n *yaml.Node, do func(*yaml.Node)) {
	if n.Kind == yaml.ScalarNode {
		do(n)
	}
	for _, child := range n.Content {
		eachScalar(child, do)
	}
}
