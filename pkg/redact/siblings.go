package redact

import (
	"strings"
)

// valueOfSibling hides the value after the word "value" if a name beside it is
// one of a credential, as in lists of environment variables:
// {"name":"DB_PASSWORD","value":"…"}, in any order.
func (f *finder) valueOfSibling(end int) {
	s := f.s
	f.newPassword(end)
	at := skipBlanks(s, skipQuote(s, end))
	if at >= len(s) || strings.IndexByte(":=>", s[at]) < 0 {
		return
	}
	element := s[at] == '>'
	if list := skipBlanks(s, at+1); list < len(s) && s[list] == '[' { // "values": ["…"]
		at = list
	}
	r := readValue(s, at+1)
	if element {
		r = reading{from: at + 1, text: s[at+1 : at+1+strings.IndexByte(s[at:]+"<", '<')-1]}
	}
	if r.text == "" || harmless(r.text) || (isPreposition(s[:end]) && !isPlainSecret(r.text)) {
		return
	}
	name := siblingName(f.siblingBefore(end), true)
	if name == "" {
		name = siblingName(f.siblingAfter(r.end(s)), false)
	}
	if kind := kindOf(name); kind == strongName || (kind == weakName && givesAwayOf(name, r.text)) {
		f.addValue(r)
	}
}

// isPreposition reports whether a text ends with a word that names the value before or after a change, or a text, and other things
// more often.
func isPreposition(before string) bool {
	return hasAnySuffix(before, []string{"from", "to", "before", "after", "text", "values"})
}

// farSibling is how far from a value its name is looked for.
const farSibling = 160

// newPassword hides what the tool of Elasticsearch that resets passwords prints.
func (f *finder) newPassword(end int) {
	before := f.s[max(0, end-farSibling):end]
	if !strings.HasSuffix(before, "New value") || !strings.Contains(before+f.s[end:min(len(f.s), end+farSibling)], "assword") {
		return
	}
	if at := skipBlanks(f.s, end); at < len(f.s) && f.s[at] == ':' {
		f.addValue(readValue(f.s, at+1))
	}
}

// siblingBefore returns the text of the same object before a value; an item of a list
// that begins with its value has none.
func (f *finder) siblingBefore(end int) string {
	before := f.s[max(0, end-farSibling):end]
	if cut := strings.LastIndexAny(before, "{}"); cut >= 0 {
		before = before[cut:]
	}
	if strings.Contains(before, "- value") {
		return ""
	}
	return before
}

// siblingAfter returns the text of the same object after a value.
func (f *finder) siblingAfter(stop int) string {
	after := f.s[stop:min(len(f.s), stop+farSibling)]
	if cut := strings.IndexAny(after, "{}"); cut >= 0 {
		return after[:cut]
	}
	return after
}

// siblingKeys are the members whose value can be the name of a credential beside its value.
var siblingKeys = []string{
	"name", "key", "Name", "Key", "variable", "field", "header", "property", "parameter", "msg", "label", "path", "type",
	"Property", "Origin", "setting", "param", "attribute", "option", "column", "title", `"id"`, `"k"`, `"n"`,
}

// siblingName returns the value of the key "name" or "key" in a piece of text:
// the last before a value, or the first after it.
func siblingName(s string, before bool) string {
	best := ""
	for _, key := range siblingKeys {
		i := strings.Index(s, key)
		if before {
			i = strings.LastIndex(s, key)
			if tag := strings.LastIndexByte(s[:max(i, 0)], '<') + 1; i > 0 && tag > 0 && s[tag] == '/' && isUser(s[tag+1:i]+key) { // </name>
				i = strings.LastIndex(s[:tag], key)
			}
		}
		if i < 0 || (i > 0 && isWord(s[i-1])) {
			continue
		}
		at := skipBlanks(s, skipQuote(s, i+len(key)))
		if at >= len(s) || strings.IndexByte(":=>", s[at]) < 0 {
			continue
		}
		if !before && strings.Contains(s[:i], "\n- ") {
			continue
		}
		r := readValue(s, at+1)
		name := r.text
		if cut := strings.IndexAny(name, "<>\",'"); cut >= 0 {
			name = name[:cut]
		}
		if kindOf(name) != otherName && (key != "type" || isChosen(name)) { // the type of a token can be one of a parser
			return name
		}
		if key != "type" {
			best = name
		}
	}
	return best
}
