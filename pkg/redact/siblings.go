package redact

import (
	"strings"
)

// valueOfSibling hides the value after the word "value" if a name beside it is
// one of a credential, as in lists of environment variables:
// {"name":"DB_PASSWORD","value":"…"}, in any order.
func (f *finder) valueOfSibling(end int) {
	const far = 160
	s := f.s
	if before := s[max(0, end-far):end]; strings.HasSuffix(before, "New value") && strings.Contains(before, "assword") { // of Elasticsearch
		if at := skipBlanks(s, end); at < len(s) && s[at] == ':' {
			r := readValue(s, at+1)
			f.add(r.from, r.end(s))
		}
	}
	at := skipBlanks(s, skipQuote(s, end))
	if at >= len(s) || strings.IndexByte(":=>", s[at]) < 0 {
		return
	}
	element := s[at] == '>'
	r := readValue(s, at+1)
	if element {
		r = reading{from: at + 1, text: s[at+1 : at+1+strings.IndexByte(s[at:]+"<", '<')-1]}
	}
	if r.text == "" || harmless(r.text) {
		return
	}
	stop := r.end(s)
	before := s[max(0, end-far):end]
	if cut := strings.LastIndexAny(before, "{}"); cut >= 0 {
		before = before[cut:]
	}
	if cut := strings.LastIndex(before, "- value"); cut >= 0 {
		before = ""
	}
	after := s[stop:min(len(s), stop+far)]
	if cut := strings.IndexAny(after, "{}"); cut >= 0 {
		after = after[:cut]
	}
	name := siblingName(before, true)
	if name == "" {
		name = siblingName(after, false)
	}
	if kind := kindOf(name); kind == strongName || (kind == weakName && givesAway(r.text)) {
		f.add(r.from, stop)
	}
}

// siblingName returns the value of the key "name" or "key" in a piece of text:
// the last before a value, or the first after it.
func siblingName(s string, before bool) string {
	best := ""
	for _, key := range []string{"name", "key", "Name", "Key", "variable", "field"} {
		i := strings.Index(s, key)
		if before {
			i = strings.LastIndex(s, key)
			if i > 0 && s[i-1] == '/' { // </name>
				i = strings.LastIndex(s[:i], key)
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
		if kindOf(name) != otherName {
			return name
		}
		best = name
	}
	return best
}
