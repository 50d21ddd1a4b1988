package diagnose

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// pointed judges reasons that no vocabulary has, yet name a setting of the
// manifest and quote its value, or complain of a file that the manifest mounts.
// The surest tie comes first: a file, the name of a setting, a value.
func pointed(f *caseFile) *Cause {
	if !f.hasEnded() {
		return nil
	}
	said := f.read.line()
	if f.read.strength() > logs.Shows {
		if f.read.category() == Undetermined || (f.read.is(logs.Fault) && !f.history.good()) {
			return cmp.Or(pointedWord(f, said), unsetName(f, said)) // an exception: its text may still say what it did not like
		}
		return nil
	}
	if cause := pointedFile(f, said); cause != nil {
		return cause
	}
	if cause := pointedName(f, said); cause != nil {
		return cause
	}
	return cmp.Or(pointedValue(f, said), unsetName(f, said))
}

// pointedFile blames the object that mounts a file which the last line complains of.
func pointedFile(f *caseFile, said string) *Cause {
	if !logs.Complains(said) {
		return nil
	}
	for _, file := range logs.Files(said) {
		c, ok := f.clues.file(file)
		if !ok || c.culprit == nil {
			continue
		}
		return &Cause{
			Category: AppConfig, Confidence: Medium, Culprit: c.culprit, Summary: file + " is not accepted: " + said,
			Evidence: f.lineAndEnd(c.evidence...), WouldSettle: corrected(c.culprit.Kind + " " + c.culprit.Name),
		}
	}
	return nil
}

// lineAndEnd is the evidence of a verdict on one line: the line, the exit, and what else there is.
func (f *caseFile) lineAndEnd(more ...Claim) []Claim {
	return append([]Claim{f.read.claim(), f.end.claim()}, more...)
}

// corrected is what would confirm that something is wrong in the manifest.
func corrected(what string) []string {
	return []string{"whether it starts once " + what + " is corrected"}
}

// pointedValue blames a setting whose name and value the last line has.
func pointedValue(f *caseFile, said string) *Cause {
	for _, s := range f.config.settings {
		if !s.known || s.name == "" || !hasWord(said, s.name) || !f.read.citesSetting(said, s) {
			continue
		}
		return &Cause{
			Category: AppConfig, Confidence: Medium, Culprit: f.self(), Summary: fmt.Sprintf("its log names %s and its value: %s", s.name, said),
			Evidence: f.lineAndEnd(f.clues.valueClue(s).evidence...), WouldSettle: corrected(s.name),
		}
	}
	return pointedWord(f, said)
}

// pointedName judges complaints that quote the name of a setting in a ConfigMap
// that is mounted.
func pointedName(f *caseFile, said string) *Cause {
	if !logs.Complains(said) {
		return nil
	}
	for _, s := range f.config.settings {
		name, line, n := keyIn(said, s.value)
		if n == 0 || !s.ofConfigMap() {
			continue
		}
		return weigh(f, &Cause{
			Category: AppConfig, Confidence: Medium, Culprit: f.clues.culpritOf(s),
			Summary:  "it complains of " + name + ", which its configuration sets: " + said,
			Evidence: f.lineAndEnd(claim(s.source, "line %d: %s", n, line)), WouldSettle: corrected(name),
		}, true)
	}
	return nil
}

// keyIn returns the name that a complaint quotes and with which a line of a text
// begins, as names of settings do, with that line and its number.
func keyIn(said, text string) (name, line string, n int) {
	if !strings.Contains(text, "\n") {
		return "", "", 0
	}
	for _, name := range quotedWords(said) {
		if len(name) < 2 || strings.Contains(name, " ") {
			continue
		}
		if line, n := lineOfKey(text, name); n > 0 {
			return name, line, n
		}
	}
	return "", "", 0
}

// lineOfKey returns the first line of a text that begins with a name and its number, 0 if none does. Before
// the name may stand what opens an element, behind it what parts it from its value: `- "name": value`,
// `<name>`, `name = value`.
func lineOfKey(text, name string) (string, int) {
	for i, line := range strings.Split(text, "\n") {
		rest, begins := strings.CutPrefix(strings.TrimLeft(line, " \t-<{\"'"), name)
		if begins && (rest == "" || strings.ContainsRune(" \t:=\"'>{", rune(rest[0]))) {
			return quoted(line), i + 1
		}
	}
	return "", 0
}
