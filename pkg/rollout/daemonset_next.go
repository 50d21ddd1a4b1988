package rollout

import (
	"cmp"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// daemonNode is what a node has of a DaemonSet.
type daemonNode struct {
	fresh, old []*Pod // that run or are to run, by their template
	ended      []*Pod // Failed or Succeeded, which the controller deletes and replaces
	leaving    []*Pod // being deleted
}

// daemonSetNext returns what the DaemonSet controller does next: manage and
// rollingUpdate of k8s.io/kubernetes pkg/controller/daemon (1.37). Nodes are
// not read: how many lack a pod follows from the number that the status wants.
// It is nil if it depends on whether a node exists, or is to have a pod.
func (b *builder) daemonSetNext(w *Workload, d *appsv1.DaemonSet) *Next {
	nodes := daemonNodes(w)
	missing := max(0, d.Status.DesiredNumberScheduled-int32(len(nodes))+d.Status.NumberMisscheduled)
	t := &daemonTurn{
		next:   Next{MayCreate: missing, WaitingFor: []string{}},
		surges: deref(w.Strategy.MaxSurge, 0) > 0,
		up:     func(p *Pod) bool { return b.available(*p, d.Spec.MinReadySeconds) },
	}
	if d.DeletionTimestamp != nil {
		return &Next{WaitingFor: []string{}}
	}
	if !t.surges {
		t.unavailable = missing
	}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		node := nodes[name]
		if t.surges && b.unwanted(node, d) {
			continue // without surge such a node counts as unavailable nevertheless
		}
		if t.surges && (b.mayHaveNoNode(node, t.up) || (d.Status.NumberMisscheduled > 0 && len(node.old) > 0)) {
			return nil // the node may be one that is to have no pod, which gets none by a surge
		}
		t.node(node)
	}
	t.replaceWithin(w.Strategy)
	return &t.next
}

// replaceWithin adds the replacements that the budget of the strategy allows.
func (t *daemonTurn) replaceWithin(s Strategy) {
	switch {
	case s.Type == "OnDelete":
	case t.surges:
		t.next.MayCreate += t.replace + max(0, min(t.candidates, *s.MaxSurge-t.unavailable))
	default:
		t.next.MayDelete += t.replace + max(0, min(t.candidates, *s.MaxUnavailable-t.unavailable))
	}
}

// unwanted reports whether a node has only pods that leave, and is to have none because it
// is not ready (nodeShouldRunDaemonPod in k8s.io/kubernetes pkg/controller/daemon, 1.37).
func (b *builder) unwanted(n *daemonNode, d *appsv1.DaemonSet) bool {
	only := len(n.leaving) > 0 && len(n.fresh)+len(n.old)+len(n.ended) == 0
	return only && b.examiner.downNode(n.leaving[0].Object()) != nil && !toleratesDownNodes(d)
}

// mayHaveNoNode reports whether a node has only an old pod that is not available, or only
// pods that leave, and the node is not known. If it was deleted, it gets no other pod; and
// at an old pod of it the controller that surges fails and replaces no pod at all, until
// that is collected (rollingUpdate in k8s.io/kubernetes pkg/controller/daemon/update.go, 1.37).
func (b *builder) mayHaveNoNode(n *daemonNode, up func(*Pod) bool) bool {
	if len(n.fresh)+len(n.ended) > 0 {
		return false
	}
	if len(n.old) == 0 {
		return len(n.leaving) > 0 && b.examiner.nodes[n.leaving[0].Node] == nil
	}
	return len(n.old) == 1 && !up(n.old[0]) && b.examiner.nodes[n.old[0].Node] == nil
}

// toleratesDownNodes reports whether pods of the DaemonSet run on nodes that are not ready:
// what every DaemonSet tolerates of their taints is the effect NoExecute alone.
func toleratesDownNodes(d *appsv1.DaemonSet) bool {
	return slices.ContainsFunc(d.Spec.Template.Spec.Tolerations, func(t corev1.Toleration) bool {
		key := t.Key == "" || t.Key == corev1.TaintNodeUnreachable || t.Key == corev1.TaintNodeNotReady
		return key && t.Operator == corev1.TolerationOpExists && (t.Effect == "" || t.Effect == corev1.TaintEffectNoSchedule)
	})
}

