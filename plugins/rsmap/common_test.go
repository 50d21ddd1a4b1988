package rsmap

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// An image that hangs in several contexts is one line, with what runs in the
// others. Other workloads and single failures are none.
func TestCommon(t *testing.T) {
	workload := func(context, name, image string, phase rollout.Phase) *rollout.Workload {
		return &rollout.Workload{
			Context: context, Ref: owners.Ref{Kind: "Deployment", Namespace: "shop", Name: name}, Phase: phase,
			Revisions: []rollout.Revision{{Current: true, Images: []rollout.Image{{Container: "app", Image: image}}}},
		}
	}
	found := []*rollout.Workload{
		workload("a", "api", "registry.local:5000/shop-api:2.4.0", rollout.Stalled),
		workload("b", "api", "registry.local:5000/shop-api:2.4.0", rollout.Stalled),
		workload("c", "api", "registry.local:5000/shop-api:2.4.0", rollout.Degraded),
		workload("d", "api", "registry.local:5000/shop-api:2.3.9", rollout.Complete),
		workload("e", "api", "registry.local:5000/shop-api:2.3.9", rollout.Complete),
		workload("a", "db", "db:1", rollout.Stalled),
		workload("b", "db", "db:2", rollout.Stalled),
	}
	var got []string
	for _, c := range common(found, 5, 2) {
		got = append(got, c.Summary)
	}
	want := []string{
		"shop-api:2.4.0 of deployment/api is Degraded or Stalled in 3 of 5 contexts (a, b, c); shop-api:2.3.9 is Complete in 2 (d, e); 2 could not be read",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
