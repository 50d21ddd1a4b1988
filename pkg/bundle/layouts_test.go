package bundle

import (
	"os"
	"strings"
	"testing"
)

// A layout has the functions that reading it needs, and is documented: in the
// guide, and as a value of source.layout in the schemas of the JSON output.
func TestLayoutsAreWholeAndDocumented(t *testing.T) {
	for _, l := range layouts {
		if l.name == "" || l.marks == nil || l.place == nil || l.collects == nil {
			t.Errorf("%s lacks its name or one of its functions marks, place and collects", l.id)
		}
		for file, want := range map[string]string{
			"../../docs/offline.md":                      "| `" + l.id + "` |",
			"../../docs/schema/ThrashReport.schema.json": `"` + l.id + `"`,
			"../../docs/schema/RolloutMap.schema.json":   `"` + l.id + `"`,
			"../../docs/schema/FieldReport.schema.json":  `"` + l.id + `"`,
		} {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), want) {
				t.Errorf("%s does not have %s", file, want)
			}
		}
	}
}
