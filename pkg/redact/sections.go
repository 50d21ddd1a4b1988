package redact

import "strings"

// mostMembers bounds how many members of a section are looked at.
const mostMembers = 200

// settingNames end names of members that say something about credentials and have none: passwords.minLength, secret.ref.
var settingNames = setOf([]string{
	"ref", "reference", "key", "keys", "file", "algorithm", "min", "max", "hash", "host", "user", "username", "email", "image", "tag",
	"digest", "uid", "mode", "format", "prefix", "suffix", "role", "class", "kind", "label", "engine", "mount", "region", "created",
	"updated", "charset", "encoder", "header", "schedule", "app", "namespace", "secret",
})

// ownValues are names of members that have the value of the section itself: "password:" and below it "value: …".
var ownValues = setOf([]string{"value", "plain", "plaintext", "cleartext", "literal", "inline_string"})

// section hides the values of the members below the name of several credentials, whose own names are those of users and services. The
// name of a section ends with the line, and at is where.
func (f *finder) section(p pair, at int) {
	outer := indentOf(f.s, lineStart(f.s, p.start))
	own := -1
	for range mostMembers {
		next := lineEnd(f.s, at) + 1
		if next >= len(f.s) {
			return
		}
		indent := indentOf(f.s, next)
		at = lineEnd(f.s, next)
		if strings.TrimSpace(f.s[next:at]) == "" {
			continue
		}
		if indent <= outer {
			return
		}
		if own < 0 {
			own = indent
		}
		if indent == own { // what is deeper belongs to a member
			f.member(p, next+indent)
		}
	}
}

// objectSection hides those values in an object whose bracket is at open: {"tokens":{"ci":"…"}}.
func (f *finder) objectSection(p pair, open int) {
	at := open + 1
	for range mostMembers {
		at = skipSeparators(f.s, at)
		end := f.member(p, at)
		if end == at {
			return
		}
		at = end
	}
}

// member hides the value of the member whose name begins at i if it is a credential of section p, and returns where the member ends; i
// if there is none, or its value is an object.
func (f *finder) member(p pair, i int) int {
	from := skipQuote(f.s, i)
	end := from
	for end < len(f.s) && end-from < longestName && (isWord(f.s[end]) || strings.IndexByte("-.@/", f.s[end]) >= 0) {
		end++
	}
	sign := skipBlanks(f.s, skipQuote(f.s, end))
	if end == from || sign >= len(f.s) || (f.s[sign] != ':' && f.s[sign] != '=') {
		return i
	}
	value := skipBlanks(f.s, sign+1)
	// An object or a list below has names of its own, which are looked at on their own.
	if value < len(f.s) && strings.IndexByte("{[", f.s[value]) >= 0 {
		return i
	}
	r := readValue(f.s, value)
	if r.text == "" || r.cut {
		return i
	}
	if isOfSection(p, f.s[from:end], r.text) {
		f.addValue(r)
	}
	return r.end(f.s) + len(r.quote)
}

// isOfSection reports whether the value of a member of section p is a credential. A password of a person is known by the name of the
// section alone, others by what they look like.
func isOfSection(p pair, name, value string) bool {
	last := lastOf(name)
	if settingNames[last] || attributes[last] || identifies(name, true) || harmless(value) || strings.ContainsAny(value, "(){}[]") ||
		isPublic(value) || beginsPublic(value) { // "js-tokens": {"integrity": "sha512-…"}
		return false
	}
	if looksChosen(value) || isLongRandom(value) {
		return true
	}
	if ownValues[strings.ToLower(name)] {
		return isSecretValue(p.name, value) && (isChosen(p.name) || isNoWord(value)) // secret: {value: shop-db}
	}
	return strings.HasSuffix(lastOf(p.name), "passwords") && isPlainSecret(value)
}
