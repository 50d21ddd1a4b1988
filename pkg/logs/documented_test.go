package logs

import (
	"crypto/sha256"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestDocumented measures the vocabularies on what documentation and sources have
// programs print. The open half must be right. Of the other half, with which no
// pattern was written, most must be, and its misses are not named.
func TestDocumented(t *testing.T) {
	const least = 0.8
	text, err := os.ReadFile("testdata/documented.txt")
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	right := 0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		want, message, _ := strings.Cut(line, " | ")
		wrong := documentedMiss(want, message)
		if sha256.Sum256([]byte(message))[0]%2 == 0 {
			if wrong != "" {
				t.Errorf("%s: want %s: %s", wrong, want, message)
			}
			continue
		}
		kept++
		if wrong == "" {
			right++
		}
	}
	t.Logf("of the kept half %d of %d are right", right, kept)
	if float64(right) < least*float64(kept) {
		t.Errorf("of the kept half only %d of %d are right", right, kept)
	}
}

// documentedMiss returns how the finding in a message differs from what is
// wanted, "" if it does not.
func documentedMiss(want, message string) string {
	kinds, operand, _ := strings.Cut(want, " ")
	if !strings.HasPrefix(message, "{") {
		message = strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(message)
	}
	got := Analyze(message).Cause
	switch {
	case want == "weak":
		return decided(got)
	case got == nil:
		return "nothing is found"
	case !slices.Contains(strings.Split(kinds, ","), string(got.Kind)):
		return string(got.Kind) + " (" + got.Entry.Vocabulary + "/" + got.Entry.Name + ")"
	case operand != "" && got.Operand.Text != operand:
		return "operand " + got.Operand.Text + " (" + got.Entry.Vocabulary + "/" + got.Entry.Name + ")"
	}
	return ""
}

// decided returns what a finding decides, "" if it decides nothing.
func decided(f *Finding) string {
	if f == nil || f.Strength < Decides || f.Kind == Fault {
		return ""
	}
	return string(f.Kind) + " (" + f.Entry.Vocabulary + "/" + f.Entry.Name + ")"
}
