package diagnose

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// joined returns the argument in which several words of a command line stand, if the log quotes them as one. A shell
// would take them apart; a container runtime passes each item of command and args on as it is.
func (f clueFinder) joined() (setting, bool) {
	before := ""
	for _, s := range f.config.settings {
		if s.argument() && severalWords(s.value) && !takesScript.MatchString(before) && f.read.quotesWhole(s.value) {
			return s, true
		}
		before = s.value
	}
	return setting{}, false
}

// takesScript is an option of shells, interpreters and clients behind which a whole script or statement is one argument on
// purpose: sh -ec, python -c, node -e, mysql --execute.
var takesScript = lazyregexp.New(`^(?:-[a-z]*c|-e|--(?:eval|execute|command))$`)

// optionBehind is an option behind another word: "--data-dir /data --name a".
var optionBehind = lazyregexp.New(`\S +--?[A-Za-z]`)

// severalWords reports whether an argument is an option with its value behind a blank, or has an option behind another
// word.
func severalWords(argument string) bool {
	option, _, more := strings.Cut(argument, " ")
	apart := more && strings.HasPrefix(option, "-") && !strings.Contains(option, "=")
	return apart || optionBehind.MatchString(argument)
}

// quotesWhole reports whether the reason has an argument of several words as one: with its dashes, without them, or
// only what the program took for the value of the option.
func (r reading) quotesWhole(argument string) bool {
	const short = 2 // a dash and a letter
	forms := []string{argument, strings.TrimLeft(argument, "-")}
	if _, value, given := strings.Cut(argument, "="); given {
		forms = append(forms, value)
	}
	if strings.HasPrefix(argument, "-") && !strings.HasPrefix(argument, "--") {
		forms = append(forms, argument[min(short, len(argument)):])
	}
	line := r.line()
	return slices.ContainsFunc(forms, func(form string) bool {
		return strings.Contains(strings.TrimSpace(form), " ") && strings.Contains(line, form)
	})
}

// splitUp makes of a verdict on what a program was given one on the words that stand in one argument: what the
// program reports of them, such as a file that does not exist, only follows.
func splitUp(f *caseFile, cause *Cause, s setting) {
	cause.addEvidence(claim(s.source, "the argument is %s", shown(s)))
	cause.Confidence = High
	cause.Culprit = f.clues.culpritOf(s)
	cause.Summary = "one argument holds several words of a command line, which the program takes for one: " + f.read.line()
	cause.WouldSettle = []string{"whether it starts once each option and each value is an item of its own in command or args"}
}
