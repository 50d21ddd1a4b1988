package redact

import (
	"slices"
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
	out := userOptions(words)
	forms := commandForms()
	for i, w := range words {
		program := w.text[strings.LastIndexByte(w.text, '/')+1:]
		own := words
		if program == "sshpass" {
			own = words[:ownEnd(words, i+1)]
		}
		for _, form := range forms[program] {
			out = append(out, form.find(own, i+1)...)
		}
	}
	return out
}

// find returns the credentials that follow in words from i on.
func (f commandForm) find(words []shellWord, i int) []found {
	first := f.words[0]
	rest := f.words[1:]
	if pipe := slices.Index(rest, "|"); pipe >= 0 {
		return f.piped(words, i)
	}
	if len(rest) > 0 && rest[0] == "…" {
		return lastAfterFlag(words, i)
	}
	if first == "^" {
		return follow(words, i, rest)
	}
	var out []found
	for ; i < len(words); i++ {
		switch {
		case strings.HasSuffix(first, "_"):
			out = append(out, credentialIn(words, i, first)...)
		case matchesWord(words[i].text, first) && !strings.HasPrefix(first, "-") && len(rest) > 0 && strings.HasPrefix(rest[0], "-"):
			return append(out, commandForm{words: rest}.find(words, i+1)...) // login -p _
		case matchesWord(words[i].text, first):
			out = append(out, follow(words, i+1, rest)...)
		case len(rest) == 1 && strings.HasPrefix(first, "-"):
			out = append(out, attached(words, i, first, rest[0])...)
		}
	}
	return out
}

// lastAfterFlag returns the last word if the flag -b is before it: htpasswd -b … _.
func lastAfterFlag(words []shellWord, i int) []found {
	for ; i < len(words)-1; i++ {
		if isCluster(words[i].text, 'b') {
			return credentialIn(words, len(words)-1, "_")
		}
	}
	return nil
}

// follow matches the words after the first of a form.
func follow(words []shellWord, i int, rest []string) []found {
	for n, want := range rest {
		if i+n >= len(words) {
			return nil
		}
		if strings.HasSuffix(want, "_") {
			return credentialIn(words, i+n, want)
		}
		if !matchesWord(words[i+n].text, want) {
			return nil
		}
	}
	return nil
}

// matchesWord reports whether a word is the one that a form needs.
func matchesWord(word, want string) bool {
	if want == "K" {
		return kindOf(word) == strongName
	}
	if strings.HasSuffix(want, "*") {
		return strings.HasPrefix(word, want[:len(want)-1])
	}
	return word == want
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
	at, ok := credentialStart(text, strings.TrimSuffix(form, "_"))
	if !ok {
		return nil
	}
	end := len(text)
	if form == "u:_" && at == end && mixed(text[:at-1]) { // a token that stands for the user
		return []found{{i, 0, at - 1}}
	}
	if n := strings.LastIndexByte(text[at:], '@'); form == "u/_" && n >= 0 {
		end = at + n
	}
	if end-at > 2 && isQuote(text[at]) && text[end-1] == text[at] { // -p'…'
		at++
		end--
	}
	if at >= end || harmless(text[at:end]) {
		return nil
	}
	return []found{{i, at, end}}
}

// credentialStart returns where the credential of a word begins, false if the word does not have
// the form that begins with start.
func credentialStart(text, start string) (at int, ok bool) {
	switch {
	case start == "": // any word but an option, of Windows too
		option := text == "" || text[0] == '-' || (text[0] == '/' && strings.IndexByte(text, ':') > 0)
		return 0, !option
	case start == "m":
		return 0, len(text) >= 6 && mixed(text)
	case start == "64":
		decoded := decodeText(text)
		return 0, mixed(decoded) && !strings.ContainsAny(decoded, " \n{")
	case start[0] == 'u' || start[0] == 'n': // a user or a name before it
		n := strings.IndexByte(text, start[1])
		return n + 1, n > 0 || (n == 0 && start == "u:")
	}
	return len(start), strings.HasPrefix(text, start)
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
	want := f.words[slices.Index(f.words, "|")+1:]
	if pipe < 0 || pipe+1 >= len(words) {
		return nil
	}
	for n, w := range want {
		if absent, ok := strings.CutPrefix(w, "!"); ok {
			if indexOfWord(words[pipe+1:], absent) >= 0 {
				return nil
			}
			continue
		}
		if w == "*" {
			continue
		}
		if (n == 0 && !strings.HasSuffix(words[pipe+1].text, w)) || indexOfWord(words[pipe+1:], w) < 0 {
			return nil
		}
	}
	return credentialIn(words, pipe-1, f.words[0])
}

// indexOfWord returns the index of a program, also if it is named with its path; -1 if it is not there.
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
