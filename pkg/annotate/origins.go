package annotate

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// precedence orders origins by how much they say of what holds such fields.
var precedence = []provenance.Origin{provenance.User, provenance.Controller, provenance.Admission, provenance.Default, provenance.Server}

// aggregate derives the origin of fields that contain others and have none
// themselves from the fields in them: user if any is the user's, and so on.
func aggregate(fields []Field) {
	for i := len(fields) - 1; i >= 0; i-- {
		f := &fields[i]
		if f.Origin != provenance.Unknown {
			continue
		}
		best := len(precedence)
		for _, g := range fields[i+1:] {
			if !strings.HasPrefix(g.Pointer, f.Pointer+"/") {
				break
			}
			if at := slices.Index(precedence, g.Origin); at >= 0 {
				best = min(best, at)
			}
		}
		if best < len(precedence) {
			f.Origin = precedence[best]
		}
	}
}

// summarize counts the fields by their origins, and those that need attention.
func (r *Report) summarize() {
	r.Summary.ByOrigin = map[provenance.Origin]int{}
	for _, f := range r.Fields {
		r.Summary.Fields++
		r.Summary.ByOrigin[f.Origin]++
		if f.Deprecated != "" {
			r.Summary.Deprecated++
		}
		if f.Immutable == fielddoc.Always {
			r.Summary.Immutable++
		}
		if !f.Known {
			r.Summary.Unknown++
		}
	}
}
