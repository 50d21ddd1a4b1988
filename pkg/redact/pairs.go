package redact

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// pair is a name, its sign and where the value begins.
type pair struct {
	name        string
	start       int // where the name begins, if it is of two words the last of them
	end         int // where the name ends
	kind        nameKind
	sign        sign
	value       int
	nameQuoted  bool
	option      bool // the name is an option: --password
	wholeLetter bool // the name is one word without signs
	arrow       bool // the sign is an arrow
	alone       bool // the value would be alone on its line
	answer      bool // the value would be the answer of a command
	heading     bool // the name is the heading above the value
	oneTime     bool // the value can be a number, for one login
	asks        int  // what it asks for around it
}

// longestName bounds how far a name is followed back.
const longestName = 120

// isSiblingValue reports whether a word is one for the value of the name that another member of the same object has. It is asked for
// every word of a text.
func isSiblingValue(word string) bool {
	switch word {
	case "value", "Value", "VALUE", "val", "values", "content", "text", "default":
		return true
	case "old", "new", "oldValue", "newValue", "before", "after", "from", "to": // of a change
		return true
	}
	return false
}

// name looks at the value of the name that ends with the word between i and end.
func (f *finder) name(i, end int) {
	if isSiblingValue(f.s[i:end]) {
		f.valueOfSibling(end)
		return
	}
	p := f.named(i, end)
	if p.kind == otherName {
		return
	}
	if p.kind == strongName {
		f.valueBefore(p.start)
		f.column(p, p.start, end)
		f.parallel(p)
		f.bareAfter(p)
	}
	f.valueAs(p, p.start)
	f.near(p, i, end)
	f.codes(p, i, end)
	f.recoveryCodes(p)
	f.keyInGroups(p)
	f.readSign(&p, i, end)
	f.hide(p)
}

// named returns the name that ends with the word between i and end, and what it shows about its value. Most words end no name of a
// credential, so that the quick looks come first.
func (f *finder) named(i, end int) pair {
	word := f.s[i:end]
	ofAccessor := (word == "ID" || word == "SecretID" || word == "secret_id") && f.isSecretOfAccessor(i, end)
	ofSession := len(word) == len("id") && word[1]|0x20 == 'd' && strings.HasSuffix(f.s[:i], "ession ")
	if (!canEndName(word) && !ofAccessor && !ofSession) || goesOn(f.s, end) || f.isCovered(i) {
		return pair{}
	}
	start := nameStart(f.s, i)
	if f.isPlace(start, end) || f.isLoginCall(i, end) || f.isOwnerOfAttribute(start) {
		return pair{}
	}
	p := pair{name: f.s[start:end], start: start, end: end}
	p.kind = kindOf(p.name)
	if p.kind != strongName && isProperty(f.s, start) {
		p.kind = max(p.kind, kindOf(p.name[1:]))
	}
	p.oneTime = hasAnySuffix(f.s[max(0, start-len("temporary ")):start], []string{"one-time ", "temporary "})
	if p.kind == strongName && (isPlaceToken(p.name) || isPlaceToken(f.withWordBefore(i, end))) {
		return pair{}
	}
	if p.kind != strongName || word == "secret" {
		p.joinWord(f.withWordBefore(i, end))
	}
	if ofAccessor || (p.kind == weakName && f.isStrongBeside(i, end)) {
		p.kind = strongName
	}
	return p
}

// Words that make names on their line those of passwords: the community string of SNMP (RFC 1157), the key of a wireless network or of
// a server for logins.
var (
	snmpWords    = []string{"snmp", "v2c", "version=2c"}
	networkWords = []string{"ssid", "wifi", "wi-fi", "wlan", "wpa", "tacacs", "isakmp"}
)

// isStrongBeside reports whether a word between i and end is such a name.
func (f *finder) isStrongBeside(i, end int) bool {
	beside := networkWords
	switch f.s[i:end] {
	case "community", "Community":
		beside = snmpWords
	case "key", "Key":
		if !f.isAboutNetworks() {
			return false
		}
	default:
		return false
	}
	from, stop := window(f.s, i, end)
	return containsAny(strings.ToLower(f.s[from:stop]), beside...)
}

