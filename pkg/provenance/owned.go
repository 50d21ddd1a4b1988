package provenance

import (
	"slices"
)

// owned returns the origin of a field that a manager owns.
//
// Apply records the fields that were sent. Update records the fields that
// changed, after defaulting and before admission
// (k8s.io/apiserver/pkg/endpoints/handlers/create.go, update.go). So a manager
// that updates also owns the defaults within what it sent, and the values that
// admission put in place of its own.
//
// A default that is copied from another field changes with that field, although
// nobody set it.
func (c Cursor) owned(managers []Manager, value any, isDefault, copied bool) (Origin, Basis) {
	var people, others []Manager
	certain := Deduced
	for _, m := range managers {
		who, known := m.writer()
		if who == program || who == server {
			others = append(others, m)
			continue
		}
		if m.Operation == "Apply" && known && who == tool {
			certain = Observed
		}
		people = append(people, m)
	}
	switch {
	case len(people) == 0:
		return c.automatic(others, isDefault)
	case slices.ContainsFunc(people, applies) && !slices.ContainsFunc(people, isNameless):
		return User, certain
	case slices.ContainsFunc(people, clientSide) && c.sent(value):
		return User, Observed // kubectl apply records what it sent
	case isDefault && slices.ContainsFunc(others, applies):
		return Controller, Deduced
	case isDefault && (copied || !c.meant()):
		return Default, Deduced
	case c.history.applied != nil && !slices.ContainsFunc(managers, func(m Manager) bool { return !clientSide(m) }):
		return c.notSent()
	case !slices.ContainsFunc(people, func(m Manager) bool { return !isNameless(m) }):
		return Unknown, Deduced
	default:
		return User, Deduced
	}
}

// applies reports whether a manager uses server-side apply.
func applies(m Manager) bool { return m.Operation == "Apply" }

func isNameless(m Manager) bool {
	who, _ := m.writer()
	return who == nameless
}

// clientSide reports whether the manager is kubectl apply without --server-side.
func clientSide(m Manager) bool {
	return m.Manager == "kubectl-client-side-apply" && m.Operation == "Update"
}

// notSent judges what kubectl apply owns but did not send as it is.
func (c Cursor) notSent() (Origin, Basis) {
	if c.wasApplied || c.within() {
		return Admission, Deduced // put over what was sent, or into what is owned as a whole
	}
	return Unknown, Deduced
}

// meant reports whether somebody changed this very field, of something that was
// there before: then the value is meant, be it the default. The creator, and
// who brought what holds the field, may have left it out.
func (c Cursor) meant() bool {
	return slices.ContainsFunc(c.held, func(h held) bool {
		return h.owned && !h.brought && h.entry != c.history.maker && h.entry.manager.Operation == "Update"
	})
}

// automatic judges a field that only programs own.
func (c Cursor) automatic(managers []Manager, isDefault bool) (Origin, Basis) {
	origin := Server
	basis := Observed
	for _, m := range managers {
		who, known := m.writer()
		if who == program {
			origin = Controller
		}
		if !known {
			basis = Deduced
		}
	}
	m := managers[0]
	made := c.history.creator() != User && m.Operation == "Update" && m.Subresource == ""
	switch {
	case !made:
		return origin, basis
	case isDefault && !c.meant():
		return Default, Deduced
	default:
		return origin, Deduced // admission may have changed it on creation
	}
}
