package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recorded are the programs of testdata/programs, which the recipe must not repeat.
const recorded = "beanstalkd bind chrony curl django ejabberd hledger influxdb nats openssl pdnsrec pgexporter phpfpm rabbitmq registry " +
	"sidekiq slapd starman supervisor syslogng thin tor unbound wget znc"

// TestRecipe holds the recipe to its width.
func TestRecipe(t *testing.T) {
	studies, err := readRecipe("recipe")
	if err != nil {
		t.Fatal(err)
	}
	programs, languages := map[string]bool{}, map[string]bool{}
	for _, s := range studies {
		programs[s.Program], languages[s.Language] = true, true
		if slices.Contains(strings.Fields(recorded), s.Program) {
			t.Errorf("%s is in testdata/programs already", s.Program)
		}
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
		if inc.Source == "" || inc.Gives == "" || inc.Completed == "" {
			t.Errorf("%s: source, gives and completed are required", inc.ID)
		}
		dir := t.TempDir()
		if err := inc.cluster().write(dir); err != nil {
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
			got, err := os.ReadFile(filepath.Join("../../testdata/incidents", inc.ID, filepath.Base(file)))
			if err != nil {
				t.Errorf("%v: run go run ./test/harvest incidents", err)
			} else if string(got) != string(want) {
				t.Errorf("%s of %s is not what the table says: run go run ./test/harvest incidents", filepath.Base(file), inc.ID)
			}
		}
	}
}
