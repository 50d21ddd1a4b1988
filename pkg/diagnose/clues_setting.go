package diagnose

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
)

// variablesOf returns the environment variables that text names: the one that the
// reason is about, and those of the manifest.
func (f clueFinder) variablesOf(text string) []string {
	var out []string
	if c := f.read.Cause; c != nil && c.Operand.Type == logs.OperandVariable {
		out = append(out, c.Operand.Text)
	}
	for _, s := range f.config.settings {
		if s.isVariable() && len(s.name) > 2 && hasWord(text, s.name) && !slices.Contains(out, s.name) {
			out = append(out, s.name)
		}
	}
	return out
}

// variable returns what the manifest sets for a variable that the log names.
func (f clueFinder) variable(name string) (clue, bool) {
	i := slices.IndexFunc(f.config.settings, func(s setting) bool { return s.name == name })
	if i >= 0 {
		return f.read.given(f.config.settings[i]), true
	}
	if !f.read.is(logs.SettingMissing) || name != f.read.operand() {
		return clue{}, false
	}
	return f.config.notGiven(name), true
}

// given returns the value of a variable. If the log reports one as missing that is set, the value is no
// reason, but the reader should know it.
func (r reading) given(s setting) clue {
	if r.is(logs.SettingMissing) && s.known && s.value != "" {
		return clue{subject: s.subject(), evidence: []Claim{claim(s.source, "%s is set: %s", s.name, shown(s))}}
	}
	return clue{subject: s.subject(), evidence: []Claim{claim(s.source, "%s is %s", s.name, shown(s))}, strong: true}
}

// notGiven returns that the manifest does not set a variable. A ConfigMap or Secret that is given
// whole, and was not read, could.
func (c configuration) notGiven(name string) clue {
	unset := subject{unsetSubject, name}
	text := "the container is not given " + name
	for _, o := range c.objects {
		if o.key != "" || o.path != "" {
			continue
		}
		if o.kind == "Secret" || c.configMap(o.name) == nil {
			return clue{
				subject:  unset,
				evidence: []Claim{claim("pod template", "%s is not in env; %s %s, given whole, could hold it", name, o.kind, o.name)},
			}
		}
		text += fmt.Sprintf(", and ConfigMap %s has no such key", o.name)
	}
	return clue{subject: unset, evidence: []Claim{claim("pod template", "%s", text)}, strong: true}
}

// valueClues links values that text quotes to the settings that have them,
// except settings that have a clue already. A setting that is reported as
// missing is linked only if text names it.
func (f clueFinder) valueClues(text string, have []clue) []clue {
	var out []clue
	closer := f.citedInPassage()
	for _, s := range f.config.settings {
		if !s.known || s.program || (f.read.kind() == logs.SettingMissing && !hasWord(text, s.name)) {
			continue
		}
		tied := slices.ContainsFunc(have, func(c clue) bool { return s.name != "" && c.subject.name == s.name })
		if tied || f.read.onlyBeside(s) || !f.read.citesSetting(text, s) || (closer && !f.read.citesSetting(f.read.passage(), s)) {
			continue
		}
		if f.withinLonger(text, s) {
			continue
		}
		c := f.valueClue(s)
		if onlyAbove(text, s.value) {
			c.subject = subject{}
			c.strong = false
		}
		out = append(out, c)
	}
	return out
}

// withinLonger reports whether text has the value of an argument only within the longer value of another one: the name
// kv-0 within the address http://kv-0.kv:2379.
func (f clueFinder) withinLonger(text string, s setting) bool {
	value := valueOf(s)
	return s.argument() && value != "" && slices.ContainsFunc(f.config.settings, func(o setting) bool {
		longer := valueOf(o)
		if !o.argument() || len(longer) <= len(value) {
			return false
		}
		return strings.Count(text, value) == strings.Count(text, longer)*strings.Count(longer, value) && strings.Contains(text, longer)
	})
}

// valueOf returns what an argument gives its option, or the argument itself if it is no option with a value.
func valueOf(s setting) string {
	if _, value, given := strings.Cut(s.value, "="); given && strings.HasPrefix(s.value, "-") {
		return value
	}
	return s.value
}

// citedInPassage reports whether an argument has what the reason is about: then arguments that only the lines around it
// quote are none.
func (f clueFinder) citedInPassage() bool {
	operand := f.read.operand()
	return len(operand) >= minCited && slices.ContainsFunc(f.config.settings, func(s setting) bool {
		return s.argument() && strings.Contains(s.value, operand) && f.read.citesSetting(f.read.passage(), s)
	})
}

// onlyAbove reports whether text names a directory only as the beginning of the
// paths of files in it: then it is one of these that is at fault.
func onlyAbove(text, dir string) bool {
	if !strings.HasPrefix(dir, "/") || len(dir) < 2 {
		return false
	}
	dir = strings.TrimSuffix(dir, "/")
	return strings.Count(text, dir) == strings.Count(text, dir+"/")
}

