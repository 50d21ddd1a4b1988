package diagnose

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// tag returns the last element of an image with its tag or digest, which is what changes from
// version to version: "web:1.4" of "registry.example/shop/web:1.4".
func tag(image string) string { return image[strings.LastIndexByte(image, '/')+1:] }

func phrases(items []rollout.Item) []string {
	out := make([]string, 0, len(items))
	for _, i := range items {
		out = append(out, i.Words())
	}
	return out
}

var (
	// secretParts are parts of the names of settings with secret values: DB_PASSWORD, GITHUB_TOKEN.
	secretParts = []string{"passw", "secret", "token", "credential", "apikey", "api_key", "private", "_key", "dsn", "auth"}
	// placeEndings are those of settings that only name the place of a secret: DB_PASSWORD_FILE.
	placeEndings = []string{"_file", "_path", "_dir"}
)

// secretName reports whether the name of a setting suggests that its value is secret.
func secretName(name string) bool {
	name = strings.ToLower(name)
	if slices.ContainsFunc(placeEndings, func(end string) bool { return strings.HasSuffix(name, end) }) {
		return false
	}
	return slices.ContainsFunc(secretParts, func(part string) bool { return strings.Contains(name, part) })
}

// hasWord reports whether name is a whole word of text: "port" is one of "bad port: 80", not of
// "report".
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

// minCited is the length below which a value, or a part of one, may stand in a sentence by chance.
const minCited = 4

// cites reports whether text quotes a value: all of it, or an odd part of it
// such as a port. A value in quotes counts even if it is short.
func cites(text, value string) bool {
	value = strings.TrimSpace(value)
	if len(value) < 2 {
		return false
	}
	if slices.ContainsFunc(values(text), func(v string) bool { return strings.EqualFold(v, value) }) {
		return true
	}
	if len(value) >= minCited && hasWord(text, value) && telling(value) {
		return true
	}
	if part := lastPart(value); len(part) >= minCited && slices.Contains(quotedWords(text), part) {
		return true
	}
	return citesPart(text, value)
}

// citesPart reports whether text names an element of an address, a path or a list that is no
// ordinary word: "db-1" of "postgres://db-1:5432/shop".
func citesPart(text, value string) bool {
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(`:/,;=@[]{}" `, r) }) {
		if len(part) >= minCited && strings.ContainsAny(part, "0123456789-._") && hasWord(text, part) {
			return true
		}
	}
	return false
}

// lastPart returns what an argument gives its option, the text behind the last "=" or comma: "debug" of
// "--log=level=debug". Without either it is the whole argument.
func lastPart(value string) string {
	return value[strings.LastIndexAny(value, "=,")+1:]
}

// quotedWords returns the quoted parts of text, without their quotes.
func quotedWords(text string) []string {
	var out []string
	for _, m := range quotedParts.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1]+m[2]+m[3]+m[4]+m[5]) // one of them is set: each alternative has one group
	}
	return out
}

// quotedParts are the quotes of programs: "x", 'x', `x`, [x] and ‘x’. The limits keep an
// apostrophe or bracket that is never closed from quoting the rest of a log.
var quotedParts = lazyregexp.New(`"([^"]{1,120})"|'([^']{1,120})'|\x60([^\x60]{1,120})\x60|\[([^\[\]]{3,200})\]|‘([^’]{1,120})’`)

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

// telling reports whether a word is too odd to be in a sentence by chance: "5432", "log_level", "key=value".
func telling(word string) bool {
	word = strings.Trim(word, `"'.,;:()[]`)
	digits := strings.ContainsAny(word, "0123456789")
	return len(word) >= minCited && (digits || strings.ContainsAny(word, "/_=@"))
}

// digest shortens an image ID to the beginning of its digest: "sha256:0f4ee1a9c2d7", which is enough
// to distinguish two images.
func digest(id string) string {
	id = id[strings.LastIndexByte(id, '@')+1:]
	if algorithm, hex, ok := strings.Cut(id, ":"); ok && len(hex) > 12 {
		return algorithm + ":" + hex[:12]
	}
	return id
}
