package diagnose

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// mountedScript judges programs that end over code which a ConfigMap or Secret
// mounts: configuration that is written in a programming language, or a script.
func mountedScript(f *caseFile) *Cause {
	if f.Pod == "" || !f.end.known() || f.end.ExitCode == 0 || !f.read.is(logs.Fault, logs.Uncaught, logs.ModuleMissing, logs.ConfigSyntax) {
		return nil
	}
	if f.read.category() == AppConfig && f.read.strength() == logs.Decides {
		return nil
	}
	for _, o := range f.config.objects {
		file, line := f.frameIn(o)
		if file == "" {
			continue
		}
		culprit := &Culprit{Kind: o.kind, Namespace: f.Namespace, Name: o.name}
		cause := &Cause{
			Category: AppConfig, Confidence: Medium, Culprit: culprit,
			Summary: fmt.Sprintf("%s, which %s %s holds, fails in line %s: %s", file, o.kind, o.name, line, f.read.line()),
			Evidence: []Claim{
				f.read.claim(), f.end.claim(), claim("pod template", "%s %s is mounted at %s", o.kind, o.name, o.path),
			},
			WouldSettle: []string{fmt.Sprintf("whether it starts once %s is corrected in %s %s", path.Base(file), o.kind, o.name)},
		}
		if text := f.mountedLine(o, file, line); text != "" {
			cause.Evidence = append(cause.Evidence, claim(o.kind+" "+o.name, "line %s: %s", line, text))
		}
		return f.history.blame(cause)
	}
	return nil
}

// frameAt is how the frames of stack traces name a place: Python's `File "x", line 3`, Perl's and
// PHP's `x line 3`, and `x:3` of most others.
var frameAt = regexp.MustCompile(`(/[\w.@+/-]*[\w+-])(?:", line |:| line | on line |\()(\d+)`)

// frameIn returns the file of an object, and its line, that the trace around the
// reason names; "" if it names none. Of several the one closest to the reason.
func (f *caseFile) frameIn(o object) (file, line string) {
	for _, raw := range f.read.Trace() {
		for _, m := range frameAt.FindAllStringSubmatch(raw, -1) {
			if o.path != "" && (m[1] == o.path || (o.key == "" && strings.HasPrefix(m[1], strings.TrimSuffix(o.path, "/")+"/"))) {
				file, line = m[1], m[2]
			}
		}
	}
	return file, line
}

// mountedLine returns a line of a mounted ConfigMap, "" if it was not read.
func (f *caseFile) mountedLine(o object, file, line string) string {
	for _, s := range f.config.settings {
		if s.known && s.name == file && strings.HasPrefix(s.source, o.kind+" "+o.name) {
			return lineAt(s.value, line)
		}
	}
	return ""
}
