package rsmap

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// asked is a source that has nothing and keeps what it is asked for.
type asked []string

func (a *asked) Load(_ context.Context, _ *snapshot.Snapshot, q snapshot.Query) error {
	for _, r := range q.Reads {
		*a = append(*a, r.Resource+" "+r.Name)
	}
	return nil
}

// A few owners of a custom kind are read by name, many as one list: operators own
// thousands of pods.
func TestManyCustomOwnersAreOneList(t *testing.T) {
	for number, want := range map[int][]string{
		1:    {"workflows.argoproj.io run-0"},
		3:    {"workflows.argoproj.io run-0", "workflows.argoproj.io run-1", "workflows.argoproj.io run-2"},
		2000: {"workflows.argoproj.io "},
	} {
		s := &snapshot.Snapshot{}
		for i := range number {
			name := fmt.Sprintf("run-%d", i)
			owner := metav1.OwnerReference{
				APIVersion: "argoproj.io/v1alpha1", Kind: "Workflow", Name: name, UID: types.UID("w" + name), Controller: new(true),
			}
			s.Add(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{
				Namespace: "ci", Name: name, UID: types.UID(name), OwnerReferences: []metav1.OwnerReference{owner},
			}})
		}
		source := &asked{}
		o := &options{flags: cli.NewFlags(), source: source}
		if _, err := o.customOwners(t.Context(), s, owners.Build(s)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, []string(*source)); diff != "" {
			t.Errorf("%d owners: -want +got\n%s", number, diff)
		}
	}
}
