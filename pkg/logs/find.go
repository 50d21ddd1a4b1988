package logs

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// The weights by which the line that explains the exit is chosen: the graver,
// the more specific and the later, the better. They were set on recorded cases.
const (
	perRecord  = 0.03 // for each record between it and the end
	farthest   = 40   // records from the end beyond which nothing counts
	least      = 1.0  // a finding below is none
	forLater   = 2.2  // if so much was written after it, it did not end the program
	muchLater  = 12   // records
	forRetry   = 0.3
	forIgnored = 2.4
	forSolved  = 3.0
	forTwice   = 0.5 // the program lived on after it before
	tries      = 3   // reports of the same that show that a program tries again; twice may be one failure
)

var (
	gravity    = map[Level]float64{Debug: 0.2, Info: 0.5, Warn: 1.2, Plain: 2, Error: 2.5, Fatal: 3}
	strength   = map[Strength]float64{Shows: -0.8, Supports: 0, Decides: 0.6}
	particular = map[Tier]float64{Vague: -0.4, General: 0, Special: 0.1}
)

// below is what the lines below one show.
type below struct {
	records int
	solved  bool // what failed works
	served  bool // the program does its work
	ignored bool // the next line advises to ignore this one
}

// find compares the lines with the vocabularies, from the end.
func (a *Analysis) find() {
	var under below
	for i := range slices.Backward(a.Lines) {
		l := &a.Lines[i]
		if l.Folded || under.records > farthest {
			continue
		}
		text := withoutAdvice(l.Text)
		l.found = words().matches(text)
		if !l.recognized() && symbols().MatchString(text) {
			l.found = append(l.found, words().matches(unsymbolic(text))...)
		}
		l.role = roleOf(l.found, text)
		if f, ok := a.finding(i, under); ok {
			a.Findings = append(a.Findings, f)
		}
		under.solved = under.solved || (l.has(Solved) && !strings.Contains(l.Text, " but ")) // "connected, but the login was refused"
		under.served = under.served || (l.has(Serving) && !Complains(l.Text))
		under.ignored = hasPrefixFold(l.Text, "ignore above ") // TensorFlow
		if l.Head == i && l.role == "" && !l.wordless() {
			under.records++
		}
	}
	slices.Reverse(a.Findings)
	a.consequences()
	a.objected()
	a.repeated()
}

// symbols are names of errors as programs print them in place of a text: constants of C and Java, atoms of Erlang.
// They have a word of failure, and no quotes around them as names of settings have.
var symbols = sync.OnceValue(func() *regexp.Regexp {
	const failure = `not|unknown|invalid|denied|missing|failed|cannot|unable|refused|` +
		`NOT|UNKNOWN|INVALID|DENIED|MISSING|FAILED|CANNOT|UNABLE|REFUSED`
	return regexp.MustCompile(`(?:^|[\s({,:=])(?:[A-Za-z]+_)*(?:` + failure + `)(?:_[A-Za-z]+)*(?:$|[\s)},.;:])`)
})

// unsymbolic returns text with the words of such names apart, at the same places.
func unsymbolic(text string) string {
	return symbols().ReplaceAllStringFunc(text, func(name string) string { return strings.ReplaceAll(name, "_", " ") })
}

// advice is a sentence on what to do if the reader meets something: it does not report that it happened.
var advice = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[.!?:] ?)If you (?:see|get|receive|encounter|are seeing|are getting|run into)\b[^.]*`)
})

// npmCode is the exit code of a script in the report of npm (npm 6, lib/utils/error-message.js). The number of a failed system call
// is negative there.
var npmCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^npm (?:ERR!|error) errno \d+$`) })

// withoutAdvice returns text with blanks in place of such sentences, and of an exit code that looks like the number of an error.
func withoutAdvice(text string) string {
	blank := func(part string) string { return strings.Repeat(" ", len(part)) }
	switch {
	case strings.Contains(text, "If you "):
		return advice().ReplaceAllStringFunc(text, blank)
	case strings.HasPrefix(text, "npm "):
		return npmCode().ReplaceAllStringFunc(text, blank)
	}
	return text
}

