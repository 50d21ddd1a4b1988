package rsmap

import (
	"time"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// sortable is an item as --sort-by sees it: as -o json has it, and with the
// metadata of the object, by which people are used to sort.
type sortable struct {
	*rollout.Workload
	Metadata metadata `json:"metadata"`
}

// metadata has the fields of an object's metadata by which --sort-by can order.
type metadata struct {
	Name              string            `json:"name"`
	Namespace         string            `json:"namespace,omitempty"`
	CreationTimestamp *time.Time        `json:"creationTimestamp,omitempty"`
	Labels            map[string]string `json:"labels,omitempty"`
}

// sort orders what was found by --sort-by. What is equal there stays in the
// order worst first, which is a total one.
func (o *options) sort(found []*rollout.Workload) error {
	if o.sortBy == "" {
		return nil
	}
	if err := view.Order(found, o.sortBy, sortableOf); err != nil {
		return cli.Usagef("--sort-by %w", err)
	}
	return nil
}

// sortableOf returns a workload as --sort-by sees it.
func sortableOf(w *rollout.Workload) any { return sortable{Workload: w, Metadata: metadataOf(w)} }

// metadataOf returns the metadata of a workload's object. The time is in UTC, because --sort-by
// compares times as text.
func metadataOf(w *rollout.Workload) metadata {
	m := metadata{Name: w.Ref.Name, Namespace: w.Ref.Namespace, Labels: w.Labels}
	if made := w.CreatedAt.UTC(); !w.CreatedAt.IsZero() {
		m.CreationTimestamp = &made
	}
	return m
}
