package view

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type sorted struct {
	Name string         `json:"name"`
	Size *int           `json:"size,omitempty"`
	Age  string         `json:"age,omitempty"`
	More map[string]any `json:"more,omitempty"`
}

func TestOrder(t *testing.T) {
	size := func(n int) *int { return &n }
	items := []sorted{
		{Name: "web-10", Size: size(9), Age: "2m"},
		{Name: "web-9", Size: size(10), Age: "1h"},
		{Name: "api", Age: "90s", More: map[string]any{"tags": []string{"a"}}},
		{Name: "web-09", Size: size(9), Age: "3s"},
	}
	tests := map[string]struct{ expression, want string }{
		"numbers in names": {".name", "api web-9 web-09 web-10"},
		"numbers":          {"{.size}", "api web-10 web-09 web-9"}, // none first, equal ones as they were
		"durations":        {"age", "web-09 api web-10 web-9"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			list := slices.Clone(items)
			if err := Order(list, test.expression, func(i sorted) any { return i }); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range list {
				got = append(got, i.Name)
			}
			if diff := cmp.Diff(strings.Fields(test.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for expression, want := range map[string]string{
		"{.name":        "is no JSONPath",
		".nothing":      "finds nothing",
		".more":         "finds an object",
		".more.tags":    "finds a list",
		"{.name}{.age}": "finds 2 values",
	} {
		if err := Order(slices.Clone(items), expression, func(i sorted) any { return i }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", expression, err, want)
		}
	}
	if err := Order(nil, ".nothing", func(i sorted) any { return i }); err != nil {
		t.Errorf("of nothing: %v", err)
	}
}
