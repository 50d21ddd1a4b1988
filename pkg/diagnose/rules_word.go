package diagnose

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// codeEndings are those of programs: an interpreter that complains names them as the place.
var codeEndings = strings.Fields(".py .pyc .js .mjs .cjs .ts .mts .tsx .rb .ru .pl .psgi .php .phar .jar .class .groovy .sh .bash .r " +
	".lua .raku .exs .tcl .go .rs .so")

// pointedWord judges complaints that no vocabulary has, yet quote a word that the manifest gives the
// program: an option or value of its command line, a variable or its value, a value of a mounted
// file. The word must be too odd to be in the sentence by chance. What may be the address of another
// system or the place of an error in the program's own code does not count.
func pointedWord(f *caseFile, said string) *Cause {
	const last = 6 // lines
	if !logs.Complains(said) || f.read.FromEnd() > last {
		return nil
	}
	for _, s := range f.config.settings {
		word, gives := complainedOf(said, s)
		if word == "" || (secretName(s.name) && word == s.value) { // no report may show a secret
			continue
		}
		return weigh(f, &Cause{
			Category: AppConfig, Confidence: Low, Culprit: f.clues.culpritOf(s),
			Summary:  "it complains of " + word + ", which " + gives + ": " + said,
			Evidence: f.lineAndEnd(claim(s.source, "it has %s", word)), WouldSettle: corrected(word),
		}, true)
	}
	return nil
}

// complainedOf returns the word of a setting that a complaint quotes, "" if it quotes none, and how
// the manifest gives it: "--retention", "its command line gives it".
func complainedOf(said string, s setting) (word, gives string) {
	switch {
	case !s.known || s.program:
	case s.name == "":
		return argumentIn(said, s.value), "its command line gives it"
	case s.isFile():
		return valueIn(said, s.value), s.name + " has"
	case variableName().MatchString(s.name) && hasWord(said, s.name):
		return s.name, "the manifest sets"
	case quotes(said, s.value) && odd(said, s.value):
		return s.value, s.name + " is set to"
	}
	return "", ""
}

// culpritOf returns the ConfigMap that a setting is of, or else the workload.
func (f clueFinder) culpritOf(s setting) *Culprit {
	if c := f.valueClue(s); c.culprit != nil {
		return c.culprit
	}
	return f.self()
}

// variableName matches names of environment variables of several words. One word, such as PATH or
// ERROR, may stand in a complaint by chance.
var variableName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`) })

// argumentIn returns the option or value of a word of the command line that a text names, "" if it names neither.
func argumentIn(said, argument string) string {
	flag, value, given := strings.Cut(argument, "=")
	switch {
	case len(argument) > 200:
		return ""
	case strings.HasPrefix(flag, "--") && hasWord(said, flag):
		return flag
	case strings.HasPrefix(flag, "--") && !given:
		return ""
	case strings.HasPrefix(flag, "-") && given:
		argument = value
	}
	if len(argument) < 4 || !hasWord(said, argument) || !odd(said, argument) {
		return ""
	}
	return argument
}

// valueIn returns a quoted part of a complaint that is a value in the text of a mounted file.
func valueIn(said, text string) string {
	for _, word := range quotedWords(said) {
		if !strings.Contains(word, " ") && odd(said, word) && givesValue(text, word) {
			return word
		}
	}
	return ""
}

// givesValue reports whether a line of a text ends with a word that is a value: a whole one,
// behind the sign or blank that parts it from its name.
func givesValue(text, word string) bool {
	for line := range strings.Lines(text) {
		rest := strings.TrimRight(strings.TrimRight(line, " \t\r\n,;}]"), `"'`)
		before, ends := strings.CutSuffix(rest, word)
		before = strings.TrimRight(before, `"'`)
		if ends && strings.TrimRight(before, ":= \t") != before {
			return true
		}
	}
	return false
}

// quotes reports whether a text has a value as a whole word or in quotes.
func quotes(text, value string) bool {
	return len(value) >= 4 && len(value) <= 200 && hasWord(text, value)
}

// odd reports whether a word of a text hardly stands there by chance, and is neither an address nor code.
func odd(text, word string) bool {
	return telling(word) && !ofCode(word) && len(logs.Addresses(word)) == 0 && !placed(text, word)
}

// ofCode reports whether a word is a file of the program itself, by its ending.
func ofCode(word string) bool { return slices.Contains(codeEndings, strings.ToLower(path.Ext(word))) }

// placed reports whether a text names a file only as the place of an error: with a line behind it.
func placed(text, file string) bool {
	_, rest, _ := strings.Cut(text, file)
	rest = strings.TrimLeft(rest, `"'): (,`)
	return rest != "" && ((rest[0] >= '0' && rest[0] <= '9') || strings.HasPrefix(rest, "line "))
}
