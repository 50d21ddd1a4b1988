package diagnose

import (
	"fmt"
	"path"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
)

// mountedScript judges programs that end over a file which a ConfigMap or Secret
// mounts: configuration that is written in a programming language, a script, or
// any other file a line of which the last complaint names.
func mountedScript(f *caseFile) *Cause {
	if !f.hasEnded() || f.end.ExitCode == 0 || (f.read.category() == AppConfig && f.read.strength() == logs.Decides) {
		return nil
	}
	lines := failingLines(f.read, f.end)
	for _, o := range f.config.objects {
		if file, line := f.config.frameIn(o, lines); file != "" {
			return failsInFile(f, o, file, line)
		}
	}
	return nil
}

// failingLines returns the lines that may name the place of the error: the stack trace of an
// exception, or else the last complaint, if no vocabulary knows it better.
func failingLines(log reading, end termination) []string {
	if log.is(logs.Fault, logs.Uncaught, logs.ModuleMissing, logs.ConfigSyntax) {
		return log.Trace()
	}
	if log.strength() > logs.Shows {
		return nil
	}
	return complaintLines(log, end)
}

// failsInFile blames a line of a mounted file.
func failsInFile(f *caseFile, o object, file, line string) *Cause {
	name := o.kind + " " + o.name
	cause := &Cause{
		Category: AppConfig, Confidence: Medium, Culprit: o.culprit(f.Namespace),
		Summary:     fmt.Sprintf("%s, which %s holds, fails in line %s: %s", file, name, line, f.read.line()),
		Evidence:    f.lineAndEnd(o.mountClaim()),
		WouldSettle: []string{fmt.Sprintf("whether it starts once %s is corrected in %s", path.Base(file), name)},
	}
	if text := f.config.mountedLine(o, file, line); text != "" {
		cause.addEvidence(claim(name, "line %s: %s", line, text))
	}
	return f.history.blame(cause)
}

// complaintLines returns the line that best explains the exit with the few lines
// before and after it, if it complains and stands at the end of the log.
func complaintLines(log reading, end termination) []string {
	const (
		near = 3
		last = 8
	)
	if log.line() == "" || log.FromEnd() > last || (!logs.Complains(log.line()) && end.ExitCode == 0) {
		return nil
	}
	return append(strings.Split(log.Around(near), "\n"), log.line())
}

// frameAt is how the frames of stack traces and complaints name a place: Python's
// `File "x", line 3`, Perl's and PHP's `x line 3`, and `x:3` of most others.
var frameAt = lazyregexp.New(`(/?[\w.@+/-]*[\w+-])['"]?(?:, line |:| line | on line |, at line |\()(\d+)`)

// frameIn returns the file of an object, and its line, that one of the lines
// around the reason names; "" if none does. Of several the last.
func (c configuration) frameIn(o object, lines []string) (file, line string) {
	for _, raw := range lines {
		for _, m := range frameAt.FindAllStringSubmatch(raw, -1) {
			if found := c.mountedFile(o, m[1]); found != "" {
				file = found
				line = m[2]
			}
		}
	}
	return file, line
}

// mountedFile returns the path of the file of an object that a log names, by its
// path or, if the object was read, by its base name; "" if it is no file of it.
func (c configuration) mountedFile(o object, name string) string {
	switch {
	case o.path == "":
		return ""
	case name == o.path, o.key == "" && strings.HasPrefix(name, strings.TrimSuffix(o.path, "/")+"/"):
		return name
	case strings.Contains(name, "/") || !strings.Contains(name, "."):
		return ""
	}
	for _, s := range c.settings {
		if o.gives(s) && path.Base(s.name) == name && strings.HasPrefix(s.name, "/") {
			return s.name
		}
	}
	return ""
}

// gives reports whether a setting comes from an object that was read.
func (o object) gives(s setting) bool {
	return s.known && s.from.kind == o.kind && s.from.name == o.name
}

// mountedLine returns a line of a mounted ConfigMap, "" if it was not read.
func (c configuration) mountedLine(o object, file, line string) string {
	for _, s := range c.settings {
		if o.gives(s) && s.name == file {
			return lineAt(s.value, line)
		}
	}
	return ""
}
