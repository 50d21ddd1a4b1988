package diagnose

import (
	"fmt"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// refusal judges programs that object to something at their start, in words that do not show what kind of thing it is:
// before a program has data, what it checks is what it was given. Trouble with another system contradicts that.
func refusal(f *caseFile) *Cause {
	const last = 6 // records
	known := f.read.kind() != "" && !f.read.is(logs.Uncaught) && f.read.category() != AppConfig
	if known || !f.hasEnded() || f.end.ExitCode == 0 || f.end.faulted() || !failsAtStart(f) {
		return nil
	}
	if f.read.FromEnd() > last || !f.read.Refuses() {
		return nil
	}
	if slices.ContainsFunc(f.read.Findings, func(found logs.Finding) bool { return categoryOf(found.Kind) == Dependency }) {
		return nil
	}
	return &Cause{
		Category: AppConfig, Confidence: Low, Culprit: f.self(),
		Summary:     "it ends at its start: " + f.read.line(),
		Evidence:    f.lineAndEnd(),
		WouldSettle: []string{"whether the message is about a setting: then which object sets it"},
	}
}

// usage judges programs whose exit code alone reports that they were given
// something wrong: EX_USAGE and EX_CONFIG of sysexits(3).
func usage(f *caseFile) *Cause {
	if !f.hasEnded() || f.read.category() != Undetermined {
		return nil
	}
	means, known := codeMeanings[f.end.ExitCode]
	if !known {
		return nil
	}
	cause := &Cause{
		Category: AppConfig, Confidence: Low, Culprit: f.self(),
		Summary:     fmt.Sprintf("it ends with exit code %d, which by convention says that %s", f.end.ExitCode, means),
		Evidence:    []Claim{f.end.claim()},
		WouldSettle: []string{"whether the program means the convention of sysexits(3)"},
	}
	if said := f.read.line(); said != "" {
		cause.Summary += ": " + said
		cause.addEvidence(f.read.claim())
	}
	return cause
}

// codeMeanings are the exit codes of sysexits(3) that are about what a program is given.
var codeMeanings = map[int32]string{
	64: "it was called in a wrong way (EX_USAGE)",
	78: "its configuration is wrong (EX_CONFIG)",
}
