package redact

import (
	"strings"
)

// url hides the credentials in the address whose "://" is at i (RFC 3986,
// section 3.2.1): the password, or a token that stands for the user.
func (f *finder) url(i int) {
	s := f.s
	start := i + len("://")
	if scheme := s[nameStart(s, i):i]; notifySchemes[scheme] {
		f.notification(start)
		return
	}
	f.namedLink(start)
	at := userEnd(s, start)
	if at < 0 || strings.HasPrefix(s[at:], "@sha256:") {
		return
	}
	user, password, both := strings.Cut(s[start:at], ":")
	switch {
	case strings.ContainsAny(user, "?#/"), both && isPort(password), both && isCapitals(user+password): // USER:PASS
	case both && password != "" && !isNoPassword(password) && password != "x-oauth-basic":
		f.add(start+len(user)+1, at)
		f.moreHosts(at + 1)
	case random(user) && len(user) >= 16:
		f.add(start, start+len(user))
	}
}

// notifySchemes are schemes of the addresses by which Apprise and Shoutrrr notify somebody, with tokens as users, hosts or paths
// (github.com/caronc/apprise/wiki, containrrr.dev/shoutrrr).
var notifySchemes = setOf([]string{
	"tgram", "telegram", "discord", "gotify", "gotifys", "pover", "pushover", "slack", "pushbullet", "pbul", "teams", "msteams", "mmost",
	"mattermost", "rocket", "rocketchat", "opsgenie", "join", "ifttt", "prowl", "matrix", "zulip", "bark",
})

// notification hides the tokens in an address of a notification that begins at i behind its scheme.
func (f *finder) notification(i int) {
	end := i
	for end < len(f.s) && strings.IndexByte(" \t\r\n\"'<>`?,", f.s[end]) < 0 {
		end++
	}
	for i < end {
		stop := i
		for stop < end && strings.IndexByte("/@:", f.s[stop]) < 0 {
			stop++
		}
		if word := f.s[i:stop]; (len(word) >= 12 && isNoWord(word) && !strings.Contains(word, ".") && !isDNSName(word)) || isUUID(word) {
			f.add(i, stop)
		}
		i = stop + 1
	}
}

// moreHosts hides the passwords of the hosts that follow the one which begins at i, if each
// has a user of its own: host-0:5432,app:…@host-1:5432 (libpq, "Connection URIs").
func (f *finder) moreHosts(i int) {
	const longest = 1000
	end := i
	for end < len(f.s) && end-i < longest && strings.IndexByte(" \t\r\n\"'<>`/?|", f.s[end]) < 0 {
		end++
	}
	at := i
	for _, host := range strings.Split(f.s[i:end], ",") {
		user, rest, _ := strings.Cut(host, ":")
		if n := strings.LastIndexByte(rest, '@'); at > i && n > 0 && !isNoPassword(rest[:n]) {
			from := at + len(user) + 1
			f.add(from, from+n)
		}
		at += len(host) + 1
	}
}

// linkWords are the last words of path segments after which the token of a link follows that lets its holder in: /reset/…,
// /accounts/verify-email/….
var linkWords = setOf([]string{
	"reset", "password_reset", "reset_password", "recover", "verify", "verify_email", "confirm_email", "email_verification",
	"confirm", "confirmation", "activate", "activation",
	"unsubscribe", "invite", "invites", "invitation", "invitations", "accept", "join", "magic", "magic_link",
	"hook", "hooks", "webhook", "webhooks",
})

// isLinkWord reports whether a word between i and end is one of those, alone or with the one before a dash: /verify-email/….
func (f *finder) isLinkWord(i, end int) bool {
	word := f.s[i:end]
	if linkWords[word] || i < 2 || f.s[i-1] != '-' {
		return linkWords[word]
	}
	return linkWords[strings.ReplaceAll(f.s[nameStart(f.s, i):end], "-", "_")]
}

// link hides the token in one of the two path segments that follow the slash at i. Django writes the user before the token.
func (f *finder) link(i int) {
	const (
		segments = 2
		shortest = 20
	)
	for left := segments; left > 0; {
		if i >= len(f.s) || f.s[i] != '/' {
			return
		}
		end := i + 1
		for end < len(f.s) && (isWord(f.s[end]) || strings.IndexByte("-.~=%", f.s[end]) >= 0) {
			end++
		}
		word := f.s[i+1 : end]
		if len(word) >= shortest && isLinkToken(word) {
			f.add(i+1, end)
			return
		}
		if !isNumber(word) || word == "" { // a user or a time
			left--
		}
		i = end
	}
}

// linkNames come before an address that lets its holder in: "Magic link: https://app/auth/…".
var linkNames = []string{
	"magic link", "login link", "reset link", "invite link", "invitation link", "confirmation link", "one-time link", "sign-in link",
}

// namedLink hides the last part of the path of an address at i if words before it on its line say that it is such a link.
func (f *finder) namedLink(i int) {
	from, _ := window(f.s, i, i)
	if !containsAny(strings.ToLower(f.s[from:i]), linkNames...) {
		return
	}
	end := i
	for end < len(f.s) && strings.IndexByte(" \t\r\n\"'<>`?,", f.s[end]) < 0 {
		end++
	}
	slash := strings.LastIndexByte(f.s[i:end], '/')
	if word := f.s[i+slash+1 : end]; slash > 0 && len(word) >= 20 && isLinkToken(word) {
		f.add(i+slash+1, end)
	}
}

// isLinkToken reports whether a path segment looks generated, and names nothing.
func isLinkToken(word string) bool {
	generated := random(word) && (digitChanges(word) > 2 || isWordless(word))
	return generated && !isPublic(word) && !isFileName(word)
}

