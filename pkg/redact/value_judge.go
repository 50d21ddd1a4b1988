package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// isCredential judges the value of a pair.
func (f *finder) isCredential(p pair, r reading) bool {
	if r.text == "" || harmless(r.text) || f.isOtherValue(p, r) || (r.quote == "" && isNameOfCode(r.text)) {
		return false
	}
	if p.kind == weakName {
		return givesAwayOf(p.name, r.text) || (r.scheme && mixed(r.text)) || (isPIN(p.name) && isCode(r.text))
	}
	isKey := p.sign == equals && lastOf(p.name) == "key" && isNoWord(r.text) // the names of keys follow a colon
	if (!isSecretValue(p.name, r.text) && (!isKey || isRelease(r.text))) || f.isNameBesideNamespace(p, r.text) {
		return false
	}
	return f.isStrongValue(p, r)
}

// isOtherValue reports whether what follows a name is no value of it: the name again, another name, the tag of an image, or the
// name of a Secret.
func (f *finder) isOtherValue(p pair, r reading) bool {
	if isSameName(p.name, r.text) || (p.arrow && isPlural(p.name)) {
		return true
	}
	if (p.kind == weakName || p.name == "token") && f.valueIsBeside(r) {
		return true
	}
	if p.sign == equals && isNumber(r.text) && f.s[p.end] == ' ' && strings.HasPrefix(f.s[r.end(f.s):], ";") {
		return true // the number of a field: string password = 1; (protobuf.dev: language guide)
	}
	if p.sign != colon || r.quote != "" {
		return false
	}
	const longestCount = 3
	if (isNumber(r.text) && len(r.text) <= longestCount && !isPIN(p.name)) || counted.MatchString(r.text) {
		return true // of how many there are: "Passwords: 12", パスワードは8文字以上
	}
	if f.isNextMember(p, r) {
		return true
	}
	if name, _, ok := strings.Cut(r.text, "="); ok && (attributes[name] || (isPlural(p.name) && kindOf(name) == otherName)) {
		return true // credentials: provider=…
	}
	if r.from == p.value && inPath(f.s, p.start) && (!random(r.text) || commitTag.MatchString(r.text)) {
		return true // the tag of an image: shop/query-secret:latest2
	}
	last := lastOf(p.name)
	return (last == "secret" || last == "secrets") && isSecretsName(r.text)
}

// commitTag matches the tag of an image that ends with a commit of git: git-3f2a9c1d0b7e.
var commitTag = lazyregexp.New(`^(?:[a-z]+[._-])?[0-9a-f]{7,40}$`)

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
	alone = alone && !isListed(f.s, r)
	return alone || member || random(r.text) || (isPassword(last) && isNoWord(r.text) && len(r.text) >= 6)
}

// isListed reports whether a value without quotes is the first of several words of a sentence: "Passwords: Selection, Protection".
func isListed(s string, r reading) bool {
	rest, ok := strings.CutPrefix(s[r.from+len(r.text):], ", ")
	return ok && strings.Trim(r.text, letterSigns) == "" && rest != "" && isWord(rest[0]) && !nameFollows(rest)
}

// letterSigns are the letters of ASCII.
const letterSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// isTestResult reports whether a line is one of go test: "--- PASS: TestText (0.00s)".
func isTestResult(p pair, r reading, alone bool) bool {
	return strings.EqualFold(p.name, "pass") && p.sign == colon && r.quote == "" && (hasAnyPrefix(r.text, []string{"Test", "test_"}) || !alone)
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

// counted matches a number and what it counts in a language whose words have no blanks between them.
var counted = lazyregexp.New(`^[0-9]+[^\x00-\x7f]+$`)

// nextMember matches a member of a struct as the %+v of Go prints it.
var nextMember = lazyregexp.New(`^[A-Za-z_]\w*:\S`)

// isNextMember reports whether what follows a name is the next member of such a struct, since the value is empty:
// {User:shop Password: SSLMode:disable}. No other member has a blank behind its colon.
func (f *finder) isNextMember(p pair, r reading) bool {
	before := f.s[max(0, p.start-longestName):p.start]
	word := before[strings.LastIndexAny(strings.TrimRight(before, " "), " {[\n")+1:]
	member := strings.HasSuffix(before, "{") || strings.HasSuffix(before, "map[") || nextMember.MatchString(word)
	return member && r.from == p.value+1 && nextMember.MatchString(r.text)
}

// isNameBesideNamespace reports whether a value is the name of a Secret in a structured
// line, which names its namespace, too: secret=db-creds-2026 namespace=shop.
func (f *finder) isNameBesideNamespace(p pair, text string) bool {
	line := f.s[lineStart(f.s, p.value):lineEnd(f.s, p.value)]
	return strings.EqualFold(p.name, "secret") && isDNSName(text) && strings.Contains(line, "namespace")
}
