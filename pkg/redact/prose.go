package redact

import (
	"slices"
	"strings"
)

// nextWord hides the word after a name: of an option, of a directive, quoted, or
// in a sentence if it looks like a credential.
func (f *finder) nextWord(p pair) {
	s := f.s
	r := readValue(s, p.value)
	if (!p.option && isSentence(p, r)) || f.isOfParser(p, r) {
		if at := skipBlanks(s, p.value); at < len(s) && s[at] == '(' {
			f.inBrackets(at)
		}
		return
	}
	switch {
	case p.kind == strongName && strings.HasPrefix(s[min(p.value, len(s)):], "<("): // the output of a command
		if !harmless(r.text) {
			f.addValue(r)
		}
	case p.option:
		f.optionValue(p, r)
	case r.quote != "" && isNameOfThing(s[r.end(s):]): // the password "from file" option
	case r.quote != "":
		if p.kind == strongName && !harmless(r.text) && (isChosen(p.name) || random(r.text) || hasSigns(r.text)) {
			f.addValue(r)
			f.secondValue(p, min(len(s), r.end(s)+len(r.quote)))
		}
	case p.kind == weakName:
		f.weakSentence(p, r)
	case p.name == "auth-pass": // the name of a master is between them
	case isDirective(p.name) && strings.HasPrefix(r.text, "--"): // an option of it
	case isDirective(p.name) && !harmless(r.text), f.isLogin(p) && !harmless(r.text):
		f.addValue(r)
	default:
		f.prose(p)
	}
}

// optionValue hides the word after an option, or the password in user:password.
func (f *finder) optionValue(p pair, r reading) {
	if p.kind == strongName && r.text != "" && r.text[0] != '-' && !harmless(r.text) && !isCapitals(r.text) && !isMount(r.text) {
		f.addValue(r)
	}
	if user, password, ok := strings.Cut(r.text, ":"); ok && p.kind == weakName && isUserAndPassword(user, password) {
		f.add(r.from+len(user)+1, r.end(f.s))
	}
}

// isSentence reports whether a name is a word of a sentence: to pass "-v" to git, or
// several of which a remark in brackets follows: tokens (42).
func isSentence(p pair, r reading) bool {
	if p.name == "pass" || p.name == "Pass" {
		return r.quote != "" || !hasDigitAndLetter(r.text) || strings.HasPrefix(r.text, "-")
	}
	return isPlural(p.name) && strings.HasPrefix(r.text, "(")
}

// isMount reports whether the value of an option names a secret of a container, as
// docker service and docker build have it: source=ssh-key,target=ssh.
func isMount(text string) bool {
	key, _, ok := strings.Cut(text, "=")
	return ok && (key == "source" || key == "src" || key == "target" || key == "id" || key == "type")
}

// parserWords come before "token" if that is what a parser reads.
var parserWords = setOf([]string{"unexpected", "expected", "expecting", "illegal", "near", "next", "unknown"})

// isOfParser reports whether a name is a token of a language: unexpected token ";".
func (f *finder) isOfParser(p pair, r reading) bool {
	if random(r.text) {
		return false
	}
	before := strings.TrimRight(f.s[max(0, p.value-40):p.value], " \"'`")
	before, ok := strings.CutSuffix(before, "token")
	if !ok || p.name != "token" {
		return false
	}
	before = strings.TrimRight(before, " ")
	return parserWords[strings.ToLower(before[strings.LastIndexAny(before, " \n")+1:])]
}

// isCapitals reports whether text is a placeholder as in a usage message.
func isCapitals(text string) bool { return strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == "" }

// weakSentence hides what follows a weak word in a sentence: "auth admin:…",
// "encrypting with key …", "otp 123456".
func (f *finder) weakSentence(p pair, r reading) {
	_, password, ok := strings.Cut(r.text, ":")
	switch {
	case lastOf(p.name) == "login" && f.loginWith(p.value):
	case ok && givesAway(r.text) && !isPublic(r.text):
		from := r.from + len(r.text) - len(password)
		f.add(from, r.end(f.s))
	case isPIN(p.name) && isCode(strings.TrimRight(r.text, ".,;")):
		f.addValue(r)
	case isServiceKey(p.name) && len(r.text) >= 16 && random(r.text) && isLast(f.s, r.end(f.s)):
		f.addValue(r)
	case (lastOf(p.name) == "login" || lastOf(p.name) == "auth") && f.userThenWord(p.value):
	case isPIN(p.name) && (r.text == "is" || r.text == "code"):
		f.prose(p)
	case f.isKeyOfSentence(p, r):
		f.addValue(r)
	}
}

// isKeyOfSentence reports whether a sentence names a key or a code by its value: it judges it ("key … is not valid"), or says what
// it does ("encrypting with key …").
func (f *finder) isKeyOfSentence(p pair, r reading) bool {
	last := lastOf(p.name)
	if last == "seed" && len(r.text) >= 16 && strings.Trim(r.text, variableLetters) == "" && random(r.text) && isLast(f.s, r.end(f.s)) {
		return true
	}
	if len(r.text) < 16 || !random(r.text) || isFingerprint(r.text) {
		return false
	}
	if (last == "key" || last == "code") && !isUUID(r.text) && keyJudged(f.s[r.end(f.s):]) {
		return true
	}
	return last == "key" && len(r.text) >= 20 && encrypts(f.s[max(0, p.value-40):p.value])
}