// roleOf returns what a line without a reason of its own is, "" if it has one
// or matches nothing. Advice in a later sentence does not make advice of the first.
func roleOf(found []match, text string) Kind {
	if b := best(found); b != nil && b.entry.Strength > Shows {
		return ""
	}
	for _, m := range found {
		switch m.entry.Kind {
		case Hint:
			if !isSecondSentence(text, m.from) {
				return Hint
			}
		case WrapUp, Usage, Stopped:
			return m.entry.Kind
		default:
		}
	}
	return ""
}

// isSecondSentence reports whether a sentence of some words, or a clause that complains, stands before a byte of text.
func isSecondSentence(text string, at int) bool {
	const words = 4
	end := strings.LastIndex(text[:at], ". ")
	if end < 0 {
		end = strings.LastIndex(text[:at], ", ")
		if end > 0 && !Complains(text[:end]) {
			return false
		}
	}
	return end > 0 && len(strings.Fields(text[:end])) >= words
}

// recognized reports whether a line matches an entry that is more than a form of words.
func (l *Line) recognized() bool {
	return slices.ContainsFunc(l.found, func(m match) bool { return !m.entry.Kind.form() })
}

// has reports whether a line matches an entry of a kind.
func (l *Line) has(kind Kind) bool {
	return slices.ContainsFunc(l.found, func(m match) bool { return m.entry.Kind == kind })
}

// finding returns the finding of a line that can explain the exit. Lines that
// only inform do not.
func (a *Analysis) finding(at int, under below) (Finding, bool) {
	l := &a.Lines[at]
	m := best(l.found)
	if m == nil || l.Level <= Info || (m.entry.Tier == Vague && m.entry.Strength < Decides && l.has(WrapUp) && PlaceIn(l.Text).File == "") {
		return Finding{}, false
	}
	f := newFinding(l.Text, l.found, m)
	f.Line = at
	a.validated(&f)
	f.score = gravity[l.Level] + strength[f.Strength] + particular[m.entry.Tier] - perRecord*float64(under.records)
	if under.records > muchLater {
		f.score -= forLater
	}
	if l.has(Retrying) {
		f.score -= forRetry
	}
	if l.has(Ignored) || under.ignored || (under.served && l.Level == Warn) { // what it warned of did not keep it from its work
		f.score -= forIgnored
	}
	if under.solved && f.Kind.Side() == Needed {
		f.score -= forSolved
	}
	return f, f.score >= least
}

// answer is where a message begins to quote what another system answered: the
// status of a response, and behind it its body.
var answer = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b([45]\d\d)\b[^{<]{0,40}(?:\{"|<[a-z!])|\b(?:response|body|replied|answered)\b[^{<]{0,40}(?:\{"|<[a-z!])`)
})

// answered takes what is in a quoted answer for the trouble of the system that
// gave it.
func (f *Finding) answered(text string, from int) {
	switch f.Kind.Side() {
	case Memory, Program, Given, Host:
	default:
		return
	}
	loc := answer().FindStringSubmatchIndex(text)
	if loc == nil || from < loc[1]-1 || (loc[2] >= 0 && isLineNumber(text, loc[2])) {
		return
	}
	f.Upstream = true
	f.Kind = Unavailable
	f.Operand = Operand{}
	if loc[2] >= 0 && text[loc[2]] == '4' {
		f.Kind = Rejected
	}
}

// isLineNumber reports whether the number that begins at a byte of text is that of a line in a file: "psych.rb:455:".
func isLineNumber(text string, at int) bool {
	return at > 1 && text[at-1] == ':' && wordByte(text[at-2]) && strings.HasPrefix(strings.TrimLeft(text[at:], "0123456789"), ":")
}

// consequences drops what was written after the program was asked to stop,
// unless nothing else is left.
func (a *Analysis) consequences() {
	a.closed()
	told := -1
	for i := range a.Lines {
		if a.Lines[i].has(Stopped) {
			told = i
			break
		}
	}
	if told < 0 {
		return
	}
	for i := told; i < len(a.Lines); i++ {
		a.Lines[i].stopped = true
	}
	a.Findings = slices.DeleteFunc(a.Findings, func(f Finding) bool { return f.Line > told })
}

// closing matches the announcement that a program closes what it has open, or ends.
var closing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:closing|disconnecting|releasing|draining|shutting down|stopping)\b`)
})

