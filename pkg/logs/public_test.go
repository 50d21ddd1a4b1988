package logs

import (
	"os"
	"strings"
	"testing"
)

// TestPublic reads messages as the source of public programs has them.
func TestPublic(t *testing.T) {
	text, err := os.ReadFile("testdata/public.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		want, message, ok := strings.Cut(line, " | ")
		if !ok {
			t.Fatalf("no message in %q", line)
		}
		if wrong := documentedMiss(want, message); wrong != "" {
			t.Errorf("%s: want %s: %s", wrong, want, message)
		}
	}
}
