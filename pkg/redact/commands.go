package redact

import (
	"strings"
	"sync"
)

// shellWord is a word of a command line, with its place in the text that it was
// read from.
type shellWord struct {
	text     string // without quotes
	from, to int
}

// found is a credential in a word of a command line.
type found struct{ word, from, to int }

// commandForm is a row of the table, parsed.
type commandForm struct{ words []string }

// commandForms are the rows of the table by program.
var commandForms = sync.OnceValue(func() map[string][]commandForm {
	out := map[string][]commandForm{}
	for _, row := range commandTable {
		form := commandForm{words: strings.Fields(row.form)}
		for _, program := range strings.Fields(row.programs) {
			out[program] = append(out[program], form)
		}
	}
	return out
})

// commandSecrets returns the credentials on a command line.
func commandSecrets(words []shellWord) []found {
	var out []found
	forms := commandForms()
	for i, w := range words {
		program := w.text[strings.LastIndexByte(w.text, '/')+1:]
		for _, form := range forms[program] {
			out = append(out, form.find(words, i+1)...)
		}
	}
	return out
}

// find returns the credentials that follow in words from i on.
func (f commandForm) find(words []shellWord, i int) []found {
	first, rest := f.words[0], f.words[1:]
	if pipe := indexOf(rest, "|"); pipe >= 0 {
		return f.piped(words, i)
	}
	if len(rest) > 0 && rest[0] == "…" { // htpasswd -b … _: the last word
		for ; i < len(words)-1; i++ {
			if isCluster(words[i].text, 'b') {
				return credentialIn(words, len(words)-1, "_")
			}
		}
		return nil
	}
	var out []found
	for ; i < len(words); i++ {
		switch {
		case strings.HasSuffix(first, "_"):
			out = append(out, credentialIn(words, i, first)...)
		case words[i].text == first && !strings.HasPrefix(first, "-") && len(rest) > 0 && strings.HasPrefix(rest[0], "-"):
			return append(out, commandForm{words: rest}.find(words, i+1)...) // login -p _
		case words[i].text == first:
			out = append(out, follow(words, i+1, rest)...)
		case len(rest) == 1 && strings.HasPrefix(first, "-"):
			out = append(out, attached(words, i, first, rest[0])...)
		}
	}
	return out
}

// follow matches the words after the first of a form.
func follow(words []shellWord, i int, rest []string) []found {
	for n, want := range rest {
		if i+n >= len(words) {
			return nil
		}
		switch {
		case strings.HasSuffix(want, "_"):
			return credentialIn(words, i+n, want)
		case want != "*" && words[i+n].text != want:
			return nil
		}
	}
	return nil
}

// attached finds the credential in an option and its value in one word:
// --user=bob:…, -ubob:….
func attached(words []shellWord, i int, option, form string) []found {
	text := words[i].text
	value, ok := strings.CutPrefix(text, option+"=")
	if !ok && len(option) == 2 && len(text) > 2 && (form != "_") {
		value, ok = strings.CutPrefix(text, option)
	}
	if !ok {
		return nil
	}
	at := len(text) - len(value)
	var out []found
	for _, c := range credentialIn([]shellWord{{text: value}}, 0, form) {
		out = append(out, found{i, c.from + at, c.to + at})
	}
	return out
}

// credentialIn finds the credential in a word by a form such as _, -p_, u:_.
func credentialIn(words []shellWord, i int, form string) []found {
	text := words[i].text
	at := 0
	switch start := strings.TrimSuffix(form, "_"); {
	case start == "":
		if text == "" || text[0] == '-' {
			return nil
		}
	case start[0] == 'u' || start[0] == 'n': // a user or a name before it
		n := strings.IndexByte(text, start[1])
		if n <= 0 {
			return nil
		}
		at = n + 1
	default:
		if !strings.HasPrefix(text, start) {
			return nil
		}
		at = len(start)
	}
	end := len(text)
	if form == "u/_" {
		if n := strings.LastIndexByte(text[at:], '@'); n >= 0 {
			end = at + n
		}
	}
	if end-at > 2 && isQuote(text[at]) && text[end-1] == text[at] { // -p'…'
		at, end = at+1, end-1
	}
	if at >= end || harmless(text[at:end]) {
		return nil
	}
	return []found{{i, at, end}}
}