// isAboutNetworks reports whether a text has one of networkWords. Most texts with keys have none.
func (f *finder) isAboutNetworks() bool {
	if !f.networksKnown {
		f.networksKnown = true
		f.networks = slices.ContainsFunc(networkWords, f.has) || slices.ContainsFunc([]string{"SSID", "WiFi", "Wi-Fi", "WPA", "TACACS"}, f.has)
	}
	return f.networks
}

// ownedAttribute matches what stands before a name that owns the value behind it, which is no credential: the fingerprint of the ….
var ownedAttribute = lazyregexp.New(`(?i)\b(?:fingerprint|thumbprint|checksum|` +
	`ids?|names?|length|age|lifetime|type|version|path|expiry|owner|list|location)` +
	` of (?:the |a |this |your )?(?:[a-z]+ )?$`)

// isOwnerOfAttribute reports whether the name that begins at i is such a one.
func (f *finder) isOwnerOfAttribute(i int) bool {
	const far = 50
	before := f.s[max(0, i-far):i]
	return strings.Contains(before, " of ") && ownedAttribute.MatchString(before)
}

// isPlace reports whether what looks like a name is a part of an address, a resource or a route.
func (f *finder) isPlace(start, end int) bool {
	if start > 1 && f.s[start-1] == '/' && words().other[f.s[nameStart(f.s, start-1):start-1]] { // checksum/secret
		return true
	}
	return strings.HasSuffix(f.s[:start], "://") || isARN(f.s[max(0, start-longestName):start]) || isRoute(f.s, start, end)
}

// joinWord makes a name one of two words if they say more together than the last one: "API key", "public key", "shared secret".
func (p *pair) joinWord(two string) {
	if two == "" {
		return
	}
	if p.kind == strongName {
		if isChosen(two) {
			p.name = two
		}
		return
	}
	if isServiceKey(two) {
		p.name = two
	}
	if kind := kindOf(two); kind > p.kind {
		p.name = two
		p.kind = kind
		return
	}
	if words().isOther(wording.NameWords(two)) {
		p.kind = otherName
	}
}

// particles follow nouns in Japanese and Korean without a blank.
var particles = []string{"は", "が", "を", "是", "为", "為", "는", "은", "가"}

// unparted are words for passwords and codes in languages that part words by no blanks.
var unparted = []string{"密码", "密碼", "パスワード", "비밀번호", "验证码", "驗證碼", "認証コード"}

// nounEnd returns where a word that begins at i and ends with s ends without what follows a noun in it.
func nounEnd(s string, i int) int {
	if end := len(s); s[i] < utf8.RuneSelf && s[end-1] < utf8.RuneSelf {
		return end // 验证码是123456 begins with a noun
	}
	for _, noun := range unparted {
		if n := strings.LastIndex(s[i:], noun); n >= 0 {
			return i + n + len(noun)
		}
	}
	for _, particle := range particles {
		if before, ok := strings.CutSuffix(s[i:], particle); ok && before != "" {
			return i + len(before)
		}
	}
	return len(s)
}

// isSecretOfAccessor reports whether the ID of a secret between i and end stands beside its accessor or the role that it belongs
// to, as Vault, Consul and Nomad print both. It is the secret itself.
func (f *finder) isSecretOfAccessor(i, end int) bool {
	const far = 200
	if !hasAnySuffix(f.s[max(0, i-len("Secret ")):end], []string{"secret_id", "SecretID", "Secret ID"}) {
		return false
	}
	return containsAny(f.s[max(0, i-far):min(len(f.s), end+far)], "role_id", "ccessor", "approle", "acl ", "ACL", "consul", "nomad")
}

// isProperty reports whether a property of Java or Gradle begins at i: -DapiKey=…, -PapiKey=….
func isProperty(s string, i int) bool { return i > 0 && s[i-1] == '-' && (s[i] == 'D' || s[i] == 'P') }

