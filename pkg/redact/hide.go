package redact

import (
	"regexp"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// hide adds the value of a pair if it is a credential.
func (f *finder) hide(p pair) {
	if f.seedPhrase(p) {
		return
	}
	switch p.sign {
	case noSign:
		f.variableDefault(p)
	case textAfter:
		if p.kind == strongName {
			f.prose(p)
		}
	case nextWord:
		if after, ok := strings.CutPrefix(f.s[skipBlanks(f.s, p.value):], "header: "); ok && isHeader(p.name) {
			p.value = len(f.s) - len(after)
			f.header(p)
			return
		}
		f.userAndPassword(p)
		f.nextWord(p)
	case xmlText:
		f.elementText(p)
	case equals, colon, call:
		f.userAndPassword(p)
		f.hideAssigned(p)
	}
}

// hideAssigned adds the value after an equals sign, a colon or a bracket if it is a credential.
func (f *finder) hideAssigned(p pair) {
	if isHeader(p.name) {
		f.header(p)
		return
	}
	at := f.skipType(&p)
	if f.endsText(p, at) || f.hideBelow(p, at) || f.userThenPassword(p, at) || f.hideCollection(p, at) {
		return
	}
	r := readValue(f.s, p.value)
	if p.sign == call && readingWords[firstOf(p.name)] {
		return // readPassword("Password: ")
	}
	inCall := p.sign == call || (r.from > 1 && f.s[r.from-2] == '(')
	if p.sign == call && r.quote == "" && p.kind == strongName && isLongRandom(r.text) && !isPublic(r.text) && strings.HasPrefix(f.s[r.end(f.s):], ")") {
		f.addValue(r) // Token(…)
		return
	}
	if (p.sign == call && r.quote == "") || (inCall && isPlural(p.name) && argumentFollows(f.s, r.end(f.s))) {
		return
	}
	if f.isCredential(p, r) {
		f.addValue(r)
		f.changedValue(r)
	}
}

// changedValue hides the other value of a plan that shows a change: token = "…" -> "…".
func (f *finder) changedValue(r reading) {
	if r.cut {
		return
	}
	rest := f.s[min(len(f.s), r.end(f.s)+len(r.quote)):]
	for _, arrow := range []string{" -> ", " => ", " → ", " != "} {
		after, ok := strings.CutPrefix(rest, arrow)
		if !ok {
			continue
		}
		next := readValue(f.s, len(f.s)-len(after))
		if next.text != "" && !harmless(next.text) && (next.quote != "" || (r.quote == "" && isPlainSecret(r.text) && isPlainSecret(next.text))) {
			f.addValue(next)
		}
	}
}

// readingWords begin names of functions that return a credential. Their argument is a prompt or a place.
var readingWords = setOf([]string{
	"read", "get", "prompt", "ask", "input", "enter", "find", "load", "fetch", "check", "validate", "is", "has",
})

func firstOf(name string) string {
	parts := wording.NameWords(name[strings.LastIndexByte(name, '.')+1:])
	if len(parts) < 2 {
		return ""
	}
	return parts[0]
}

// hideCollection looks at a remark in brackets, a list or an object at i, and reports whether there is no
// other value.
func (f *finder) hideCollection(p pair, i int) bool {
	if p.sign != call && remark.MatchString(f.s[i:min(len(f.s), i+enough)]) {
		return true
	}
	if i >= len(f.s) {
		return false
	}
	if strings.HasPrefix(f.s[i:], `[]string{"`) { // %#v of Go
		if r := readValue(f.s, i+len("[]string{")); p.kind == strongName && hasDigitAndLetter(r.text) && !harmless(r.text) {
			f.addValue(r)
		}
		return true
	}
	if f.s[i] == '[' && p.sign != call {
		f.list(p, i)
		return true
	}
	if f.s[i] != '{' {
		return false
	}
	f.memberValue(p, i)
	return nameFollows(f.s[i+1:]) // a mapping, whose names are looked at on their own
}

// argumentFollows reports whether another argument follows the quoted one that ends at i. The first of
// several for credentials is a realm or a user.
func argumentFollows(s string, i int) bool {
	at := skipBlanks(s, skipQuote(s, i))
	return at < len(s) && s[at] == ','
}

// remark matches what stands for a value in brackets: (sensitive value), (known after apply).
var remark = regexp.MustCompile(`^\([a-z]+(?: [a-z]+)+\)`)

// hideBelow looks at the lines below if the value is not on the line of its name, and reports
// whether it is not.
func (f *finder) hideBelow(p pair, at int) bool {
	if at >= len(f.s) || strings.IndexByte("\n\r|>", f.s[at]) < 0 {
		return false
	}
	f.lines(p, at)
	return true
}

// isCredential judges the value of a pair.
func (f *finder) isCredential(p pair, r reading) bool {
	if r.text == "" || harmless(r.text) {
		return false
	}
	if isSameName(p.name, r.text) || (p.arrow && isPlural(p.name)) {
		return false
	}
	if name, _, ok := strings.Cut(r.text, "="); ok && p.sign == colon && r.quote == "" && isPlural(p.name) && kindOf(name) == otherName {
		return false // credentials: provider=…
	}
	if (p.kind == weakName || p.name == "token") && f.valueIsBeside(r) {
		return false
	}
	if p.sign == colon && r.from == p.value && r.quote == "" && inPath(f.s, p.start) && !random(r.text) {
		return false // the tag of an image: shop/query-secret:latest2
	}
	if last := lastOf(p.name); p.sign == colon && r.quote == "" && (last == "secret" || last == "secrets") && isSecretsName(r.text) {
		return false
	}
	if p.kind == weakName {
		return givesAwayOf(p.name, r.text) || (r.scheme && mixed(r.text)) || (isPIN(p.name) && isCode(r.text))
	}
	isKey := p.sign == equals && lastOf(p.name) == "key" && hasDigitAndLetter(r.text) // the names of keys follow a colon
	if (!isSecretValue(p.name, r.text) && (!isKey || isRelease(r.text))) || f.isNameBesideNamespace(p, r.text) {
		return false
	}
	return f.isStrongValue(p, r)
}

// valueIsBeside reports whether an attribute with a value follows: <add key="…" value="…">,
// <filter token="…" value="…">. The first is a name.
func (f *finder) valueIsBeside(r reading) bool {
	return r.quote != "" && strings.HasPrefix(f.s[min(len(f.s), r.from+len(r.text)):], r.quote+" value=")
}

// inPath reports whether a name that begins at i is a part of a path, and not an option of Windows.
func inPath(s string, i int) bool { return i > 1 && s[i-1] == '/' && isWord(s[i-2]) }

// isStrongValue judges the value of a name that is one of a credential. Without quotes, a colon may
// begin a sentence: "token: abc" has a value, "token: unexpected end of file" has none.
func (f *finder) isStrongValue(p pair, r reading) bool {
	last := lastOf(p.name)
	alone := isLast(f.s, r.from+len(r.text))
	member := isMemberOfDump(f.s, p.value, r)
	if isTestResult(p, r, alone || member) {
		return false
	}
	if r.quote != "" || r.scheme || r.cut || p.sign == equals || p.sign == call {
		return true
	}
	return alone || member || random(r.text) || (isPassword(last) && hasDigitAndLetter(r.text) && len(r.text) >= 6)
}

// isTestResult reports whether a line is one of go test: "--- PASS: TestText (0.00s)".
func isTestResult(p pair, r reading, alone bool) bool {
	return strings.EqualFold(p.name, "pass") && p.sign == colon && r.quote == "" && (strings.HasPrefix(r.text, "Test") || !alone)
}

// isMemberOfDump reports whether a value stands in a struct or a map as the %+v of Go prints them:
// {Host:db Password:secret Port:5432}. No blank follows a colon there, and another member follows.
func isMemberOfDump(s string, at int, r reading) bool {
	const shortest = 5
	if r.from != at || r.quote != "" || len(r.text) < shortest {
		return false // token:EOF pos:12
	}
	next := skipBlanks(s, at+len(r.text))
	name := next
	for name < len(s) && (isWord(s[name]) || s[name] == '.' || s[name] == '-') {
		name++
	}
	return next > at+len(r.text) && name > next && name+1 < len(s) && s[name] == ':' && !isBlank(s[name+1])
}

// isNameBesideNamespace reports whether a value is the name of a Secret in a structured
// line, which names its namespace, too: secret=db-creds-2026 namespace=shop.
func (f *finder) isNameBesideNamespace(p pair, text string) bool {
	line := f.s[lineStart(f.s, p.value):lineEnd(f.s, p.value)]
	return strings.EqualFold(p.name, "secret") && isDNSName(text) && strings.Contains(line, "namespace")
}

// isPlural reports whether a name is one of more things than one password.
func isPlural(name string) bool {
	switch lastOf(name) {
	case "credentials", "creds", "secrets", "tokens":
		return true
	}
	return false
}

func lastOf(name string) string {
	parts := wording.NameWords(name)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// isSecretValue reports whether a value under a strong name can be a credential.
func isSecretValue(name, value string) bool {
	return !harmless(value) && !isObjectName(name, value) && !isCount(lastOf(name), value) && !isDigestOf(name, value) && !isRelease(value)
}

// isDigestOf reports whether a value is the digest of a whole Secret or configuration, by
// which a controller notes a change: secret-hash. The hash of a password is a credential.
func isDigestOf(name, value string) bool {
	parts := wording.NameWords(name)
	n := len(parts)
	if n < 2 || !isHashWord(parts[n-1]) || isPassword(parts[n-2]) {
		return false
	}
	switch len(value) {
	case 8, 10, 16, 32, 40, 64, 128:
		return strings.Trim(value, "0123456789abcdef") == ""
	}
	return false
}

// isObjectName reports whether text is the name of an object, as logs name
// Secrets, or of a key in one.
func isObjectName(called, text string) bool {
	namespace, name, both := strings.Cut(text, "/")
	words := wording.NameWords(called)
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
	case "key": // secretKey: db-password names a key of a Secret, SECRET_KEY has the key itself
		if strings.ToUpper(called) == called && kindOf(text) == otherName {
			return false
		}
		if isKeyPath(text) {
			return true
		}
		if n := len(words); n > 1 && slices.Contains(ownKeys, words[n-2]) && hasDigitAndLetter(text) {
			return false
		}
		return isDNSName(text) && strings.ContainsAny(text, "-.") && !random(text) && !isUUID(text)
	}
	return false
}

// isSecretsName reports whether text is the name of a Secret that says what is in it: db-password-prod.
func isSecretsName(text string) bool {
	if !isDNSName(text) || !strings.Contains(text, "-") || mixed(text) {
		return false
	}
	return slices.ContainsFunc(strings.Split(text, "-"), func(part string) bool {
		return words().strong[part] || part == "tls" || part == "cert" || part == "key"
	})
}

// isKeyPath reports whether text is a key of a cache or a store, of several names: shop/carts/42.
func isKeyPath(text string) bool {
	return strings.Contains(text, "/") && !slices.ContainsFunc(strings.Split(text, "/"), func(part string) bool { return !isDNSName(part) })
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
	return strings.HasSuffix(last, "pass") && isNumber(text) && len(text) < 4 // newpass=3
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

// sharedWords before "secret" or "key" make a name one of a secret that two sides share, which people choose as they do passwords.
var sharedWords = setOf([]string{"shared", "preshared", "radius", "tacacs", "enable", "wifi", "wpa", "wep"})

// isChosen reports whether people choose the values of a name: those of passwords and of shared secrets.
func isChosen(name string) bool {
	parts := wording.NameWords(name)
	n := len(parts)
	if n > 1 && (parts[n-1] == "secret" || parts[n-1] == "key") && sharedWords[parts[n-2]] {
		return true
	}
	return n > 0 && isPassword(parts[n-1])
}

func isPIN(name string) bool {
	last := lastOf(name)
	return last == "pin" || last == "otp" || last == "totp"
}

// isCode reports whether text is a code of 4 to 8 digits.
func isCode(text string) bool {
	return isNumber(text) && len(text) >= 4 && len(text) <= 8 && !isDate(text)
}

func hasDigitAndLetter(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsFunc(s, func(r rune) bool {
		return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
	})
}
