package logs

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Analysis is what a log says about the exit of the run that wrote it.
type Analysis struct {
	// Lines are the last lines, in order.
	Lines []Line
	// Findings are the lines that match a vocabulary and can be a reason, in order.
	Findings []Finding
	// Cause is the finding that best explains the exit, nil if there is none.
	Cause *Finding

	said int // the line that most likely explains the exit, -1 if there is none
}

// Analyze reads the end of a log.
func Analyze(text string) *Analysis {
	a := &Analysis{said: -1}
	for _, raw := range expanded(inner(split(text))) {
		a.Lines = append(a.Lines, Line{Raw: raw})
	}
	a.read()
	a.find()
	a.choose()
	return a
}

// read reads the lines as far as they can matter. Frames are counted out, so a
// trace of thousands of lines hides nothing.
func (a *Analysis) read() {
	first := len(a.Lines)
	for n := 0; first > 0 && n < readable; {
		first--
		raw := a.Lines[first].Raw
		if isFrame(raw) {
			a.Lines[first] = Line{Raw: raw, Text: raw, Level: Plain, Indent: indentOf(raw), Folded: true}
			continue
		}
		a.Lines[first] = newLine(raw)
		n++
	}
	a.Lines = a.Lines[first:]
	fold(a.Lines)
	join(a.Lines)
	a.understated()
}

// understated takes the last line for an error if it has a field for one, and
// complains, though it states the level of information: some programs log the
// reason for their exit so.
func (a *Analysis) understated() {
	if len(a.Lines) == 0 {
		return
	}
	l := &a.Lines[len(a.Lines)-1]
	if l.failed && l.Level == Info && Complains(l.Text) {
		l.Level = Error
	}
}

// readable is how many lines from the end are read, without frames.
const readable = 300

// Last returns the last finding or line of a kind, nil if there is none.
func (a *Analysis) Last(kind Kind) *Finding {
	for i := range slices.Backward(a.Lines) {
		for _, m := range a.Lines[i].found {
			if m.entry.Kind == kind {
				return &Finding{Entry: m.entry, Kind: kind, Strength: m.entry.Strength, Line: i, Operand: m.operand}
			}
		}
	}
	return nil
}

// Stop returns the line that reports that the program was asked to stop, nil if it
// was not, or if it had just reported why it ends: then it stops itself.
func (a *Analysis) Stop() *Finding {
	const just = 3 // lines
	stop := a.Last(Stopped)
	if stop != nil && a.Cause != nil && a.Cause.Strength == Decides && stop.Line-a.Cause.Line <= just {
		return nil
	}
	return stop
}

// Threw reports whether the last thing that the log has is an exception with its
// stack trace: nothing handled it, whatever the exit code is.
func (a *Analysis) Threw() bool {
	const last = 3 // lines
	traced := false
	for i := range slices.Backward(a.Lines) {
		l := &a.Lines[i]
		switch {
		case l.Folded:
			traced = traced || isFrame(l.Raw) || strings.HasSuffix(l.Text, traceback)
		case l.Head == i && isThrown(l.Text):
			return traced || (i > 0 && a.Lines[i-1].Folded)
		case len(a.Lines)-i > last && !traced:
			return false
		case l.Head == i && traced:
			return false
		}
	}
	return false
}

// Starting reports whether the program had not begun its work when it wrote the reason: nothing before it shows that.
func (a *Analysis) Starting() bool { return a.Cause != nil && a.starting(a.Cause.Line) }

// Behind returns how many records follow the cause.
func (a *Analysis) Behind() int {
	if a.Cause == nil {
		return 0
	}
	return a.recordsBehind(a.Cause.Line)
}

// FromEnd returns how many records follow the line that most likely explains the exit.
func (a *Analysis) FromEnd() int { return a.recordsBehind(max(0, a.said)) }

// recordsBehind returns how many records follow a line. Records that cannot be a cause do not count: usage texts, advice,
// and announcements that the program exits.
func (a *Analysis) recordsBehind(at int) int {
	behind := 0
	for i := at + 1; i < len(a.Lines); i++ {
		if l := &a.Lines[i]; !l.Folded && l.Head == i && l.role == "" && !l.wordless() {
			behind++
		}
	}
	return behind
}