// isFingerprint reports whether text is one of a public key, or the long ID of one, as GnuPG prints them.
func isFingerprint(text string) bool {
	return (len(text) == 40 || len(text) == 16) && strings.Trim(text, "0123456789ABCDEF") == ""
}

func encrypts(before string) bool {
	before = strings.ToLower(before)
	return containsAny(before, "crypt", "unseal", "sign", "derive", "aes")
}

// sentenceWords are the words that can stand between the word for a credential
// and the credential itself.
var sentenceWords = setOf([]string{
	"is", "was", "be", "for", "of", "the", "user", "account", "admin", "root", "with", "to", "has", "been", "set", "provided",
	"given", "used", "received", "value",
	"generated", "temporary", "initial", "elastic", "following", "hash", "header", "string", "=", ":", "-",
	"changed", "updated", "rotated", "from", "equals", "→", "ist", "war", "est", "es",
	"read", "loaded", "env", "environment", "config", "configuration", "file", "currently", "now", "expected", "got", "mismatch", "/",
	"in", "clear", "using", "defaults", "defaulting",
	"successfully", "automatically", "randomly", "renewed", "refreshed", "regenerated", "reset", "new", "one",
	"retrieved", "fetched", "saved", "stored", "obtained", "decrypted", "resolved", "decoded", "--", "—", "–",
	"di", "de", "del", "della", "do", "da", "von", "van", "pour", "per", "para", "na", "dla",
	"will", "supplied", "entered", "printed", "shown", "once", "url", "query", "cookie", "plain", "text", "found", "cache", "hit",
})

// bindingWords are those after which the credential comes next.
var bindingWords = setOf([]string{
	"is", "was", "=", ":", "-", "/", "to", "from", "expected", "got", "equals", "→", "ist", "war", "est", "es", "lautet", "è", "é", "value", "header", "be",
	"–", "—",
})

// stickyWords keep a credential announced that a word before them announced: "is now …", "to be …".
var stickyWords = setOf([]string{"now", "currently", "just", "following"})

// secondWords can stand between two credentials of one sentence: "from … to …",
// "expected …, but got …".
var secondWords = setOf([]string{
	"to", "but", "got", "not", "received", "instead", "of", "with", "found", "failed", "comparison", "does", "match", "differs", "expected",
	"=>", "->", "→", "!=", "vs", "vs.", "<>",
})

// judgements are words about a credential after which no credential stands: "the
// password is wrong: PG::ConnectionBad".
var judgements = setOf([]string{
	"wrong", "invalid", "incorrect", "rejected", "refused", "denied", "missing", "required", "expired", "empty", "mismatched",
})

// attributes are words that a word for a credential makes the name of something else: "Secret version: …".
var attributes = setOf([]string{
	"version", "name", "names", "id", "ids", "path", "type", "length", "size", "count", "namespace", "ttl", "expiry", "expires", "url",
	"provider", "store", "backend", "policy", "source", "status", "state", "scope", "issuer", "audience", "owner", "fingerprint",
})

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

// changePrepositions come in other languages before the new password, in a sentence with a verb that begins or goes on as
// one of changeStems.
var (
	changePrepositions = setOf([]string{"auf", "на", "na", "til", "till", "naar", "a", "en", "à"})
	changeStems        = []string{"gesetzt", "geändert", "wurde", "сброш", "измен", "установ", "zmien", "ustaw", "cambi", "chang", "ændret", "ändra", "gewijzigd"}
)

// announces reports whether the credential comes next after a word.
func (f *finder) announces(p pair, word, before string) bool {
	if changePrepositions[word] && isForeign(p.name) {
		return containsAny(f.s[p.end:min(len(f.s), p.end+nearAfter)], changeStems...)
	}
	return bindingWords[word] && !f.namesPlace(p, word, before)
}

// changeStarts begin verbs after which "from" and "to" come before the old and the new credential.
var changeStarts = []string{"chang", "rotat", "updat", "renam", "switch", "modif", "replac", "migrat", "was", "is"}

// moveStarts begin verbs after which "to" comes before a place: sending the token to ….
var moveStarts = []string{
	"copy", "copi", "send", "sent", "writ", "wrote", "sav", "sync", "upload", "push", "pass", "post", "export", "forward", "add", "deliver",
}

// namesPlace reports whether "from" or "to" comes before the place of a credential, and not before the credential itself: reading
// the password from …, not changing the password from …. The verb is the word before it or the one before the name.
func (f *finder) namesPlace(p pair, word, before string) bool {
	const far = 60
	begins := func(starts []string) bool {
		near := f.s[max(0, p.start-far):p.start]
		line := strings.ToLower(withoutKind(strings.TrimRight(near[strings.LastIndexByte(near, '\n')+1:], " ")))
		verb := line[strings.LastIndexAny(line, " \t")+1:]
		return slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(before, start) || strings.HasPrefix(verb, start) })
	}
	switch word {
	case "from":
		return p.sign != textAfter && !begins(changeStarts)
	case "to":
		return begins(moveStarts)
	}
	return false
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
