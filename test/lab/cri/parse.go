package cri

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Parse reads the words of a script; the package documentation lists them. It
// names the first word that it does not understand.
func Parse(words []string) (Script, error) {
	if len(words) == 1 && strings.HasPrefix(words[0], "script=") {
		return parseShort(strings.TrimPrefix(words[0], "script="))
	}
	var script Script
	for part := range splitThen(words) {
		a, err := parseAttempt(part)
		if err != nil {
			return nil, err
		}
		script = append(script, a)
	}
	return script, nil
}

// splitThen yields the words between the words "then".
func splitThen(words []string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for {
			i := slices.Index(words, "then")
			if i < 0 {
				yield(words)
				return
			}
			if !yield(words[:i]) {
				return
			}
			words = words[i+1:]
		}
	}
}

// parseShort reads RUN/EXIT/REASON,RUN/EXIT,...
func parseShort(s string) (Script, error) {
	var script Script
	for step := range strings.SplitSeq(s, ",") {
		var words []string
		for i, v := range strings.SplitN(step, "/", 3) {
			words = append(words, [...]string{"run", "exit", "reason"}[i]+"="+v)
		}
		a, err := parseAttempt(words)
		if err != nil {
			return nil, fmt.Errorf("script=%s: %w", s, err)
		}
		script = append(script, a)
	}
	return script, nil
}

// parseAttempt reads the words of one attempt, in any order. A later word about the same overrides an earlier one.
func parseAttempt(words []string) (Attempt, error) {
	var a Attempt
	for _, w := range words {
		name, about, value := cut(w)
		set, ok := setters[name]
		if !ok {
			return Attempt{}, fmt.Errorf("script: unknown word %q", w)
		}
		if err := set(&a, about, value); err != nil {
			return Attempt{}, fmt.Errorf("script: word %q: %w", w, err)
		}
	}
	return a, nil
}

// cut takes a word apart: name=value, name@about=value or name:about=value. In
// the last form about may contain =, and the value may not.
func cut(word string) (name, about, value string) {
	i := strings.IndexAny(word, "=@:")
	if i < 0 {
		return word, "", ""
	}
	name = word[:i]
	rest := word[i+1:]
	eq := strings.Index(rest, "=")
	switch word[i] {
	case '=':
		return name, "", rest
	case ':':
		eq = strings.LastIndex(rest, "=")
	}
	if eq < 0 {
		return name, rest, ""
	}
	return name, rest[:eq], rest[eq+1:]
}

// setters holds what each word does to an attempt.
var setters = map[string]func(a *Attempt, about, value string) error{
	"run": func(a *Attempt, _, v string) (err error) {
		a.Ends = true
		a.Run, err = duration(v)
		return err
	},
	"exit": func(a *Attempt, _, v string) (err error) {
		a.Ends = true
		a.Exit, err = exitCode(v)
		return err
	},
	"reason":       text(func(a *Attempt) *string { return &a.Reason }),
	"termination":  text(func(a *Attempt) *string { return &a.Termination }),
	"create-error": text(func(a *Attempt) *string { return &a.CreateError }),
	"start-error":  text(func(a *Attempt) *string { return &a.StartError }),
	"output":       text(func(a *Attempt) *string { return &a.Output }),
	"stop":         setStop,
	"log":          line(runtimeapi.Stdout),
	"err":          line(runtimeapi.Stderr),
	"listen":       setListen,
	"http":         answer(func(a *Attempt) *Answers { return &a.HTTP }, httpState),
	"exec":         answer(func(a *Attempt) *Answers { return &a.Exec }, execState),
}

// newlines makes the \n of a text in quotes a line break.
var newlines = strings.NewReplacer(`\n`, "\n")

// text returns the setter of a field that holds text. An empty text is refused: it would look as if the word
// was not there.
func text(field func(*Attempt) *string) func(*Attempt, string, string) error {
	return func(a *Attempt, _, v string) error {
		if v == "" {
			return errors.New("no text")
		}
		*field(a) = newlines.Replace(v)
		return nil
	}
}

