package annotate

import "slices"

// drop leaves out the managed fields where they were not explained, and with
// Subset every line that no chosen field needs.
func (p *page) drop(reports []*Report) {
	keep := make([]bool, len(p.lines))
	for _, r := range reports {
		shown := map[string]bool{}
		for i := range r.Fields {
			if p.look.Show == nil || p.look.Show(&r.Fields[i]) {
				shown[r.Fields[i].Path] = true
			}
		}
		for i, at := range r.places {
			path := at.cursor.Path()
			from, to := r.span(i, len(p.lines))
			switch {
			case managedField(path) && r.hidesManaged:
				for ; len(path) == 2 && from < to; from++ {
					p.lines[from].gone = true
				}
			case shown[path.String()]:
				for ; from < to; from++ {
					keep[from] = true
				}
				for _, line := range at.above {
					keep[line-1] = true
				}
			}
		}
	}
	for i := range p.lines {
		p.lines[i].gone = p.lines[i].gone || (p.look.Subset && !keep[i])
	}
}

// span returns the lines that the field at a place goes over, from the first
// to behind the last, counted from 0: up to the next field that is not in it.
func (r *Report) span(i, end int) (from, to int) {
	at := r.places[i]
	from = at.key.Line - 1
	prefix := at.cursor.Path()
	if at.flow { // braces cannot be cut through
		for j := i; j >= 0 && r.places[j].flow; j-- {
			from = min(from, r.places[j].key.Line-1, r.places[j].above[len(r.places[j].above)-1]-1)
		}
	}
	for _, next := range r.places[i+1:] {
		path := next.cursor.Path()
		if (at.flow && next.flow) || (len(path) > len(prefix) && slices.Equal(path[:len(prefix)], prefix)) {
			continue
		}
		end = next.key.Line - 1
		if n := len(next.above); n > 0 && next.above[n-1]-1 > from {
			end = min(end, next.above[n-1]-1)
		}
		break
	}
	return from, max(end, from+1)
}
