package rollout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Build returns the rollouts of all workloads of f, worst first: by phase, then
// namespace, kind and name. Bare pods, static pods and ReplicaSets that a
// Deployment is about to adopt are no workloads.
func Build(f *owners.Forest) []*Workload { return Shown(f, everyChange) }

// Shown returns the same, but of the revisions without pods only so many, the
// newest, have what they changed; of all if the number is negative.
func Shown(f *owners.Forest, old int) []*Workload {
	b := newBuilder(f)
	b.changes = max(old, everyChange)
	return b.all(func(*Workload) {})
}

// Rows returns the same, but for the pods in which nothing is or ever went wrong: a
// table with one line a workload shows none of them, and a large cluster has many.
// If named is set, each Revision still has them packed. None has what it changed, or a template, and
// no workload has notes or orphans.
func Rows(f *owners.Forest, named bool) []*Workload {
	b := newBuilder(f)
	b.changes = noChange
	b.room = &[]Pod{}
	return b.all(func(w *Workload) {
		for i := range w.Revisions {
			w.Revisions[i].pack(named)
		}
		*b.room = (*b.room)[:0]
		w.detach()
	})
}

// detach lets go of the objects from which a workload was made. Without them the objects of a large
// cluster need not be in memory while its table is.
func (w *Workload) detach() {
	w.Template = nil
	detachCounts(&w.Desired, &w.Updated, &w.Ready, &w.Available, &w.Terminating)
	for i := range w.Revisions {
		r := &w.Revisions[i]
		r.Template = nil
		detachCounts(&r.Desired, &r.Replicas, &r.Ready, &r.Available)
	}
}

// detachCounts copies counts, which may be fields of an object.
func detachCounts(counts ...**int32) {
	for _, count := range counts {
		if *count != nil {
			*count = ptr(**count)
		}
	}
}

// pack drops the pods that are packed and in no trouble; with named it keeps them packed. Those
// that are left do not share memory with the list of before.
func (r *Revision) pack(named bool) {
	kept := []Pod{}
	var packed []*snapshot.PackedPod
	if named {
		packed = make([]*snapshot.PackedPod, 0, len(r.Pods))
	}
	for _, p := range r.Pods {
		if p.packed == nil || p.trouble != nil {
			kept = append(kept, p)
		} else if named {
			packed = append(packed, p.packed)
		}
	}
	r.Pods = kept
	r.packed = packed
}

// all calls then with each workload before it builds the next.
func (b *builder) all(then func(*Workload)) []*Workload {
	list := []*Workload{}
	for _, n := range b.forest.Roots {
		if w := b.workload(n); w != nil {
			then(w)
			list = append(list, w)
		}
	}
	slices.SortFunc(list, compare)
	return list
}

// Of returns the rollouts of the given roots of f only, by their references. To be fast, it
// leaves out what their revisions changed.
func Of(f *owners.Forest, roots map[owners.Ref]bool) map[owners.Ref]*Workload {
	list := map[owners.Ref]*Workload{}
	b := newBuilder(f)
	b.changes = noChange
	for _, n := range f.Roots {
		if !roots[n.Ref] {
			continue
		}
		if w := b.workload(n); w != nil {
			list[w.Ref] = w
		}
	}
	return list
}

// newBuilder returns a builder of a forest. ReplicaSets that are known only because their pods
// name them are tied first to the Deployments that they may belong to, so that no ReplicaSet is
// shown as a workload of its own.
func newBuilder(f *owners.Forest) *builder {
	b := &builder{
		s: f.Snapshot, forest: f, examiner: newExaminer(f.Snapshot), alike: map[*corev1.Pod]look{},
		tied: map[*owners.Node]bool{}, unread: map[*owners.Node][]*owners.Node{},
	}
	sets := unreadReplicaSets(f)
	for _, n := range f.Roots {
		if _, ok := n.Object.(*appsv1.Deployment); ok {
			b.tie(n, sets[[2]string{n.Ref.Namespace, n.Ref.Name}])
		}
	}
	return b
}

// unreadReplicaSets returns the ReplicaSets that only their pods name, by the namespace and name of the
// Deployment that they may belong to: the name of a ReplicaSet is that of its Deployment and the hash of its pods
// (getNewReplicaSet in k8s.io/kubernetes pkg/controller/deployment/sync.go, 1.37).
func unreadReplicaSets(f *owners.Forest) map[[2]string][]*owners.Node {
	sets := map[[2]string][]*owners.Node{}
	for _, n := range f.Roots {
		if n.Object != nil || n.Gone || n.Ref.Kind != "ReplicaSet" {
			continue
		}
		pod := n.FirstPod()
		if pod == nil {
			continue
		}
		name, hashed := strings.CutSuffix(n.Ref.Name, "-"+pod.GetLabels()[appsv1.DefaultDeploymentUniqueLabelKey])
		if hashed {
			key := [2]string{n.Ref.Namespace, name}
			sets[key] = append(sets[key], n)
		}
	}
	return sets
}

