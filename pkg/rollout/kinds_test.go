package rollout_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// A controller of the table of kinds has a rollout: a new one needs its case in
// build.go.
func TestEveryControllerHasARollout(t *testing.T) {
	for _, k := range snapshot.Controllers() {
		object := k.New()
		controller := object.(metav1.Object)
		controller.SetName("web")
		controller.SetNamespace("shop")
		controller.SetUID("1")
		s := &snapshot.Snapshot{At: moment}
		s.Add(object)
		s.Sort()
		if built := rollout.Build(owners.Build(s)); len(built) != 1 || built[0].Phase == "" {
			t.Errorf("%s: %d rollouts, want one with a phase", k.Kind, len(built))
		}
	}
}
