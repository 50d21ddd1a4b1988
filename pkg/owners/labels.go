package owners

import (
	"k8s.io/apimachinery/pkg/labels"
)

// label is one label of objects of a namespace.
type label struct{ namespace, key, value string }

// byLabel has nodes by labels, so that a selector need not be compared with all of them.
type byLabel map[label][]*Node

// add records a node by its labels, or by those of an object that stands for it.
func (b byLabel) add(n *Node, set map[string]string) {
	for key, value := range set {
		at := label{n.Ref.Namespace, key, value}
		b[at] = append(b[at], n)
	}
}

// candidates returns the nodes of a namespace that a selector may match: of the labels that it names by value, those
// with the one that the fewest nodes have. It returns false if the selector names none.
func (b byLabel) candidates(namespace string, selector labels.Selector) (nodes []*Node, ok bool) {
	requirements, _ := selector.Requirements()
	for _, r := range requirements {
		value, exact := selector.RequiresExactMatch(r.Key())
		if !exact {
			continue
		}
		if having := b[label{namespace, r.Key(), value}]; !ok || len(having) < len(nodes) {
			nodes = having
			ok = true
		}
	}
	return nodes, ok
}
