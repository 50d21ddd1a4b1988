//go:build linux

package main

import (
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestRecipe holds the recipe to its width.
func TestRecipe(t *testing.T) {
	studies, err := readRecipe("recipe")
	if err != nil {
		t.Fatal(err)
	}
	programs := map[string]bool{}
	languages := map[string]bool{}
	for _, s := range studies {
		programs[s.Program] = true
		languages[s.Language] = true
	}
	if len(studies) < 150 || len(programs) < 25 || len(languages) < 8 {
		t.Errorf("%d cases of %d programs in %d languages", len(studies), len(programs), len(languages))
	}
}

// TestIncidentsFollowTheTable checks that the incidents are what the table says.
func TestIncidentsFollowTheTable(t *testing.T) {
	incidents, err := readIncidents("incidents")
	if err != nil {
		t.Fatal(err)
	}
	if len(incidents) < 40 {
		t.Errorf("%d incidents", len(incidents))
	}
	for _, inc := range incidents {
		inc.follows(t, "incidents")
	}
}

// TestSourcesFollowTheTable checks that the cases from sources are what the tables say.
func TestSourcesFollowTheTable(t *testing.T) {
	cases, err := readSources("sources")
	if err != nil {
		t.Fatal(err)
	}
	programs := map[string]bool{}
	for _, c := range cases {
		programs[c.Program] = true
		c.follows(t, "sources")
	}
	if len(cases) < 200 || len(programs) < 60 {
		t.Errorf("%d cases of %d programs", len(cases), len(programs))
	}
}

// follows compares the files of a case with its row in the table.
func (i incident) follows(t *testing.T, set string) {
	t.Helper()
	if i.Source == "" || i.Gives == "" || i.Completed == "" {
		t.Errorf("%s: source, gives and completed are required", i.ID)
	}
	dir := t.TempDir()
	if err := i.cluster().write(dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("../../testdata", set, i.ID, filepath.Base(file)))
		if err != nil {
			t.Errorf("%v: run go run ./test/harvest %s", err, set)
		} else if string(got) != string(want) {
			t.Errorf("%s of %s is not what the table says: run go run ./test/harvest %s", filepath.Base(file), i.ID, set)
		}
	}
}

// TestRecordingsFollowTheRecipe checks that the labels beside the recordings
// are those of the recipe, and that each recording has one.
func TestRecordingsFollowTheRecipe(t *testing.T) {
	studies, err := readRecipe("recipe")
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]study{}
	for _, s := range studies {
		byID[s.ID] = s
	}
	files, err := filepath.Glob("../../testdata/harvest/*/case.yaml")
	if err != nil || len(files) < 150 {
		t.Fatalf("%d recordings: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			ID        string `json:"id"`
			Snapshots []struct {
				Dir string `json:"dir"`
			} `json:"snapshots"`
		}
		if err := yaml.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		s, ok := byID[got.ID]
		if !ok || len(got.Snapshots) != 1 {
			t.Errorf("%s is not of the recipe", file)
			continue
		}
		want, err := caseFile(s, incident{}, got.Snapshots[0].Dir)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != string(want) {
			t.Errorf("%s is not what the recipe says:\n%s\nwant\n%s", file, text, want)
		}
	}
}
