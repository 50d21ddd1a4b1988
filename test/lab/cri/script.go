package cri

import (
	"cmp"
	"slices"
	"time"
)

// Script says what each attempt of a container does, the first one first; the
// last one stays for all later attempts. A nil Script runs until it is stopped.
type Script []Attempt

// Attempt returns what the attempt n does, counting from 0 as the kubelet does.
func (s Script) Attempt(n uint32) Attempt {
	if len(s) == 0 {
		return Attempt{}
	}
	return s[min(int(n), len(s)-1)]
}

// Attempt is the life of one container. The zero Attempt runs until it is
// stopped, ends at once on SIGTERM and lets every exec probe succeed.
type Attempt struct {
	Ends   bool          // it ends by itself
	Run    time.Duration // how long it runs, if it Ends
	Exit   int32         // exit code of its own end
	Reason string        // reason of its own end; empty for Completed or Error

	Stop        Stop
	Lines       []Line // in the order of the script
	Termination string // termination message; empty for none

	CreateError string // empty: it can be created
	StartError  string // empty: it can be started

	Listen []Listen
	HTTP   Answers
	Exec   Answers
	Output string // what a failing exec prints
}

// Stop is what happens on SIGTERM. The zero Stop exits because of the signal.
type Stop struct {
	Handled bool          // it handles the signal: it exits with Exit when After has passed
	Never   bool          // it ignores the signal
	After   time.Duration // from the signal to the exit, if Handled
	Exit    int32
}

// When is the time of a Line.
type When int

// The times of a Line.
const (
	AtStart When = iota // when Line.After has passed since the start
	AtExit              // just before the program exits by itself
	AtStop              // on SIGTERM
)

// Line is one or more lines of output.
type Line struct {
	Stream string // stdout or stderr
	When   When
	After  time.Duration // since its start, for AtStart
	Text   string
}

// Listen is a port that the container opens.
type Listen struct {
	Port  int
	After time.Duration // since its start
}

// timed returns the lines that are due by themselves, in the order of their times.
func (a Attempt) timed() []Line {
	lines := a.lines(AtStart)
	slices.SortStableFunc(lines, func(x, y Line) int { return cmp.Compare(x.After, y.After) })
	return lines
}

func (a Attempt) lines(w When) []Line {
	return slices.DeleteFunc(slices.Clone(a.Lines), func(l Line) bool { return l.When != w })
}

// Phases are answers that change with time: each holds from its time on. They
// are in ascending order and the first one begins at 0.
type Phases []Phase

// Phase is one answer of Phases.
type Phase struct {
	After time.Duration // since the start of the container
	State string
}

// At returns the answer at the time d after the start; empty for no Phases.
func (p Phases) At(d time.Duration) string {
	state := ""
	for _, ph := range p {
		if ph.After <= d {
			state = ph.State
		}
	}
	return state
}

// Answers are Phases by what was asked.
type Answers []Answer

// Answer is what a question gets that matches it.
type Answer struct {
	Match  string // empty: matches every question
	Phases Phases
}

// For returns the Phases of the longest Match for which matches is true; nil if there is none.
func (a Answers) For(matches func(match string) bool) Phases {
	var found *Answer
	for i := range a {
		if matches(a[i].Match) && (found == nil || len(a[i].Match) >= len(found.Match)) {
			found = &a[i]
		}
	}
	if found == nil {
		return nil
	}
	return found.Phases
}
