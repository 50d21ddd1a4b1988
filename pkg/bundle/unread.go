package bundle

import (
	"errors"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// unread is a file, or an object in one, that cannot be read.
type unread struct {
	entry  *entry
	object string       // its namespace and name, empty for a file as a whole
	why    string       // without what differs between objects that have the same fault
	gap    snapshot.Gap // of this one alone
}

// unreadFile returns why a file cannot be read.
func unreadFile(e *entry, namespace string, err error) unread {
	u := unread{entry: e, why: withoutPlace(err)}
	u.gap = snapshot.Gap{Resource: e.name(), Namespace: namespace, Reason: err.Error(), Impact: "its objects are not shown"}
	if bad := (*manifest.DocumentError)(nil); errors.As(err, &bad) {
		u.gap.Reason = bad.InFile() // the file is the resource of the gap
	}
	return u
}

// withoutPlace returns an error without the file, document and line that it is of, which differ between files
// that have the same fault.
func withoutPlace(err error) string {
	if bad := (*manifest.DocumentError)(nil); errors.As(err, &bad) {
		return bad.Err.Error()
	}
	return err.Error()
}

// unreadObject returns why an object that r asks for cannot be decoded.
func unreadObject(rec *record, r snapshot.Read, err error) unread {
	u := unread{entry: rec.file.entry, object: rec.Header.FullName(), why: withoutPlace(err)}
	u.gap = snapshot.Gap{Resource: rec.file.entry.name(), Namespace: rec.Header.Namespace, Reason: u.why, Impact: r.Impact}
	if bad := (*manifest.ObjectError)(nil); errors.As(err, &bad) {
		u.why = bad.Nameless()
	}
	return u
}

// mostReasons is how many different reasons of one input get a gap of their own: a damaged
// bundle may have another one in each file.
const mostReasons = 20

// gaps returns a gap for each reason why something cannot be read, with the names of all
// that it is true of: a bundle may have the same fault in each of its thousands of files.
func gaps(list []unread) []snapshot.Gap {
	groups := byReason(list)
	out := make([]snapshot.Gap, len(groups))
	for i, group := range groups {
		out[i] = gapOf(group)
	}
	return out
}

// byReason groups what cannot be read by its input, impact and reason, in the order of the first of each group.
// Beyond mostReasons of an input all others are one group for each impact.
func byReason(list []unread) [][]unread {
	type key struct {
		in          *input
		impact, why string
	}
	reasons := map[*input]int{}
	places := map[key]int{}
	var groups [][]unread
	for _, u := range list {
		k := key{u.entry.in, u.gap.Impact, u.why}
		at, known := places[k]
		if !known && reasons[k.in] >= mostReasons {
			k.why = "" // any other
			at, known = places[k]
		}
		if !known {
			at = len(groups)
			places[k] = at
			groups = append(groups, nil)
			reasons[k.in]++
		}
		groups[at] = append(groups[at], u)
	}
	return groups
}

// gapOf returns the one gap of a group: that of the file with the names of its objects, or
// that of the input with the paths of its files.
func gapOf(group []unread) snapshot.Gap {
	first := group[0]
	if len(group) == 1 {
		return first.gap
	}
	differs := func(different func(u unread) bool) bool { return slices.ContainsFunc(group, different) }
	g := snapshot.Gap{Resource: first.entry.in.arg, Reason: first.why, Impact: first.gap.Impact, Namespace: first.gap.Namespace}
	sameFile := !differs(func(u unread) bool { return u.entry != first.entry })
	if sameFile {
		g.Resource = first.gap.Resource
	}
	if differs(func(u unread) bool { return u.why != first.why }) {
		g.Reason += ", and other reasons"
	}
	if differs(func(u unread) bool { return u.gap.Namespace != first.gap.Namespace }) {
		g.Namespace = ""
	}
	g.Names = unreadNames(group, sameFile)
	if len(g.Names) > 1 {
		g.Count = len(g.Names)
	}
	return g
}

// unreadNames returns the paths of the files that cannot be read, or the names of the objects of one file.
func unreadNames(group []unread, objects bool) []string {
	names := make([]string, len(group))
	for i, u := range group {
		names[i] = u.entry.path
		if objects {
			names[i] = u.object
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
