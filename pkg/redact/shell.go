package redact

import (
	"slices"
	"strings"
)

// userOptions returns what follows -p if a user was named by an option before, as
// most clients have it. A port has no letters.
func userOptions(words []shellWord) []found {
	user := slices.ContainsFunc(words, func(w shellWord) bool { return w.text == "-u" || w.text == "--user" || w.text == "--username" })
	for i, w := range words {
		switch name, _, _ := strings.Cut(w.text, "="); name {
		case "-u", "-U", "-n", "--user", "--username", "-user", "-username", "--login":
			user = true
		case "-p":
			if user && i+1 < len(words) && isPlainSecret(words[i+1].text) {
				return credentialIn(words, i+1, "_")
			}
		}
	}
	return nil
}

// ownEnd returns where the options of sshpass end and the command begins that it
// runs, whose -p is a port.
func ownEnd(words []shellWord, i int) int {
	for i < len(words) && strings.HasPrefix(words[i].text, "-") {
		if len(words[i].text) == 2 && strings.ContainsAny(words[i].text[1:], "pfdP") {
			i++
		}
		i++
	}
	return min(i, len(words))
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
	f.tracedPipe(words, i)
	f.hideWords(words, commandSecrets(words))
}

// tracedPipe hides the credential that a program writes to the next one, if set -x of a shell printed each on a line of its own, in any
// order: "+ echo admin:…", "+ chpasswd".
func (f *finder) tracedPipe(words []shellWord, i int) {
	start := lineStart(f.s, i)
	if !strings.HasPrefix(f.s[start:], "+") || (words[0].text != "echo" && words[0].text != "printf") {
		return
	}
	next := lineEnd(f.s, i) + 1
	before := lineStart(f.s, max(start-1, 0))
	for _, at := range []int{next, before} {
		if at >= len(f.s) || at == start || f.s[at] != '+' {
			continue
		}
		at += len(f.s[at:]) - len(strings.TrimLeft(f.s[at:], "+ "))
		piped := append(append([]shellWord{}, words...), shellWord{text: "|"})
		for _, c := range commandSecrets(append(piped, splitCommand(f.s, at)...)) {
			if c.word < len(words) {
				f.add(words[c.word].from+c.from, words[c.word].from+c.to)
			}
		}
	}
}

// optionP hides the word after -p on the command line of any program, if a user
// was named by an option before.
func (f *finder) optionP(i, end int) {
	const far = 300
	if i < 2 || f.s[i-1] != '-' || !isBlank(f.s[i-2]) || end >= len(f.s) || !isBlank(f.s[end]) {
		return
	}
	start := max(lineStart(f.s, i), i-far)
	words := splitCommand(f.s[:lineEnd(f.s, end)], start)
	f.hideWords(words, userOptions(words))
}

// hideWords hides parts of the words of a command line.
func (f *finder) hideWords(words []shellWord, parts []found) {
	for _, c := range parts {
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
		if strings.HasPrefix(s[i:], "\\\n") { // the command goes on in the next line
			i += len("\\\n")
			continue
		}
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
	if w, next, ok := quotedWord(s, i, last); ok {
		return w, next
	}
	end, quoted := bareWordEnd(s, i, last)
	text := s[i:end]
	if quoted {
		return shellWord{text, i, end}, end + 1
	}
	if closesCommand(text) {
		return shellWord{text[:len(text)-1], i, end - 1}, end
	}
	return shellWord{text, i, end}, max(end, i+1)
}

// quotedWord reads a word that is quoted as a whole.
func quotedWord(s string, i, last int) (w shellWord, next int, ok bool) {
	n := skipQuote(s, i)
	if n == i {
		return w, i, false
	}
	end := n + quotedEnd(s[n:last], s[i:n])
	if end+1 < last && !isBlank(s[end+1]) && strings.IndexByte("\n;&|)\"'", s[end+1]) < 0 {
		return w, i, false // only a part of the word is quoted
	}
	return shellWord{s[n:end], n, end}, min(last, end+len(s[i:n])), true
}

// bareWordEnd returns where a word ends, and whether a quote ends it that does not belong to it.
func bareWordEnd(s string, i, last int) (end int, quoted bool) {
	var quote byte
	for end = i; end < last && (quote != 0 || strings.IndexByte(" \t\n;&)", s[end]) < 0); end++ {
		c := s[end]
		if c == quote {
			quote = 0
			continue
		}
		if quote != 0 || !isQuote(c) {
			continue
		}
		if end == i || strings.IndexByte(s[end+1:last], c) < 0 { // the end of a quoted command
			return end, true
		}
		quote = c
	}
	return end, false
}

// closesCommand reports whether the last letter of a word is the quote or bracket around the
// whole command.
func closesCommand(text string) bool {
	n := len(text)
	if n > 0 && isQuote(text[n-1]) && strings.Count(text, text[n-1:]) == 1 {
		return true
	}
	return n > 1 && text[n-1] == ']' && strings.IndexByte(text, '[') < 0
}
