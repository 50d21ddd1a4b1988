package diagnose

import (
	"regexp"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// tag returns the part of an image that names its version: the last element with its tag or digest.
func tag(image string) string {
	name := image[strings.LastIndexByte(image, '/')+1:]
	return name
}

func phrases(items []rollout.Item) []string {
	out := make([]string, 0, len(items))
	for _, i := range items {
		out = append(out, i.Words())
	}
	return out
}

// secretName reports whether the name of a setting suggests that its value is secret.
func secretName(name string) bool {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, "_file") || strings.HasSuffix(name, "_path") || strings.HasSuffix(name, "_dir") {
		return false
	}
	return slices.ContainsFunc(
		[]string{"passw", "secret", "token", "credential", "apikey", "api_key", "private", "_key", "dsn", "auth"},
		func(word string) bool { return strings.Contains(name, word) },
	)
}

// hasWord reports whether name is a whole word of text.
func hasWord(text, name string) bool {
	for rest := text; name != ""; {
		i := strings.Index(rest, name)
		if i < 0 {
			return false
		}
		before := i == 0 || !wordByte(rest[i-1])
		after := i+len(name) == len(rest) || !wordByte(rest[i+len(name)])
		if before && after {
			return true
		}
		rest = rest[i+len(name):]
	}
	return false
}

func wordByte(b byte) bool {
	return b == '_' || (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z')
}

// cites reports whether text quotes a value: all of it, or an odd part of it
// such as a port.
func cites(text, value string) bool {
	value = strings.TrimSpace(value)
	if len(value) < 2 {
		return false
	}
	for _, v := range values(text) {
		if strings.EqualFold(v, value) {
			return true
		}
	}
	if len(value) >= 4 && hasWord(text, value) && telling(value) {
		return true
	}
	if part := lastPart(value); len(part) >= 4 && slices.Contains(quotedWords(text), part) {
		return true
	}
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(`:/,;=@[]{}" `, r) }) {
		if len(part) >= 4 && strings.ContainsAny(part, "0123456789-._") && hasWord(text, part) {
			return true
		}
	}
	return false
}

// lastPart returns what an argument gives its option: the text behind the last "=" or comma, "" if it has none.
func lastPart(value string) string {
	return value[strings.LastIndexAny(value, "=,")+1:]
}

// quotedWords returns the quoted parts of text.
func quotedWords(text string) []string {
	var out []string
	for _, m := range quotedParts.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1]+m[2]+m[3]+m[4]+m[5])
	}
	return out
}

var quotedParts = regexp.MustCompile(`"([^"]{1,120})"|'([^']{1,120})'|\x60([^\x60]{1,120})\x60|\[([^\[\]]{3,200})\]|‘([^’]{1,120})’`)

// values returns the quoted parts of text and its odd words: what a program
// cites of its settings.
func values(text string) []string {
	var out []string
	add := func(v string) {
		if v = strings.Trim(v, ` "'.,;:()`); len(v) >= 2 && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	for _, word := range quotedWords(text) {
		add(word)
	}
	for _, word := range strings.Fields(text) {
		if telling(word) {
			add(word)
		}
	}
	return out
}

// telling reports whether a word is too odd to be in a sentence by chance.
func telling(word string) bool {
	word = strings.Trim(word, `"'.,;:()[]`)
	digits := strings.ContainsAny(word, "0123456789")
	return len(word) >= 4 && (digits || strings.ContainsAny(word, "/_=@"))
}

// digest shortens an image ID to its digest.
func digest(id string) string {
	id = id[strings.LastIndexByte(id, '@')+1:]
	if algorithm, hex, ok := strings.Cut(id, ":"); ok && len(hex) > 12 {
		return algorithm + ":" + hex[:12]
	}
	return id
}
