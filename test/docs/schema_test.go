package docs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// kinds are the kinds of report, by the plugin that writes them.
var kinds = map[string]string{"rsmap": "RolloutMap", "thrash": "ThrashReport", "explainfields": "FieldReport"}

func schemaOf(t *testing.T, kind string) *schema {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(top, "docs", "schema", kind+".schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := readSchema(data)
	if err != nil {
		t.Fatalf("read schema of %s: %v", kind, err)
	}
	return s
}

// output returns what a plugin writes with -o json.
func output(t *testing.T, plugin string, args ...string) map[string]any {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := plugins[plugin](&cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errs},
		Now:       func() time.Time { return time.Unix(0, 0) },
		Getenv:    func(string) string { return "" },
		Width:     func() int { return 0 },
	})
	cmd.SetArgs(append(args, "-o", "json"))
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("kubectl %s %v: %v\n%s", plugin, args, err, errs.String())
	}
	var v map[string]any
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestOutputMatchesItsSchema holds real output to the published schemas: of
// the recorded tour, of the first and the last snapshot of each labelled case,
// and of manifests with every kind of problem.
func TestOutputMatchesItsSchema(t *testing.T) {
	sources := []string{filepath.Join(top, "examples/synergychat/recording")}
	cases, err := filepath.Glob(filepath.Join(top, "testdata/corpus/*/case.yaml"))
	if err != nil || len(cases) < 20 {
		t.Fatalf("found cases %v, %v", cases, err)
	}
	for _, c := range cases {
		snaps, err := filepath.Glob(filepath.Join(filepath.Dir(c), "snap-*.tar.gz"))
		if err != nil || len(snaps) == 0 {
			t.Fatalf("found snapshots %v, %v", snaps, err)
		}
		sources = append(sources, snaps[0], snaps[len(snaps)-1])
	}
	items := map[string]int{}
	for plugin, kind := range kinds {
		s := schemaOf(t, kind)
		look := sources
		if testing.Short() {
			look = sources[:1]
		} else if plugin == "explainfields" { // it says the same of every snapshot
			look = []string{sources[0], "testdata/wrong.yaml"}
		}
		for _, source := range look {
			args := []string{"-f", source}
			if plugin == "explainfields" {
				args = append(args, "--unset", "common")
			}
			report := output(t, plugin, args...)
			for _, wrong := range s.validate(s, kind, report) {
				t.Errorf("%s of %s: %s", kind, source, wrong)
			}
			items[kind] += len(report["items"].([]any))
		}
	}
	fleet := output(t, "explainfields", "deployment/shop", "--all-contexts", "-f", "testdata/prod-eu.yaml", "-f", "testdata/prod-us.yaml")
	for _, wrong := range schemaOf(t, "FieldReport").validate(schemaOf(t, "FieldReport"), "FieldReport", fleet) {
		t.Errorf("FieldReport of several contexts: %s", wrong)
	}
	if text := fmt.Sprint(fleet["items"]); !strings.Contains(text, "divergences") {
		t.Errorf("no divergences in %s", text)
	}
	for _, kind := range kinds {
		if items[kind] == 0 {
			t.Errorf("no item of %s was checked", kind)
		}
	}
}

// TestValidatorRefuses breaks a good report in each way that the validator
// is there to see.
func TestValidatorRefuses(t *testing.T) {
	s := schemaOf(t, "ThrashReport")
	args := []string{"-f", filepath.Join(top, "examples/synergychat/recording")}
	for name, spoil := range map[string]func(report, item map[string]any){
		"missing":    func(r, _ map[string]any) { delete(r, "observedAt") },
		"const":      func(r, _ map[string]any) { r["kind"] = "Other" },
		"time":       func(r, _ map[string]any) { r["observedAt"] = "yesterday" },
		"enum":       func(_, i map[string]any) { i["status"] = "fine" },
		"type":       func(_, i map[string]any) { i["restarts"] = "6" },
		"minimum":    func(_, i map[string]any) { i["restarts"] = -1.0 },
		"pattern":    func(_, i map[string]any) { i["backoff"].(map[string]any)["next"] = "soon" },
		"undeclared": func(_, i map[string]any) { i["mood"] = "bad" },
		"in a list":  func(_, i map[string]any) { i["nextSteps"] = []any{1.0} },
	} {
		t.Run(name, func(t *testing.T) {
			report := output(t, "thrash", args...)
			if wrong := s.validate(s, "", report); len(wrong) > 0 {
				t.Fatal(wrong)
			}
			spoil(report, report["items"].([]any)[0].(map[string]any))
			if wrong := s.validate(s, "", report); len(wrong) != 1 {
				t.Errorf("got %q, want one complaint", wrong)
			}
		})
	}
}
