package annotate

import (
	"strings"
)

// Different returns the paths of the fields at which a difference from the live
// object or from other contexts is noted.
func (r *Report) Different() map[string]bool {
	out := map[string]bool{}
	if len(r.Against)+len(r.Divergences) == 0 || len(r.Fields) == 0 {
		return out
	}
	index, first := r.index()
	for _, a := range r.Against {
		out[r.Fields[nearest(index, a.Path)].Path] = true
	}
	for i := range r.Divergences {
		at, _ := r.Divergences[i].at(index, first)
		out[r.Fields[at].Path] = true
	}
	return out
}

// Elsewhere returns what other contexts have instead, in words, by the path of the
// field at which it is noted.
func (r *Report) Elsewhere() map[string]string {
	out := map[string]string{}
	if len(r.Divergences) == 0 || len(r.Fields) == 0 {
		return out
	}
	index, first := r.index()
	for i := range r.Divergences {
		d := &r.Divergences[i]
		at, known := d.at(index, first)
		if !known {
			continue // none of the fields that are shown has to do with it
		}
		path := r.Fields[at].Path
		text := d.noted(path, true)
		if out[path] != "" {
			text = out[path] + "; " + text
		}
		out[path] = text
	}
	return out
}

// at returns the index of the field at which the divergence is noted: the field,
// the first one of an item of a list, or the nearest one that holds it. Without any
// it is the first field of the object, and not known.
func (d *Divergence) at(index, first map[string]int) (at int, known bool) {
	for path := d.Path; path != ""; path = path[:max(strings.LastIndexAny(path, ".["), 0)] {
		if at, known = index[path]; known {
			return at, true
		}
		if at, known = first[path]; known && strings.HasSuffix(path, "]") {
			return at, true
		}
	}
	return 0, false
}
