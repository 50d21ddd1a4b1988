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
	for i := len(fields) - 1; i >= 0; i-- { // from the end: the inner ones are derived first
		f := &fields[i]
		if f.Origin != provenance.Unknown {
			continue
		}
		if best := strongest(f.Pointer+"/", fields[i+1:]); best < len(precedence) {
			f.Origin = precedence[best]
		}
	}
}

// strongest returns the index in precedence of the origin that weighs most among the first of the
// fields whose pointers begin with prefix, len(precedence) if none of them has one. Fields are in the
// order of the text: what a field holds follows it.
func strongest(prefix string, fields []Field) int {
	best := len(precedence)
	for i := range fields {
		if !strings.HasPrefix(fields[i].Pointer, prefix) {
			break
		}
		if at := slices.Index(precedence, fields[i].Origin); at >= 0 {
			best = min(best, at)
		}
	}
	return best
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
