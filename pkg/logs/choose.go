package logs

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// choose takes the finding with the best score, the later of equal ones, and
// the line to quote.
func (a *Analysis) choose() {
	best := -1
	for i, f := range a.Findings {
		if best < 0 || f.score >= a.Findings[best].score {
			best = i
		}
	}
	if best >= 0 && !a.outdone(a.Findings[best]) {
		best = a.origin(best)
		a.Cause = &a.Findings[best]
		a.unbound()
		a.said = a.Cause.Line
		return
	}
	a.said = a.loudest()
}

// outdone reports whether a finding is only a warning in words that do not decide, and the last thing that the log has
// is an error of which no vocabulary knows what it means: then that ended the program.
func (a *Analysis) outdone(f Finding) bool {
	if a.Lines[f.Line].Level != Warn || f.Strength == Decides {
		return false
	}
	for i := len(a.Lines) - 1; i > f.Line; i-- {
		l := &a.Lines[i]
		if l.Folded || l.Head != i || l.silent() || l.wordless() {
			continue
		}
		return l.Level >= Error && !l.stopped && Complains(l.Text)
	}
	return false
}

// unbound takes for the cause why a socket could not be bound, if the cause only reports that the
// program does not listen: much may be logged between the two.
func (a *Analysis) unbound() {
	if a.Cause.Kind != AddressBad || a.Cause.Strength == Decides {
		return
	}
	for _, kind := range []Kind{PortTaken, PortDenied} {
		if f := a.Last(kind); f != nil && f.Line < a.Cause.Line {
			a.Cause = f
			return
		}
	}
}

// origin goes back from a finding to where its trouble began: a wait that ended
// without success, to what was reported of the same connection just before; the last of
// several complaints about what the program was given, to the first of them that
// names something.
func (a *Analysis) origin(at int) int {
	const (
		before = 8 // lines
		near   = 3
	)
	f := a.Findings[at]
	first := at
	for i := at - 1; i >= 0 && f.Line-a.Findings[i].Line <= before; i-- {
		h := a.Findings[i]
		if f.Kind == TimedOut && h.Kind.Side() == Needed && h.Kind != TimedOut && h.Strength >= f.Strength && a.Lines[h.Line].Level >= Warn {
			return i
		}
		if f.Kind == Refused && f.Operand.Text == "" && h.Kind == Unresolved && h.Strength >= f.Strength && f.Line-h.Line <= near {
			return i // it went on without an address
		}
		if f.Kind == Unresolved && h.Entry.Name == "unexpanded" && f.Line-h.Line <= near {
			return i // what does not resolve is no name
		}
		if f.Kind.Side() == Given && h.Kind.Side() == Given && a.adjacent(h.Line, a.Findings[first].Line) && a.better(h, a.Findings[first]) {
			first = i
		}
	}
	a.locate(first, at)
	return first
}

// better reports whether the earlier of two adjacent complaints is the one to
// quote. One that only announces the next is not.
func (a *Analysis) better(earlier, later Finding) bool {
	if earlier.Place.File != "" && a.Lines[later.Line].has(WrapUp) && earlier.Strength >= later.Strength {
		return true // the later one only repeats that the file cannot be read
	}
	if earlier.Strength < later.Strength || (earlier.Entry.Tier == Vague && later.Entry.Tier > Vague) {
		return false
	}
	if earlier.Operand.Text == "" && later.Operand.Text != "" && earlier.Kind == later.Kind {
		return false
	}
	if a.Lines[earlier.Line].has(Ignored) {
		return false
	}
	if earlier.retried && !later.retried {
		return false // it was tried again, and then something else failed
	}
	if earlier.Operand.Text == "" && !strings.Contains(a.Lines[earlier.Line].Text, " ") && strings.Contains(a.Lines[later.Line].Text, " ") {
		return false // the class of an exception, above its message
	}
	if earlier.Operand.Text == "" && earlier.Entry.Tier == General && later.Entry.Tier == Special && earlier.Kind != later.Kind {
		return false // it names nothing, and the later one is more particular
	}
	denied := later.Kind == FileDenied || later.Kind == FileReadOnly
	if earlier.Kind == FileMissing && denied && related(earlier.Operand.Text, later.Operand.Text) {
		return false // it was to be made, and that failed
	}
	return !strings.HasSuffix(a.Lines[earlier.Line].Text, ":")
}

