package logs

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// supervised are the forms in which a supervisor reports how the process that it runs ended: with an exit code other
// than 0, or by a signal (s6-overlay and its finish scripts, supervisord, runit, foreman, circus).
var supervised = sync.OnceValue(func() *regexp.Regexp {
	const who = `(?:\b(?:process|child|service|worker|program|command|pid \d+)\b|\bexited:)[^.;]{0,60}?`
	const failed = `\b(?:exit|exited|ended|terminated|stopped|died|finished|returned)(?: with)?(?: non-zero| the)?(?: exit)? ` +
		`(?:code|status)[ :=]+[1-9]\d{0,2}\b`
	const signalled = `\b(?:received|killed by|terminated by|ended by|died of|died from|caught)(?: a)? signal[ :]+(?:\d{1,2}|SIG[A-Z]+)\b`
	return regexp.MustCompile(`(?i)` + who + `(?:` + failed + `|` + signalled + `)`)
})

// asked are the signals with which a process is asked to stop: they report no failure.
var asked = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)signal[ :]+(?:1|2|15|SIGHUP|SIGINT|SIGTERM)\b`)
})

// Supervised returns the last line in which a supervisor reports that the process it runs failed, at whatever level it
// is; false if there is none. Of the supervisor itself the exit code can be 0 then.
func (a *Analysis) Supervised() (Line, bool) {
	for _, l := range slices.Backward(a.Lines) {
		if !l.Folded && supervised().MatchString(l.Text) && !asked().MatchString(l.Text) && !strings.Contains(l.Text, "; expected") {
			return l, true
		}
	}
	return Line{}, false
}