// severity orders the phases; what is unknown comes before what is well.
var severity = []Phase{Failed, Stalled, Degraded, Progressing, "", Paused, Complete, ScaledToZero}

// compare orders workloads worst first. The UID decides between objects of one name, which files can
// hold.
func compare(a, b *Workload) int {
	return cmp.Or(
		cmp.Compare(slices.Index(severity, a.Phase), slices.Index(severity, b.Phase)),
		cmp.Compare(a.Ref.Namespace, b.Ref.Namespace), cmp.Compare(a.Ref.Kind, b.Ref.Kind),
		cmp.Compare(a.Ref.Name, b.Ref.Name), cmp.Compare(a.Context, b.Context), cmp.Compare(a.Ref.UID, b.Ref.UID),
	)
}

// Sort sorts the workloads of several builds, as Build sorts those of one.
// Equal names of different clusters are listed together.
func Sort(list []*Workload) { slices.SortFunc(list, compare) }

// builder builds the workloads of one forest.
type builder struct {
	s        *snapshot.Snapshot
	forest   *owners.Forest
	examiner examiner
	alike    map[*corev1.Pod]look            // of packed pods, by what they have in common
	changes  int                             // of how many old revisions to find what they changed
	room     *[]Pod                          // of rows: for the pods of one workload after the other; nil if they are kept
	tied     map[*owners.Node]bool           // roots that are shown with a Deployment
	unread   map[*owners.Node][]*owners.Node // of a Deployment: its ReplicaSets that were not read
}

// tie finds the roots that are shown with the Deployment n: its orphans, and
// those of the sets with its name, which only their pods name, that are its own.
func (b *builder) tie(n *owners.Node, sets []*owners.Node) {
	orphans, _ := b.forest.Orphans(n)
	for _, o := range orphans {
		b.tied[o.Node] = true
	}
	for _, set := range sets {
		if setOf(set, n) {
			b.tied[set] = true
			b.unread[n] = append(b.unread[n], set)
		}
	}
}

// setOf reports whether a ReplicaSet that was not read and has the name of one of the Deployment n belongs to it:
// its pods match the selector.
func setOf(set, n *owners.Node) bool {
	selector, ok := owners.SelectorOf(n.Object)
	return ok && selector.Matches(labels.Set(set.FirstPod().GetLabels()))
}

// workload returns the rollout of a root, nil if it has none.
func (b *builder) workload(n *owners.Node) *Workload {
	w := &Workload{Ref: n.Ref, BlockedBy: []Blocker{}, Revisions: []Revision{}, Orphans: []Orphan{}, Notes: []string{}}
	if n.Object != nil {
		w.CreatedAt = n.Object.GetCreationTimestamp().Time
		w.Labels = n.Object.GetLabels()
	}
	if !b.judge(w, n) {
		return nil
	}
	b.common(w, n)
	return w
}

// judge judges a root by the rules of its kind, and reports whether it is a workload of its own.
func (b *builder) judge(w *Workload, n *owners.Node) bool {
	switch o := n.Object.(type) {
	case *appsv1.Deployment:
		b.deployment(w, n, countedDeployment(o))
	case *appsv1.StatefulSet:
		b.statefulSet(w, n, countedStatefulSet(o))
	case *appsv1.DaemonSet:
		b.daemonSet(w, n, countedDaemonSet(o))
	case *batchv1.Job:
		b.job(w, n, o)
	case *batchv1.CronJob:
		b.cronJob(w, n, o)
	case *corev1.ReplicationController, *appsv1.ReplicaSet:
		if b.tied[n] {
			return false
		}
		b.replicas(w, n)
	case *unstructured.Unstructured:
		if isArgoRollout(n.Ref) {
			b.argo(w, n, o)
		} else {
			b.custom(w, n, o)
		}
	case nil:
		if n.Ref.Kind == "Node" || b.tied[n] { // a Node owns its static pods, which nothing rolls out
			return false
		}
		b.unreadOwner(w, n)
	default: // pods and revisions without an owner
		return false
	}
	return true
}

// common adds what every kind of workload has.
func (b *builder) common(w *Workload, n *owners.Node) {
	b.autoscale(w, n.Object)
	w.deletion(n.Object, b.s.At)
	w.conclude() // what follows only adds notes and orphans
	if b.room != nil {
		w.Notes = nil // of rows, which show none
		return
	}
	b.orphans(w, n)
	if n.Above != nil {
		w.note("belongs to " + n.Above.String() + ", which may revert manual changes")
	}
	for _, m := range managers(n.Object) {
		w.note(m)
	}
	b.rivals(w, n)
	b.budgets(w)
	b.drift(w)
	for _, r := range w.Revisions {
		for _, words := range mixed(r) {
			w.note(words)
		}
	}
}

