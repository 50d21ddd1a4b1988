package redact

import (
	"iter"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// byForm hides the credentials of the files in the table.
func (f *finder) byForm() {
	if slices.ContainsFunc([]string{"UPDATE", "INSERT", "SELECT", "update ", "insert ", "select "}, f.has) {
		f.boundPasswords()
	}
	for i := range lineForms {
		f.onLines(&lineForms[i], isFilled)
	}
	for i := range guessForms {
		f.onLines(&guessForms[i], looksGenerated)
	}
	for i := range bareForms {
		f.onLines(&bareForms[i], isBareOrChosen)
	}
	for i := range fileForms {
		form := &fileForms[i]
		if !slices.ContainsFunc(form.needles, f.has) {
			continue
		}
		if form.block == nil {
			f.inBlock(form, 0, len(f.s), isFilled)
			continue
		}
		for _, m := range form.block.FindAllStringSubmatchIndex(f.s, -1) {
			f.inBlock(form, m[len(m)-2], m[len(m)-1], isFilled)
		}
	}
}

// isFilled reports whether a value in the place of a credential is one, and no placeholder or reference.
func isFilled(value string) bool { return !harmless(value) }

// looksGenerated reports whether a value is a credential by its form, so that a place in which other words stand, too, is enough.
func looksGenerated(value string) bool {
	return (looksChosen(value) || isLongRandom(value)) && !isPublic(value) && !harmless(value)
}

// onLines hides the credentials of a form, as judge finds them, on the lines that have one of its needles.
func (f *finder) onLines(form *fileForm, judge func(string) bool) {
	const longest = 1000
	for _, needle := range form.needles {
		if !f.has(needle) {
			continue
		}
		stop := 0
		for end := range endsOf(f.s, needle) {
			if end <= stop {
				continue // on the line before
			}
			stop = lineEnd(f.s, end)
			if from := lineStart(f.s, end-len(needle)); stop-from <= longest {
				f.inBlock(form, from, stop, judge)
			}
		}
	}
}

// inBlock hides the credentials of a form between two places.
func (f *finder) inBlock(form *fileForm, from, to int, judge func(string) bool) {
	for _, m := range form.form.FindAllStringSubmatchIndex(f.s[from:to], -1) {
		f.groups(m[2:], from, judge)
	}
}

// groups hides the texts of groups, which are bounds from a place on, if judge takes each of them for a credential.
func (f *finder) groups(groups []int, from int, judge func(string) bool) {
	for i := 0; i < len(groups); i += 2 {
		if groups[i] >= 0 && !judge(f.s[from+groups[i]:from+groups[i+1]]) {
			return
		}
	}
	for i := 0; i < len(groups); i += 2 {
		if groups[i] >= 0 {
			f.add(from+groups[i], from+groups[i+1])
		}
	}
}

// files looks for the forms of files that hold credentials without names.
func (f *finder) files() {
	s := f.s
	if f.has(`"kty"`) {
		f.jsonWebKey()
	}
	if f.has("Secret") && (f.has("data") || f.has("stringData")) {
		f.secretManifest()
	}
	if f.has("LoginModule") {
		f.loginModule()
	}
	f.byForm()
	f.insertedPasswords()
	if slices.ContainsFunc([]string{"users", "accounts", "logins", "admins", "passwords", "auth", "basicAuth", "credentials"}, f.has) {
		f.users()
	}
	if !strings.Contains(s, ":") && !strings.Contains(s, "\" \"") && !strings.Contains(s, " >") && !strings.Contains(s, " #") {
		return
	}
	for start := 0; start < len(s); {
		end := lineEnd(s, start)
		f.fileLine(start, end)
		start = end + 1
	}
}

// fileLine looks at one line: of .pgpass, of the user lists of PgBouncer and of
// Redis, of a monitored Redis.
func (f *finder) fileLine(start, end int) {
	line := strings.TrimRight(f.s[start:end], " \t\r")
	switch {
	case line == "" || len(line) > 500:
	case line[0] == '"':
		f.quotedList(start, line)
	case (strings.HasPrefix(line, "user ") || strings.Contains(line, "SETUSER ")) && containsAny(line, " >", " #"):
		f.redisUser(start, line)
	case strings.Count(line, ":") == 4 && !strings.ContainsAny(line, " \t"):
		f.pgpass(start, line)
	}
}

// pgpass hides the password of host:port:database:user:password
// (postgresql.org/docs/current/libpq-pgpass.html).
func (f *finder) pgpass(start int, line string) {
	parts := strings.Split(line, ":")
	port := parts[1]
	user := parts[3]
	password := parts[4]
	if (port != "*" && (!isNumber(port) || port == "")) || password == "" || harmless(password) || !isUser(user) {
		return
	}
	words := parts[0] == "*" || strings.ContainsAny(parts[0]+parts[2]+user, "ghijklmnopqrstuvwxyz.") // no address of IPv6 or a network card
	if words && strings.ContainsFunc(user, func(r rune) bool { return r >= 'a' && r <= 'z' }) {
		f.add(start+len(line)-len(password), start+len(line))
	}
}

// quotedList hides the last of "user" "password" and of "AUTH" "password".
func (f *finder) quotedList(start int, line string) {
	words := strings.Split(line, `" "`)
	auth := strings.EqualFold(words[0], `"AUTH`) || strings.EqualFold(words[0], `"HELLO`)
	if (len(words) != 2 && !auth) || len(words) < 2 || line[len(line)-1] != '"' ||
		strings.Count(line, `"`) != 2*len(words) {
		return
	}
	last := strings.TrimSuffix(words[len(words)-1], `"`)
	end := start + len(line) - 1
	if !harmless(last) && !strings.Contains(last, " ") {
		f.add(end-len(last), end)
	}
}

// redisHash matches the SHA-256 of a password in such a line.
var redisHash = lazyregexp.New(`^#[0-9a-f]{64}$`)

// redisUser hides the passwords of "user app on >… ~* +@all"
// (redis.io/docs/latest/operate/oss_and_stack/management/security/acl).
func (f *finder) redisUser(start int, line string) {
	at := start
	for _, word := range strings.SplitAfter(line, " ") {
		text := strings.Trim(word, " '\"")
		if len(text) > 1 && (text[0] == '>' || redisHash.MatchString(text)) && !harmless(text[1:]) {
			from := at + strings.Index(word, text)
			f.add(from+1, from+len(text))
		}
		at += len(word)
	}
}

// loginModule hides the passwords of the users of a server of Kafka: user_bob="…"
// (kafka.apache.org/documentation: security_sasl_plain).
func (f *finder) loginModule() {
	for at := range endsOf(f.s, " user_") {
		end := wordEnd(f.s, at)
		if end < len(f.s) && f.s[end] == '=' {
			if r := readValue(f.s, end+1); r.quote != "" && !harmless(r.text) {
				f.addValue(r)
			}
		}
	}
}

// jsonWebKey hides the private members of JSON Web Keys (RFC 7518, section 6).
func (f *finder) jsonWebKey() {
	for _, member := range []string{`"d"`, `"p"`, `"q"`, `"dp"`, `"dq"`, `"qi"`, `"k"`} {
		for end := range endsOf(f.s, member) {
			sign := skipBlanks(f.s, end)
			if sign >= len(f.s) || f.s[sign] != ':' {
				continue
			}
			if r := readValue(f.s, sign+1); r.quote != "" && len(r.text) >= 16 {
				f.addValue(r)
			}
		}
	}
}

// endsOf yields where each occurrence of a word in s ends.
func endsOf(s, word string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at := 0; ; {
			i := strings.Index(s[at:], word)
			if i < 0 {
				return
			}
			at += i + len(word)
			if !yield(at) {
				return
			}
		}
	}
}

