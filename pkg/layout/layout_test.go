package layout_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/layout"
)

// The first line of a note about something that is wrong has a colour of its own,
// whatever its text begins with; all other comments have that of comments.
func TestProblemsHaveTheirOwnColour(t *testing.T) {
	style := layout.Style{
		Width: 40, Marker: "#", Break: "\n",
		Comment: func(s string) string { return "c(" + s + ")" },
		Problem: func(s string) string { return "p(" + s + ")" },
	}
	notes := []annotate.Note{
		{Kind: annotate.Meaning, Text: "PROBLEM: in the words of the documentation"},
		{Kind: annotate.Trouble, Text: "not a number, which the server refuses at once"},
		{Kind: annotate.Difference, Text: "3"},
		{Kind: annotate.Elsewhere, Text: "4 in prod"},
		{Kind: annotate.NotSet, Text: "replicas"},
	}
	want := `c(# PROBLEM: in the words of the)
c(# documentation)
p(# PROBLEM: not a number, which the)
c(# server refuses at once)
p(# LIVE: 3)
p(# DIFFERS: 4 in prod)
c(# not set: replicas)
`
	var header, body strings.Builder
	layout.Header(&header, notes, style)
	if diff := cmp.Diff(want, header.String()); diff != "" {
		t.Errorf("as a header (-want +got)\n%s", diff)
	}
	layout.Write(&body, layout.List{{Text: "spec:", End: "\n", Above: 0}}, notes, style)
	if diff := cmp.Diff(want+"spec:\n", body.String()); diff != "" {
		t.Errorf("above a line (-want +got)\n%s", diff)
	}
}
