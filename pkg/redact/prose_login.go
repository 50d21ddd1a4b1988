package redact

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// loginWords come before a user and a password that are written together: connecting as bob:….
var loginWords = []string{
	" as ", " with ", " using ", "tried ", "trying ", "Trying ", "connect ", "CONNECT ", "authenticate ", "authenticating ", "account ",
	"failed: ", "failed for ", "denied: ", "denied for ", "rejected: ", "digest ", "login] ", "auth] ", "login ", "auth ",
	"user=", "account=", "login=",
}

// sqlPlusWords come before a user, a password and a database as SQL*Plus has them: connect bob/…@db.
var sqlPlusWords = []string{"connect ", "CONNECT ", "Connect ", "tried ", "trying ", "Trying ", "logon ", "login "}

// longestAccount is the length of the longest name in accounts. Signs with longer names before them are in every line of a log.
const longestAccount = len("administrator")

// loginAs hides the password of "connecting as bob:…" and "log in as bob/…", of which the sign is at i.
func (f *finder) loginAs(i int) {
	start := nameStart(f.s, i)
	if start == i || (i-start <= longestAccount && accounts[f.s[start:i]] && f.knownAccount(start, i+1)) {
		return
	}
	if start == 0 || !hasAnySuffix(f.s[:start], loginWords) {
		return
	}
	end := i + 1
	for end < len(f.s) && strings.IndexByte(" \t\r\n,;'\")", f.s[end]) < 0 {
		end++
	}
	password := f.s[i+1 : end]
	if at := strings.IndexByte(password, '@'); at >= 0 && f.s[i] == '/' {
		if at > 0 && hasAnySuffix(f.s[:start], sqlPlusWords) && !isVersion(password[at+1:]) {
			f.add(i+1, i+1+at)
		}
		return // of a module: shop/orders@v1.2.3
	}
	if f.isLoginPassword(start, i, password) {
		f.add(i+1, end)
	}
}

// isLoginPassword reports whether the text behind the sign at i is a password, and not the second part of a name: Shard3:Replica2.
func (f *finder) isLoginPassword(start, i int, password string) bool {
	named := hasAnySuffix(f.s[:start], []string{" as ", "user=", "login="})
	if (f.s[i] == '/' || !named) && !looksChosen(password) {
		return false
	}
	return isUserAndPassword(f.s[start:i], password) && !isDNSName(password) && !isMadeName(password)
}

// loginContext are words on the line of an account and its password: "sign in as admin/…".
var loginContext = []string{
	"login", "log in", "logged in", "sign in", "signed in", "credential", "creds", "seed", "default", "superuser", "created", "bootstrap",
	"initial", "auth", "password", "digest", "passwd", "setup", "console", "brute", "crack", "leak", "attempt",
	"anmeld", "melden sie", "connexion", "connecter", "iniciar", "entrar", "accedi", "ログイン", "登录", "登錄", "로그인", "вход", "войти",
}

// knownAccount hides the password at i after an account that every installation has, if it has the form of one: admin:…, or if
// words on its line are about a login.
func (f *finder) knownAccount(start, i int) bool {
	if start > 0 && strings.IndexByte(" \t\n\"'=([", f.s[start-1]) < 0 {
		return false
	}
	end := i
	for end < len(f.s) && strings.IndexByte(" \t\r\n,;'\")@", f.s[end]) < 0 {
		end++
	}
	password := f.s[i:end]
	if isPublic(password) || harmless(password) || strings.ContainsAny(password, "/:") {
		return false
	}
	if !looksChosen(password) && (!isPlainSecret(password) || !f.isAboutLogin(start, end)) {
		return false
	}
	f.add(i, end)
	return true
}

// isAboutLogin reports whether the text around a place on its line has a word about a login, or the heading of its block.
func (f *finder) isAboutLogin(i, end int) bool {
	from, stop := window(f.s, i, end)
	around := f.s[from:i] + f.s[end:stop]
	return containsAny(strings.ToLower(around), loginContext...) || containsAny(strings.ToLower(f.heading(i)), loginContext...)
}

