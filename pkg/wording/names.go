package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// NameWords cuts a name into words of lower-case letters, at each separator and where camel
// case begins a word: DB_PASSWORD, dbPassword and db.password give "db" and "password".
func NameWords(name string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, strings.ToLower(name[start:end]))
		}
	}
	previous := rune(0)
	for i, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) {
			flush(i)
			start = i + utf8.RuneLen(r)
		} else if i > start && unicode.IsUpper(r) && (unicode.IsLower(previous) || smallFollows(name[i:])) {
			flush(i)
			start = i
		}
		previous = r
	}
	flush(len(name))
	return out
}

// smallFollows reports whether a small letter follows the first letter of s.
func smallFollows(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	r, _ := utf8.DecodeRuneInString(s[size:])
	return unicode.IsLower(r)
}