// secretManifest hides the values of data and stringData if the text is or holds
// the manifest of a Secret.
func (f *finder) secretManifest() {
	kind := strings.Index(f.s, "kind")
	if kind < 0 || !strings.Contains(strings.NewReplacer(`"`, "", " ", "", "'", "").Replace(f.s[kind:]), "kind:Secret") {
		return
	}
	for _, field := range []string{"data", "stringData"} {
		for at := 0; ; {
			i := strings.Index(f.s[at:], field)
			if i < 0 {
				break
			}
			start := at + i
			at = start + len(field)
			after := skipBlanks(f.s, skipQuote(f.s, at))
			if (start > 0 && isWord(f.s[start-1])) || after >= len(f.s) || f.s[after] != ':' {
				continue
			}
			if open := skipSpace(f.s, after+1); open < len(f.s) && f.s[open] == '{' {
				at = f.members(open + 1)
			} else if strings.TrimRight(f.s[after+1:lineEnd(f.s, after)], " \r") == "" {
				at = f.mapping(start, lineEnd(f.s, after)+1)
			}
		}
	}
}

// skipSpace returns the first byte from i on that is no blank and no line break.
func skipSpace(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
		i++
	}
	return i
}

// members hides the values of a flat object of JSON up to its end, which it
// returns.
func (f *finder) members(at int) int {
	for at < len(f.s) && f.s[at] != '}' {
		if f.s[at] != ':' {
			at++
			if at < len(f.s) && f.s[at-1] == '"' { // a key
				at = min(len(f.s), at+quotedEnd(f.s[at:], `"`)+1)
			}
			continue
		}
		r := readValue(f.s, skipSpace(f.s, at+1))
		at = max(r.end(f.s)+len(r.quote), at+1)
		if r.text != "" && !strings.Contains(r.text, Mark) {
			f.addValue(r)
		}
	}
	return at
}

// mapping hides the values of a mapping of YAML whose key is at i and whose
// lines begin at next. It returns the mapping's end.
func (f *finder) mapping(i, next int) int {
	indent := indentOf(f.s, lineStart(f.s, i))
	for next < len(f.s) {
		end := lineEnd(f.s, next)
		line := strings.TrimRight(f.s[next:end], " \r")
		if strings.TrimSpace(line) != "" {
			if indentOf(f.s, next) <= indent {
				return next
			}
			from := next + indentOf(f.s, next)
			if colon := strings.Index(line, ": "); colon >= 0 {
				from = skipBlanks(f.s, next+colon+1)
			} else if strings.HasSuffix(line, ":") {
				from = next + len(line)
			}
			if text := f.s[from : next+len(line)]; text != "|" && text != ">" && text != "|-" && text != ">-" && text != `""` {
				f.add(from, next+len(line))
			}
		}
		next = end + 1
	}
	return len(f.s) // the last line can have no line break
}
