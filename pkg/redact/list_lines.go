package redact

import "strings"

// commandHeads end the line above a command line with one word a line: of kubectl describe ("Command:", "Args:") and of YAML.
var commandHeads = []string{"ommand:\n", "rgs:\n", "ntrypoint:\n"}

// commandLines hides the credentials of such command lines. The arguments of a container come after its command.
func (f *finder) commandLines() {
	for _, head := range commandHeads {
		if !f.has(head) {
			continue
		}
		for at := range endsOf(f.s, head) {
			if words := f.wordsOfLines(at); len(words) > 1 {
				f.hideWords(words, commandSecrets(words))
			}
		}
	}
}

// wordsOfLines returns the words that are alone on the lines from i on, without the dash of a list and quotes. The list ends at the first
// line with more, or with another indentation.
func (f *finder) wordsOfLines(i int) []shellWord {
	const most = 40 // arguments of a container, so that no long list is read for each heading
	var out []shellWord
	if i >= len(f.s) {
		return nil
	}
	indent := indentOf(f.s, i)
	for len(out) < most && i < len(f.s) && indentOf(f.s, i) == indent {
		end := lineEnd(f.s, i)
		word, ok := wordOfLine(f.s, i, end)
		if !ok {
			break
		}
		out = append(out, word)
		i = end + 1
	}
	return out
}

// wordOfLine returns the word between two places of a line, false if it is not alone. A name with a colon is the next heading.
func wordOfLine(s string, from, to int) (word shellWord, ok bool) {
	line := strings.TrimRight(s[from:to], " \t\r")
	text := strings.Trim(strings.TrimPrefix(strings.TrimLeft(line, " \t"), "- "), "\"'")
	if text == "" || strings.ContainsAny(text, " \t") || strings.HasSuffix(text, ":") {
		return shellWord{}, false
	}
	at := from + strings.LastIndex(line, text) // behind the dash and the quote
	return shellWord{text, at, at + len(text)}, true
}