// heading returns the line with a colon at its end that is the last within a few lines above the one at i, "" if there is none.
func (f *finder) heading(i int) string {
	const lines = 6
	start := lineStart(f.s, i)
	for range lines {
		if start == 0 {
			return ""
		}
		end := start - 1
		start = lineStart(f.s, end)
		line := strings.TrimRight(f.s[start:end], boxSides)
		if line == "" {
			return ""
		}
		if strings.HasSuffix(line, ":") {
			return line
		}
	}
	return ""
}

// loginSentence matches a sentence that names the user of a login before a password: logging in as bob
// with …, connected as app using ….
var loginSentence = lazyregexp.New(`(?i)\b(?:log(?:in|ged in|ging in| in)|sign(?:ed|ing)? in|connect(?:ed|ing)?|` +
	`authenticat(?:ed|ing|ion)|bind(?:ing)?|bound) (?:to \S{1,80} )?as ([^\s"']{1,80}) (?:with|using) (\S{6,80})`)

// logins hides the passwords of sentences such as "logging in as bob with …".
func (f *finder) logins() {
	const (
		before = 120
		after  = 200
	)
	for at := range endsOf(f.s, " as ") {
		from := max(lineStart(f.s, at), at-before)
		line := f.s[from:min(lineEnd(f.s, at), at+after)]
		if !containsAny(line, " with ", " using ") {
			continue
		}
		m := loginSentence.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		word := strings.TrimRight(line[m[4]:m[5]], ".,;:)")
		if looksChosen(word) || isAfterUser(word) {
			f.add(from+m[4], from+m[4]+len(word))
		}
	}
}

// userSentence matches the end of what stands before "with" and the password of a user: seeded user bob@example.com, auth for bob.
var userSentence = lazyregexp.New(`(?i)\b(users?|accounts?|admin|superuser|login|auth|authentication) (for )?["']?[\w.@+\\-]{1,80}["']?$`)

// connectSentence matches what stands before "with" and a password that looks generated: could not authenticate bob against …, connect
// bob@db. What follows "connected" can be the ID of the connection.
var connectSentence = lazyregexp.New(`(?i)\b(?:connect|log(?:ged|ging)? in|sign(?:ed|ing)? in|authenticat(?:e|ed|ing)|` +
	`bind|mount|unlock(?:ed|ing)?|decrypt(?:ed|ing)?) [^\n;]{0,100}$`)

// userWith hides the password of sentences such as "seeded user bob with …" and "connect bob@db using …". The word between start and
// end announces it.
func (f *finder) userWith(start, end int) {
	const before = 120
	at := skipBlanks(f.s, end)
	from := skipQuote(f.s, at)
	word := strings.TrimRight(firstWordOf(f.s[from:]), "\"'`")
	if !looksChosen(word) && !isAfterUser(word) {
		return
	}
	line := strings.TrimRight(f.s[max(lineStart(f.s, start), start-before):start], " ")
	if looksGenerated(word) && connectSentence.MatchString(line) {
		f.addWord(from, word)
		return
	}
	m := userSentence.FindStringSubmatch(line)
	if m == nil {
		return
	}
	ofAuth := strings.HasPrefix(strings.ToLower(m[1]), "auth") || (from > at && strings.EqualFold(m[1], "login"))
	if looksChosen(word) || (m[2] != "" && ofAuth) {
		f.addWord(from, word)
	}
}

// methods begin words after "authenticated as bob using" that name how, and not the password.
var methods = []string{
	"ldap", "webauthn", "fido", "krb", "kerberos", "oauth", "oidc", "saml", "tls", "ssl", "mfa", "totp", "role", "cert", "x509",
	"key", "sha", "scram", "token",
}

