package manifest

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// isPlain reports whether value can be a plain scalar, by its first character.
func isPlain(value []byte) bool {
	if len(value) == 0 || bytes.IndexByte(value, '\t') >= 0 {
		return false
	}
	switch value[0] {
	case '-', '?', ':': // YAML allows "?a" and ":a" too, which are rare: they are left to the parser
		return len(value) > 1 && value[1] != ' ' && value[0] == '-'
	}
	return strings.IndexByte(",[]{}#&*!|>'\"%@`", value[0]) < 0
}

// cutKey splits "key: value". The key is plain text that is a string, or
// decimal digits, which become one.
func cutKey(body []byte) (key, value []byte, ok bool) {
	if body[0] == '"' || body[0] == '\'' {
		return cutQuotedKey(body)
	}
	at := bytes.Index(body, []byte(": "))
	if at < 0 { // "a:", whose value is below; "a:b" is a scalar
		at = len(body) - 1
		if body[at] != ':' {
			return nil, nil, false
		}
	}
	key = body[:at]
	return key, bytes.TrimLeft(body[at+1:], " "), isPlainKey(key)
}

// isPlainKey reports whether the text before a colon is a whole key. One that ends in a blank, or holds the
// begin of a comment, is something else, or an error; "yes", "1.5" and the like are no strings.
func isPlainKey(key []byte) bool {
	if len(key) == 0 || len(key) > longestKey || key[len(key)-1] == ' ' {
		return false
	}
	return isPlain(key) && !bytes.Contains(key, []byte(" #")) && (isText(key) || isDecimal(key))
}

// cutQuotedKey is cutKey for a key in quotes. One with an escape sequence is left to the parser: two keys
// that are written in different ways may be the same.
func cutQuotedKey(body []byte) (key, value []byte, ok bool) {
	text, after, ok := cutQuoted(body)
	if !ok || len(after) == 0 || after[0] != ':' || (len(after) > 1 && after[1] != ' ') {
		return nil, nil, false
	}
	key = text[1 : len(text)-1]
	return key, bytes.TrimLeft(after[1:], " "), len(text) < longestKey && bytes.IndexByte(key, '\\') < 0
}

// isText reports whether a plain scalar is a string to every version of YAML,
// by its first character: numbers and times begin with a digit, a sign or a dot, null is also "~",
// "<<" and "=" have a meaning in YAML 1.1, and the letters are those of the words of isWord.
func isText(s []byte) bool {
	if s[0] < utf8.RuneSelf && strings.IndexByte("0123456789+-.~<=yYnNtTfFoO", s[0]) < 0 {
		return true
	}
	switch s[0] {
	case 'y', 'Y', 'n', 'N', 't', 'T', 'f', 'F', 'o', 'O':
		return len(s) > len("false") || !isWord(string(s))
	case '.': // ".dockerconfigjson", and "." in managedFields, but not ".5" and ".inf"
		return len(s) == 1 || (s[1] > '9' && strings.IndexByte("iInN", s[1]) < 0)
	case '-': // "-c" and "--port", but not "-5" and "-.inf"
		return len(s) > 1 && (s[1] == '-' || s[1] > '9')
	}
	return s[0] >= utf8.RuneSelf
}

// isWord reports whether s is a word that is not a string to some version of YAML.
func isWord(s string) bool {
	switch strings.ToLower(s) {
	case "y", "yes", "n", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}

// isDecimal reports whether s is a number that YAML and JSON write alike: with a leading zero it is
// octal in YAML 1.1, and any number of up to 18 digits fits into 64 bits.
func isDecimal(s []byte) bool {
	if len(s) > 18 || (s[0] == '0' && len(s) > 1) {
		return false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// resolve writes a plain scalar. Numbers of other forms than decimal digits,
// and text that looks like one, are left to the parser, each text once.
func (b *block) resolve(s []byte) bool {
	if isText(s) || notNumber(s) {
		b.out = appendString(b.out, s)
		return true
	}
	if isDecimal(s) || isWordOfBoth(s) {
		b.out = append(b.out, s...)
		return true
	}
	known, ok := b.parse(s)
	b.out = append(b.out, known...)
	return ok
}

// isWordOfBoth reports whether s is a word that YAML and JSON write alike. YAML's others, like "True" and "~",
// are left to the parser.
func isWordOfBoth(s []byte) bool {
	return string(s) == "true" || string(s) == "false" || string(s) == "null"
}

// parse has the parser read a scalar, and keeps what it is as JSON: "0644" -> "420". A list of many objects has
// few such scalars, each of them in every object.
func (b *block) parse(s []byte) (string, bool) {
	if known, ok := b.numbers[string(s)]; ok {
		return known, true
	}
	data, err := yaml.YAMLToJSON(s)
	if err != nil {
		return "", false
	}
	known := string(bytes.TrimSpace(data))
	if b.numbers == nil {
		b.numbers = map[string]string{}
	}
	b.numbers[string(s)] = known
	return known, true
}

// notNumber reports whether s begins with a digit, but has a letter that is
// in no number or time: quantities like 64Mi and names. Not among the letters are those of "0xff",
// "0o17", "1e3", "1_000" and "2024-05-01T10:00:00Z".
func notNumber(s []byte) bool {
	return s[0] >= '0' && s[0] <= '9' && bytes.ContainsAny(s, "ghijklmpqrsuvwyGHIJKLMPQRSUVWY/")
}
