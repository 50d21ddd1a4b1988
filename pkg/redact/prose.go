package redact

import (
	"strings"
)

// farthestWord is the number of words after the word for a credential in which
// a sentence is searched.
const farthestWord = 8

// prose hides the credential that a sentence names after the word for one:
// "password is …", "token … is invalid", "password for bob: …".
func (f *finder) prose(p pair) {
	if f.madeInstead(p) {
		return
	}
	s := f.s
	at := p.value
	bound := p.sign == textAfter // something says that the value comes
	foreign := isForeign(p.name) // the words between are of no table
	before := ""                 // the word before, in small letters
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
		plain := strings.TrimRight(word, ".,;:!?)]}\"'`\\«»”“’。，」")
		from := at + len(plain) - len(strings.TrimLeft(plain, "([{«»„“”‘「"))
		near := n == 0 || bound || (hasAnySuffix(s[:at], []string{" with ", "mismatch "}) && isLongRandom(plain[from-at:]))
		if f.proseValue(p, from, plain[from-at:], near, bound) {
			f.secondValue(p, end)
			return
		}
		if f.listedInBrackets(at, plain) {
			return
		}
		lower := strings.ToLower(plain)
		if (n > 0 && judgements[lower]) || attributes[lower] {
			return
		}
		if !sentenceWords[lower] && !strings.HasSuffix(word, ":") && !afterFor(s, at) && !foreign {
			f.valueBelow(p, at)
			return
		}
		bound = f.announces(p, lower, before) || (bound && stickyWords[lower]) || strings.HasSuffix(word, ":") ||
			(usesPassword(p, lower) && !strings.HasPrefix(s[end:], " `"))
		at = end
		before = lower
		if bound && strings.HasSuffix(word, ":") && skipBlanks(s, at) < len(s) && s[skipBlanks(s, at)] == '\n' {
			f.lines(p, skipBlanks(s, at))
			return
		}
	}
}

// proseValue hides a word of a sentence if it is a credential. It can be only if it is near
// the word for one; announced means that a word such as "is" stands between them.
func (f *finder) proseValue(p pair, at int, word string, near, announced bool) bool {
	last := lastOf(p.name)
	announced = announced && (p.kind == strongName || isPIN(p.name))
	if quoted := skipQuote(f.s, at); quoted > at {
		r := readValue(f.s, at)
		likely := isChosen(p.name) || random(r.text) || (announced && (isLikelySecret(r.text) || hasSigns(r.text)))
		if near && p.kind == strongName && !harmless(r.text) && likely {
			f.addValue(r)
			return true
		}
		return false
	}
	if last == "pass" && strings.HasPrefix(word, "Test") { // of go test
		return false
	}
	if near && (last == "code" || last == "passcode" || (announced && isPIN(p.name))) && isCode(word) {
		f.add(at, at+len(word))
		return true
	}
	if near && announced && isChosen(p.name) && isOneTimeCode(word) {
		f.add(at, at+len(word))
		return true
	}
	if !near || word == "" || harmless(word) || isVersion(word) || strings.Contains(word, "=") || (isPublic(word) && !isUUID(word)) {
		return false
	}
	found := (random(word) && len(word) >= 16) || isRandomCapitals(word) || made(word) || isSigned(word) ||
		(announced && (isLikelySecret(word) || isPeoplesPassword(word)))
	if isChosen(p.name) {
		found = found || (len(word) >= 6 && hasDigitAndLetter(word) && !strings.ContainsAny(word, "/\\(){}[]<>\"'"))
	}
	if found {
		f.add(at, at+len(word))
	}
	return found
}

// valueBelow hides the word that is alone on the line after a sentence that announces
// it: "use the following password to proceed:", "the password is written below".
func (f *finder) valueBelow(p pair, at int) {
	s := f.s
	end := lineEnd(s, at)
	line := strings.TrimRight(s[at:end], " \t\r")
	if p.kind != strongName || (!strings.HasSuffix(line, ":") && !strings.HasSuffix(strings.TrimRight(line, "."), "below")) {
		return
	}
	next := skipSpace(s, end)
	if next == len(s) || strings.Count(s[end:next], "\n") > 2 {
		return
	}
	stop := lineEnd(s, next)
	text := strings.TrimRight(s[next:stop], " \t\r")
	if !isPlainSecret(strings.TrimRight(text, "=")) || harmless(text) || isPublic(text) || (!isChosen(p.name) && !random(text)) {
		return
	}
	if after := min(stop+1, len(s)); isPlainSecret(strings.TrimSpace(s[after:lineEnd(s, after)])) {
		return // a list of something
	}
	f.add(next, next+len(text))
}

// secondValue hides the other credential of a sentence whose first ends at end.
func (f *finder) secondValue(p pair, end int) {
	const most = 4
	for range most {
		at := skipBlanks(f.s, end)
		word := firstWordOf(f.s[at:])
		if !secondWords[strings.ToLower(word)] {
			return
		}
		end = at + len(word)
		next := skipBlanks(f.s, end)
		if f.proseValue(p, next, firstWordOf(f.s[next:]), true, false) {
			return
		}
	}
}

// firstWordOf returns the first word of s without the signs of a sentence.
func firstWordOf(s string) string {
	end := strings.IndexAny(s, " \t\r\n")
	if end < 0 {
		end = len(s)
	}
	return strings.TrimRight(s[:min(end, enough)], ".,;:!?)]}")
}

// afterFor reports whether the word at i is a name after "for", "of" or "user".
func afterFor(s string, i int) bool {
	before := strings.ToLower(strings.TrimRight(s[max(0, i-12):i], " "))
	return hasAnySuffix(before, []string{" for", " of", " user", " the", " this", " on", " host"})
}