// isAfterUser reports whether a word after the user of a login can be the password: it has letters and digits, and is no host, address
// or path.
func isAfterUser(word string) bool {
	const shortest = 8
	lower := strings.ToLower(word)
	place := strings.ContainsAny(word, ".@/") && !strings.ContainsAny(word, "!#$%^&*?")
	return len(word) >= shortest && isPlainSecret(word) && !harmless(word) && !isPublic(word) && !place &&
		!slices.ContainsFunc(methods, func(method string) bool { return strings.HasPrefix(lower, method) })
}

// bracketedLogins hides the passwords of "Login OK: [bob/…]", as FreeRADIUS prints them.
func (f *finder) bracketedLogins() {
	if !strings.Contains(f.s, "ogin ") && !strings.Contains(f.s, "uth") {
		return
	}
	for at := range endsOf(f.s, " [") {
		end := strings.IndexByte(f.s[at:min(len(f.s), at+nearAfter)], ']')
		if end < 0 {
			continue
		}
		user, password, ok := strings.Cut(f.s[at:at+end], "/")
		if ok && isUser(user) && isPlainSecret(password) && !isPublic(password) && containsAny(f.s[lineStart(f.s, at):at], "ogin ", "uth") {
			f.add(at+len(user)+1, at+end)
		}
	}
}

// pairsInBrackets hides the password of "auth failed for (bob, …)" if it looks chosen, or the user is one that every installation has.
func (f *finder) pairsInBrackets() {
	for at := range endsOf(f.s, " (") {
		end := strings.IndexByte(f.s[at:min(len(f.s), at+nearAfter)], ')')
		if end < 0 {
			continue
		}
		user, password, ok := strings.Cut(f.s[at:at+end], ", ")
		if !ok || !isUser(user) || !isPlainSecret(password) || isPublic(password) || harmless(password) {
			continue
		}
		line := f.s[max(lineStart(f.s, at), at-nearBefore):at]
		known := (accounts[user] || user == "default") && containsAny(line, "WRONGPASS", "assword")
		if known || (looksChosen(password) && containsAny(line, "ogin", "uth", "assword", "redential")) {
			f.add(at+len(user)+len(", "), at+end)
		}
	}
}

// loginEnds are words that end what stands before a user and a password with " / " between them.
var loginEnds = setOf([]string{
	"combination", "as", "with", "attempt", "attempted", "login", "in", "credentials", "failed", "rejected", "denied",
})

// slashPairs hides the passwords of "logged in as: bob / …".
func (f *finder) slashPairs() {
	const before = 120
	for at := range endsOf(f.s, " / ") {
		line := f.s[max(lineStart(f.s, at), at-before) : at-len(" / ")]
		space := strings.LastIndexByte(line, ' ')
		if space >= 0 && f.namesLogin(line[:space], strings.Trim(line[space+1:], "\"'`"), at) {
			f.secondOfPair(at)
		}
	}
}

// namesLogin reports whether a user, before which and behind which on its line words about a login stand, can be the first of a pair
// with a password at i.
func (f *finder) namesLogin(before, user string, i int) bool {
	if user == "" || !isUser(strings.Replace(user, "@", "", 1)) || isNumber(user) {
		return false
	}
	lower := strings.ToLower(strings.TrimRight(before, ": "))
	if accounts[user] || strings.Contains(user, "@") {
		return containsAny(lower, "user", "account") || f.isAboutLogin(i, i)
	}
	if strings.HasSuffix(before, ":") && containsAny(strings.ToLower(f.heading(i)), loginContext...) { // an item of a list of logins
		return true
	}
	return loginEnds[lower[strings.LastIndexAny(lower, " \t")+1:]] && containsAny(lower, "log", "sign", "account", "credential", "user")
}

// secondOfPair hides the word at i, with or without quotes, if it can be the password of a user before it.
func (f *finder) secondOfPair(i int) {
	from := skipQuote(f.s, i)
	word := strings.TrimRight(firstWordOf(f.s[from:]), "\"'`")
	if len(word) >= 6 && isNoWord(word) && !isVersion(word) && !isPublic(word) && !harmless(word) && !strings.Contains(word, "/") {
		f.addWord(from, word)
	}
}

