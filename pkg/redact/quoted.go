package redact

import (
	"strings"
)

// quotedCommand hides the credentials of a command line that is written as a list
// of quoted words, as in JSON, Python and the %q of Go, if the word between i and end
// is its program: ["mysql","-p…"], ['redis-cli', '-a', '…'], ["curl" "-u" "bob:…"].
func (f *finder) quotedCommand(i, end int) {
	if i < f.commandEnd || skipQuote(f.s, end) == end {
		return
	}
	start := nameStart(f.s, i)
	if keywords()[f.s[start:end]] != programWord {
		return
	}
	for start > 0 && (isWord(f.s[start-1]) || strings.IndexByte("./-", f.s[start-1]) >= 0) {
		start-- // the path of the program
	}
	if start == 0 || !isQuote(f.s[start-1]) {
		return
	}
	quote := start - 1
	for quote > 0 && f.s[quote-1] == '\\' {
		quote--
	}
	words := quotedWords(f.s, quote)
	if len(words) < 2 {
		return
	}
	f.commandEnd = words[len(words)-1].to
	f.hideWords(words, commandSecrets(words))
}

// listedCommand hides the credentials of a command line that Java prints as a list, whose program begins at i:
// [curl, -u, bob:…, https://h].
func (f *finder) listedCommand(i int) {
	end := strings.IndexByte(f.s[i:lineEnd(f.s, i)], ']')
	open := strings.LastIndexByte(f.s[lineStart(f.s, i):i], '[')
	if end < 0 || open < 0 || strings.ContainsAny(f.s[lineStart(f.s, i)+open:i], " ,]") {
		return
	}
	var words []shellWord
	at := i
	for text := range strings.SplitSeq(f.s[i:i+end], ", ") {
		words = append(words, shellWord{text, at, at + len(text)})
		at += len(text) + len(", ")
	}
	f.hideWords(words, commandSecrets(words))
}

// quotedWords reads the quoted words from i on, which are parted by blanks or one comma.
func quotedWords(s string, i int) []shellWord {
	var out []shellWord
	last := min(len(s), i+longestCommand)
	for i < last {
		from := skipQuote(s, i)
		if from == i {
			break
		}
		end := from + quotedEnd(s[from:last], s[i:from])
		out = append(out, shellWord{s[from:end], from, end})
		after := end + from - i
		if after >= last {
			break
		}
		if i = skipSpace(s, after); i < last && s[i] == ',' {
			i = skipSpace(s, i+1)
		}
	}
	return out
}
