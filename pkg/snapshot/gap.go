package snapshot

import "slices"

// ChangesResource is the Resource of a gap for a watch that misses changes: what
// it has read before is shown, with the time since when.
const ChangesResource = "changes"

// Gap is something that was requested and could not be read.
type Gap struct {
	Resource  string `json:"resource"`            // plural resource name ("pods/log"), or the file
	Namespace string `json:"namespace,omitempty"` // empty: cluster-wide or unknown
	Context   string `json:"context,omitempty"`   // of several clusters, the one that was asked
	Reason    string `json:"reason"`              // why it could not be read
	Impact    string `json:"effect"`              // what the user does not learn because of it
	// Names are the objects that could not be read, sorted; POD/CONTAINER for
	// logs, and the files if Resource is a bundle. Empty if a whole list could not be read.
	Names []string `json:"names,omitempty"`
	// Count is the number of Names if there are several, 0 otherwise.
	Count int `json:"count,omitempty"`
}

// AddGap records g. Objects of one resource and namespace that could not be
// read for the same reason and with the same impact become one gap.
func (s *Snapshot) AddGap(g Gap) {
	for i := range s.Gaps {
		if s.Gaps[i].merge(g) {
			return
		}
	}
	s.Gaps = append(s.Gaps, g)
}

// merge adds the names of o to g, and reports whether they are of the same kind.
// It leaves the former slice alone, which other snapshots may share.
func (g *Gap) merge(o Gap) bool {
	if g.Resource != o.Resource || g.Namespace != o.Namespace || g.Context != o.Context || g.Reason != o.Reason || g.Impact != o.Impact {
		return false
	}
	if (len(g.Names) == 0) != (len(o.Names) == 0) {
		return false // a list is not one of its objects
	}
	g.Names = slices.Concat(g.Names, o.Names)
	slices.Sort(g.Names)
	g.Names = slices.Compact(g.Names)
	g.Count = 0
	if len(g.Names) > 1 {
		g.Count = len(g.Names)
	}
	return true
}

// HasGap reports whether some or all of resource in namespace could not be read.
func (s *Snapshot) HasGap(resource, namespace string) bool {
	for _, g := range s.Gaps {
		if g.Resource == resource && (g.Namespace == "" || g.Namespace == namespace) {
			return true
		}
	}
	return false
}
