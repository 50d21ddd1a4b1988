package diagnose

import (
	"fmt"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// nodeTrouble is what cases have in common with others of their node.
type nodeTrouble struct {
	lost      listed[string]     // pods that the node lost
	workloads listed[owners.Ref] // those that crash on no other node
}

// onNode returns the trouble of a node. It is collected once for all nodes: a node may have very many cases.
func (q *inquiry) onNode(name string) *nodeTrouble {
	if q.nodes == nil {
		q.nodes = map[string]*nodeTrouble{}
		for _, f := range q.cases {
			q.addTrouble(f)
		}
	}
	if q.nodes[name] == nil {
		return &nodeTrouble{}
	}
	return q.nodes[name]
}

// addTrouble adds one case to the trouble of its node.
func (q *inquiry) addTrouble(f *caseFile) {
	t := q.nodes[f.node.name]
	if t == nil {
		t = &nodeTrouble{}
		q.nodes[f.node.name] = t
	}
	if f.Pod != "" && lost(f.end) {
		t.lost.add(f.Pod)
	}
	if f.Status == Thrashing && nodeAlone(f.history, f.node) != "" {
		t.workloads.add(f.Root)
	}
}

// listed are things to be listed in words, each of them once.
type listed[T comparable] struct {
	all []T
	at  map[T]int
}

func (l *listed[T]) add(one T) {
	if _, known := l.at[one]; known {
		return
	}
	if l.at == nil {
		l.at = map[T]int{}
	}
	l.at[one] = len(l.all)
	l.all = append(l.all, one)
}

// but lists all things but one, "" if there are no others.
func (l *listed[T]) but(one T) string {
	count := len(l.all)
	if _, known := l.at[one]; known {
		count--
	}
	var first []string
	for _, other := range l.all[:min(len(l.all), wording.Shown+1)] {
		if other != one {
			first = append(first, fmt.Sprint(other))
		}
	}
	return wording.ListOf(first, count)
}
