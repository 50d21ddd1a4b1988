// Package gather reads the evidence that a diagnosis asks for. A log may name a
// host behind which other containers crash, so that one answer leads to the
// next question: the package asks, reads, and asks again within bounds.
package gather

import (
	"context"

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

	asked map[any]bool // snapshot.Read without its manner, or snapshot.LogKey
}

// Read adds evidence to s until nothing more is asked for, and returns the
// forest of what s then holds. keep picks the reads that are worth their cost;
// nil keeps all. Evidence that cannot be read becomes a gap of s. The error is
// that of Load.
func (e *Evidence) Read(ctx context.Context, s *snapshot.Snapshot, keep func(snapshot.Read) bool) (*owners.Forest, error) {
	for range maxRounds {
		forest := owners.Build(s)
		query := e.next(diagnose.Wanted(forest, diagnose.Sick(forest, e.Options)), keep)
		if query.Empty() {
			return forest, nil
		}
		if err := e.Load(ctx, s, query); err != nil {
			return nil, err
		}
	}
	return owners.Build(s), nil
}

// Known marks r as read, so that it is not asked for.
func (e *Evidence) Known(r snapshot.Read) { e.first(question(r)) }

// next returns the part of wanted that was not asked for before.
func (e *Evidence) next(wanted snapshot.Query, keep func(snapshot.Read) bool) snapshot.Query {
	var query snapshot.Query
	for _, r := range wanted.Reads {
		if (keep != nil && !keep(r)) || !e.first(question(r)) {
			continue
		}
		query.Reads = append(query.Reads, r)
		if e.NodeConfig && r.Resource == "nodes" {
			query.Reads = append(query.Reads, snapshot.Read{
				Resource: snapshot.KubeletConfigResource, Name: r.Name,
				Impact: "the back-off of its node is taken from what containers show of it",
			})
		}
	}
	for _, l := range wanted.Logs {
		if !e.Options.NoLogs && e.first(l.LogKey) {
			query.Logs = append(query.Logs, l)
		}
	}
	return query
}

// question returns what r asks for, without how it is answered.
func question(r snapshot.Read) snapshot.Read {
	r.Impact, r.Required, r.Optional = "", false, false
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