// rivals notes the workloads whose pods the selector of n matches as well: each controller leaves the
// pods of others alone, but what selects by label does not.
func (b *builder) rivals(w *Workload, n *owners.Node) {
	noted := 0
	rivals, all := b.forest.Rivals(n)
	for rival := range rivals {
		if b.tied[rival] || mayBelong(rival, n) {
			continue
		}
		if noted++; noted > mostRivals {
			w.note("its selector also matches the pods of further workloads")
			return
		}
		w.note(fmt.Sprintf("its selector also matches the pods of %s: a Service or HPA that selects by label matches both", rival.Ref))
	}
	if !all {
		w.note("its selector may also match the pods of further workloads: too many have its labels to compare them")
	}
}

// mostRivals is how many other workloads are named whose pods a selector matches. Of a thousand workloads with the same
// labels each would have a thousand notes.
const mostRivals = 10

// mayBelong reports whether root, which was not read, may be a child of n: then
// its pods are no other workload's.
func mayBelong(root, n *owners.Node) bool {
	children := map[string]string{"Deployment": "ReplicaSet", "Rollout": "ReplicaSet", "CronJob": "Job"}
	return root.Object == nil && children[n.Ref.Kind] == root.Ref.Kind
}

// note adds a sentence that the reader should know beside the summary.
func (w *Workload) note(text string) { w.Notes = append(w.Notes, text) }

// orphans lists the pods and ReplicaSets without a controller that are tied to n.
func (b *builder) orphans(w *Workload, n *owners.Node) {
	orphans, all := b.forest.Orphans(n)
	reasons := map[string]string{} // of which thousands of orphans need two or three
	for _, o := range orphans[:min(len(orphans), mostOrphans)] {
		key := o.Node.Ref.Kind + string(o.Bond)
		if reasons[key] == "" {
			reasons[key] = orphaned(w, o)
		}
		w.Orphans = append(w.Orphans, Orphan{Kind: o.Node.Ref.Kind, Name: o.Node.Ref.Name, Reason: reasons[key]})
	}
	if !all || len(orphans) > mostOrphans {
		w.note("further pods or ReplicaSets without a controller may be tied to it: too many have its labels to list them")
	}
}

// mostOrphans is how many pods and ReplicaSets without a controller are listed of a workload. Of ten thousand workloads with
// the same labels each would list every pod that nothing controls.
const mostOrphans = 100

// orphaned returns why a pod or ReplicaSet has no controller. A ReplicaSet adopts pods that
// match its selector; a Deployment adopts ReplicaSets only (ClaimPods and ClaimReplicaSets in
// k8s.io/kubernetes pkg/controller/controller_ref_manager.go, 1.37).
func orphaned(w *Workload, o owners.Orphan) string {
	reason := "has no controller any more: its labels or the selector were edited after " + w.Ref.String() + " made it"
	if o.Bond == owners.Adoptable {
		reason = "has no controller and matches the selector of " + w.Ref.String() + ", which will adopt it"
		if o.Node.Ref.Kind == "Pod" && w.Ref.Kind == "Deployment" {
			reason = "has no controller, yet matches the selector of " + w.Ref.String() + ": not counted by it"
		}
	}
	return reason
}

// group returns the API group of an API version: "apps" of apps/v1, "" of v1.
func group(apiVersion string) string {
	g, _, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		return ""
	}
	return g
}

// managers returns a sentence for each delivery tool that marks the object as its own, by a label or
// an annotation. Helm does not watch what it installed; the others do.
func managers(obj metav1.Object) []string {
	if obj == nil {
		return nil
	}
	const reverts = ", which may revert manual changes"
	labels := obj.GetLabels()
	notes := obj.GetAnnotations()
	var out []string
	if release := notes["meta.helm.sh/release-name"]; release != "" {
		out = append(out, "installed by Helm release "+release)
	}
	// The tracking ID names more than the application: "shop:apps/Deployment:shop/web".
	app, _, _ := strings.Cut(cmp.Or(notes["argocd.argoproj.io/tracking-id"], labels["argocd.argoproj.io/instance"]), ":")
	for _, tool := range [][2]string{
		{"Argo CD application", app},
		{"Flux Kustomization", labels["kustomize.toolkit.fluxcd.io/name"]},
		{"Flux HelmRelease", labels["helm.toolkit.fluxcd.io/name"]},
	} {
		if name := tool[1]; name != "" {
			out = append(out, "managed by "+tool[0]+" "+name+reverts)
		}
	}
	return out
}
