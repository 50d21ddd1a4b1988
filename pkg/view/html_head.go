package view

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// timeSources describes the sources of a snapshot's time.
var timeSources = map[snapshot.AtSource]string{
	snapshot.AtServer: "by the server's clock",
	snapshot.AtBundle: "when it was recorded",
	snapshot.AtFlag:   "the time given with --at",
	snapshot.AtNewest: "the newest time in what was read",
}

// About returns the time and the source of a page's content. A page is kept and passed on: it must
// say what it shows of which time.
func About(s *snapshot.Snapshot) []string {
	about := []string{"nothing that was read has a time"}
	if !s.At.IsZero() {
		about = []string{s.At.UTC().Format("2006-01-02 15:04:05 UTC"), timeSources[s.AtSource]}
	}
	if s.Source.Context != "" {
		about = append(about, "context "+s.Source.Context)
	} else if len(s.Source.Files) > 0 { // of a fleet each item has its context
		about = append(about, "from "+strings.Join(s.Source.Files, ", "))
	}
	return about
}

// Head returns the top of a page: its title, the answer in one line, the time and
// source of its content, and the gaps.
func Head(title string, answer HTML, about []string, gaps []snapshot.Gap) HTML {
	pieces := []HTML{Tag("h1", "", Text(title))}
	if answer != "" {
		pieces = append(pieces, Tag("p", "answer", answer))
	}
	pieces = append(pieces, Tag("p", "about", Text(CleanLine(strings.Join(about, " · ")))))
	if len(gaps) > 0 { // never folded: who sees the answer must see what it lacks
		pieces = append(pieces, gapList(gaps))
	}
	return Tag("header", "", pieces...)
}

// gapList returns what was not read, above all that may be wrong because of it.
func gapList(gaps []snapshot.Gap) HTML {
	var missing []HTML
	for _, l := range GapLines(gaps) {
		missing = append(missing, Tag("li", "", Text(CleanLine(l.What+": "+l.Why))))
	}
	return Tag("div", "gaps", Tag("p", "", Text("Not read, so this page may be wrong about what depends on it:")), Tag("ul", "", missing...))
}

// Pair is a name and the text under it.
type Pair struct {
	Name  string // empty: continues under the name before it
	Words HTML   // empty: the name is left out too
}

// Pairs returns a list of names with the text of each.
func Pairs(pairs []Pair) HTML {
	var rows []HTML
	for i := 0; i < len(pairs); { // a round for each name, with all texts that go under it
		row := []HTML{Tag("dt", "", Text(pairs[i].Name))}
		for first := true; i < len(pairs) && (first || pairs[i].Name == ""); first = false {
			if pairs[i].Words != "" {
				row = append(row, Tag("dd", "", pairs[i].Words))
			}
			i++
		}
		if len(row) > 1 { // more than the name
			rows = append(rows, Tag("div", "", row...))
		}
	}
	if rows == nil {
		return ""
	}
	return Tag("dl", "", rows...)
}