// valueBefore hides the value that an error names before the option or setting whose name begins
// at start: invalid value "…" for flag -api-key (flag of Go), invalid argument "…" for
// "--api-key" flag (pflag), invalid value '…' for '--api-key <KEY>' (clap).
func (f *finder) valueBefore(start int) {
	const far = 300
	if start == 0 || (f.s[start-1] != '-' && !isBlank(f.s[start-1]) && !isQuote(f.s[start-1])) {
		return
	}
	line := f.s[max(lineStart(f.s, start), start-far):start]
	before := strings.TrimRight(line, "-")
	before = strings.TrimRight(before, "\\\"'`")
	for _, end := range []string{
		" for flag ", " for option ", " for setting ", " for property ", " for field ", " for parameter ", " for variable ", " for ", " of ",
	} {
		value, ok := strings.CutSuffix(before, end)
		if !ok || value == "" || !isQuote(value[len(value)-1]) {
			continue
		}
		closing := len(value) - 1
		open := strings.LastIndexByte(value[:closing], value[closing])
		text := strings.TrimRight(value[open+1:closing], "\\")
		called := strings.TrimRight(value[:max(open, 0)], "\\ ")
		if open < 0 || text == "" || harmless(text) || !hasAnySuffix(called, []string{"value", "argument", "got"}) {
			return
		}
		from := start - len(line) + open + 1
		f.add(from, from+len(text))
		return
	}
}

// isARN reports whether the text goes on with a part of an Amazon resource name:
// arn:aws:secretsmanager:….
func isARN(before string) bool {
	return strings.HasSuffix(before, ":") && strings.Contains(before[strings.LastIndexAny(before, " \t\n\"'=")+1:], "arn:")
}

// isRoute reports whether a name ends a quoted path, as in the routes of web frameworks:
// get '/forgot-password' => 'users#forgot'.
func isRoute(s string, start, end int) bool {
	if start < 2 || end >= len(s) || s[start-1] != '/' || !isQuote(s[end]) {
		return false
	}
	first := start - 1
	for first > 0 && (isWord(s[first-1]) || strings.IndexByte("/:.-", s[first-1]) >= 0) {
		first--
	}
	return first > 0 && s[first] == '/' && s[first-1] == s[end]
}

// endsText reports whether the quote at i ends the text that the name of a pair stands in, and so
// opens no value: "password: " + password, 'password = '.$password, msg="no password:" code=3.
func (f *finder) endsText(p pair, i int) bool {
	if i >= len(f.s) || !isQuote(f.s[i]) || p.nameQuoted {
		return false
	}
	quote := f.s[i : i+1]
	before := f.s[lineStart(f.s, p.start):p.start]
	if (strings.Count(before, quote)-strings.Count(before, `\`+quote))%2 == 0 {
		return false
	}
	next := skipBlanks(f.s, i+1)
	return next >= len(f.s) || strings.IndexByte("+.,);&|]}%\r\n", f.s[next]) >= 0 || (next > i+1 && nameFollows(f.s[next:]))
}

// goesOn reports whether a name has more parts after the word that ends at end:
// client-secret-file, password.txt.
func goesOn(s string, end int) bool {
	return end+1 < len(s) && (s[end] == '-' || s[end] == '.') && isWord(s[end+1]) && !isDigit(s[end+1])
}

// nameStart returns where the name begins whose last word begins at i.
func nameStart(s string, i int) int {
	first := max(0, i-longestName)
	for i > first && (isWord(s[i-1]) || s[i-1] == '.' || s[i-1] == '-') {
		i--
	}
	for i < len(s) && (s[i] == '-' || s[i] == '.') {
		i++
	}
	return i
}

// withWordBefore returns the word with the one before it, if one blank parts
// them: "API key".
func (f *finder) withWordBefore(i, end int) string {
	if i < 2 || f.s[i-1] != ' ' || !isWord(f.s[i-2]) {
		return ""
	}
	return f.s[nameStart(f.s, i-2):end]
}

// skipQuote returns the byte after the quote at i, with the backslashes that
// escape it; i if there is none.
func skipQuote(s string, i int) int {
	at := i
	for at < len(s) && s[at] == '\\' {
		at++
	}
	if at < len(s) && isQuote(s[at]) {
		return at + 1
	}
	return i
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// skipNumber returns the first byte from i on that is no digit.
func skipNumber(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}