// isNoPassword reports whether what stands for the password in an address is a
// reference or a placeholder. A word of a language can be one there: "secret".
func isNoPassword(password string) bool {
	return !words().placeWords[strings.ToLower(password)] && harmless(password)
}

// longestUser bounds the user and password of an address.
const longestUser = 400

// userEnd returns the place of the "@" that ends the user and password of an
// address, or -1. People forget to escape the signs of a password: "#", "?" and
// "/" end it only if no "@" comes before the end of the address.
func userEnd(s string, start int) int {
	at := -1
	slash := -1
	for i := start; i < len(s) && i-start < longestUser; i++ {
		c := s[i]
		switch {
		case strings.IndexByte(" \t\r\n\"'<>`\\|", c) >= 0, c == ',' && !strings.Contains(s[start:i], "="):
			return at
		case c == '/' && slash < 0:
			slash = i
			if at >= 0 || !isOpenPassword(s[start:i]) {
				return at
			}
		case c == '@':
			at = i
			if slash >= 0 {
				return at
			}
		}
	}
	return at
}

// isOpenPassword reports whether text before a "/" is a user and the start of a
// password, not a host with its port.
func isOpenPassword(text string) bool {
	user, password, ok := strings.Cut(text, ":")
	return ok && user != "" && password != "" && !isNumber(password) && !strings.ContainsAny(password, "$([")
}

// isPort reports whether what follows a colon is a port and not a password.
func isPort(s string) bool {
	n := skipNumber(s, 0)
	return n > 1 && n < 6 && n < len(s) && strings.IndexByte("?#/", s[n]) >= 0
}

// dsn hides the password of a data source name without a scheme, of which the
// "@" is at i: app:…@tcp(db:3306)/shop, app/…@//db:1521/XE, app:…@host.
func (f *finder) dsn(i int) {
	start := dsnStart(f.s, i)
	if slashes := strings.LastIndex(f.s[start:i], "//"); slashes >= 0 && !strings.Contains(f.s[start:i], "://") { // postgresql//app:…@db
		start += slashes + len("//")
	}
	token := f.s[start:i]
	after := f.s[i+1:]
	if token == "" || after == "" || strings.HasPrefix(after, "sha256:") || strings.Contains(token, "://") {
		return
	}
	if n := strings.LastIndexByte(token, '/'); n > 0 && isOracle(after) {
		user := token[strings.LastIndexByte(token[:n], ':')+1 : n]
		password := token[n+1:]
		if isUser(user) && !harmless(password) && (strings.HasPrefix(after, "//") || mixed(password)) {
			f.add(start+n+1, i)
		}
		return
	}
	user, password, both := strings.Cut(token, ":")
	if domain := strings.IndexByte(user, '/'); both && domain > 0 && looksGenerated(password) { // ACME/bob:…@10.0.0.5 (Impacket)
		start += domain + 1
		user = user[domain+1:]
	}
	if !both || !isUser(user) || password == "" || harmless(password) {
		return
	}
	if hostAndPath(after) && isLongRandom(password) && isWordless(password) { // of a registry, whose passwords can be base64
		f.add(start+len(user)+1, i)
	}
	if isNetwork(after) || isDatabase(password, after) || beforeHost(password, after) {
		f.add(start+len(user)+1, i)
	}
}

// dsnStart returns where the token before i begins.
func dsnStart(s string, i int) int {
	start := i
	for start > 0 && i-start < longestUser && strings.IndexByte(" \t\r\n\"'<>`(=,;|", s[start-1]) < 0 {
		start--
	}
	return start
}

// isDatabase reports whether what follows "@" is the path of a database on the local host, and what is before it a password:
// app:…@/shop (github.com/go-sql-driver/mysql, README.md).
func isDatabase(password, after string) bool {
	return len(after) > 1 && after[0] == '/' && isWord(after[1]) && len(password) >= 6 && isNoWord(password) && !isVersion(password)
}

// isNetwork reports whether s begins with an address of the MySQL driver for Go, which names the
// network (github.com/go-sql-driver/mysql dsn.go).
func isNetwork(s string) bool {
	return strings.HasPrefix(s, "tcp(") || strings.HasPrefix(s, "tcp6(") || strings.HasPrefix(s, "unix(") || strings.HasPrefix(s, "(")
}

// isOracle reports whether s begins with a connect identifier of Oracle.
func isOracle(s string) bool {
	return strings.HasPrefix(s, "//") || strings.HasPrefix(s, "(DESC") || hostAndPort(s)
}

// beforeHost reports whether what stands before "@" is a password: an e-mail address and a version
// of a package have one too.
func beforeHost(password, host string) bool {
	return len(password) >= 6 && isNoWord(password) && !isVersion(password) && isLetterOrDigit(rune(host[0])) &&
		!strings.Contains(password, "/")
}

// isUser reports whether s can be the name of a user: no path, no address, no sentence.
func isUser(s string) bool { return s != "" && strings.Trim(s, variableLetters+".-") == "" }

// hostAndPath reports whether s begins with the name of a host, a slash and a path, as images have them.
func hostAndPath(s string) bool {
	host, path, ok := strings.Cut(s[:min(len(s), enough)], "/")
	return ok && strings.Contains(host, ".") && isUser(host) && path != "" && isWord(path[0])
}

// hostAndPort reports whether s begins with a host and a port.
func hostAndPort(s string) bool {
	host := 0
	for host < len(s) && (isWord(s[host]) || s[host] == '.' || s[host] == '-') {
		host++
	}
	return host > 0 && host+1 < len(s) && s[host] == ':' && isDigit(s[host+1])
}
