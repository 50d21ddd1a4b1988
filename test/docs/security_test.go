package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testName  = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")
	testPlace = regexp.MustCompile(`\bin ((?:pkg|test|plugins)/[a-z0-9/]+)`)
)

// TestPromisesAreProven holds each promise of SECURITY.md to name tests that are there.
func TestPromisesAreProven(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(top, "docs", "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), "\n| --- | --- |\n")
	if !found {
		t.Fatal("no table of promises")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	promises := strings.Split(strings.TrimSpace(table), "\n")
	if len(promises) < 18 {
		t.Errorf("only %d promises", len(promises))
	}
	for _, row := range promises {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		if len(cells) != 2 {
			t.Errorf("%d cells: %s", len(cells), row)
			continue
		}
		proof := cells[1]
		if !testName.MatchString(proof) {
			t.Errorf("no test proves: %s", cells[0])
		}
		for part := range strings.SplitSeq(proof, ";") {
			place := testPlace.FindStringSubmatch(part)
			if place == nil {
				t.Errorf("no package of the tests in %q", part)
				continue
			}
			there := testsOf(t, place[1])
			for _, name := range testName.FindAllStringSubmatch(part, -1) {
				if !there[name[1]] {
					t.Errorf("%s is not in %s, but proves: %s", name[1], place[1], cells[0])
				}
			}
		}
	}
}

var testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)

// testsOf returns the names of the tests of a package.
func testsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(top, filepath.FromSlash(dir), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range testFunc.FindAllStringSubmatch(string(source), -1) {
			names[name[1]] = true
		}
	}
	return names
}
