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

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Build returns the rollouts of all workloads of f, worst first: by phase, then namespace, kind and name. Bare pods, static pods
// and ReplicaSets that a Deployment is about to adopt are no workloads.
func Build(f *owners.Forest) []*Workload {
	s := f.Snapshot
	b := &builder{s: s, forest: f, examiner: examiner{events: pod.IndexEvents(s.Events), at: s.At}, tied: map[*owners.Node]bool{}}
	for _, n := range f.Roots {
		if _, ok := n.Object.(*appsv1.Deployment); ok {
			for _, o := range f.Orphans(n) {
				b.tied[o.Node] = true
			}
		}
	}
	list := []*Workload{}
	for _, n := range f.Roots {
		if w := b.workload(n); w != nil {
			list = append(list, w)
		}
	}
	slices.SortFunc(list, compare)
	return list
}

var severity = []Phase{Failed, Stalled, Degraded, Progressing, Paused, Complete, ScaledToZero}

func compare(a, b *Workload) int {
	return cmp.Or(
		cmp.Compare(slices.Index(severity, a.Phase), slices.Index(severity, b.Phase)),
		cmp.Compare(a.Ref.Namespace, b.Ref.Namespace), cmp.Compare(a.Ref.Kind, b.Ref.Kind),
		cmp.Compare(a.Ref.Name, b.Ref.Name), cmp.Compare(a.Ref.UID, b.Ref.UID),
	)
}

type builder struct {
	s        *snapshot.Snapshot
	forest   *owners.Forest
	examiner examiner
	tied     map[*owners.Node]bool // orphans that are shown with a Deployment
}

// workload returns the rollout of a root, nil where it has none.
func (b *builder) workload(n *owners.Node) *Workload {
	w := &Workload{Ref: n.Ref, BlockedBy: []Blocker{}, Revisions: []Revision{}, Orphans: []Orphan{}, Notes: []string{}}
	if n.Object != nil {
		w.CreatedAt, w.Labels = n.Object.GetCreationTimestamp().Time, n.Object.GetLabels()
	}
	switch o := n.Object.(type) {
	case *appsv1.Deployment:
		b.deployment(w, n, o)
	case *appsv1.StatefulSet:
		b.statefulSet(w, n, o)
	case *appsv1.DaemonSet:
		b.daemonSet(w, n, o)
	case *batchv1.Job:
		b.job(w, n, o)
	case *batchv1.CronJob:
		b.cronJob(w, n, o)
	case *corev1.ReplicationController, *appsv1.ReplicaSet:
		if b.tied[n] {
			return nil
		}
		b.replicas(w, n)
	case *unstructured.Unstructured:
		if len(n.Pods()) == 0 && !isArgoRollout(n.Ref) {
			return nil
		}
		b.other(w, n, o)
	case nil:
		if n.Ref.Kind == "Node" {
			return nil
		}
		b.other(w, n, nil)
	default: // pods and revisions without an owner
		return nil
	}
	b.common(w, n)
	return w
}

// common adds what is told of every workload alike.
func (b *builder) common(w *Workload, n *owners.Node) {
	w.ScaledBy = b.scaler(n.Ref)
	for _, o := range b.forest.Orphans(n) {
		w.Orphans = append(w.Orphans, orphan(w, o))
	}
	if n.Object != nil && n.Object.GetDeletionTimestamp() != nil {
		w.note("is being deleted since " + n.Object.GetDeletionTimestamp().UTC().Format("2006-01-02 15:04:05Z"))
	}
	if n.Above != nil {
		w.note("belongs to " + n.Above.String() + ", which may set changes back")
	}
	for _, m := range managers(n.Object) {
		w.note(m)
	}
	for _, rival := range b.forest.Rivals(n) {
		w.note(fmt.Sprintf("its selector matches the pods of %s too: whatever goes by labels, a Service or an autoscaler, takes both", rival.Ref))
	}
	b.budgets(w)
	b.drift(w)
	for _, r := range w.Revisions {
		for _, words := range mixed(r) {
			w.note(words)
		}
	}
}

func (w *Workload) note(text string) { w.Notes = append(w.Notes, text) }

func orphan(w *Workload, o owners.Orphan) Orphan {
	reason := "has no controller any more: its labels or the selector were edited after " + w.Ref.String() + " made it"
	if o.Bond == owners.Adoptable {
		reason = "has no controller and matches the selector of " + w.Ref.String() + ", which will adopt it"
		if o.Node.Ref.Kind == "Pod" && w.Ref.Kind == "Deployment" {
			reason = "has no controller, yet matches the selector of " + w.Ref.String() + ": not counted by it"
		}
	}
	return Orphan{Kind: o.Node.Ref.Kind, Name: o.Node.Ref.Name, Reason: reason}
}

// scaler returns the autoscaler that targets ref.
func (b *builder) scaler(ref owners.Ref) *Scaler {
	for _, h := range snapshot.InNamespace(b.s.HorizontalPodAutoscalers, ref.Namespace) {
		t := h.Spec.ScaleTargetRef
		if t.Kind == ref.Kind && t.Name == ref.Name && group(t.APIVersion) == group(ref.APIVersion) {
			return &Scaler{Kind: "HorizontalPodAutoscaler", Name: h.Name}
		}
	}
	return nil
}

func group(apiVersion string) string {
	g, _, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		return ""
	}
	return g
}

// managers tells which delivery tools call the object theirs.
func managers(obj metav1.Object) []string {
	if obj == nil {
		return nil
	}
	labels, notes := obj.GetLabels(), obj.GetAnnotations()
	var out []string
	if release := notes["meta.helm.sh/release-name"]; release != "" {
		out = append(out, "installed by Helm release "+release)
	}
	if app := cmp.Or(notes["argocd.argoproj.io/tracking-id"], labels["argocd.argoproj.io/instance"]); app != "" {
		name, _, _ := strings.Cut(app, ":")
		out = append(out, "managed by Argo CD application "+name+", which may set changes back")
	}
	if k := labels["kustomize.toolkit.fluxcd.io/name"]; k != "" {
		out = append(out, "managed by Flux Kustomization "+k+", which may set changes back")
	}
	if h := labels["helm.toolkit.fluxcd.io/name"]; h != "" {
		out = append(out, "managed by Flux HelmRelease "+h+", which may set changes back")
	}
	return out
}