// piped finds the credential that is written to the standard input of another
// program: echo root:… | chpasswd.
func (f commandForm) piped(words []shellWord, i int) []found {
	pipe := -1
	for n := i; n < len(words); n++ {
		if words[n].text == "|" {
			pipe = n
			break
		}
	}
	want := f.words[indexOf(f.words, "|")+1:]
	if pipe < 0 || pipe+1 >= len(words) {
		return nil
	}
	for n, w := range want {
		if (n == 0 && !strings.HasSuffix(words[pipe+1].text, w)) || indexOfWord(words[pipe+1:], w) < 0 {
			return nil
		}
	}
	return credentialIn(words, pipe-1, f.words[0])
}

func indexOf(list []string, s string) int {
	for i, item := range list {
		if item == s {
			return i
		}
	}
	return -1
}

func indexOfWord(words []shellWord, s string) int {
	for i, w := range words {
		if w.text == s || strings.HasSuffix(w.text, "/"+s) {
			return i
		}
	}
	return -1
}

// isCluster reports whether a word is short options written together, among
// them c: -nbB.
func isCluster(word string, c byte) bool {
	return len(word) > 1 && len(word) < 8 && word[0] == '-' && word[1] != '-' && strings.IndexByte(word, c) > 0
}

// isSecretOption reports whether the argument after arg is a credential.
func isSecretOption(arg string) bool {
	return strings.HasPrefix(arg, "-") && !strings.Contains(arg, "=") && kindOf(strings.TrimLeft(arg, "-")) == strongName
}

// command hides the credentials on the command line that begins with a program
// at i, as logs and scripts have it. Programs that this one starts, as in
// "sshpass -p … mysql -p…", are looked at with it.
func (f *finder) command(i int) {
	if i < f.commandEnd {
		return
	}
	words := splitCommand(f.s, i)
	f.commandEnd = words[len(words)-1].to
	for _, c := range commandSecrets(words) {
		f.add(words[c.word].from+c.from, words[c.word].from+c.to)
	}
}

// longestCommand bounds how much of a line is read as one command.
const longestCommand = 2000

// splitCommand splits the command that begins at i into words as a shell does,
// up to the end of the command. A pipe and what follows it belong to it.
func splitCommand(s string, i int) []shellWord {
	var out []shellWord
	last := min(len(s), i+longestCommand)
	for i < last {
		i = skipBlanks(s, i)
		if i >= last || strings.IndexByte("\n;&)", s[i]) >= 0 {
			break
		}
		w, next := shellWordAt(s, i, last)
		out = append(out, w)
		i = next
	}
	return out
}

// shellWordAt reads one word; quotes around all of it are left out.
func shellWordAt(s string, i, last int) (w shellWord, next int) {
	if n := skipQuote(s, i); n > i {
		end := n + quotedEnd(s[n:last], s[i:n])
		if end+1 >= last || isBlank(s[end+1]) || strings.IndexByte("\n;&|)\"'", s[end+1]) >= 0 || end == last {
			return shellWord{s[n:end], n, end}, min(last, end+len(s[i:n]))
		}
	}
	end := i
	var quote byte
	for end < last && (quote != 0 || strings.IndexByte(" \t\n;&)", s[end]) < 0) {
		switch c := s[end]; {
		case quote == 0 && isQuote(c) && end > i:
			quote = c
		case quote == 0 && isQuote(c):
			return shellWord{s[i:end], i, end}, end + 1
		case c == quote:
			quote = 0
		}
		end++
	}
	text := s[i:end]
	if n := len(text); n > 0 && isQuote(text[n-1]) && strings.Count(text, text[n-1:]) == 1 { // the quote around the whole command
		return shellWord{text[:len(text)-1], i, end - 1}, end
	}
	return shellWord{text, i, end}, max(end, i+1)
}