// related reports whether one of two paths is the other, or above it.
func related(a, b string) bool {
	return a != "" && b != "" && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// locate gives the finding at i the place that another one next to it names.
func (a *Analysis) locate(i, to int) {
	for j := max(0, i-1); j <= min(max(i+1, to), len(a.Findings)-1) && a.Findings[i].Place.File == ""; j++ {
		near := a.Findings[j].Line - a.Findings[i].Line
		if near >= -1 && near <= 1 && a.Findings[j].Kind.Side() == Given {
			a.Findings[i].Place = a.Findings[j].Place
		}
	}
}

// adjacent reports whether between two lines of the same gravity stand only
// lines that complain as well, or say nothing.
func (a *Analysis) adjacent(from, to int) bool {
	unstated := a.Lines[from].Level == Plain && a.Lines[to].Level == Error // as perror(3) writes beside a logger
	if a.Lines[from].Level < a.Lines[to].Level && !unstated {
		return false
	}
	for i := from + 1; i < to; i++ {
		l := &a.Lines[i]
		if !l.Folded && l.Head == i && l.Level > Info && l.role == "" && best(l.found) == nil {
			return false
		}
	}
	return true
}

// loudest returns the line that most likely explains the exit if no finding
// does: of the last lines the gravest, the first of several. Of lines without a
// level the last that complains, or else the last. Lines that only inform or give advice
// explain nothing, and those that announce the end or advise as an error count if no other complains: -1 is returned if there are none.
func (a *Analysis) loudest() int {
	const last = 15 // records
	c := loudLines{at: -1, announced: -1, gaveUp: -1, gravest: Info}
	solved := false
	for _, i := range a.lastRecords(last) {
		l := &a.Lines[i]
		solved = solved || l.has(Solved)
		if (l.has(Ignored) && l.Level < Error) || (solved && a.needed(i)) {
			continue // the program went on
		}
		c.weigh(i, l)
	}
	switch {
	case c.at < 0:
		return c.announced
	case c.gravest == Plain && !c.complains && c.gaveUp > c.at:
		return c.gaveUp
	}
	return a.thrownBelow(a.repeatedBy(c.at))
}

// lastRecords returns the first lines of the last records, from the end.
func (a *Analysis) lastRecords(most int) []int {
	var out []int
	for i := range slices.Backward(a.Lines) {
		if l := &a.Lines[i]; l.Folded || l.Head != i {
			continue
		}
		if out = append(out, i); len(out) == most {
			break
		}
	}
	return out
}

// loudLines are the lines of a log that may explain the exit, as far as it was read from its end; -1 if there is none.
type loudLines struct {
	at        int   // the gravest
	gravest   Level // its level
	complains bool  // whether it complains
	announced int   // the first error of those that announce the end or advise
	gaveUp    int   // the last of those that announce the end in a sentence, without a level
}

// weigh compares a line with those that follow it.
func (c *loudLines) weigh(i int, l *Line) {
	if l.silent() && l.Level >= Error && !l.stopped && !l.empty {
		c.announced = i
	}
	if c.gaveUp < 0 && l.role == WrapUp && l.Level == Plain && !l.stopped && isSentence(l.Text) {
		c.gaveUp = i
	}
	if l.Level <= Info || l.silent() || l.stopped || l.wordless() {
		return
	}
	loud := Complains(l.Text)
	graver := l.Level > c.gravest && (l.Level > Plain || loud)
	informed := c.gravest == Plain && !c.complains && l.Level == Warn && loud // what follows the warning only informs
	later := l.Level == c.gravest && (l.Level > Plain || (loud && !c.complains))
	if c.at < 0 || graver || informed || later {
		c.at = i
		c.gravest = l.Level
		c.complains = loud
	}
}

// needed reports whether a line is about something that the program needs from elsewhere.
func (a *Analysis) needed(at int) bool {
	m := best(a.Lines[at].found)
	return m != nil && m.entry.Kind.Side() == Needed
}

// isSentence reports whether a text has words enough to report more than that something ends.
func isSentence(text string) bool {
	const fewest = 5
	return len(strings.Fields(text)) >= fewest
}

// repeatedBy returns the line right above, if a line only repeats the end of it in brackets, or else the line itself.
func (a *Analysis) repeatedBy(at int) int {
	repeated, found := strings.CutPrefix(a.Lines[at].Text, "(")
	if repeated = strings.TrimSuffix(repeated, ")"); !found || at == 0 || !strings.HasSuffix(a.Lines[at-1].Text, repeated) {
		return at
	}
	return at - 1
}

// thrownBelow returns the exception that stands right below the line that logs it, or at if there is none: it
// reports more than that line.
func (a *Analysis) thrownBelow(at int) int {
	for i := at + 1; i < len(a.Lines) && !isThrown(a.Lines[at].Text); i++ {
		switch l := &a.Lines[i]; {
		case l.Folded:
		case isThrown(l.Text) && !l.structured:
			return i
		default:
			return at
		}
	}
	return at
}

// silent reports whether a line has a role that explains nothing, and nothing beside it: no field for an
// error, no exception.
func (l *Line) silent() bool { return l.role != "" && !l.failed && !isThrown(l.Text) }

// wordless reports whether a line reports nothing: it is only a prefix, or has no words.
func (l *Line) wordless() bool { return l.empty || isBare(l.Text) }

// isBare reports whether a line has no words: a rule, a row of marks, or a key.
func isBare(text string) bool {
	const shortest = 32 // bytes of a key
	if len(text) >= shortest && strings.Trim(text, keyBytes) == "" && strings.ContainsAny(text, "0123456789") {
		return true
	}
	return strings.IndexFunc(text, func(r rune) bool { return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || r > 127 }) < 0
}

// keyBytes are those of a key, a hash or a token as base64 and hexadecimal write them, with the name of its form before it.
const keyBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-:"

// complaints are words with which programs complain.
var complaints = set("error errors fail failed fails failure cannot can't couldn't unable invalid bad broken corrupt unexpected " +
	"missing unsupported unknown refused refusing rejected not no must denied fatal panic exception illegal wrong don't doesn't " +
	"without required")

// counted matches what a report counts none of: "12 copied, 0 failed", "errors: 0", "without errors".
var counted = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:0|zero|no|without|without any) (?:errors?|failures?|failed|invalid|missing)\b` +
		`|\b(?:errors?|failures?|failed)[:=] ?0\b`)
})

// Complains reports whether a line has a word with which programs complain.
func Complains(text string) bool {
	found := false
	text = counted().ReplaceAllString(strings.ToLower(text), " ")
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r != '\'' && (r > 127 || !wordByte(byte(r))) }) {
		found = found || complaints[word]
	}
	return found
}
