package redact

import (
	"strings"
)

// userAndPassword hides the password of "credentials: admin / …", "login bob:…".
func (f *finder) userAndPassword(p pair) {
	switch lastOf(p.name) {
	case "credential", "credentials", "creds", "login", "zugangsdaten", "anmeldedaten", "identifiants", "credenciales", "credenziali":
	default:
		return
	}
	s := f.s
	at := skipCopula(s, skipBlanks(s, p.value))
	end := at
	for end < len(s) && (isWord(s[end]) || strings.IndexByte(".@-", s[end]) >= 0) {
		end++
	}
	sign := skipBlanks(s, end)
	if end == at || sign >= len(s) || timestamp.MatchString(firstWordOf(s[at:])) { // of the last login
		return
	}
	next := skipBlanks(s, sign+1)
	if strings.HasPrefix(s[sign:], "and ") { // credentials are bob and …
		next = skipBlanks(s, sign+len("and "))
	} else if s[sign] != '/' && s[sign] != ':' {
		return
	}
	word := firstWordOf(s[next:])
	apart := sign > end && next > sign+1
	if len(word) < 6 || !isNoWord(word) || harmless(word) || isVersion(word) || strings.Contains(word, "/") {
		return
	}
	attached := next == sign+1
	known := !isDNSName(word) || accounts[strings.ToLower(s[at:end])]
	if apart || (attached && known) || (attached && s[sign] == ':' && p.sign == nextWord) {
		f.add(next, next+len(word))
	}
}

// accounts are users that programs and databases make when they are installed. No namespace has such
// a name, so that admin/… is no name of a Secret.
var accounts = setOf([]string{"admin", "administrator", "root", "superuser", "postgres", "sa", "elastic", "guest", "user"})

// skipCopula returns the byte after the word that links credentials to their value:
// credentials are admin/….
func skipCopula(s string, at int) int {
	for _, word := range []string{"are ", "are: ", "is ", "is: ", "with ", "as ", "using ", "for "} {
		if strings.HasPrefix(s[min(at, len(s)):], word) {
			return skipBlanks(s, at+len(word))
		}
	}
	return at
}

// userThenPassword hides the second of two quoted words after a name for a login:
// auth=("bob", "…"), basic_auth: ["bob", "…"], SetBasicAuth("bob", "…").
func (f *finder) userThenPassword(p pair, at int) bool {
	switch lastOf(p.name) {
	case "auth", "login", "credentials", "creds", "authentication":
	default:
		return false
	}
	if open := strings.IndexByte(f.s[at:min(len(f.s), at+40)], '('); p.sign != call && open > 0 && wordEnd(f.s, at) == at+open {
		at += open // HTTPBasicAuth(…
	}
	if p.sign != call {
		if at >= len(f.s) || (f.s[at] != '(' && f.s[at] != '[') {
			return false
		}
		at++
	}
	words := quotedWords(f.s[:lineEnd(f.s, at)], skipBlanks(f.s, at))
	if len(words) != 2 || !isUser(words[0].text) || !isPlainSecret(words[1].text) {
		return false
	}
	f.add(words[1].from, words[1].to)
	return true
}

// valueMembers are members of an object that have the value of its name, or the default of a parameter.
var valueMembers = []string{
	`"value"`, `\"value\"`, `"Value"`, `\"Value\"`, "Value", "value", `"S"`, `"stringValue"`, `"plaintext"`, `"Default"`, `"default"`,
	`"String"`, `\"String\"`, "String", // sql.NullString of Go
	`"old"`, `\"old\"`, `"new"`, `\"new\"`, // of a change
}

// memberValue hides the value in an object after a name: "password": {"value": "…"}.
func (f *finder) memberValue(p pair, open int) {
	const far = 120
	body := f.s[open:min(len(f.s), open+far)]
	for _, member := range valueMembers {
		i := strings.Index(body, member)
		if i < 0 || strings.Contains(body[:i], "}") {
			continue
		}
		sign := skipBlanks(f.s, open+i+len(member))
		if sign >= len(f.s) || (f.s[sign] != ':' && f.s[sign] != '=') {
			continue
		}
		if r := readValue(f.s, sign+1); p.kind == strongName && r.text != "" && !harmless(r.text) {
			f.addValue(r)
		}
	}
}

// variableDefault hides the default of a variable of Terraform:
// variable "db_password" { default = "…" }.
func (f *finder) variableDefault(p pair) {
	const far = 300
	open := skipBlanks(f.s, p.value)
	if !p.nameQuoted || p.value == 0 || open >= len(f.s) || f.s[open] != '{' || p.kind != strongName {
		return
	}
	body := f.s[open:min(len(f.s), open+far)]
	if end := strings.IndexByte(body, '}'); end >= 0 {
		body = body[:end]
	}
	at := strings.Index(body, "default")
	if at < 0 {
		return
	}
	sign := skipBlanks(f.s, open+at+len("default"))
	if sign >= len(f.s) || f.s[sign] != '=' {
		return
	}
	if r := readValue(f.s, sign+1); r.quote != "" && !harmless(r.text) {
		f.addValue(r)
	}
}

// elementText hides the text of an XML element.
func (f *finder) elementText(p pair) {
	rest := f.s[p.value:min(len(f.s), p.value+enough)]
	if inner, ok := strings.CutPrefix(rest, "<![CDATA["); ok {
		p.value += len(rest) - len(inner)
		if end := strings.Index(inner, "]]>"); end > 0 && !harmless(inner[:end]) && p.kind == strongName {
			f.add(p.value, p.value+end)
		}
		return
	}
	end := strings.Index(rest, "</")
	if end < 0 || strings.IndexByte(rest[:end], '<') >= 0 {
		return
	}
	text := strings.TrimSpace(rest[:end])
	if text == "" || harmless(text) || strings.Contains(text, "\n") {
		return
	}
	if p.kind == strongName || givesAway(text) {
		f.add(p.value, p.value+end)
	}
}
