package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// list hides the items of a list: ["…", "…"], [… …].
func (f *finder) list(p pair, at int) {
	const most = 100
	if m := byteList.FindStringIndex(f.s[at:min(len(f.s), at+longestBytes)]); m != nil && p.kind == strongName {
		f.add(at+1, at+m[1]-1)
		return
	}
	if end := strings.Index(f.s[at:lineEnd(f.s, at)], "]("); end > 0 && isVersion(f.s[at+1:at+end]) {
		return // a link of Markdown: credentials: [v1.17.67](https://…)
	}
	if end := strings.IndexByte(f.s[at:lineEnd(f.s, at)], ']'); end > 0 {
		if text := f.s[at : at+end+1]; isPlaceholder(text) && !isNoWord(text) {
			return
		}
	}
	for range most {
		at = skipSeparators(f.s, at+1)
		if at >= len(f.s) || f.s[at] == ']' {
			return
		}
		if f.s[at] == '{' {
			f.listedObject(p, at)
			return
		}
		r := readValue(f.s, at)
		end := r.end(f.s)
		if strings.HasPrefix(f.s[skipBlanks(f.s, min(len(f.s), end+len(r.quote))):], "=>") {
			return // a map of PHP, whose names are looked at on their own: 'passwords' => ['users' => ['expire' => 60]]
		}
		if isItem(p, r) {
			f.add(r.from, end)
		}
		if r.text == "" {
			return
		}
		at = end
		if r.quote != "" {
			at = end + len(r.quote) - 1
		} else if at < len(f.s) && f.s[at] == ']' {
			return
		}
	}
}

// listedObject hides the value in the object at open, the first of a list after the name of credentials, and in those that follow it:
// "secrets": [{"id": "db", "plaintext": "…"}]. The items of a list of tokens can be those of a parser.
func (f *finder) listedObject(p pair, open int) {
	const most = 100
	if lastOf(p.name) == "tokens" {
		return
	}
	for range most {
		f.memberValue(p, open)
		end := strings.IndexAny(f.s[open+1:min(len(f.s), open+enough)], "{}")
		if end < 0 || f.s[open+1+end] == '{' {
			return
		}
		open = skipSeparators(f.s, open+end+len("{}"))
		if open >= len(f.s) || f.s[open] != '{' {
			return
		}
	}
}

// byteList matches at least six characters of ASCII as numbers, as Go prints []byte and others print buffers: [104 117 …].
var byteList = lazyregexp.New(`^\[(?:(?:3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]),? ?){6,}\]`)

// longestBytes is how much of such a list is read.
const longestBytes = 2000

// isItem reports whether an item of a list after the name of credentials is one. Numbers of a few digits
// and names of Secrets are not.
func isItem(p pair, r reading) bool {
	const (
		shortestNumber = 6
		shortestWord   = 8
	)
	if r.text == "" || harmless(r.text) || (isNumber(r.text) && (r.quote == "" || len(r.text) < shortestNumber)) {
		return false
	}
	if lastOf(p.name) == "secrets" && ((isDNSName(r.text) && strings.Contains(r.text, "-")) || isObjectName(p.name, r.text)) {
		return false
	}
	if lastOf(p.name) == "tokens" && len(r.text) < shortestWord && strings.Trim(r.text, letterSigns) == "" {
		return false // of a parser: tokens: ["if", "else"]
	}
	return p.kind == strongName || givesAway(r.text)
}

// skipSeparators returns where the next item of a list begins.
func skipSeparators(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\r\n,", s[i]) >= 0 {
		i++
	}
	return i
}

// lines hides a value that is on the lines after its name: a block of YAML, the
// items of a list, or one word alone.
func (f *finder) lines(p pair, at int) {
	indent := indentOf(f.s, lineStart(f.s, p.value-1))
	block := f.s[at] == '|' || f.s[at] == '>'
	next := lineEnd(f.s, at) + 1
	if block && strings.Trim(f.s[at:next-1], "|>+-0123456789 \t\r") != "" {
		return // a table, or a redirection
	}
	if isRule(f.s, next) {
		f.describedValue(p, lineEnd(f.s, next)+1)
		return
	}
	const most = 200
	for n := range most {
		if next >= len(f.s) {
			return
		}
		end := lineEnd(f.s, next)
		line := strings.TrimRight(f.s[next:end], " \t\r")
		text := strings.TrimLeft(line, " \t")
		from := next + len(line) - len(text)
		item := strings.HasPrefix(text, "- ")
		deeper := indentOf(f.s, next) > indent
		switch {
		case text == "" && (block || n == 0):
		case block && deeper:
			if (p.kind == strongName && !harmless(text)) || givesAway(text) {
				f.add(from, next+len(line))
			}
		case item && (deeper || indentOf(f.s, next) == indent):
			f.lineValue(p, from+2)
		case deeper && !strings.ContainsAny(text, " :"), strings.TrimSpace(text) != "" && isPlainSecret(text) && p.kind == strongName:
			f.lineValue(p, from)
			return
		default:
			return
		}
		next = end + 1
	}
}

// isRule reports whether the line that begins at i is made of dashes alone.
func isRule(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	line := strings.TrimSpace(s[i:lineEnd(s, i)])
	return len(line) > 2 && strings.Trim(line, "-") == ""
}

// describedValue hides the line that begins at i as the value of a key, as kubectl describe prints
// those of a ConfigMap: below a line of dashes.
func (f *finder) describedValue(p pair, i int) {
	if i >= len(f.s) {
		return
	}
	text := strings.TrimSpace(f.s[i:lineEnd(f.s, i)])
	if text == "" || strings.ContainsAny(text, " \t") || !isSecretValue(p.name, text) || (p.kind != strongName && !givesAway(text)) {
		return
	}
	from := skipBlanks(f.s, i)
	f.add(from, from+len(text))
}

// lineValue hides the value that begins at i and is alone on its line.
func (f *finder) lineValue(p pair, i int) {
	r := readValue(f.s, i)
	if r.text == "" || harmless(r.text) || !isLast(f.s, r.from+len(r.text)) || nameFollows(f.s[i:]) {
		return
	}
	if lastOf(p.name) == "secrets" && isDNSName(r.text) && strings.Contains(r.text, "-") {
		return // the name of a Secret
	}
	if p.kind == strongName || givesAway(r.text) {
		f.addValue(r)
	}
}

// isPlainSecret reports whether a line is one word that looks like a password.
func isPlainSecret(text string) bool {
	return !strings.ContainsAny(text, " \t=:") && len(text) >= 6 && isNoWord(text) && !isVersion(text) && !isPath(text)
}

// indentOf returns the number of blanks at the start of the line that begins at i.
func indentOf(s string, i int) int {
	start := i
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i - start
}
