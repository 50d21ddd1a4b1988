package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// isHeader reports whether a name is the one of a header that has a credential
// in a form of its own.
func isHeader(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate":
		return true
	}
	return false
}

// headerValue returns the value of a header as it may be shown.
func headerValue(name, value string) (string, int) {
	f := &finder{s: value}
	f.headerAt(name, 0, len(value))
	return replace(value, append(f.spans, find(value, 0)...))
}

// header hides the credentials in the value of a header.
func (f *finder) header(p pair) {
	s := f.s
	at := skipBlanks(s, p.value)
	if at < len(s) && s[at] == '[' {
		at++
	}
	quote := skipQuote(s, at)
	if p.sign == call && quote == at { // a variable of code
		return
	}
	end := at + len(s[at:lineEnd(s, at)])
	if quote > at {
		end = quote + quotedEnd(s[quote:end], s[at:quote])
		at = quote
	} else if p.nameQuoted || strings.HasSuffix(f.s[:nameEndBefore(s, p.value)], "'") {
		end = at + plainLine(s[at:end])
	}
	f.headerAt(p.name, at, end)
}

// nameEndBefore returns where the name ends before its sign and the blanks at i.
func nameEndBefore(s string, i int) int {
	for i > 0 && (s[i-1] == ':' || s[i-1] == '=' || isBlank(s[i-1])) {
		i--
	}
	return i
}

// plainLine returns where a header's value ends that a quote before its name
// opened.
func plainLine(s string) int {
	if n := strings.IndexAny(s, "'\""); n >= 0 {
		return n
	}
	return len(s)
}

// headerAt hides the credential in the value of a header: in cookies, in the parameters of a
// scheme such as Digest, after a scheme such as Bearer, or the value as a whole.
func (f *finder) headerAt(name string, at, end int) {
	if strings.HasSuffix(strings.ToLower(name), "cookie") {
		f.cookies(at, end)
		return
	}
	text := f.s[at:end]
	if n := schemeEnd(text, 0); n > 0 && n < len(text) {
		if strings.Contains(text[n:], "=\"") || strings.Contains(text[n:], ", ") {
			f.parameters(at+n, end)
			return
		}
		f.credential(at+n, end, true)
		return
	}
	f.credential(at+unknownScheme(name, text), end, false)
}

// unknownScheme returns where the credential begins after a scheme that is not in the table, 0 if none is there:
// Authorization: Splunk …. A sentence has more words.
func unknownScheme(name, text string) int {
	scheme, credential, ok := strings.Cut(text, " ")
	if !ok || !strings.HasSuffix(strings.ToLower(name), "authorization") || strings.Trim(scheme, schemeLetters) != "" {
		return 0
	}
	credential = strings.TrimRight(credential, " \r")
	if len(credential) < 8 || !isNoWord(credential) || strings.Contains(credential, " ") || isVersion(credential) {
		return 0
	}
	return len(scheme) + 1
}

const schemeLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"

// credential hides the word at i; without a scheme before it only if it is not
// one of a language.
func (f *finder) credential(i, end int, sure bool) {
	stop := i
	for stop < end && strings.IndexByte(" \t\r\n,;\"'\\<>`]})", f.s[stop]) < 0 {
		stop++
	}
	word := f.s[i:stop]
	if word != "" && !harmless(word) && (sure || (len(word) >= 6 && mixed(word)) || len(word) >= 20) {
		f.add(i, stop)
	}
}

// parameters hides the parameters of an Authorization header that prove who
// sent it (RFC 7616, AWS Signature Version 4).
func (f *finder) parameters(at, end int) {
	lower := wording.LowerASCII(f.s[at:end])
	for _, name := range []string{"response=", "signature=", "mac=", "token=", "cnonce=", "ts="} {
		i := strings.Index(lower, name)
		if i < 0 {
			continue
		}
		r := readValue(f.s[:end], at+i+len(name))
		f.add(r.from, r.from+len(strings.TrimRight(r.text, ",")))
	}
}

// cookies hides the values of cookies that look like credentials.
func (f *finder) cookies(at, end int) {
	for at < end {
		stop := at
		for stop < end && f.s[stop] != ';' && f.s[stop] != '\n' {
			stop++
		}
		f.cookie(at, stop)
		at = stop + 1
	}
}

// cookie hides the value of one cookie. Programs that print only the value of their own print no name before it.
func (f *finder) cookie(at, stop int) {
	name, value, named := strings.Cut(f.s[at:stop], "=")
	if !named {
		word := strings.TrimRight(strings.TrimSpace(name), "\"'\\]})")
		if isLongRandom(word) && strings.Trim(word, variableLetters+"-") == "" {
			from := at + strings.Index(name, word)
			f.add(from, from+len(word))
		}
		return
	}
	value = strings.TrimRight(value, " \r\"'\\]})")
	kind := kindOf(strings.TrimSpace(name))
	if !harmless(value+" ") && (random(value) || (kind != otherName && len(value) >= 8)) {
		from := at + len(name) + 1
		f.add(from, from+len(value))
	}
}