// onlyBeside reports whether a path is cited only beside the reason: by the frames of its stack trace or, if the reason is
// about a value, an address or a user, by lines that complain of nothing.
func (r reading) onlyBeside(s setting) bool {
	const around = 15 // lines
	if fileOf(s.value) == "" || r.Cause == nil || r.Cause.Kind.Side() != logs.Given || r.citesSetting(r.passage(), s) {
		return false
	}
	quiet := r.is(logs.ConfigValue, logs.OptionBad, logs.PortTaken, logs.PortDenied, logs.AddressBad, logs.UserMissing)
	at := r.Cause.Line
	near := r.Lines[max(0, at-around):min(len(r.Lines), at+around)]
	return !slices.ContainsFunc(near, func(l logs.Line) bool {
		return !l.Folded && (!quiet || logs.Complains(l.Raw)) && r.citesSetting(l.Raw, s)
	})
}

// valueClue makes a clue of a setting whose value is to blame; its ConfigMap or Secret becomes the
// culprit.
func (f clueFinder) valueClue(s setting) clue {
	c := clue{subject: s.subject(), strong: true, culprit: f.config.objectOf(s)}
	c.evidence = []Claim{claim(s.source, "%s is %s", s.name, shown(s))}
	if s.name == "" {
		c.subject = subject{argumentSubject, s.value}
		if file := fileOf(s.value); file != "" && !f.read.isOption(s) {
			c.subject = subject{fileSubject, file} // which the argument names
		}
		c.evidence = []Claim{claim(s.source, "the argument is %s", shown(s))}
	}
	return c
}

// objectOf returns the ConfigMap or Secret that a setting comes from, nil if the pod template has the value itself.
func (c configuration) objectOf(s setting) *Culprit {
	if s.from.kind == "" {
		return nil
	}
	return s.from.culprit(c.namespace)
}

// fileOf returns the path that an argument is or gives its option, "" if it has none.
func fileOf(argument string) string {
	if _, value, given := strings.Cut(argument, "="); given {
		argument = value
	}
	if !strings.HasPrefix(argument, "/") {
		return ""
	}
	return argument
}

// className is the name of a class with its package, as the command line of a JVM names the main class.
var className = lazyregexp.New(`^[a-z]\w*(?:\.\w+)*\.[A-Z]\w*$`)

// citesSetting reports whether text, the last lines of the log, quotes the
// value of a setting.
func (r reading) citesSetting(text string, s setting) bool {
	const longest = 300 // a longer value is a text, of which any word may be in the log
	if strings.Contains(s.value, "\n") || len(s.value) > longest || r.citesByChance(text, s) {
		return false
	}
	return r.isOption(s) || cites(text, s.value)
}

// isOption reports whether a setting is the option that the reason is about: programs may leave out
// its dashes and its value.
func (r reading) isOption(s setting) bool {
	if s.name != "" || !strings.HasPrefix(s.value, "-") || r.operand() == "" {
		return false
	}
	operand := strings.TrimLeft(r.operand(), "-")
	option, _, _ := strings.Cut(s.value, "=")
	return strings.TrimLeft(option, "-") == operand || strings.TrimLeft(s.value, "-") == operand
}

// citesByChance reports whether text has a value, or a part of it, that says nothing about the reason.
func (r reading) citesByChance(text string, s setting) bool {
	file := fileOf(s.value)
	switch {
	case s.name == "" && strings.HasPrefix(text, path.Base(s.value)+":"):
		return true // the program's name before its message
	case s.name == "" && className.MatchString(s.value) && !hasWord(r.line(), s.value):
		return true // the main class, of which every stack trace has a frame
	case file == "":
		return false
	case r.is(logs.PortTaken, logs.PortDenied, logs.UserMissing) && r.Cause.Place.File == file:
		return true // only where the address or user is named
	}
	return !strings.Contains(text, file) && !hasWord(text, path.Base(file)) // another file of the same directory
}

// contentClues links the operand of the reason to a line of a mounted
// ConfigMap.
func (f clueFinder) contentClues() []clue {
	name := f.read.operand()
	if len(name) < 2 || strings.HasPrefix(name, "/") {
		return nil
	}
	for _, s := range f.config.settings {
		if !s.ofConfigMap() || !strings.Contains(s.value, "\n") {
			continue
		}
		if line, n := quotedIn(s.value, name); n > 0 {
			return []clue{{strong: true, culprit: f.config.objectOf(s), evidence: []Claim{claim(s.source, "line %d: %s", n, line)}}}
		}
	}
	return nil
}

// quotedIn returns the line of a text that has a name as a word, and its number,
// 0 if it has none.
func quotedIn(text, name string) (string, int) {
	for i, line := range strings.Split(text, "\n") {
		if hasWord(line, name) {
			return quoted(line), i + 1
		}
	}
	return "", 0
}

// shown returns the value of a setting for a report, unless it may be secret: then its length, which
// shows a value that is empty or cut off.
func shown(s setting) string {
	switch {
	case !s.known:
		return "from there"
	case secretName(s.name):
		return fmt.Sprintf("%d characters", len(s.value))
	case s.value == "":
		return "empty"
	}
	return fmt.Sprintf("%q", quoted(firstLine(s.value)))
}

// firstLine returns the first line of a text, marked if there are more.
func firstLine(text string) string {
	line, _, more := strings.Cut(text, "\n")
	if more {
		return line + "…"
	}
	return line
}
