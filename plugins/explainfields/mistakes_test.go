package explainfields

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/annotate"
)

// TestMistakesOfPeople finds the mistake in each document of testdata/mistakes.yaml at its
// line or path, with words that say what is wrong and the cure.
func TestMistakesOfPeople(t *testing.T) {
	data, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "\n---\n") // behind the comment
	documents := strings.Split(rest, "\n---\n")
	found := 0
	for _, document := range documents {
		if misses := missed(t, document); misses != "" {
			t.Errorf("%s\n%s", misses, document)
			continue
		}
		found++
	}
	t.Logf("%d of %d mistakes found", found, len(documents))
	if len(documents) < 100 {
		t.Errorf("%d documents, want 100 at least", len(documents))
	}
}

// missed returns what is not found in a document, or found beside it; empty if all is well.
func missed(t *testing.T, document string) string {
	t.Helper()
	line, path, words := expectation(document)
	out, errs := explainedBy(t, document, "-f", "-", "-o", "json")
	var all struct {
		Items []annotate.Report `json:"items"`
	}
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		return "cannot be read: " + err.Error() + errs
	}
	if len(all.Items) != 1 || len(all.Items[0].Problems) == 0 {
		return "nothing is found"
	}
	var found []string
	for _, p := range all.Items[0].Problems {
		sentence := p.Path + " " + p.Sentence()
		right := (path == "" && p.Line == line) || (path != "" && p.Path == path)
		for _, word := range words {
			right = right && strings.Contains(sentence, word)
		}
		if right {
			return ""
		}
		found = append(found, strconv.Itoa(p.Line)+": "+sentence)
	}
	return "found: " + strings.Join(found, "\n")
}

// expectation returns the line or the path of the mistake in a document, and the words that
// the problem must have.
func expectation(document string) (line int, path string, words []string) {
	for i, text := range strings.Split(document, "\n") {
		_, marked, found := strings.Cut(text, "# wrong")
		if !found {
			continue
		}
		where, rest, _ := strings.Cut(marked, ": ")
		words = strings.Split(rest, "; ")
		if where != "" {
			path = words[0]
			words = words[1:]
		}
		line = i + 1
	}
	return line, path, words
}
