package hostile_test

import (
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/test/shell"
)

// pasted are texts that do something if a shell reads them.
var pasted = []string{
	"$(touch PWNED)", "`id`", ";reboot", "|sh", "&", ">out", "<in", "'", `"`, `\`, "*", "~", "{a,b}", "#", "!!", "\nreboot",
	" --kubeconfig=evil", "$HOME",
}

// suggestions returns every command in a JSON value: the texts that begin with
// kubectl, and what follows the word in a sentence.
func suggestions(v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for _, item := range v {
			out = append(out, suggestions(item)...)
		}
	case []any:
		for _, item := range v {
			out = append(out, suggestions(item)...)
		}
	case string:
		if strings.HasPrefix(v, "kubectl ") {
			out = append(out, v)
		}
		if _, line, found := strings.Cut(v, ": kubectl "); found {
			out = append(out, "kubectl "+line)
		}
	}
	return out
}

// checkPaste checks that the suggestions of a plugin about a file are simple commands
// of kubectl, and returns how many there were.
func checkPaste(t *testing.T, plugin, file string, bad ...string) int {
	t.Helper()
	got := run(t, plugin, "-f", file, "-A", "-o", "json")
	if got.code != 0 {
		return 0
	}
	var report any
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatalf("%s %s: %v", plugin, file, err)
	}
	found := suggestions(report)
	for _, line := range found {
		words, err := shell.Words(line)
		if err != nil || words[0] != "kubectl" {
			t.Errorf("%s %s: a shell takes %q for something else: %v", plugin, file, line, err)
			continue
		}
		for _, word := range words {
			harmful := func(text string) bool { return strings.Contains(word, text) }
			if !strings.Contains(word, "=") && slices.ContainsFunc(bad, harmful) {
				t.Errorf("%s %s: %q has the word %q", plugin, file, line, word)
			}
		}
	}
	return len(found)
}

// TestSuggestionsAreWhatAShellRuns pastes every command that is suggested for the
// recorded cases into a parser of shells.
func TestSuggestionsAreWhatAShellRuns(t *testing.T) {
	found := 0
	step := 4
	if seeds(1) > 1 {
		step = 1
	}
	all := archives(t)
	for i := 0; i < len(all); i += step {
		for _, plugin := range []string{"rsmap", "thrash"} {
			found += checkPaste(t, plugin, all[i])
		}
	}
	if found < len(all)/step {
		t.Errorf("only %d suggestions in %d recordings", found, len(all)/step)
	}
}

// TestSuggestionsNeverHoldShellText puts texts that act in a shell into names,
// labels, images and messages. No suggestion may hold one as a word of its own.
func TestSuggestionsNeverHoldShellText(t *testing.T) {
	world := read(t, filepath.Join("testdata", "escape", "crash.json"))
	found := 0
	for seed := range seeds(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		known := map[string]string{}
		file := write(t, tainted(world, "", func(s string) string {
			if _, ok := known[s]; !ok {
				known[s] = s
				if r.IntN(6) == 0 && !strings.HasPrefix(s, "deployment.kubernetes.io/") {
					known[s] += pasted[r.IntN(len(pasted))]
				}
			}
			return known[s]
		}))
		for _, plugin := range []string{"rsmap", "thrash"} {
			found += checkPaste(t, plugin, file, pasted...)
		}
	}
	if found == 0 {
		t.Error("no suggestion in any input")
	}
}