// addWord adds a word of a sentence that begins at from, with an exclamation mark behind it: passwords end in one more often than
// sentences about them.
func (f *finder) addWord(from int, word string) {
	end := from + len(word)
	if end < len(f.s) && f.s[end] == '!' {
		end++
	}
	f.add(from, end)
}

// pairWithAnd hides the password of 'log in with "admin" and "…"' and "log in with admin and …", in which "and" ends at end.
func (f *finder) pairWithAnd(end int) {
	const before = 120
	at := skipBlanks(f.s, end)
	start := end - len("and")
	line := strings.TrimRight(f.s[max(lineStart(f.s, start), start-before):start], " ")
	user := strings.TrimRight(line, "\"'`")
	from := strings.LastIndexAny(user, " \"'`") + 1
	quoted := len(user) < len(line) && skipQuote(f.s, at) > at
	if !quoted && ((!accounts[user[from:]] && !mailAddress.MatchString(user[from:])) || !looksChosen(firstWordOf(f.s[at:]))) {
		return
	}
	if f.namesLogin(strings.TrimRight(user[:from], "\"'` "), user[from:], at) {
		f.secondOfPair(at)
	}
}

// mechanisms of SASL can stand between the word for a login and the user.
var mechanisms = setOf([]string{"plain", "login", "cram-md5", "simple", "basic"})

// userThenWord hides the password of "SMTP login bob …" if it looks made.
func (f *finder) userThenWord(i int) bool {
	at := skipBlanks(f.s, i)
	user := firstWordOf(f.s[at:])
	mechanism := mechanisms[strings.ToLower(user)]
	if mechanism {
		at = skipBlanks(f.s, at+len(user))
		user = firstWordOf(f.s[at:])
	}
	next := skipBlanks(f.s, at+len(user))
	word := firstWordOf(f.s[next:])
	last := strings.TrimSpace(f.s[next+len(word):lineEnd(f.s, next)]) == ""
	imap := (mechanism || strings.HasSuffix(f.s[:i], "LOGIN ")) && last // RFC 9051, section 6.2.3
	if !isUser(user) || words().harmless[strings.ToLower(user)] || next == at+len(user) || isPublic(word) || harmless(word) ||
		(!made(word) && (!imap || !isNoWord(word))) {
		return false
	}
	f.add(next, next+len(word))
	return true
}

// judgingEnds are further words that judge a key or a code before them.
var judgingEnds = setOf([]string{"valid", "revoked", "used", "redeemed", "consumed", "unknown", "exchanged"})

// keyJudged reports whether a text goes on with a judgement about the key before it: is not valid, expired.
func keyJudged(s string) bool {
	rest := strings.TrimLeft(s[:min(len(s), 40)], " \"'`")
	for _, word := range []string{"is ", "was ", "has ", "already ", "been ", "not "} {
		rest = strings.TrimPrefix(rest, word)
	}
	word := rest
	if end := strings.IndexAny(rest, " .,;:\n"); end >= 0 {
		word = rest[:end]
	}
	return judgements[word] || judgingEnds[word]
}

// isLogin reports whether a name stands in a line of a netrc file: login bob
// password ….
func (f *finder) isLogin(p pair) bool {
	const longest = 80
	before := f.s[max(0, p.value-longest):p.value]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	return p.name == "password" && (strings.Contains(before, "login ") || strings.Contains(before, "machine "))
}

// loginWith hides the password of "login bob with …" if the line goes on with the
// word password.
func (f *finder) loginWith(at int) bool {
	line := f.s[at:lineEnd(f.s, at)]
	words := strings.Fields(line[:min(len(line), enough)])
	if len(words) < 3 || (words[1] != "with" && words[1] != "using") || !strings.Contains(strings.ToLower(line), "password") {
		return false
	}
	word := strings.Trim(words[2], "'\"(),;")
	if len(word) < 6 || !isNoWord(word) || harmless(word) || isVersion(word) || isPublic(word) {
		return false
	}
	from := at + strings.Index(line, word)
	f.add(from, from+len(word))
	return true
}
