package redact

import (
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
	case r.quote != "":
		f.quotedWord(p, r)
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

// quotedWord hides a quoted text after a name. A token that is none of a generator can be the name of one.
func (f *finder) quotedWord(p pair, r reading) {
	if p.start > 1 && f.s[p.start-1] == ':' && isWord(f.s[p.start-2]) { // curl --user bob:password "https://…"
		return
	}
	if isNameOfThing(f.s[r.end(f.s):]) || p.kind != strongName || harmless(r.text) { // the password "from file" option
		return
	}
	if !isChosen(p.name) && !random(r.text) && !hasSigns(r.text) {
		return
	}
	f.addValue(r)
	f.secondValue(p, min(len(f.s), r.end(f.s)+len(r.quote)))
}

// optionValue hides the word after an option, or the password in user:password.
func (f *finder) optionValue(p pair, r reading) {
	if p.kind == strongName && r.text != "" && r.text[0] != '-' && !harmless(r.text) && !isCapitals(r.text) && !isMount(r.text) &&
		!isCount(lastOf(p.name), r.text) {
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
		return r.quote != "" || !isNoWord(r.text) || strings.HasPrefix(r.text, "-")
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
func isCapitals(text string) bool {
	return text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == ""
}

// weakSentence hides what follows a weak word in a sentence: "auth admin:…",
// "encrypting with key …", "otp 123456".
func (f *finder) weakSentence(p pair, r reading) {
	if !r.cut {
		r.text = strings.TrimRight(r.text, ":")
	}
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
	case f.isKeyOfSentence(p, r), isSessionName(p.name) && len(r.text) >= 20 && random(r.text) && !isPublic(r.text):
		f.addValue(r)
	}
}

// isSessionName reports whether a name is one of the session of somebody who logged in.
func isSessionName(name string) bool {
	switch lastOf(name) {
	case "phpsessid", "jsessionid", "sessionid":
		return true
	}
	return isSessionID(name)
}

// isKeyOfSentence reports whether a sentence names a key or a code by its value: it judges it ("key … is not valid"), or states what
// it does ("encrypting with key …").
func (f *finder) isKeyOfSentence(p pair, r reading) bool {
	last := lastOf(p.name)
	if last == "seed" && len(r.text) >= 16 && strings.Trim(r.text, variableLetters) == "" && random(r.text) && isLast(f.s, r.end(f.s)) {
		return true
	}
	if len(r.text) < 16 || !random(r.text) || isFingerprint(r.text) || hasAnyPrefix(r.text, publicStarts) {
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

// encrypts reports whether the words before a key say what is done with it, so that the value of the key follows and not its name.
func encrypts(before string) bool {
	before = strings.ToLower(before)
	return containsAny(before, "crypt", "unseal", "sign", "derive", "aes")
}