// setStop reads what happens on SIGTERM: never, AFTER, or AFTER/EXIT. Without a code the program exits with 0,
// as servers do that handle the signal.
func setStop(a *Attempt, _, v string) error {
	if v == "never" {
		a.Stop = Stop{Never: true}
		return nil
	}
	after, exit, coded := strings.Cut(v, "/")
	d, err := duration(after)
	if err != nil {
		return err
	}
	if !coded {
		exit = "0"
	}
	code, err := exitCode(exit)
	a.Stop = Stop{Handled: true, After: d, Exit: code}
	return err
}

// line returns the setter of a line of output on a stream. What is about it is when: a duration since the start,
// "exit" or "stop".
func line(stream runtimeapi.LogStreamType) func(*Attempt, string, string) error {
	return func(a *Attempt, about, v string) (err error) {
		l := Line{Stream: string(stream), Text: newlines.Replace(v)}
		switch about {
		case "":
		case "exit":
			l.When = AtExit
		case "stop":
			l.When = AtStop
		default:
			l.After, err = duration(about)
		}
		a.Lines = append(a.Lines, l)
		return err
	}
}

// setListen reads a port that is opened at the start, or later: PORT@AFTER.
func setListen(a *Attempt, _, v string) (err error) {
	port, after, late := strings.Cut(v, "@")
	var l Listen
	if late {
		if l.After, err = duration(after); err != nil {
			return err
		}
	}
	if l.Port, err = strconv.Atoi(port); err != nil || l.Port < 1 || l.Port > 65535 {
		return errors.New("not a port")
	}
	a.Listen = append(a.Listen, l)
	return nil
}

// answer returns the setter of what probes are answered. valid decides which states a phase may have.
func answer(field func(*Attempt) *Answers, valid func(string) error) func(*Attempt, string, string) error {
	return func(a *Attempt, about, v string) error {
		p, err := parsePhases(v, valid)
		*field(a) = append(*field(a), Answer{Match: about, Phases: p})
		return err
	}
}

// parsePhases reads STATE,STATE@AFTER,… in the order of their times. The first state holds from the start: a probe
// may come at once.
func parsePhases(s string, valid func(string) error) (Phases, error) {
	var phases Phases
	for part := range strings.SplitSeq(s, ",") {
		state, after, late := strings.Cut(part, "@")
		if err := valid(state); err != nil {
			return nil, err
		}
		p := Phase{State: state}
		if late {
			var err error
			if p.After, err = duration(after); err != nil {
				return nil, err
			}
		}
		if len(phases) > 0 && p.After <= phases[len(phases)-1].After {
			return nil, fmt.Errorf("%s does not come later than what is before it", part)
		}
		phases = append(phases, p)
	}
	if phases[0].After != 0 {
		return nil, errors.New("nothing is said of its start")
	}
	return phases, nil
}

// httpState checks the answer to an HTTP probe. Codes below 200 are no answers yet.
func httpState(s string) error {
	if n, err := strconv.Atoi(s); s == hang || (err == nil && n >= 200 && n <= 599) {
		return nil
	}
	return fmt.Errorf("%q is neither a status code nor hang", s)
}

// execState checks the answer to an exec probe.
func execState(s string) error {
	if s == ok || s == fail || s == hang {
		return nil
	}
	if _, err := exitCode(s); err != nil {
		return fmt.Errorf("%q is neither ok, fail, hang nor an exit code", s)
	}
	return nil
}

// duration reads a time span, which cannot be negative.
func duration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration such as 3s", s)
	}
	return d, nil
}

// exitCode reads an exit code as the kernel keeps it, in eight bits.
func exitCode(s string) (int32, error) {
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("%q is not an exit code of 0 to 255", s)
	}
	return int32(n), nil
}
