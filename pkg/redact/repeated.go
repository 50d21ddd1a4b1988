package redact

import "strings"

// mostRepeated is the number of different credentials of a text that are looked for again.
const mostRepeated = 64

// repeated returns the other places of the credentials that were found in a text. A program
// that prints its settings often prints a credential again, in a sentence that does not name it.
func repeated(s string, spans []span) []span {
	var out []span
	known := map[string]bool{}
	for _, p := range spans {
		value := s[p.from:p.to]
		if known[value] || len(known) == mostRepeated || !isRecognizable(value) {
			continue
		}
		known[value] = true
		for end := range endsOf(s, value) {
			from := end - len(value)
			if from != p.from && (from == 0 || !isWord(s[from-1])) && (end == len(s) || !isWord(s[end])) {
				out = append(out, span{from, end})
			}
		}
	}
	return out
}

// isRecognizable reports whether a value is the same credential wherever it stands: it was
// made by a program, or has the signs that people put into passwords. A word, a version or a
// name of code can stand in a text without being the credential.
func isRecognizable(value string) bool {
	const (
		shortest = 8
		longest  = 4096
	)
	if len(value) < shortest || len(value) > longest || strings.ContainsAny(value, " \n<>()[]{}") {
		return false
	}
	if strings.HasPrefix(value, "**") { // markup
		return false
	}
	code := strings.ContainsAny(value, "_.") // names such as BZ2_bzWriteClose
	mixed := digitChanges(value) >= 3 || (letters(value) > 2 && capitals(value)*4 >= len(value))
	if random(value) && (digitChanges(value) >= 6 || (mixed && !code)) {
		return true
	}
	return strings.ContainsAny(value, "!@#$%^*?~") && isNoWord(value) && !isVersion(value)
}
