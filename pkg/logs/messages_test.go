package logs

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestMessages reads what programs of many families print when they fail, and
// compares it with what is known to be wrong.
func TestMessages(t *testing.T) {
	text, err := os.ReadFile("testdata/messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		want, message, ok := strings.Cut(line, " | ")
		if !ok {
			t.Fatalf("line %d has no message", n+1)
		}
		kinds, operand, _ := strings.Cut(want, " ")
		message = strings.ReplaceAll(message, `\n`, "\n")
		if strings.HasPrefix(message, "{") {
			message = strings.ReplaceAll(message, "\n", `\n`) // within JSON
		}
		message = strings.ReplaceAll(message, `\t`, "\t")
		got := Analyze(message).Cause
		switch {
		case got == nil:
			t.Errorf("line %d: nothing is found in %q", n+1, message)
		case !slices.Contains(strings.Split(kinds, ","), string(got.Kind)):
			t.Errorf("line %d: %s (%s/%s), want %s: %q", n+1, got.Kind, got.Entry.Vocabulary, got.Entry.Name, kinds, message)
		case operand != "" && got.Operand.Text != operand:
			t.Errorf("line %d: operand %q (%s/%s), want %q: %q", n+1, got.Operand.Text, got.Entry.Vocabulary, got.Entry.Name, operand, message)
		}
	}
}
