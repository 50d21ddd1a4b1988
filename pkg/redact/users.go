package redact

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// Files name users and their passwords below a heading, in the layout of YAML, INI or an object. A user can stand before a role, too,
// so that one value that nobody takes for a role shows what the others are, or a word about a login above the heading does.
const (
	userHeads = `users|accounts|logins|admins|passwords|basic_?auth|basicAuth|credentials`
	userName  = `["']?([\w.@-]{1,64})["']?`
	userValue = `["']?([^\s"'\[\]{}:]{4,200})["']?`
)

var (
	usersOfYAML   = lazyregexp.New(`(?m)^[ \t]*(?:- )?["']?(?:` + userHeads + `)["']?:[ \t]*\n`)
	usersOfINI    = lazyregexp.New(`(?m)^\[(?:[\w.-]+\.)?(?:` + userHeads + `)\][ \t]*\n((?:[^\[\n][^\n]*\n?)+)`)
	usersOfObject = lazyregexp.New(`\b(?:` + userHeads + `)["']?\s*(?::|=>|=)\s*\{([^{}]*)\}`)
	userOfLine    = lazyregexp.New(`(?m)^[ \t]*(?:- )?\[?` + userName + `[ \t]*[:=,][ \t]*` + userValue + `\]?(?:[, ][\w, -]*)?[ \t]*$`)
	userOfObject  = lazyregexp.New(userName + `\s*(?::|=>|=)\s*` + userValue)
)

// userRoles are words after users that are no passwords.
var userRoles = setOf([]string{
	"admin", "administrator", "viewer", "view", "editor", "edit", "reader", "writer", "owner", "member", "guest", "operator", "developer",
	"maintainer", "reporter", "auditor", "readonly", "superuser", "staff", "editors", "viewers", "approver", "contributor", "everyone",
})

// aboutLogin are parts of words above a heading for users that make their values passwords.
var aboutLogin = []string{"auth", "passw", "credential", "digest"}

// users hides the passwords of users in each layout.
func (f *finder) users() {
	for _, m := range usersOfYAML.FindAllStringIndex(f.s, -1) {
		indent := indentOf(f.s, m[0])
		end := blockEnd(f.s, m[1], indent, strings.HasPrefix(f.s[m[0]+indent:], "- "))
		f.userMap(userOfLine, m[1], end, f.s[m[0]:m[1]]+outerLine(f.s, m[0], indent))
	}
	for _, m := range usersOfINI.FindAllStringSubmatchIndex(f.s, -1) {
		f.userMap(userOfLine, m[2], m[3], f.s[m[0]:m[2]])
	}
	for _, m := range usersOfObject.FindAllStringSubmatchIndex(f.s, -1) {
		f.userMap(userOfObject, m[2], m[3], f.s[max(lineStart(f.s, m[0]), m[0]-longestName):m[2]])
	}
}

// blockEnd returns where the lines from i on end that are deeper than an indentation, of which the first are looked at. Items of a list
// need not be deeper, unless what they belong to is an item.
func blockEnd(s string, i, indent int, item bool) int {
	for range mostMembers {
		if i >= len(s) {
			return i
		}
		deep := indentOf(s, i)
		if deep < indent || (deep == indent && (item || !strings.HasPrefix(s[i+deep:], "- "))) {
			return i
		}
		i = min(lineEnd(s, i)+1, len(s))
	}
	return i
}

// outerLine returns the last line before the one at i that is less deep than an indentation, "" if there is none near.
func outerLine(s string, i, indent int) string {
	const most = 40
	for range most {
		if i == 0 || indent == 0 {
			return ""
		}
		end := i - 1
		i = lineStart(s, end)
		if indentOf(s, i) < indent && strings.TrimSpace(s[i:end]) != "" {
			return s[i:end]
		}
	}
	return ""
}

// userMap hides the values of the users that form matches between two places if they are passwords. above is the heading and what
// stands before it.
func (f *finder) userMap(form *lazyregexp.Regexp, from, to int, above string) {
	text := f.s[from:to]
	var values []span
	others := false // members that are no users
	known := containsAny(strings.ToLower(above), aboutLogin...)
	for _, m := range form.FindAllStringSubmatchIndex(text, -1) {
		name := text[m[2]:m[3]]
		value := strings.TrimRight(text[m[4]:m[5]], ",;")
		if before, rest, ok := strings.Cut(value, ","); ok && strings.Trim(rest, letterSigns) == "" { // and roles
			value = before
		}
		if settingNames[lastOf(name)] || attributes[lastOf(name)] || userRoles[value] || ownValues[name] {
			others = true
			continue
		}
		known = known || isUserPassword(value)
		values = append(values, span{from + m[4], from + m[4] + len(value)})
	}
	for _, v := range values {
		value := f.s[v.from:v.to]
		if looksGenerated(value) || (!others && (isUserPassword(value) || (known && isBareWord(value)))) {
			f.add(v.from, v.to)
		}
	}
}

// isUserPassword reports whether the value of a user can be nothing but a password.
func isUserPassword(value string) bool { return !isBareWord(value) && isBareOrChosen(value) }

// userPasswords returns the passwords of users and passwords with colons between them, in a list of pairs, if they are some.
func userPasswords(pairs []string, known bool) []string {
	var out []string
	for _, pair := range pairs {
		user, password, ok := strings.Cut(pair, ":")
		if !ok || !isUser(user) || userRoles[password] || (!isUserPassword(password) && !isBareWord(password)) {
			return nil
		}
		out = append(out, password)
	}
	if !known && !slices.ContainsFunc(out, isUserPassword) {
		return nil
	}
	return out
}
