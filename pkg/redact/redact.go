// Package redact removes credentials from text that is about to be shown and
// leaves the text around them readable. It finds them by their own form (the
// tokens of known services, private keys, password hashes), by the place in
// which they stand (URLs, headers, cookies, command lines, SQL) and by the name
// that they go by (DB_PASSWORD, clientSecret, --token). What it knows is in
// tables: files that end in _table.go.
//
// It is no proof that nothing secret is left: a password that is a plain word
// of a sentence is known only in the places that bareForms and bareAfter list.
package redact

import "strings"

// Mark replaces a credential.
const Mark = "‹redacted›"

// Text returns a whole text, such as a log or a message, without the
// credentials in it, and their number. Text of its own result changes nothing.
// For lines of one text use Lines.
func Text(s string) (string, int) {
	spans := find(s, 0)
	return replace(s, append(spans, repeated(s, spans)...))
}

// Lines returns the lines of one text, such as the end of a log, without the
// credentials in them, and their number. A private key of several lines becomes
// one mark, so that there can be fewer lines than before. Calling Text for each
// line is wrong: a line of a private key is known by the lines around it.
func Lines(lines []string) ([]string, int) {
	text := strings.Join(lines, "\n")
	shown, n := Text(text)
	if n == 0 {
		return lines, 0
	}
	return strings.Split(shown, "\n"), n
}

// Value returns the value of an environment variable, an annotation, a header
// or a setting that is called key as it may be shown, and reports whether
// anything was removed. If key names a credential, the whole value goes; else
// what Text finds in it.
func Value(key, value string) (string, bool) {
	switch kind := kindOf(key); {
	case value == "" || value == Mark:
		return value, false
	case kind == strongName && isSecretValue(key, value):
		return Mark, true
	case kind == weakName && (givesAwayOf(key, value) || (isPIN(key) && isCode(value))):
		return Mark, true
	case isHeader(key):
		shown, n := headerValue(key, value)
		return shown, n > 0
	}
	spans := append(findNamed(key, value), accountPasswords(key, value)...)
	spans = append(spans, directiveLines(key, value)...)
	spans = append(spans, accountLines(key, value)...)
	spans = append(spans, passwordFile(key, value)...)
	if suspicious(key) {
		spans = append(spans, randomWords(value)...)
	}
	shown, n := replace(value, spans)
	return shown, n > 0
}

// Args returns the words of a command line as they may be shown, and the number
// of credentials that were removed. It knows the options of common programs and
// options with a name such as --password, whose value can be the next word.
func Args(args []string) ([]string, int) {
	found := make([][]span, len(args))
	words := make([]shellWord, len(args))
	for i, arg := range args {
		words[i] = shellWord{text: arg}
		found[i] = find(arg, 0)
		if i > 0 {
			found[i] = append(found[i], afterOption(args[i-1], arg)...)
		}
	}
	for _, c := range commandSecrets(words) {
		found[c.word] = append(found[c.word], span{c.from, c.to})
	}
	out := make([]string, len(args))
	sum := 0
	for i, arg := range args {
		shown, n := replace(arg, found[i])
		out[i] = shown
		sum += n
	}
	return out, sum
}

// afterOption returns the credentials in a word that follows an option.
func afterOption(option, word string) []span {
	var out []span
	if user, password, ok := strings.Cut(word, ":"); ok && strings.HasPrefix(option, "-") && kindOf(option) == weakName &&
		isUserAndPassword(user, password) {
		out = append(out, span{len(user) + 1, len(word)})
	}
	if isSecretOption(option) && !strings.HasPrefix(word, "-") && !harmless(word) && !isCount(lastOf(option), word) {
		out = append(out, span{0, len(word)})
	}
	return out
}
