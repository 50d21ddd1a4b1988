package redact

import (
	"strings"
)

// farthestWord is the number of words after the word for a credential in which
// a sentence is searched.
const farthestWord = 8

// sentence is how far a sentence after the word for a credential was read.
type sentence struct {
	bound   bool   // a word or a sign announces that the credential comes next
	foreign bool   // the words are of a language of which no table has them
	before  string // the word before, in small letters
}

// prose hides the credential that a sentence names after the word for one:
// "password is …", "token … is invalid", "password for bob: …".
func (f *finder) prose(p pair) {
	if f.madeInstead(p) {
		return
	}
	read := sentence{bound: p.sign == textAfter, foreign: isForeign(p.name)}
	at := p.value
	for n := range farthestWord {
		at = skipBlanks(f.s, at)
		if at >= len(f.s) || f.s[at] == '\n' {
			return
		}
		end := at
		for end < len(f.s) && strings.IndexByte(" \t\r\n", f.s[end]) < 0 && end-at < enough && !endsMember(f.s, end) {
			end++
		}
		if f.proseWord(p, read, at, end, n) || f.endsProse(p, &read, at, end, n) {
			return
		}
		at = end
	}
}

// endsMember reports whether the quote of a member of JSON closes at i, so that what follows is no more of its sentence.
func endsMember(s string, i int) bool {
	return strings.HasPrefix(s[i:], `","`) || strings.HasPrefix(s[i:], `\",\"`)
}

// proseWord hides the word between at and end, the n-th after the one for a credential, if it is the credential, and reports
// whether it is.
func (f *finder) proseWord(p pair, read sentence, at, end, n int) bool {
	plain := plainWord(f.s[at:end])
	from := at + len(plain) - len(strings.TrimLeft(plain, "([{«»„“”‘「"))
	text := plain[from-at:]
	near := n == 0 || read.bound || (hasAnySuffix(f.s[:at], []string{" with ", "mismatch "}) && isLongRandom(text))
	if f.proseValue(p, from, text, near, read.bound) {
		f.secondValue(p, end)
		return true
	}
	return f.listedInBrackets(at, plain)
}

// plainWord returns a word without the signs of a sentence behind it.
func plainWord(word string) string {
	return strings.TrimRight(word, ".,;:!?)]}\"'`\\«»”“’。，」")
}

// endsProse notes what the word between at and end shows about the next one, and reports whether no credential can follow it on
// its line.
func (f *finder) endsProse(p pair, read *sentence, at, end, n int) bool {
	word := f.s[at:end]
	lower := strings.ToLower(plainWord(word))
	colon := strings.HasSuffix(word, ":")
	if (n > 0 && judgements[lower]) || attributes[lower] {
		return true
	}
	if !sentenceWords[lower] && !colon && !afterFor(f.s, at) && !read.foreign {
		f.valueBelow(p, at)
		return true
	}
	read.bound = f.announces(p, lower, read.before) || (read.bound && stickyWords[lower]) || colon ||
		(usesPassword(p, lower) && !strings.HasPrefix(f.s[end:], " `")) || (mailAddress.MatchString(word) && afterFor(f.s, at))
	read.before = lower
	next := skipBlanks(f.s, end)
	if !colon || next == len(f.s) || f.s[next] != '\n' {
		return false
	}
	f.lines(p, next)
	return true
}

// proseValue hides a word of a sentence if it is a credential. It can be only if it is near
// the word for one; announced means that a word such as "is" stands between them.
func (f *finder) proseValue(p pair, at int, word string, near, announced bool) bool {
	if !near || (lastOf(p.name) == "pass" && strings.HasPrefix(word, "Test")) { // of go test
		return false
	}
	announced = announced && (p.kind == strongName || isPIN(p.name))
	if skipQuote(f.s, at) > at {
		r := readValue(f.s, at)
		likely := isChosen(p.name) || random(r.text) || (announced && (isLikelySecret(r.text) || hasSigns(r.text)))
		if p.kind != strongName || harmless(r.text) || !likely {
			return false
		}
		f.addValue(r)
		return true
	}
	if !isProseCode(p, word, announced) && !isProseSecret(p, word, announced) {
		return false
	}
	f.add(at, at+len(word))
	return true
}

// isProseCode reports whether a word after one for a code or a password is a number that can be it.
func isProseCode(p pair, word string, announced bool) bool {
	if last := lastOf(p.name); last == "code" || last == "passcode" || (announced && isPIN(p.name)) {
		return isCode(word)
	}
	return (announced || p.oneTime) && isChosen(p.name) && isOneTimeCode(word)
}

// isProseSecret reports whether a word looks like a credential. Of passwords, which people choose, less is wanted than of tokens.
func isProseSecret(p pair, word string, announced bool) bool {
	const (
		shortestRandom   = 16
		shortestPassword = 6
	)
	if isOtherWord(word) || (!announced && isNumberedName(word)) {
		return false
	}
	if isChosen(p.name) && len(word) >= shortestPassword && isNoWord(word) && !strings.ContainsAny(word, "/\\(){}[]<>\"'") {
		return true
	}
	if random(word) && len(word) >= shortestRandom && !identifier.MatchString(word) {
		return true
	}
	return isRandomCapitals(word) || made(word) || isSigned(word) || (isUUID(word) && lastOf(p.name) == "token") ||
		(announced && (isLikelySecret(word) || isPeoplesPassword(word)))
}

// isOtherWord reports whether a word of a sentence is no credential, whatever stands before it.
func isOtherWord(word string) bool {
	return word == "" || harmless(word) || isVersion(word) || strings.Contains(word, "=") || (isPublic(word) && !isUUID(word))
}

// numberedNames end names that get a number if there are several: password1. Other words for credentials are words of passwords, too.
var numberedNames = setOf([]string{"password", "passwd", "secret", "token", "key", "credentials", "creds"})

// isNumberedName reports whether a word is one for a credential with a number, as keys of Secrets are called: password1, db-token2.
func isNumberedName(word string) bool {
	const most = 2
	name := strings.TrimRight(word, "0123456789")
	return len(word)-len(name) <= most && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-_.") == "" && numberedNames[lastOf(name)]
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
