package fielddoc

import "strings"

// Closest returns the name that word was most likely meant to be, empty if
// none is near: names that differ only in case first, then the fewest letters
// typed wrong (at most a third of them), then the first in the list.
func Closest(word string, names []string) string {
	best := ""
	distance := len(word)/3 + 1 // one more than is near enough
	for _, name := range names {
		if strings.EqualFold(word, name) {
			return name
		}
		if d := edits(strings.ToLower(word), strings.ToLower(name)); d < distance || (d == distance && best == "" && d <= len(word)/3) {
			best = name
			distance = d
		}
	}
	return best
}

// edits counts the letters to insert, remove, replace or swap with their
// neighbour to make b of a (optimal string alignment).
func edits(a, b string) int {
	// row[j] is the number for the first i letters of a and j of b; last and before are the rows above.
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before = last
		last = row
		row = make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost) // removed, inserted, replaced
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1) // swapped
			}
		}
	}
	return row[len(b)]
}
