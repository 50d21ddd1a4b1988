package logs

import "slices"

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
	for _, raw := range split(text) {
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

// Empty reports whether the log has no line.
func (a *Analysis) Empty() bool { return len(a.Lines) == 0 }
