package redact

import (
	"regexp"
	"slices"
	"strings"
)

// name matches a name and the sign between it and its value, with the quotes
// that JSON, even JSON inside a string, puts around names; or a flag before a blank.
var name = regexp.MustCompile(`([A-Za-z][A-Za-z0-9_.-]*)(?:\\*["'])?([ \t]*(?:=>|:=|[:=])[ \t]*)|(?:^|\s)--?([A-Za-z][A-Za-z0-9_.-]*)( +)`)

// nameThenValue matches an environment variable as manifests write it, in JSON
// or YAML: its name and its value are values both.
var nameThenValue = regexp.MustCompile(`["']?\bname["']?:[ \t]*["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?(?:,[ \t\n]*|[ \t]*\n[ \t]*)["']?value["']?:[ \t]*`)

// hints are what the names of credentials hold, in lower case: a line without
// them is left alone, as nearly all lines of a log are.
var hints = []string{"pass", "pw", "secret", "token", "key", "cred", "jwt", "salt", "_pat", "-pat", "auth"}

func hinted(s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(hints, func(hint string) bool { return strings.Contains(s, hint) })
}

// pairs takes out the values of names that speak of credentials.
func pairs(s string) (string, int) {
	if !hinted(s) {
		return s, 0
	}
	n := 0
	if strings.Contains(s, "value") {
		s, n = replaceValues(s, nameThenValue, variableValue)
	}
	var out strings.Builder
	for line := range strings.Lines(s) {
		if hinted(line) {
			shown, m := replaceValues(line, name, secretValue)
			line, n = shown, n+m
		}
		out.WriteString(line)
	}
	return out.String(), n
}

// variableValue returns what rest begins with if it is the credential of the
// environment variable that nameThenValue matched.
func variableValue(match [5]string, rest string) value {
	if !isSecret(match[1]) {
		return value{}
	}
	return readValue(rest).unlessHarmless()
}

// secretValue returns what rest begins with if it is a credential by the name
// before it, in whose match are the name and the sign, or the flag and the blank.
func secretValue(match [5]string, rest string) value {
	key, sign := match[1]+match[3], match[2]+match[4]
	header := strings.EqualFold(key, "authorization") || strings.EqualFold(key, "proxy-authorization")
	auth := len(key) >= 4 && strings.EqualFold(key[len(key)-4:], "auth")
	if !header && !auth && !isSecret(key) {
		return value{}
	}
	v := readValue(rest).unlessHarmless()
	switch {
	case auth && !random(v.text), objectName.MatchString(v.text):
		return value{}
	case v.last, v.scheme, strings.Contains(sign, "="), random(v.text):
		return v
	}
	// "token: abc" and "--token abc" name a value, "token: unexpected end of
	// file" is a sentence.
	return value{}
}

// objectName matches namespace/name, as logs name Secrets.
var objectName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*/[a-z][a-z0-9.-]*$`)

// replaceValues puts Mark in place of the values that secret finds after the
// matches of before. The search goes on inside other values.
func replaceValues(s string, before *regexp.Regexp, secret func(match [5]string, rest string) value) (string, int) {
	var out strings.Builder
	n := 0
	var match [5]string
	for {
		at := before.FindStringSubmatchIndex(s)
		if at == nil {
			break
		}
		for i := range len(at) / 2 {
			match[i] = ""
			if at[2*i] >= 0 {
				match[i] = s[at[2*i]:at[2*i+1]]
			}
		}
		out.WriteString(s[:at[1]])
		s = s[at[1]:]
		if v := secret(match, s); v.text != "" {
			out.WriteString(v.lead + Mark)
			s = s[len(v.lead)+len(v.text):]
			n++
		}
	}
	out.WriteString(s)
	return out.String(), n
}

// value is what stands after a name. Without text it is none.
type value struct {
	lead   string // what to keep before it: a quote, a scheme
	text   string
	scheme bool // "Bearer" or its like stands before it
	last   bool // it is quoted, or no other word follows it on its line
}

// unlessHarmless returns v, or none where it can be no credential.
func (v value) unlessHarmless() value {
	if harmless(v.text) {
		return value{}
	}
	return v
}

var scheme = regexp.MustCompile(`^(?i:bearer|basic|token|digest|apikey|aws4-hmac-sha256) +`)

// readValue reads the value that s begins with, quoted or up to the blank or
// sign that ends it.
func readValue(s string) value {
	mark := quote.FindString(s)
	said := scheme.FindString(s[len(mark):])
	v := value{lead: mark + said, scheme: said != ""}
	rest := s[len(v.lead):]
	end := plainEnd(rest)
	if mark != "" {
		end = quotedEnd(rest, mark)
	}
	v.text = rest[:end]
	line, _, _ := strings.Cut(rest[end:], "\n")
	v.last = !word.MatchString(line)
	return v
}

var (
	quote = regexp.MustCompile(`^\\*["']`)
	word  = regexp.MustCompile(`^[ \t]+[^\s\-{}\[\]#/(]`)
	// ends matches what ends a value without quotes, with what has to follow
	// for it to be the end: a password may hold a comma.
	ends = regexp.MustCompile("[\\s\"'`&<>\\\\]|[,;)\\]}]+(?:[\\s,;\"']|$|[\\w.-]+[\"']?[:=])")
)

// reference matches a value that is filled in elsewhere.
var reference = regexp.MustCompile(`^(?:\$\([^)\s]*\)|\$\{[^}\n]*\}|\{\{[^}\n]*\}\})`)

func plainEnd(s string) int {
	if at := reference.FindStringIndex(s); at != nil {
		return at[1]
	}
	if at := ends.FindStringIndex(s); at != nil {
		return at[0]
	}
	return len(s)
}

// quotedEnd returns where the text ends that was opened by quote; all of it
// where it is never closed, as in a line that was cut.
func quotedEnd(s, quote string) int {
	for at := 0; at < len(s); {
		i := strings.Index(s[at:], quote)
		if i < 0 {
			break
		}
		if escaped := len(quote) == 1 && i > 0 && s[at+i-1] == '\\'; !escaped {
			return at + i
		}
		at += i + len(quote)
	}
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

// flagWithoutValue reports whether the argument after arg is a credential.
func flagWithoutValue(arg string) bool {
	return strings.HasPrefix(arg, "-") && !strings.Contains(arg, "=") && isSecret(strings.TrimLeft(arg, "-"))
}

// mixed matches what no word of a language holds inside: a digit, or a capital after a small
// letter.
var mixed = regexp.MustCompile(`[A-Za-z][^A-Za-z]*[0-9]|[0-9].*[A-Za-z]|[a-z][A-Z]`)

// random reports whether a text is no word of a language: long and mixed.
func random(s string) bool { return len(s) >= 12 && mixed.MatchString(s) }
