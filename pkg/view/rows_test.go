package view_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/view"
)

func TestRowsKeepColoursAndWideLetters(t *testing.T) {
	red := view.Style{Color: true}.Bad("abcdef")
	for name, test := range map[string]struct {
		line  string
		width int
		want  []string // without colours
	}{
		"short":        {"abc", 5, []string{"abc"}},
		"any width":    {"abcdef", 0, []string{"abcdef"}},
		"broken":       {"abcdef", 4, []string{"abcd", "ef"}},
		"coloured":     {red, 4, []string{"abcd", "ef"}},
		"wide letters": {"日本語", 4, []string{"日本", "語"}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := view.Rows(test.line, test.width)
			if strings.Join(rows, "") != test.line {
				t.Errorf("the rows %q are not the line %q", rows, test.line)
			}
			for i := range rows {
				rows[i] = view.Uncolored(rows[i])
			}
			if diff := cmp.Diff(test.want, rows); diff != "" {
				t.Error(diff)
			}
		})
	}
}
