package rollout_test

import (
	"runtime"
	"testing"
	"weak"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The rows of a table keep none of the objects in memory from which they were made.
func TestRowsKeepNoObjects(t *testing.T) {
	rows, objects := rowsOfObjects(t)
	for range 3 {
		runtime.GC()
	}
	if d := objects.deployment.Value(); d != nil {
		t.Errorf("the Deployment %s is in memory", d.Name)
	}
	if rs := objects.set.Value(); rs != nil {
		t.Errorf("the ReplicaSet %s is in memory", rs.Name)
	}
	w := rows[0]
	if *w.Desired != 3 || *w.Updated != 3 || *w.Ready != 3 || *w.Available != 3 || len(w.Revisions) != 1 || *w.Revisions[0].Ready != 3 {
		t.Errorf("the counts are %+v", w)
	}
}

// weakly points to objects without keeping them.
type weakly struct {
	deployment weak.Pointer[appsv1.Deployment]
	set        weak.Pointer[appsv1.ReplicaSet]
}

// rowsOfObjects returns the rows of a Deployment.
func rowsOfObjects(t *testing.T) ([]*rollout.Workload, weakly) {
	t.Helper()
	w := deployment("web:1", 3, one, none, available)
	w.set("1", "web:1", 3, 3, 3)
	w.d.Status.UpdatedReplicas = 3
	w.d.Status.ReadyReplicas = 3
	w.d.Status.AvailableReplicas = 3
	s := &snapshot.Snapshot{At: noon.Time}
	s.Add(w.d)
	s.Add(w.ReplicaSets[0])
	rows := rollout.Rows(owners.Build(s), false)
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	return rows, weakly{weak.Make(w.d), weak.Make(w.ReplicaSets[0])}
}
