package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// expectation is what is right for a case of testdata/cases/thrash.
type expectation struct {
	Category   []string            `json:"category"`
	Confidence []string            `json:"confidence"`
	Must       map[string][]string `json:"must"`     // by part of the output
	MustNot    map[string][]string `json:"must_not"` // likewise
}

// TestThrashCases runs the smallest inputs of known faults. Those that are not
// right yet stand in known-misses.txt, which must be exact.
func TestThrashCases(t *testing.T) {
	dir := filepath.Join(testdata, "cases", "thrash")
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", dir, err)
	}
	known := knownMisses(t, filepath.Join(dir, "known-misses.txt"))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		isKnown := known[name]
		delete(known, name)
		t.Run(name, func(t *testing.T) {
			misses := missesOf(t, file)
			switch {
			case isKnown && len(misses) == 0:
				t.Errorf("it is right now: take it off known-misses.txt")
			case isKnown:
				t.Logf("known: %s", strings.Join(misses, "\n"))
			case len(misses) > 0:
				t.Error(strings.Join(misses, "\n"))
			}
		})
	}
	for name := range known {
		t.Errorf("known-misses.txt names %s, which is no case", name)
	}
}

// knownMisses reads the names of the cases that are not right yet.
func knownMisses(t *testing.T, file string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out[line] = true
		}
	}
	return out
}

// missesOf returns in which ways the output for a case is not right.
func missesOf(t *testing.T, file string) []string {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if archive.Files[0].Name != "expect.yaml" {
		t.Fatal("the first file must be expect.yaml")
	}
	var want expectation
	if err := yaml.UnmarshalStrict(archive.Files[0].Data, &want); err != nil {
		t.Fatal(err)
	}
	packed, err := tarOf(archive.Files[1:])
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := report(packed, "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	items, err := itemsOf(asJSON)
	if err != nil {
		t.Fatal(err)
	}
	if len(items) != 1 {
		t.Fatalf("%d items, not 1", len(items))
	}
	text, err := report(packed, items[0].Pod)
	if err != nil {
		t.Fatal(err)
	}
	return want.misses(items[0], text, asJSON)
}

// misses compares one item, and the output in text and JSON, with what is right.
func (e expectation) misses(i diagnose.Item, text, asJSON string) []string {
	var out []string
	if !slices.Contains(e.Category, string(i.Cause.Category)) {
		out = append(out, "category "+string(i.Cause.Category)+", not one of "+strings.Join(e.Category, ", "))
	}
	if len(e.Confidence) > 0 && !slices.Contains(e.Confidence, string(i.Cause.Confidence)) {
		out = append(out, "confidence "+string(i.Cause.Confidence)+", not one of "+strings.Join(e.Confidence, ", "))
	}
	var evidence []string
	for _, c := range i.Cause.Evidence {
		evidence = append(evidence, c.Claim)
	}
	parts := map[string][]string{
		"summary":  {i.Cause.Summary},
		"evidence": evidence,
		"steps":    append(slices.Clone(i.NextSteps), i.Cause.WouldSettle...),
		"output":   {text},
		"json":     {asJSON},
	}
	return append(append(out, unmet(e.Must, parts, true)...), unmet(e.MustNot, parts, false)...)
}

// unmet returns the expressions that do not match a part of the output although they
// must, or that match although they must not.
func unmet(exprs map[string][]string, parts map[string][]string, must bool) []string {
	var out []string
	for part, list := range exprs {
		lines, ok := parts[part]
		if !ok {
			out = append(out, "unknown part "+part)
		}
		for _, expr := range list {
			if slices.ContainsFunc(lines, regexp.MustCompile("(?i)"+expr).MatchString) == must {
				continue
			}
			problem := "matches /" + expr + "/"
			if must {
				problem = "does not match /" + expr + "/"
			}
			out = append(out, part+" "+problem+": "+strings.Join(lines, " | "))
		}
	}
	slices.Sort(out)
	return out
}
