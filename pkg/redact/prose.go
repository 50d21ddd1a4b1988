package redact

import (
	"strings"
)

// nextWord hides the word after a name: of an option, of a directive, quoted, or
// in a sentence if it looks like a credential.
func (f *finder) nextWord(p pair) {
	s := f.s
	r := readValue(s, p.value)
	last := lastOf(p.name)
	switch {
	case p.option:
		if p.kind == strongName && r.text != "" && r.text[0] != '-' && !harmless(r.text) && !isCapitals(r.text) {
			f.add(r.from, r.end(s))
		}
	case r.quote != "":
		if p.kind == strongName && !harmless(r.text) && (isPassword(last) || random(r.text)) {
			f.add(r.from, r.end(s))
		}
	case p.kind == weakName:
		f.weakSentence(p, r)
	case isDirective(p.name) && !harmless(r.text), f.isLogin(p) && !harmless(r.text):
		f.add(r.from, r.end(s))
	default:
		f.prose(p)
	}
}

// isCapitals reports whether text is a placeholder as in a usage message.
func isCapitals(text string) bool { return strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == "" }

// isLogin reports whether a name stands in a line of a netrc file: login bob
// password ….
func (f *finder) isLogin(p pair) bool {
	const longest = 80
	before := f.s[max(0, p.value-longest):p.value]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	return p.name == "password" && (strings.Contains(before, "login ") || strings.Contains(before, "machine "))
}

// weakSentence hides what follows a weak word in a sentence: "auth admin:…",
// "encrypting with key …", "otp 123456".
func (f *finder) weakSentence(p pair, r reading) {
	_, password, ok := strings.Cut(r.text, ":")
	switch {
	case ok && givesAway(r.text) && !isPublic(r.text):
		from := r.from + len(r.text) - len(password)
		f.add(from, r.end(f.s))
	case isPIN(p.name) && isCode(strings.TrimRight(r.text, ".,;")):
		f.add(r.from, r.end(f.s))
	case lastOf(p.name) == "key" && len(r.text) >= 32 && random(r.text) && encrypts(f.s[max(0, p.value-40):p.value]):
		f.add(r.from, r.end(f.s))
	}
}

func encrypts(before string) bool {
	before = strings.ToLower(before)
	return strings.Contains(before, "crypt") || strings.Contains(before, "unseal") || strings.Contains(before, "sign")
}

// sentenceWords are the words that can stand between the word for a credential
// and the credential itself.
var sentenceWords = setOf([]string{
	"is", "was", "be", "for", "of", "the", "user", "account", "admin", "root", "with", "to", "has", "been", "set", "provided",
	"given", "used", "received", "value",
	"generated", "temporary", "initial", "elastic", "following", "hash", "header", "string", "=", ":", "-",
})

// farthestWord is the number of words after the word for a credential in which
// a sentence is searched.
const farthestWord = 8

// prose hides the credential that a sentence names after the word for one:
// "password is …", "token … is invalid", "password for bob: …".
func (f *finder) prose(p pair) {
	s := f.s
	at := p.value
	bound := p.sign == textAfter // something says that the value comes
	for n := range farthestWord {
		at = skipBlanks(s, at)
		if at >= len(s) || s[at] == '\n' {
			return
		}
		end := at
		for end < len(s) && strings.IndexByte(" \t\r\n", s[end]) < 0 && end-at < enough {
			end++
		}
		word := s[at:end]
		plain := strings.TrimRight(word, ".,;:!?)")
		if f.proseValue(p, at, plain, n == 0 || bound) {
			return
		}
		lower := strings.ToLower(plain)
		if !sentenceWords[lower] && !strings.HasSuffix(word, ":") && !afterFor(s, at) {
			return
		}
		bound = lower == "is" || lower == "was" || lower == "=" || lower == ":" || strings.HasSuffix(word, ":")
		at = end
		if bound && strings.HasSuffix(word, ":") && skipBlanks(s, at) < len(s) && s[skipBlanks(s, at)] == '\n' {
			f.lines(p, skipBlanks(s, at))
			return
		}
	}
}

// afterFor reports whether the word at i is a name after "for", "of" or "user".
func afterFor(s string, i int) bool {
	before := strings.TrimRight(s[max(0, i-12):i], " ")
	return strings.HasSuffix(before, " for") || strings.HasSuffix(before, " of") || strings.HasSuffix(before, " user") ||
		strings.HasSuffix(before, " the")
}

// proseValue hides a word of a sentence if it is a credential.
func (f *finder) proseValue(p pair, at int, word string, near bool) bool {
	last := lastOf(p.name)
	if quoted := skipQuote(f.s, at); quoted > at {
		r := readValue(f.s, at)
		if near && p.kind == strongName && !harmless(r.text) && (isPassword(last) || random(r.text)) {
			f.add(r.from, r.end(f.s))
			return true
		}
		return false
	}
	if near && last == "code" && isCode(word) {
		f.add(at, at+len(word))
		return true
	}
	if !near || word == "" || harmless(word) || isVersion(word) || strings.Contains(word, "=") || (isPublic(word) && !isUUID(word)) {
		return false
	}
	found := random(word) && len(word) >= 16
	if isPassword(last) {
		found = found || (len(word) >= 6 && hasDigitAndLetter(word) && !strings.ContainsAny(word, "/\\(){}[]<>\"'"))
	}
	if found {
		f.add(at, at+len(word))
	}
	return found
}

// valueOfSibling hides the value after the word "value" if a name beside it is
// one of a credential, as in lists of environment variables:
// {"name":"DB_PASSWORD","value":"…"}, in any order.
func (f *finder) valueOfSibling(end int) {
	const far = 160
	s := f.s
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
	switch kind := kindOf(name); {
	case kind == strongName, kind == weakName && givesAway(r.text):
		f.add(r.from, stop)
	}
}

// siblingName returns the value of the key "name" or "key" in a piece of text:
// the last before a value, or the first after it.
func siblingName(s string, before bool) string {
	best := ""
	for _, key := range []string{"name", "key", "Name", "Key"} {
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
