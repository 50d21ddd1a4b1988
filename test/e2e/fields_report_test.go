package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// keeps checks that all lines of a file are there, in their order, and that it
// is the same object.
func keeps(t *testing.T, text, explained string) {
	t.Helper()
	if diff := cmp.Diff(parsed(t, text), parsed(t, explained)); diff != "" {
		t.Errorf("explained, the file is another object: %s\n%s", diff, explained)
	}
	rest := strings.Split(explained, "\n")
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		at := slices.IndexFunc(rest, func(l string) bool { return strings.HasPrefix(l, line) })
		if at < 0 {
			t.Errorf("the line %q is lost in\n%s", line, explained)
			return
		}
		rest = rest[at+1:]
	}
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return o
}

// fieldReport is what is read of a FieldReport.
type fieldReport struct {
	Schema struct {
		Source fielddoc.Source `json:"source"`
	} `json:"schema"`
	Fields []struct {
		Path        string `json:"path"`
		Type        string `json:"type"`
		Description string `json:"description"`
		Note        string `json:"note"`
		Known       bool   `json:"known"`
	} `json:"fields"`
	Problems []struct {
		Path    string               `json:"path"`
		Line    int                  `json:"line"`
		Column  int                  `json:"column"`
		Kind    fielddoc.ProblemKind `json:"kind"`
		Message string               `json:"message"`
	} `json:"problems"`
}

// fieldReports returns the reports of the objects that the arguments name.
func (s *fieldServer) fieldReports(t *testing.T, args ...string) []fieldReport {
	t.Helper()
	var list struct {
		Items []fieldReport `json:"items"`
	}
	out := s.Plugin(t, "explainfields", append(args, "-o", "json")...)
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return list.Items
}

// complete checks that nothing is wrong with what the server made, and that every
// field is known to the documentation: itself, or as a part of a map or of a free
// object. A schema may leave a field without a description.
func complete(t *testing.T, what string, report fieldReport) {
	t.Helper()
	if len(report.Fields) < 4 {
		t.Errorf("%s: %d fields", what, len(report.Fields))
	}
	for _, p := range report.Problems {
		if p.Kind != fielddoc.DeprecatedField {
			t.Errorf("%s: false alarm: %s", what, fmt.Sprint(p))
		}
	}
	for _, f := range report.Fields {
		if !f.Known {
			t.Errorf("%s: %s is not known", what, f.Path)
		}
	}
}
