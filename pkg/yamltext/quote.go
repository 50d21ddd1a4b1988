package yamltext

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Scalar returns text as a YAML scalar on one line: plain if that is safe, else
// in double quotes with hidden characters escaped. hidden may be nil.
func Scalar(text string, hidden func(rune) bool) string {
	// A plain scalar must not begin as a number, a boolean, null, a list or a property does.
	safe := text != "" && !strings.ContainsAny(text, ":#\"'\\{}[]&*!|>%@`,\n\t") &&
		strings.TrimSpace(text) == text && !strings.ContainsAny(text[:1], "-?.+0123456789~nytfNYTFoO") &&
		(hidden == nil || !strings.ContainsFunc(text, hidden))
	if safe {
		return text
	}
	return Quote(text, hidden)
}

// Key returns text as the key of a mapping, before its colon: plain if it is
// made of what names of fields are made of, else in double quotes with hidden
// characters escaped. hidden may be nil.
func Key(text string, hidden func(rune) bool) string {
	named := func(r rune) bool {
		return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') || strings.ContainsRune("-_./$", r)
	}
	rest := strings.TrimLeftFunc(text, named)
	if rest == "" && text != "" && !strings.ContainsAny(text[:1], "-.") && !slices.Contains(words11, strings.ToLower(text)) {
		return text
	}
	return Quote(text, hidden)
}

// words11 are the words that a reader of YAML 1.1, as kubectl is one, does not
// take for strings.
var words11 = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}

// Visible reports whether every character of text shows as itself on one line.
// hidden may be nil.
func Visible(text string, hidden func(rune) bool) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !strconv.IsPrint(r) || (hidden != nil && hidden(r))
	})
}

// Quote returns text as a double-quoted YAML scalar with hidden characters
// escaped. hidden may be nil.
func Quote(text string, hidden func(rune) bool) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case strconv.IsPrint(r) && (hidden == nil || !hidden(r)):
			b.WriteRune(r)
		default:
			escape(&b, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// escape writes a character by its number, in the shortest form that YAML has for it (YAML 1.2.2,
// section 5.7).
func escape(b *strings.Builder, r rune) {
	switch {
	case r < 0x100:
		fmt.Fprintf(b, `\x%02x`, r)
	case r < 0x10000:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}
