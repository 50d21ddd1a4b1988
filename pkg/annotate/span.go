package annotate

import (
	"slices"

	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// span returns the lines that the field at a place goes over, up to the next
// field that is not part of it. Braces are not cut through: a field in them
// goes over all of their lines.
func (r *Report) span(i int) lines {
	p := &r.places[i]
	from := p.key.Line - 1
	next := p.next
	if p.flow != nil {
		from = p.flow.line
		next = p.flow.next
	}
	if next == len(r.places) {
		return lines{from, max(r.end, from+1)}
	}
	return lines{from, max(r.places[next].begin(from), from+1)}
}

// begin returns the line on which a place begins, with the brace or the dash before it. Elements that
// begin at or above the line at index after hold what is there, too.
func (p *place) begin(after int) int {
	at := p.key.Line - 1
	if p.flow != nil {
		at = min(at, p.flow.line)
	}
	for e := p.element; e != nil && e.line > after; e = e.up {
		at = min(at, e.line)
	}
	return at
}

// Selection is a choice of the fields of a report, by their indices.
type Selection []bool

// All returns the selection of all fields.
func (r *Report) All() Selection {
	all := make(Selection, len(r.Fields))
	for i := range all {
		all[i] = true
	}
	return all
}

// Select returns the fields that match.
func (r *Report) Select(match func(*Field) bool) Selection {
	chosen := make(Selection, len(r.Fields))
	for i := range r.Fields {
		chosen[i] = match(&r.Fields[i])
	}
	return chosen
}

// Fill adds what must not be left out if the selected fields are to mean what
// they mean in the object: of each list element that has a field of the kind,
// but no selected one, all fields. An element that vanishes would change the list.
// Likewise of what gets its defaults only if it is there, such as a probe or an entry
// of a map: the server would not fill them in again.
func (r *Report) Fill(chosen Selection, kind func(*Field) bool) {
	if len(r.places) == 0 {
		return // fields of a kind, not of an object
	}
	r.fillHolders(chosen, kind)
	found := r.contents(chosen, kind)
	for i := range r.Fields {
		for e := r.places[r.Fields[i].place].element; e != nil; e = e.up {
			if found[e].any && !found[e].kept {
				chosen[i] = true
			}
		}
	}
}

// content is what an element of a list holds: any field of the kind, and a field that is selected.
type content struct{ any, kept bool }

// contents returns what the elements hold, with all that is in them.
func (r *Report) contents(chosen Selection, kind func(*Field) bool) map[*element]*content {
	found := map[*element]*content{}
	for i := range r.Fields {
		f := &r.Fields[i]
		for e := r.places[f.place].element; e != nil; e = e.up {
			if found[e] == nil {
				found[e] = &content{}
			}
			found[e].any = found[e].any || kind(f)
			found[e].kept = found[e].kept || chosen[i]
		}
	}
	return found
}

// fillHolders adds all fields of what would vanish with its defaults.
func (r *Report) fillHolders(chosen Selection, kind func(*Field) bool) {
	for i := range r.Fields {
		f := &r.Fields[i]
		if chosen[i] || !kind(f) || f.IsDefault == nil || !*f.IsDefault {
			continue
		}
		first := r.within(f)
		if first < 0 || r.Fields[first].doc.DefaultKnown {
			continue // the object itself, or what the server adds
		}
		last := first
		for last < len(r.Fields) && r.Fields[last].place < r.places[r.Fields[first].place].next {
			last++
		}
		if slices.Contains(chosen[first:last], true) {
			continue
		}
		for j := first; j < last; j++ {
			chosen[j] = true
		}
	}
}

// within returns the index of the field that must be in the object for a default to be
// filled in, -1 for the object itself.
func (r *Report) within(f *Field) int {
	at := f.holder
	for at >= 0 && r.Fields[at].path.Names() != f.doc.DefaultWithin {
		at = r.Fields[at].holder
	}
	return at
}

// Shown returns which lines of the text are shown, by index: those of the
// selected fields and of what holds them, and what the object is and is called.
// With a nil selection all lines are shown but those that are left out on purpose.
func Shown(t *yamltext.Text, reports []*Report, chosen []Selection) []bool {
	shown := make([]bool, t.Len())
	for i := range shown {
		shown[i] = chosen == nil
	}
	for n, r := range reports {
		for i := range r.Fields {
			if chosen != nil && (chosen[n][i] || r.Fields[i].names()) {
				r.show(shown, r.Fields[i].place)
			}
		}
	}
	for _, r := range reports {
		for _, gone := range r.gone { // last: what is left out on purpose stays out
			gone.set(shown, false)
		}
	}
	return shown
}

// set sets whether the lines are shown.
func (l lines) set(shown []bool, to bool) {
	for at := l.from; at < l.to; at++ {
		shown[at] = to
	}
}

// names reports whether the field is part of what the object is called.
func (f *Field) names() bool {
	return f.Path == "apiVersion" || f.Path == "kind" || f.Path == "metadata.name"
}

// show marks the lines of a place and of what holds it.
func (r *Report) show(shown []bool, i int) {
	r.span(i).set(shown, true)
	for e := r.places[i].element; e != nil; e = e.up {
		r.showFirst(shown, e)
	}
	for at := r.places[i].holder; at >= 0; at = r.places[at].holder {
		shown[r.places[at].key.Line-1] = true
	}
}

// showFirst marks the first field of an element of a list, which stands on the line of
// its dash, with its value: without that it would read as null.
func (r *Report) showFirst(shown []bool, e *element) {
	shown[e.line] = true
	i, found := slices.BinarySearchFunc(r.places, e.line+1, func(p place, line int) int { return p.key.Line - line })
	if !found {
		return // an element without fields
	}
	r.span(i).set(shown, true)
}
