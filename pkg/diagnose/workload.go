package diagnose

import (
	"github.com/thrashkit/thrashkit/pkg/owners"
)

// workload is what an unhealthy pod belongs to.
type workload struct {
	owners.Ref
	above *owners.Ref // the controller of the workload, such as a custom resource of an operator
}

// newWorkload returns the workload of a container, with the object above it that manages it.
func newWorkload(q *inquiry, unhealthy Container) workload {
	w := workload{Ref: unhealthy.Root}
	if unhealthy.Pod == "" {
		return w
	}
	if n := q.forest.Node(unhealthy.container.Pod); n != nil {
		w.above = n.Root().Above
	}
	return w
}

// changeable reports whether a person changes the workload itself: it has
// revisions that kubectl rolls back, and no controller that would undo a change.
func (w workload) changeable() bool { return w.above == nil && undoable(w.Kind) }

// undoable reports whether kubectl rolls workloads of this kind back.
func undoable(kind string) bool {
	return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet"
}
