package logs

import "strings"

// stem is how many letters of a word with any ending are looked up.
const stem = 6

// keysOf returns words of which at least one is, whole, in every match of
// nodes, nil if there are none. The rarest, which are the longest, are best.
// before and after report whether a word goes on beyond the nodes.
func keysOf(nodes []node, before, after bool) []string {
	var best []string
	for i, n := range nodes {
		left := before
		right := after
		if i > 0 {
			left = joins(nodes[i-1], false)
		}
		if i+1 < len(nodes) {
			right = joins(nodes[i+1], true)
		}
		var found []string
		switch n.kind {
		case word:
			found = keyOf(n.text, left, right, i+1 < len(nodes) && nodes[i+1].kind == ending)
		case choice:
			found = keysOfAll(n.of, left, right)
		case capture:
			if OperandType(n.text) == OperandConfig {
				found = configEndings // by which such a file is known
			}
		default:
		}
		if shortest(found) > shortest(best) {
			best = found
		}
	}
	return best
}

// keyOf returns a word as a key: the whole of it, or its beginning if it may
// have any ending.
func keyOf(text string, left, right, open bool) []string {
	switch {
	case left:
		return nil
	case open && len(text) >= stem:
		return []string{strings.ToLower(text[:stem]) + "*"}
	case right:
		return nil
	}
	return []string{strings.ToLower(text)}
}

// keysOfAll returns the keys of alternatives, nil if one of them has none.
func keysOfAll(alternatives [][]node, left, right bool) []string {
	var out []string
	for _, a := range alternatives {
		keys := keysOf(a, left, right)
		if len(keys) == 0 {
			return nil
		}
		out = append(out, keys...)
	}
	return out
}

// joins reports whether a node can begin, or else end, with a letter or digit
// that belongs to the same word as its neighbour.
func joins(n node, begin bool) bool {
	switch n.kind {
	case word, ending, number:
		return true
	case choice:
		for _, a := range n.of {
			if len(a) == 0 {
				continue // the neighbour beyond is not known here
			}
			at := len(a) - 1
			if begin {
				at = 0
			}
			if joins(a[at], begin) {
				return true
			}
		}
		return false
	default:
		return false
	}
}

// shortest returns the length of the shortest word, 0 if there are none.
func shortest(words []string) int {
	least := 0
	for i, w := range words {
		if i == 0 || len(w) < least {
			least = len(w)
		}
	}
	return least
}
