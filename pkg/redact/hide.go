package redact

import (
	"slices"
	"strings"
)

// hide adds the value of a pair if it is a credential.
func (f *finder) hide(p pair) {
	switch p.sign {
	case noSign:
		return
	case textAfter:
		f.prose(p)
		return
	case nextWord:
		f.nextWord(p)
		return
	case xmlText:
		f.elementText(p)
		return
	case equals, colon, call:
	}
	if isHeader(p.name) {
		f.header(p)
		return
	}
	at := skipBlanks(f.s, p.value)
	switch {
	case at < len(f.s) && (f.s[at] == '\n' || f.s[at] == '\r'),
		strings.HasPrefix(f.s[min(at, len(f.s)):], "|"),
		strings.HasPrefix(f.s[min(at, len(f.s)):], ">"):
		f.lines(p, at)
		return
	case at < len(f.s) && f.s[at] == '[' && p.sign != call:
		f.list(p, at)
		return
	}
	r := readValue(f.s, p.value)
	if p.sign == call && r.quote == "" {
		return
	}
	if f.isCredential(p, r) {
		f.add(r.from, r.end(f.s))
	}
}

// isCredential judges the value of a pair.
func (f *finder) isCredential(p pair, r reading) bool {
	if r.text == "" || harmless(r.text) {
		return false
	}
	if p.kind == weakName {
		return givesAway(r.text) || (r.scheme && mixed(r.text)) || (isPIN(p.name) && isCode(r.text))
	}
	last := lastOf(p.name)
	switch {
	case !isSecretValue(p.name, r.text):
		return false
	case last == "pass" && p.sign == colon && r.quote == "" && (strings.HasPrefix(r.text, "Test") || !isLast(f.s, r.from+len(r.text))):
		return false
	case r.quote != "", r.scheme, r.cut, p.sign == equals, p.sign == call:
		return true
	}
	// "token: abc" has a value, "token: unexpected end of file" is a sentence.
	return isLast(f.s, r.from+len(r.text)) || random(r.text) || (isPassword(last) && hasDigitAndLetter(r.text) && len(r.text) >= 6)
}

func lastOf(name string) string {
	parts := split(name)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// isSecretValue reports whether a value under a strong name can be a credential.
func isSecretValue(name, value string) bool {
	return !harmless(value) && !isObjectName(name, value) && !isCount(lastOf(name), value)
}

// isObjectName reports whether text is the name of an object, as logs name
// Secrets, or of a key in one.
func isObjectName(called, text string) bool {
	namespace, name, both := strings.Cut(text, "/")
	words := split(called)
	last := words[len(words)-1]
	switch last {
	case "secret", "secrets":
		if isDNSName(text) && (strings.Contains(called, "/") || (len(words) > 1 && slices.Contains(objectWords, words[len(words)-2]))) {
			return true
		}
		return both && isDNSName(namespace) && isDNSName(name)
	case "token", "tokens":
		return both && isDNSName(namespace) && isDNSName(name)
	case "credential", "credentials", "creds":
		return both && isDNSName(namespace) && isDNSName(name) && !mixed(name)
	case "key": // secretKey: db-password names a key of a Secret
		return isDNSName(text) && strings.ContainsAny(text, "-.") && !random(text)
	}
	return false
}

// isDNSName reports whether s can be the name of an object in Kubernetes.
func isDNSName(s string) bool {
	return s != "" && len(s) < 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && s[0] != '-' && s[len(s)-1] != '-' &&
		!random(s)
}

// isCount reports whether text is a number or a version under a name that is
// also one of things to count or to install: tokens: 512, credentials:1414.v12.
func isCount(last, text string) bool {
	switch last {
	case "tokens", "secrets", "credentials", "creds", "credential":
		return isVersion(text) || isNumber(text)
	case "token", "secret", "pass", "salt":
		return (isNumber(text) && len(text) < 4) || (isVersion(text) && strings.Contains(text, "."))
	}
	return false
}

// isPassword reports whether the last word of a name is one for passwords,
// which people choose. Tokens and secrets are made by programs, and Secrets
// have names.
func isPassword(last string) bool {
	switch last {
	case "secret", "secrets", "token", "tokens", "credential", "credentials", "creds", "jwt", "key", "cookie", "pat", "salt":
		return false
	}
	return true
}

func isPIN(name string) bool {
	last := lastOf(name)
	return last == "pin" || last == "otp" || last == "totp"
}

// isCode reports whether text is a code of 4 to 8 digits.
func isCode(text string) bool { return isNumber(text) && len(text) >= 4 && len(text) <= 8 }

func hasDigitAndLetter(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsFunc(s, func(r rune) bool {
		return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
	})
}

// list hides the items of a list: ["…", "…"], [… …].
func (f *finder) list(p pair, at int) {
	const most = 100
	for range most {
		at = skipSeparators(f.s, at+1)
		if at >= len(f.s) || f.s[at] == ']' || f.s[at] == '{' {
			return
		}
		r := readValue(f.s, at)
		end := r.end(f.s)
		if r.text != "" && !harmless(r.text) && !isNumber(r.text) && (p.kind == strongName || givesAway(r.text)) {
			f.add(r.from, end)
		}
		if r.text == "" {
			return
		}
		at = end
		if r.quote != "" {
			at = end + len(r.quote) - 1
		}
	}
}

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
	const most = 200
	for range most {
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
		case text == "" && block:
		case block && deeper:
			if p.kind == strongName || givesAway(text) {
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

// lineValue hides the value that begins at i and is alone on its line.
func (f *finder) lineValue(p pair, i int) {
	r := readValue(f.s, i)
	if r.text == "" || harmless(r.text) || !isLast(f.s, r.from+len(r.text)) || nameFollows(f.s[i:]) {
		return
	}
	if p.kind == strongName || givesAway(r.text) {
		f.add(r.from, r.end(f.s))
	}
}

// isPlainSecret reports whether a line is one word that looks like a password.
func isPlainSecret(text string) bool {
	return !strings.ContainsAny(text, " \t=:") && len(text) >= 6 && hasDigitAndLetter(text) && !isVersion(text) && !isPath(text)
}

func indentOf(s string, i int) int {
	start := i
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i - start
}

// elementText hides the text of an XML element.
func (f *finder) elementText(p pair) {
	rest := f.s[p.value:min(len(f.s), p.value+enough)]
	end := strings.Index(rest, "</")
	if end < 0 || strings.IndexByte(rest[:end], '<') >= 0 {
		return
	}
	text := strings.TrimSpace(rest[:end])
	if text == "" || harmless(text) || strings.Contains(text, "\n") {
		return
	}
	if p.kind == strongName || givesAway(text) {
		f.add(p.value, p.value+end)
	}
}
