package annotate

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// When returns a time in words, such as "2h ago".
type When func(time.Time) string

// label is who set a field, in a word or two.
type label struct {
	name string
	at   time.Time // of the manager's last write, zero if that is unknown
}

// words returns the name of a label, with the time if it is known.
func (l label) words(when When) string {
	if l.at.IsZero() || when == nil {
		return l.name
	}
	return l.name + ", " + when(l.at)
}

// setBy returns who set the value of a field; the zero label if nobody did, or
// if that is obvious: the status is the controller's, the identity the server's.
func (f *Field) setBy() label {
	if !f.whole || f.Section == Status || f.Section == Identity {
		return label{}
	}
	switch f.Origin {
	case provenance.User, provenance.Controller, provenance.Server:
		if m := f.writer(); m != nil {
			return labelOf(m)
		}
	case provenance.Admission:
		return label{name: "by admission"}
	case provenance.Default, provenance.Unknown:
		return label{}
	}
	return f.deducedBy()
}

// labelOf names a manager.
func labelOf(m *provenance.Manager) label {
	l := label{name: m.Manager}
	if m.Time != nil {
		l.at = m.Time.Time
	}
	return l
}

// deducedBy names who set a field that no manager owns.
func (f *Field) deducedBy() label {
	switch {
	case f.Section == Metadata, f.Origin == provenance.User:
		return label{}
	case f.Path == "spec.nodeName":
		return label{name: "by the scheduler"}
	case f.Origin == provenance.Controller:
		return label{name: "by a controller"}
	default:
		return label{name: "by the server"}
	}
}

// writer returns the manager who wrote a field last, of the kind that its origin
// names; nil if no manager owns it.
func (f *Field) writer() *provenance.Manager {
	var last *provenance.Manager
	for i := range f.Managers {
		m := &f.Managers[i]
		if len(f.Managers) > 1 && provenance.IsController(*m) != (f.Origin != provenance.User) {
			continue
		}
		if last == nil || (m.Time != nil && (last.Time == nil || m.Time.After(last.Time.Time))) {
			last = m
		}
	}
	if last == nil && len(f.Managers) > 0 {
		return &f.Managers[0]
	}
	return last
}

// mainLabel returns who set the most fields; they are named once, at the top.
func mainLabel(fields []Field) label {
	count := map[label]int{}
	var most label
	for i := range fields {
		by := fields[i].setBy()
		if by.name == "" {
			continue
		}
		if count[by]++; count[by] > count[most] || (count[by] == count[most] && by.name < most.name) {
			most = by
		}
	}
	return most
}

// Share is what one manager owns of an object.
type Share struct {
	provenance.Manager
	Fields int // values that it owns
	// Main reports that fields without a mark were set by it.
	Main bool
}

// Shares returns the managers of the object with what they own, the largest
// share first.
func (r *Report) Shares() []Share {
	shares := r.countShares()
	slices.SortStableFunc(shares, func(a, b Share) int {
		return cmp.Or(b.Fields-a.Fields, cmp.Compare(a.Manager.Manager, b.Manager.Manager))
	})
	return shares
}

// countShares counts the values that each manager owns. One manager may have several entries: with
// another operation, or for a subresource.
func (r *Report) countShares() []Share {
	type key struct{ manager, operation, subresource string }
	at := map[key]int{} // the index of each manager in shares
	var shares []Share
	for i := range r.Fields {
		f := &r.Fields[i]
		if !f.whole {
			continue
		}
		for _, m := range f.Managers {
			k := key{m.Manager, m.Operation, m.Subresource}
			n, ok := at[k]
			if !ok {
				n = len(shares)
				at[k] = n
				shares = append(shares, Share{Manager: m})
			}
			shares[n].Fields++
		}
	}
	for i := range shares {
		s := &shares[i]
		s.Main = s.Manager.Manager == r.main.name && s.Time != nil && s.Time.Time.Equal(r.main.at)
	}
	return shares
}

// owners returns all managers of a field with operation and time, for -o wide.
func (f *Field) owners(when When) string {
	var words []string
	for _, m := range f.Managers {
		word := m.Manager + " " + m.Operation
		if m.Subresource != "" {
			word += " (" + m.Subresource + ")"
		}
		if m.Time != nil && when != nil {
			word += " " + when(m.Time.Time)
		}
		words = append(words, word)
	}
	return strings.Join(words, "; ")
}