// Refuses reports whether the line that most likely explains the exit objects to what the program is given: it has the
// form in which programs refuse something and words of settings, and is not about another system or code. The form alone,
// or a failure of a setting or file, suffices if it is not about data either. It asserts nothing about what was given.
func (a *Analysis) Refuses() bool {
	if a.said < 0 {
		return false
	}
	l := &a.Lines[a.said]
	if !a.endsWith(a.said) {
		return false
	}
	if l.refusesByName() {
		return true
	}
	fails := Complains(l.Text) && (namesKey(l.Text) || ofConfiguration(l.Text) || len(Files(l.Text)) > 0)
	return (fails || l.has(Refusing)) && !l.has(OfData) && !numbered(l.Text)
}

// endsWith reports whether a line can be why a program ends that nobody asked to stop, and is not about another system or code.
func (a *Analysis) endsWith(at int) bool {
	l := &a.Lines[at]
	return !l.stopped && !l.has(Elsewhere) && a.final(at)
}

// refusesByName reports whether a line has the form in which programs refuse something, and words of settings.
func (l *Line) refusesByName() bool {
	return l.has(Refusing) && (l.has(OfSettings) || namesKey(l.Text))
}

// namesKey reports whether a text has a name of several words in one, as settings have.
func namesKey(text string) bool {
	return slices.ContainsFunc(strings.Fields(text), func(word string) bool { return isKey(strings.Trim(word, "\"'`.,;:()[]")) })
}

// final reports whether a line is written as the last words of a program that does not start are: as fatal, by no
// logger, as why it exits, before a line that announces the end, or behind what the program does at its start. What a logger only calls
// an error, servers write of one request too.
func (a *Analysis) final(at int) bool {
	l := &a.Lines[at]
	if l.Level == Fatal || l.Level == Plain || isThrown(l.Text) || hasPrefixFold(l.Raw, "error:") || hasPrefixFold(l.Text, "exiting") {
		return true
	}
	if l.Level < Error {
		return false
	}
	ends := func(after Line) bool { return after.role == WrapUp || after.Level == Fatal }
	return slices.ContainsFunc(a.Lines[at+1:], ends) || a.starting(at) || namesKey(l.Text) || ofConfiguration(l.Text)
}

// configurationWords are words that nothing but what a program is given has.
var configurationWords = set("config configuration configurations setting settings option options flag flags parameter parameters " +
	"environment variable variables directive directives argument arguments")

// ofConfiguration reports whether a text has a word of configurations.
func ofConfiguration(text string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(text)), func(word string) bool {
		return configurationWords[strings.Trim(word, "\"'`.,;:()[]")]
	})
}

// starting reports whether a program wrote something before a line, and nothing of it shows that it did its work yet.
func (a *Analysis) starting(at int) bool {
	begun := false
	for i := range a.Lines[:at] {
		l := &a.Lines[i]
		if l.has(Serving) {
			return false
		}
		begun = begun || (!l.Folded && l.Head == i && l.Head != a.Lines[at].Head)
	}
	return begun
}

// numberedWord matches a word with a number behind it.
var numberedWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b([A-Za-z]+) #?[0-9]+[a-z]?\b(?:[^.]|\.\D|\.?$)`) })

// beforeNumbers are words behind which stands a place, an amount or a value, and not which of many things is meant.
var beforeNumbers = set("line column position index argument port least most than exactly between and or to be is was are got get have " +
	"has of in on at by with from code exit pid version level above below under over value number only equal equals either not " +
	"expected expects requires needs minimum maximum min max")

// numbered reports whether a text names one of many things by its number, as programs do with data: "game 7", "order #12".
func numbered(text string) bool {
	return slices.ContainsFunc(numberedWord().FindAllStringSubmatch(text, -1), func(m []string) bool {
		return !beforeNumbers[strings.ToLower(m[1])]
	})
}

// Empty reports whether the log has no line.
func (a *Analysis) Empty() bool { return len(a.Lines) == 0 }
