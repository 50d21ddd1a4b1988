package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// connectionWords are parts of the names of calls and records whose items open a connection, of which one is the password.
var connectionWords = []string{
	"connect", "conn", "login", "auth", "amqp", "sql", "redis", "mongo", "ldap", "smtp", "imap", "ftp", "ssh", "jdbc", "dsn", "://",
	"dbconfig", "db_config",
}

// shortestItem is the length of the shortest password that is known by its place among the items of a connection.
const shortestItem = 12

// portItem matches the port of a server among other items.
var portItem = lazyregexp.New(`(?:^|[\s,:("'{\[<])[1-9]\d{2,4}(?:[\s,"')}\]>]|$)`)

// tuple hides the word between i and end if it looks generated and stands behind a user among the items of a connection, which are
// printed without their names: {db 5432 app … shop}, DbConfig(jdbc:postgresql://db/shop,shop,…), {amqp_params,<<"app">>,<<"…">>}.
func (f *finder) tuple(i, end int) {
	const longest = 64
	text := f.s[i:end]
	if len(text) > longest || (letters(text) < 3 && !isShuffled(text)) {
		return
	}
	if i == 0 || strings.IndexByte("\"', ", f.s[i-1]) < 0 || identifier.MatchString(text) ||
		!random(text) || !isWordless(text) || !hasLetterAfterF(text) || isObjectID(text) || beginsPublic(text) {
		return
	}
	if end < len(f.s) && strings.IndexByte("\"', )}]", f.s[end]) < 0 {
		return
	}
	called, before, after := f.itemsAround(i, end)
	items := strings.FieldsFunc(before, func(r rune) bool { return strings.ContainsRune(" ,\"'<>", r) })
	const fewest = 2
	if len(items) < fewest || !isAccountName(items[len(items)-1]) {
		return
	}
	if containsAny(strings.ToLower(called+before), connectionWords...) || portItem.MatchString(before) || portItem.MatchString(after) {
		f.add(i, end)
	}
}

// itemsAround returns the items before and behind a place in brackets, and what stands before those: the name of a call or record. All
// are empty if no bracket is open.
func (f *finder) itemsAround(i, end int) (called, before, after string) {
	const far = 30
	from, to := window(f.s, i, end)
	open := strings.LastIndexAny(f.s[from:i], "({[")
	if open < 0 || strings.ContainsAny(f.s[from+open:i], ")}]=") {
		return "", "", ""
	}
	stop := strings.IndexAny(f.s[end:to], ")}]")
	if stop < 0 {
		stop = to - end
	}
	return f.s[max(from, from+open-far) : from+open], f.s[from+open+1 : i], f.s[end : end+stop]
}

// isAccountName reports whether an item can be the user before a password: a word, or an address of a person.
func isAccountName(item string) bool {
	const longest = 40
	if len(item) > longest {
		return false
	}
	return mailAddress.MatchString(item) || (isUser(item) && !isNumber(item) && !random(item) && isLetterOrDigit(rune(item[0])))
}