// closed drops connections that are not there any more after the program announced that it closes them.
func (a *Analysis) closed() {
	at := slices.IndexFunc(a.Lines, func(l Line) bool { return closing().MatchString(l.Text) && !Complains(l.Text) })
	if at < 0 {
		return
	}
	ends := func(f Finding) bool {
		return f.Line > at && f.Kind == Refused && strings.Contains(a.Lines[f.Line].Text, "closed")
	}
	a.Findings = slices.DeleteFunc(a.Findings, ends)
}

// objected drops what was reported of other systems if the last words, which are as grave, object to a setting: the program
// lived on without the other system, and not with the setting.
func (a *Analysis) objected() {
	last := a.lastWords()
	if last < 0 {
		return
	}
	l := &a.Lines[last]
	objects := a.endsWith(last) && l.refusesByName() && !l.has(OfData)
	if !objects && !l.refusesSetting() {
		return
	}
	a.Findings = slices.DeleteFunc(a.Findings, func(f Finding) bool {
		return f.Kind.Side() == Needed && a.Lines[f.Line].Head < last && a.noGraver(f.Line, last)
	})
}

// noGraver reports whether a line is not graver than the last words, which count as an error if no logger writes them.
func (a *Analysis) noGraver(at, last int) bool {
	level := a.Lines[last].Level
	return a.Lines[at].Level <= level || (level == Plain && a.Lines[at].Level <= Error)
}

// lastWords returns the line at which the last record begins that reports something, -1 if none does.
func (a *Analysis) lastWords() int {
	for i := range slices.Backward(a.Lines) {
		l := &a.Lines[i]
		if !l.Folded && l.Head == i && l.Level > Info && !l.silent() && !l.wordless() {
			return i
		}
	}
	return -1
}

// refusesSetting reports whether a line shows what is wrong with a setting.
func (l *Line) refusesSetting() bool {
	m := best(l.found)
	if m == nil || l.stopped {
		return false
	}
	f := newFinding(l.Text, l.found, m)
	switch f.Kind {
	case ConfigSyntax, ConfigUnknown, ConfigValue, SettingMissing, OptionBad:
		return f.Strength == Decides
	default:
		return false
	}
}

// Survived reports whether the program complained, after the cause, of something else that is as grave: of its code, or in words
// that no vocabulary knows. Then the cause may not be why it ended.
func (a *Analysis) Survived() bool {
	last := a.lastWords()
	if a.Cause == nil || last <= a.Lines[a.Cause.Line].Head {
		return false
	}
	l := &a.Lines[last]
	m := best(l.found)
	unknown := (m != nil && m.entry.Kind.Side() == Program) || (!l.recognized() && !l.has(Elsewhere))
	complains := l.Level >= Error || Complains(l.Text)
	return unknown && complains && !l.stopped && a.noGraver(a.Cause.Line, last) && a.final(last)
}

// repeated takes from the score of what the log reports more than once: the
// program did not end over it the first time.
func (a *Analysis) repeated() {
	seen := map[string]int{}
	for _, f := range a.Findings {
		seen[digitless(a.Lines[f.Line].Text)]++
	}
	for i := range a.Findings {
		f := &a.Findings[i]
		n := seen[digitless(a.Lines[f.Line].Text)]
		f.retried = n >= tries
		if n > 1 && f.score-forTwice >= least {
			f.score -= forTwice
		}
	}
}

// digitless returns text with each number as 0.
func digitless(text string) string {
	var out strings.Builder
	for i := range len(text) {
		b := text[i]
		digit := b >= '0' && b <= '9'
		if !digit {
			out.WriteByte(b)
		} else if i == 0 || text[i-1] < '0' || text[i-1] > '9' {
			out.WriteByte('0')
		}
	}
	return out.String()
}
