// Package redact takes credentials out of text that is about to be shown, and
// leaves the text around them readable. It judges by shape (URLs with a
// password, private keys, tokens of known services) and by the name that a
// value goes by (DB_PASSWORD, clientSecret, --token). It is no proof that
// nothing secret is left: a password that stands in prose looks like a word.
package redact

import "strings"

// Mark stands where a credential was.
const Mark = "‹redacted›"

// Text returns free text, such as a log or a message, without the credentials
// in it, and how many there were. Text(Text(s)) changes nothing more.
func Text(s string) (string, int) {
	s, blocks := privateKeys(s)
	s, links := passwordsInURLs(s)
	s, named := pairs(s)
	s, known := tokens(s)
	return s, blocks + links + named + known
}

// Lines returns lines of one text, such as the end of a log, without the
// credentials in them, and how many there were. A credential of several lines,
// such as a private key, becomes one line or a part of one, so that there can
// be fewer lines than before. Do not give the lines of a text to Text one by
// one: the lines of a private key are known only by those around them.
func Lines(lines []string) ([]string, int) {
	if len(lines) == 0 {
		return lines, 0
	}
	text, n := Text(strings.Join(lines, "\n"))
	if n == 0 {
		return lines, 0
	}
	return strings.Split(text, "\n"), n
}

// Value returns the value that goes by the name key, of an environment
// variable, an annotation or a setting, as it may be shown, and whether
// anything was taken out of it. Under a name that speaks of a credential all of it goes;
// under others what Text finds.
func Value(key, value string) (string, bool) {
	if isSecret(key) && !harmless(value) {
		return Mark, true
	}
	if shown, ok := appliedSecret(value); ok {
		return shown, true
	}
	shown, n := Text(value)
	return shown, n > 0
}

// Args returns a command line as it may be shown, and how many credentials
// were taken out of it: a flag that speaks of one hides the argument after it.
func Args(args []string) ([]string, int) {
	out, sum := make([]string, len(args)), 0
	for i, arg := range args {
		if i > 0 && flagWithoutValue(args[i-1]) && !harmless(arg) && arg[0] != '-' {
			out[i] = Mark
			sum++
			continue
		}
		shown, n := Text(arg)
		out[i] = shown
		sum += n
	}
	return out, sum
}
