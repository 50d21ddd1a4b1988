// Package gather reads the evidence that a diagnosis asks for. A log may name a
// host behind which other containers crash, so that one answer leads to the
// next question: the package asks, reads, and asks again within bounds.
package gather

import (
	"context"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// maxRounds bounds how often an answer leads to the next question.
const maxRounds = 4

// Evidence reads what the diagnosis of some containers asks for, each thing
// once, however often Read is called.
type Evidence struct {
	Load Load
	// Options selects the containers to diagnose.
	Options diagnose.Options
	// NodeConfig also asks the kubelets of their nodes for their back-off.
	NodeConfig bool

	asked map[any]bool    // snapshot.Read without its manner, or snapshot.LogKey
	lists []snapshot.Read // see Lists
}

// Lists returns the lists that Read asked for. A caller that reads again and again
// can ask for them at once the next time.
func (e *Evidence) Lists() []snapshot.Read { return e.lists }

// Read adds evidence to s until nothing more is asked for, and returns the
// forest of what s then holds. keep picks the reads that are worth their cost;
// nil keeps all. Evidence that cannot be read becomes a gap of s. The error is
// that of Load.
func (e *Evidence) Read(ctx context.Context, s *snapshot.Snapshot, keep func(snapshot.Read) bool) (*owners.Forest, error) {
	forest := owners.Build(s)
	for range maxRounds {
		query := e.next(diagnose.Wanted(forest, diagnose.Unhealthy(forest, e.Options)), keep)
		if query.Empty() {
			return forest, nil
		}
		if err := e.Load(ctx, s, query); err != nil {
			return nil, err
		}
		forest = forest.Refreshed()
	}
	return forest, nil
}

// Known marks r as read, so that it is not asked for.
func (e *Evidence) Known(r snapshot.Read) { e.first(question(r)) }

// next returns the part of wanted that was not asked for before.
func (e *Evidence) next(wanted snapshot.Query, keep func(snapshot.Read) bool) snapshot.Query {
	var query snapshot.Query
	for _, r := range wanted.Reads {
		if (keep != nil && !keep(r)) || (oneNode(r) && e.asked[allNodes]) || !e.first(question(r)) {
			continue
		}
		query.Reads = append(query.Reads, r)
		if r.Name == "" && r.Fields == "" {
			e.lists = append(e.lists, r)
		}
		if e.NodeConfig && r.Resource == "nodes" {
			query.Reads = append(query.Reads, kubeletConfig(r.Name))
		}
	}
	query.Reads = e.nodesAtOnce(query.Reads, keep)
	for _, l := range wanted.Logs {
		if !e.Options.NoLogs && e.first(l.LogKey) {
			query.Logs = append(query.Logs, l)
		}
	}
	return query
}

// kubeletConfig is the read of the configuration of a node's kubelet, which has the curve of its
// back-off.
func kubeletConfig(node string) snapshot.Read {
	return snapshot.Read{
		Resource: snapshot.KubeletConfigResource, Name: node,
		Impact: "the back-off of its node is taken from what containers show of it",
	}
}

// nodesByName is how many nodes are read one by one. If pods crash on more, the
// cluster is not much larger than that, and one list costs less.
const nodesByName = 50

// allNodes is the question for every node.
var allNodes = snapshot.Read{Resource: "nodes"}

// oneNode reports whether a read is of a single node.
func oneNode(r snapshot.Read) bool { return r.Resource == allNodes.Resource && r.Name != "" }

// NodesAtOnce puts one list in place of the reads of many nodes.
func NodesAtOnce(reads []snapshot.Read) []snapshot.Read {
	nodes := 0
	all := allNodes
	for _, r := range reads {
		if oneNode(r) {
			nodes++
			all.Impact = r.Impact
		}
	}
	if nodes <= nodesByName {
		return reads
	}
	return append(slices.DeleteFunc(slices.Clone(reads), oneNode), all)
}

// nodesAtOnce does the same, unless lists cost too much or the kubelets of the nodes
// are to be asked too.
func (e *Evidence) nodesAtOnce(reads []snapshot.Read, keep func(snapshot.Read) bool) []snapshot.Read {
	out := NodesAtOnce(reads)
	if len(out) == len(reads) || e.NodeConfig || (keep != nil && !keep(allNodes)) {
		return reads
	}
	e.first(allNodes)
	e.lists = append(e.lists, out[len(out)-1])
	return out
}

// question returns what r asks for, without how it is answered.
func question(r snapshot.Read) snapshot.Read {
	r.Impact = ""
	r.Required = false
	r.Optional = false
	return r
}

// first reports whether key was never asked for, and marks it.
func (e *Evidence) first(key any) bool {
	if e.asked[key] {
		return false
	}
	if e.asked == nil {
		e.asked = map[any]bool{}
	}
	e.asked[key] = true
	return true
}
