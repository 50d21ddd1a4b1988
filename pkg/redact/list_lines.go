package redact

import (
	"strings"
)

// commandHeads end the line above a command line with one word a line: of kubectl describe ("Command:", "Args:") and of YAML.
var commandHeads = []string{"ommand:\n", "rgs:\n", "ntrypoint:\n"}

// commandLines hides the credentials of such command lines. The arguments of a container come after its command.
func (f *finder) commandLines() {
	for _, head := range commandHeads {
		if !f.has(head) {
			continue
		}
		for at := range endsOf(f.s, head) {
			words := f.wordsOfLines(at)
			if len(words) < 2 {
				continue
			}
			for _, c := range commandSecrets(words) {
				f.add(words[c.word].from+c.from, words[c.word].from+c.to)
			}
		}
	}
}

// wordsOfLines returns the words that are alone on the lines from i on, without the dash of a list and quotes. The list ends at the first
// line with more.
func (f *finder) wordsOfLines(i int) []shellWord {
	const most = 40
	var out []shellWord
	indent := -1
	for range most {
		if i >= len(f.s) {
			break
		}
		end := lineEnd(f.s, i)
		line := strings.TrimRight(f.s[i:end], " \t\r")
		text := strings.TrimLeft(line, " \t")
		if indent < 0 {
			indent = len(line) - len(text)
		}
		if text == "" || len(line)-len(text) != indent {
			break
		}
		text = strings.Trim(strings.TrimPrefix(text, "- "), "\"'")
		if text == "" || strings.ContainsAny(text, " \t") || strings.HasSuffix(text, ":") {
			break
		}
		from := i + strings.LastIndex(line, text)
		out = append(out, shellWord{text, from, from + len(text)})
		i = end + 1
	}
	return out
}
