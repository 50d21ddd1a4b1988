package yamltext

import (
	"fmt"
	"strconv"
	"strings"
)

// Scalar returns text as a YAML scalar on one line: plain if that is safe, else
// in double quotes with hidden characters escaped. hidden may be nil.
func Scalar(text string, hidden func(rune) bool) string {
	safe := text != "" && !strings.ContainsAny(text, ":#\"'\\{}[]&*!|>%@`,\n\t") &&
		strings.TrimSpace(text) == text && !strings.ContainsAny(text[:1], "-?.+0123456789~nytfNYTFoO") &&
		(hidden == nil || !strings.ContainsFunc(text, hidden))
	if safe {
		return text
	}
	return Quote(text, hidden)
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
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
