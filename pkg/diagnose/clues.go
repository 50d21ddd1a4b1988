package diagnose

import (
	"slices"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// clue links the reason that the log gives to a setting or an object of the
// manifest.
type clue struct {
	subject  string // the setting or object, for the summary
	evidence []Claim
	culprit  *Culprit
	strong   bool
}

// clues links the reason that the log gives to the variables, files and values
// of the manifest.
func (f *caseFile) clues() []clue {
	var out []clue
	text := f.context()
	for _, name := range f.variablesOf(text) {
		if c, ok := f.variable(name); ok {
			out = append(out, c)
		}
	}
	out = append(out, f.fileClues(text)...)
	switch f.read.kind() {
	case logs.FileReadOnly, logs.FileDenied, logs.FileMissing:
		out = append(out, f.hardened()...)
	case logs.PortTaken:
		out = append(out, f.samePort()...)
		if f.addressOf() == "" {
			out = append(out, clue{evidence: f.listens()})
		}
	default:
	}
	out = slices.Concat(out, f.unnamedFile(), f.contentClues(), f.valueClues(text, out))
	if len(out) == 0 {
		return f.unnamed()
	}
	return out
}
