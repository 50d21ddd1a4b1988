package redact

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// bodyLines are the lengths of full lines in the body of a block: PEM has 64
// characters, OpenSSH and PGP have 70, 72 or 76.
var bodyLines = []int{64, 70, 72, 76}

// blockHeader matches a header inside a block (RFC 1421, RFC 4880, RFC 4716).
var blockHeader = lazyregexp.New(`^(?:Proc-Type|DEK-Info|Key-Info|Version|Comment|Hash|Charset|MessageID|Subject|x-[A-Za-z-]+): `)

// isBase64 reports whether c is a character of base64 (RFC 4648, section 4), or its padding.
func isBase64(c byte) bool {
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '='
}

// bodyOf returns the longest run of base64 characters in a line.
func bodyOf(line string) span {
	var longest span
	for at := 0; at < len(line); at++ {
		start := at
		for at < len(line) && isBase64(line[at]) {
			at++
		}
		if at-start > longest.to-longest.from {
			longest = span{start, at}
		}
	}
	return longest
}

// isBody reports whether a line has, alone or after a log prefix, a full line
// of the body of a block.
func isBody(line string) bool {
	if len(line) < bodyLines[0] {
		return false
	}
	body := bodyOf(line)
	text := line[body.from:body.to]
	return slices.Contains(bodyLines, len(text)) && letters(text) == 3 && !isPath(text)
}

// letters counts which of lower-case letters, capitals and digits are in s. Digests
// in hexadecimal have two of them at most.
func letters(s string) int {
	n := 0
	for _, set := range []string{"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"} {
		if strings.ContainsAny(s, set) {
			n++
		}
	}
	return n
}

// belongs reports whether a line can belong to a block whose other lines have
// prefix before their text.
func belongs(line, prefix string) bool {
	line = strings.TrimRight(line, " \t\r")
	text := afterPrefix(line, prefix)
	if text == "" || blockHeader.MatchString(text) || isBody(line) {
		return true
	}
	end := 0
	for end < len(text) && isBase64(text[end]) {
		end++
	}
	if rest := text[end:]; rest != "" && !strings.HasPrefix(rest, `\`) && !strings.ContainsAny(rest[:1], "\"'") {
		return false
	}
	token := text[:end]
	if strings.HasPrefix(token, "=") || strings.HasSuffix(token, "=") {
		return true // the checksum of PGP, or padding
	}
	return (end >= 12 || end%4 == 0) && mixed(token)
}

// afterPrefix returns the text after a log prefix like prefix: with the same
// shape, or else with the same number of words.
func afterPrefix(line, prefix string) string {
	if len(line) >= len(prefix) && shape(line[:len(prefix)]) == shape(prefix) {
		return line[len(prefix):]
	}
	text := strings.TrimLeft(line, " \t")
	for range strings.Fields(prefix) {
		_, rest, ok := strings.Cut(text, " ")
		if !ok {
			break
		}
		text = strings.TrimLeft(rest, " \t")
	}
	return text
}

// shape returns s with each digit as 0.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, s)
}

// lineBreak matches line breaks that are written out, as in JSON.
var lineBreak = lazyregexp.New(`^(?:\\+[nrt]|[ \t\r])+`)

// inlineAfter returns how much of the rest of a BEGIN line is the body of the
// block: all of it up to a quote if it begins with base64 or a header.
func inlineAfter(rest string) int {
	lead := len(lineBreak.FindString(rest))
	end := lead
	for end < len(rest) && isBase64(rest[end]) {
		end++
	}
	text := rest[lead:]
	token := rest[lead:end]
	words := end < len(rest) && rest[end] == ' ' && len(token) < 20 // a sentence goes on
	switch {
	case text == "", strings.HasPrefix(rest, `\`) && strings.IndexAny(text, "\"'") == 0:
		return len(rest)
	case blockHeader.MatchString(text), len(token) >= 8 && mixed(token) && !words:
	default:
		return 0
	}
	if quote := strings.IndexAny(rest, "\"'`<>"); quote >= 0 {
		return len(strings.TrimRight(rest[:quote], `\`))
	}
	return len(rest)
}

// inlineBefore returns how much of the text before an END on its line is the
// body of the block.
func inlineBefore(text string) int {
	start := len(text)
	for start > 0 && (isBase64(text[start-1]) || text[start-1] == '\\') {
		start--
	}
	if !mixed(text[start:]) {
		return 0
	}
	return len(text) - start
}
