package annotate

import (
	"cmp"
	"slices"
	"strings"
)

// Kind is what a note is about.
type Kind int

// The kinds of notes.
const (
	Meaning    Kind = iota // what a field means, with a mark
	Trouble                // what is wrong
	Difference             // what the live object has instead
	Elsewhere              // what other contexts have instead
	Folded                 // takes the place of a field that is left out
	NotSet                 // a field that the object does not have
)

// Note is a comment on one line of a document.
type Note struct {
	Line int // the index of the line
	Kind Kind
	// Name is the field that the note is about, if its line also shows other fields. It is
	// the path from the field of the last note before it that has Depth-1.
	Name  string
	Depth int
	// Text is one sentence, or some paragraphs with line breaks between them.
	Text string
	// Mark is a short fact, such as "default".
	Mark string
}

// NoteOptions are which notes are wanted.
type NoteOptions struct {
	// Long asks for all that is known of each field instead of one sentence.
	Long bool
	// Wide asks for the managers of every field.
	Wide bool
	// Repeat asks for each sentence as often as it applies, not once.
	Repeat bool
	// When puts times into words; nil leaves them out.
	When When
	// Chosen are the fields to explain; nil for all.
	Chosen Selection
}

// Notes returns the notes about one object in the order of their lines, those
// about one line in the order in which they are to be read.
func (r *Report) Notes(o NoteOptions) []Note {
	n := noter{report: r, options: o, said: map[string]bool{}, named: map[int]int{}}
	n.collect()
	notes := make([]Note, 0, len(r.Fields))
	for i := range r.Fields {
		if o.Chosen == nil || o.Chosen[i] {
			notes = n.about(notes, i)
		}
	}
	notes = append(notes, r.folded...)
	slices.SortStableFunc(notes, func(a, b Note) int { return cmp.Compare(a.Line, b.Line) })
	return notes
}

// noter makes the notes of one report.
type noter struct {
	report  *Report
	options NoteOptions
	said    map[string]bool // sentences of earlier notes
	before  map[int][]Note  // notes by the index of the field at which they are placed
	named   map[int]int     // the depth of the named notes, by the index of the field
}

// about adds the notes about one field.
func (n *noter) about(notes []Note, i int) []Note {
	f := &n.report.Fields[i]
	p := &n.report.places[f.place]
	notes = append(notes, n.before[i]...)
	note := Note{Line: p.key.Line - 1, Kind: Meaning}
	if f.folded {
		note.Text = f.foldedWords()
		note.Kind = Folded
		return append(notes, note)
	}
	note.Text = n.text(f)
	note.Mark = n.mark(f)
	if !p.sole {
		// On a line with other fields a mark alone is shorter than the name it would need.
		if note.Text == "" || f.Section == Identity {
			return notes
		}
		note.Name, note.Depth = n.inside(f)
		n.named[i] = note.Depth
	}
	if note.Text == "" && note.Mark == "" {
		return notes
	}
	n.said[note.Text] = true
	return append(notes, note)
}

// text returns what a field means, empty if an earlier note has the same sentence.
func (n *noter) text(f *Field) string {
	text := f.meaning(n.options.Long)
	if n.said[text] && !n.options.Repeat {
		return ""
	}
	return text
}

// mark returns the short fact about a field, or with -o wide all of its managers.
func (n *noter) mark(f *Field) string {
	mark := f.mark(n.report, n.options.When)
	if n.options.Wide && f.whole {
		return cmp.Or(f.owners(n.options.When), mark)
	}
	return mark
}

// inside returns the name of a field that does not have its line for itself, and
// its depth: the path from the nearest field that has a note on the line.
func (n *noter) inside(f *Field) (name string, depth int) {
	line := n.report.places[f.place].key.Line
	for at := f.holder; at >= 0; at = n.report.Fields[at].holder {
		holder := &n.report.Fields[at]
		rest := f.path[len(holder.path):].Names()
		place := &n.report.places[holder.place]
		if place.key.Line != line || place.sole {
			return rest, 0
		}
		if above, ok := n.named[at]; ok {
			return rest, above + 1
		}
	}
	return f.path.Names(), 0
}

// collect finds the field at which each problem, difference and unset field is noted.
func (n *noter) collect() {
	n.before = map[int][]Note{}
	r := n.report
	if len(r.Fields) == 0 || len(r.Problems)+len(r.Against)+len(r.Divergences)+len(r.Unset) == 0 {
		return
	}
	index, first := r.index()
	for _, p := range r.Problems {
		n.put(index, p.Path, Note{Kind: Trouble, Text: p.Sentence()})
	}
	for _, a := range r.Against {
		n.put(index, a.Path, Note{Kind: Difference, Text: a.words()})
	}
	for i := range r.Divergences {
		n.putDivergence(&r.Divergences[i], index, first)
	}
	for _, u := range r.Unset {
		n.putUnset(u, index, first)
	}
}

// putDivergence adds the note about a field that other contexts have otherwise.
func (n *noter) putDivergence(d *Divergence, index, first map[string]int) {
	at, _ := d.at(index, first)
	f := &n.report.Fields[at]
	n.add(at, Note{Kind: Elsewhere, Text: d.noted(f.Path, n.report.places[f.place].sole)})
}

// putUnset adds the note about a field that is not set, above the first field of the
// object that could have it.
func (n *noter) putUnset(u Unset, index, first map[string]int) {
	at, known := first[u.holder]
	if !known {
		at = nearest(index, u.holder)
	}
	n.add(at, Note{Kind: NotSet, Text: u.words()})
}

// index returns the indexes of the fields by their paths, and of the first field
// in what a path leads to.
func (r *Report) index() (index, first map[string]int) {
	index = make(map[string]int, len(r.Fields))
	first = make(map[string]int, len(r.Fields))
	for i := range r.Fields {
		path := r.Fields[i].path
		index[r.Fields[i].Path] = i
		holder := path[:len(path)-1].String()
		if _, known := first[holder]; !known {
			first[holder] = i
		}
	}
	return index, first
}

// put adds a note at the field at path, or at the nearest one that holds it;
// the note then names the path.
func (n *noter) put(index map[string]int, path string, note Note) {
	at := nearest(index, path)
	f := &n.report.Fields[at]
	if f.Path != path || !n.report.places[f.place].sole {
		note.Text = path + " " + note.Text
	}
	n.add(at, note)
}

// add adds a note at the line of a field, before the note about the field itself.
func (n *noter) add(at int, note Note) {
	note.Line = n.report.places[n.report.Fields[at].place].key.Line - 1
	n.before[at] = append(n.before[at], note)
}

// nearest returns the index of the field at path, or of the nearest one that
// holds it: the first field if there is none.
func nearest(index map[string]int, path string) int {
	for path != "" {
		if at, known := index[path]; known {
			return at
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 0
}
