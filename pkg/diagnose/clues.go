package diagnose

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// clue links the reason that the log gives to a setting or an object of the
// manifest.
type clue struct {
	subject  subject // for the summary; the zero subject if the evidence names no single one
	evidence []Claim
	culprit  *Culprit // the object that holds the setting, nil for the workload
	strong   bool     // log and manifest together are two facts: the verdict is of high confidence
}

// subject is what a verdict on the manifest is about.
type subject struct {
	kind subjectKind
	name string
}

type subjectKind int

const (
	noSubject       subjectKind = iota
	settingSubject              // a setting by its name: "LOG_LEVEL"
	unsetSubject                // a setting that the manifest does not have
	argumentSubject             // a word of the command line
	fileSubject                 // a path
	portSubject                 // the number of a port
	rootSubject                 // readOnlyRootFilesystem
)

// subject returns the setting as a subject: files of ConfigMaps are settings as well.
func (s setting) subject() subject {
	if strings.HasPrefix(s.name, "/") {
		return subject{fileSubject, s.name}
	}
	return subject{settingSubject, s.name}
}

// String returns the subject in a sentence: "argument --port=80".
func (s subject) String() string {
	switch s.kind {
	case argumentSubject:
		return "argument " + s.name
	case portSubject:
		return "port " + s.name
	case noSubject, settingSubject, unsetSubject, fileSubject, rootSubject:
	}
	return s.name
}

// clueFinder ties the log of a container to its manifest.
type clueFinder struct {
	Container
	read   reading
	config configuration
}

// all links the reason that the log gives to the variables, files and values
// of the manifest. What the log names comes before what it only quotes, because
// the first subject goes into the summary.
func (f clueFinder) all() []clue {
	text := f.read.context()
	out := slices.Concat(f.variableClues(text), f.fileClues(text), f.kindClues())
	out = slices.Concat(out, f.unnamedFile(), f.contentClues(), f.valueClues(text, out))
	if len(out) == 0 {
		return f.unnamed()
	}
	return out
}

// variableClues links the variables that text names to what the manifest sets them to.
func (f clueFinder) variableClues(text string) []clue {
	var out []clue
	for _, name := range f.variablesOf(text) {
		if c, ok := f.variable(name); ok {
			out = append(out, c)
		}
	}
	return out
}

// kindClues returns what the manifest has about the kind of trouble, whether the log names it or
// not: a security context that forbids to write, another container with the port.
func (f clueFinder) kindClues() []clue {
	switch f.read.kind() {
	case logs.FileReadOnly, logs.FileDenied, logs.FileMissing:
		return f.hardened()
	case logs.PortTaken:
		out := f.samePort()
		if f.read.addressOf() == "" {
			out = append(out, clue{evidence: f.read.listens()})
		}
		return out
	default:
		return nil
	}
}
