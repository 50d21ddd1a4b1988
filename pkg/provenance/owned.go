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
	people, others := divided(managers)
	switch {
	case len(people) == 0:
		return c.automatic(others, isDefault)
	case slices.ContainsFunc(people, applies) && !slices.ContainsFunc(people, isNameless):
		return User, appliedBasis(people)
	case slices.ContainsFunc(people, clientSide) && c.sent(value):
		return User, Observed // kubectl apply records what it sent
	// Who applies a value means it, be it the default.
	case isDefault && slices.ContainsFunc(others, applies):
		return Controller, Deduced
	case isDefault && (copied || !c.meant()):
		return Default, Deduced
	// kubectl apply alone owns it, but its annotation does not have it.
	case c.history.applied != nil && !slices.ContainsFunc(managers, func(m Manager) bool { return !clientSide(m) }):
		return c.notSent()
	case !slices.ContainsFunc(people, func(m Manager) bool { return !isNameless(m) }):
		return Unknown, Deduced
	default:
		return User, Deduced
	}
}

// divided returns the managers that write for people, of a kind that is known or not, and those
// that act by themselves.
func divided(managers []Manager) (people, others []Manager) {
	for _, m := range managers {
		if IsController(m) {
			others = append(others, m)
		} else {
			people = append(people, m)
		}
	}
	return people, others
}

// appliedBasis returns how sure it is that a person sent a field that is applied: a tool whose name is
// known applies only what it was given, a stranger may be somebody's controller.
func appliedBasis(people []Manager) Basis {
	for _, m := range people {
		if who, known := m.writer(); applies(m) && known && who == tool {
			return Observed
		}
	}
	return Deduced
}

// applies reports whether a manager uses server-side apply.
func applies(m Manager) bool { return m.Operation == "Apply" }

// isNameless reports whether the manager's name identifies no program, such as "Go-http-client".
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
	// Who creates an object by Update owns the defaults in it, too.
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