// daemonNodes groups the pods of a DaemonSet by the node that they run on or
// are meant for.
func daemonNodes(w *Workload) map[string]*daemonNode {
	nodes := map[string]*daemonNode{}
	for _, r := range w.Revisions {
		for i := range r.Pods {
			p := &r.Pods[i]
			if ended(p) && p.object.DeletionTimestamp != nil {
				continue // as good as gone
			}
			name := cmp.Or(p.Node, meantFor(p.object))
			if nodes[name] == nil {
				nodes[name] = &daemonNode{}
			}
			nodes[name].add(p, r.Current)
		}
	}
	return nodes
}

// add sorts a pod of a node in.
func (n *daemonNode) add(p *Pod, current bool) {
	switch {
	case p.object.DeletionTimestamp != nil:
		n.leaving = append(n.leaving, p)
	case ended(p):
		n.ended = append(n.ended, p)
	case current:
		n.fresh = append(n.fresh, p)
	default:
		n.old = append(n.old, p)
	}
}

// meantFor returns the node that the controller made a pod for, by its node
// affinity (GetTargetNodeName in k8s.io/kubernetes pkg/controller/daemon/util); "" if
// it names none.
func meantFor(pod *corev1.Pod) string {
	if pod.Spec.Affinity == nil || pod.Spec.Affinity.NodeAffinity == nil {
		return ""
	}
	required := pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	if required == nil {
		return ""
	}
	for _, term := range required.NodeSelectorTerms {
		for _, e := range term.MatchFields {
			if e.Key == "metadata.name" && e.Operator == corev1.NodeSelectorOpIn && len(e.Values) == 1 {
				return e.Values[0]
			}
		}
	}
	return ""
}

// daemonTurn counts over the nodes.
type daemonTurn struct {
	next        Next
	surges      bool            // a new pod starts beside the old one
	up          func(*Pod) bool // whether a pod is available
	unavailable int32           // nodes that use up maxUnavailable, or maxSurge
	replace     int32           // nodes whose old pod is unavailable: it may be deleted regardless of the budget
	candidates  int32           // nodes whose old pod is available
}

// node counts what the controller does on one node. Like the controller it sorts a node by
// whether it has pods of the old and of the current template, and whether those are available
// (rollingUpdate in k8s.io/kubernetes pkg/controller/daemon/update.go, 1.37).
func (t *daemonTurn) node(n *daemonNode) {
	t.next.MayDelete += int32(len(n.ended))
	if len(n.fresh) > 1 || len(n.old) > 1 { // one of them is removed first
		t.next.MayDelete += int32(max(0, len(n.fresh)-1) + max(0, len(n.old)-1))
		t.unavailable++
		return
	}
	t.one(n)
}

// one counts a node with at most one pod of each template.
func (t *daemonTurn) one(n *daemonNode) {
	switch {
	case len(n.fresh) == 1 && len(n.old) == 1:
		t.both(n.fresh[0], n.old[0])
	case len(n.fresh) == 1:
		if !t.up(n.fresh[0]) {
			t.wait(n.fresh[0])
			t.down()
		}
	case len(n.old) == 1 && t.up(n.old[0]):
		t.candidates++
	case len(n.old) == 1:
		t.replace++
		t.down()
	case t.surges && len(n.ended) == 0: // it waits for no pod to go
		t.next.MayCreate++
	default:
		for _, p := range n.leaving {
			t.wait(p)
		}
		t.down()
	}
}

// down counts a node without an available pod. With surge only the added pods are counted.
func (t *daemonTurn) down() {
	if !t.surges {
		t.unavailable++
	}
}

// both decides on a node that runs a surged new pod beside the old one.
func (t *daemonTurn) both(fresh, old *Pod) {
	switch {
	case !t.surges: // maxSurge was removed: the younger pod is deleted
		t.next.MayDelete++
		t.unavailable++
	case t.up(fresh) || !pod.Is(old.object, corev1.PodReady):
		t.next.MayDelete++
		if !t.up(fresh) {
			t.unavailable++
			t.wait(fresh)
		}
	default:
		t.unavailable++
		t.wait(fresh)
	}
}

// wait records a pod that must become available, or go, before more may happen.
func (t *daemonTurn) wait(p *Pod) { t.next.WaitingFor = append(t.next.WaitingFor, p.Name) }
