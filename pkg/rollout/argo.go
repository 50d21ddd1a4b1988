package rollout

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Argo is what the status of an Argo Rollout reports beyond a Deployment's.
type Argo struct {
	// StepsDone of Steps canary steps are done; Step is the one under way.
	StepsDone *int32 `json:"stepsDone,omitempty"`
	Steps     *int32 `json:"steps,omitempty"`
	Step      string `json:"step,omitempty"`
	// SetWeight is the percentage of traffic that the current step asks for,
	// ActualWeight the percentage that the canary receives: as the traffic
	// router reports it, or without a router by the number of pods. Absent:
	// unknown.
	SetWeight    *int32         `json:"setWeight,omitempty"`
	ActualWeight *int32         `json:"actualWeight,omitempty"`
	PausedSince  *snapshot.Time `json:"pausedSince,omitempty"`
	// Runs are its AnalysisRuns and Experiments, newest first.
	Runs []ArgoRun `json:"runs,omitempty"`
	// Commands continue or end what is under way.
	Commands []ArgoCommand `json:"commands,omitempty"`
}

// ArgoCommand is a command of the Argo Rollouts plugin of kubectl.
type ArgoCommand struct {
	Verb    string `json:"verb"` // promote, abort or retry
	Command string `json:"command"`
}

// ArgoRun is an AnalysisRun or Experiment of an Argo Rollout.
type ArgoRun struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Phase   string `json:"phase,omitempty"`
	Message string `json:"message,omitempty"`

	createdAt time.Time
}

// argoHash is the label by which Argo Rollouts distinguishes ReplicaSets
// (github.com/argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go,
// v1.9).
const argoHash = "rollouts-pod-template-hash"

// scaleDownDeadline is when the controller scales a ReplicaSet down that no
// longer serves (the same file).
const scaleDownDeadline = "scale-down-deadline"

// isArgoRollout reports whether a workload is a Rollout of Argo, not one of OpenKruise.
func isArgoRollout(ref owners.Ref) bool {
	return ref.Kind == "Rollout" && group(ref.APIVersion) == "argoproj.io"
}

// argoRollout is an Argo Rollout with the facts that decide its phase.
type argoRollout struct {
	w      *Workload
	object *unstructured.Unstructured
	at     time.Time
	argo   *Argo

	phase, message       string // as its controller reports them
	desired, updated     int32
	available            int32
	currentHash, stable  string // hashes: of the current template, and of the revision that is stable
	activeHash, previews string // of blue-green: what the active and the preview Service select
}

// argo fills w with an Argo Rollout, from the status that its controller writes.
func (b *builder) argo(w *Workload, n *owners.Node, o *unstructured.Unstructured) {
	a := &argoRollout{w: w, object: o, at: b.s.At, argo: &Argo{}}
	w.Argo = a.argo
	w.Strategy = Strategy{Type: a.strategy()}
	w.Template = a.template()
	w.counts(o)
	w.Desired = ptr(deref(w.Desired, 1))
	a.readStatus()
	var owned []Revision
	for _, r := range b.children(n) {
		a.mark(&r, n)
		owned = append(owned, r)
	}
	b.order(w, owned)
	in := b.argoReading(a, n)
	a.phase, a.message = a.reported()
	a.canary()
	a.runs(n)
	a.judge(in)
	a.commands() // last: they depend on the phase
}

// readStatus takes over the counts and the hashes of the status.
func (a *argoRollout) readStatus() {
	a.desired = *a.w.Desired
	a.updated = deref(a.w.Updated, 0)
	a.available = deref(a.w.Available, 0)
	a.currentHash = field[string](a.object, "status", "currentPodHash")
	a.stable = field[string](a.object, "status", "stableRS")
	a.activeHash = field[string](a.object, "status", "blueGreen", "activeSelector")
	a.previews = field[string](a.object, "status", "blueGreen", "previewSelector")
}

// argoReading returns what was read of a Rollout. Its history is whole if the ReplicaSets that
// were read have as many pods as the status counts.
func (b *builder) argoReading(a *argoRollout, n *owners.Node) reading {
	namespace := n.Ref.Namespace
	replicas := deref(count32(a.object, "status", "replicas"), 0)
	var counted int32
	for _, r := range a.w.Revisions {
		counted += deref(r.Replicas, 0)
	}
	in := reading{
		history: b.listed("replicasets", namespace, held(b.s.ReplicaSets, namespace)) && b.covers(int(counted), replicas),
		pods:    b.podsRead(namespace, active(n.Pods()), replicas),
		events:  b.eventsRead(namespace),
	}
	if a.hasStatus() {
		a.w.lacks(in, "replicasets")
	}
	return in
}

// strategy returns the strategy by the field that is set: exactly one of the two has to be.
func (a *argoRollout) strategy() string {
	for name, strategy := range map[string]string{"canary": "Canary", "blueGreen": "BlueGreen"} {
		if _, has, err := unstructured.NestedMap(a.object.Object, "spec", "strategy", name); has && err == nil {
			return strategy
		}
	}
	return "unknown"
}

// template returns the pod template, nil if the Rollout refers to a Deployment for it.
func (a *argoRollout) template() *corev1.PodTemplateSpec {
	raw, has, err := unstructured.NestedMap(a.object.Object, "spec", "template")
	if !has || err != nil {
		return nil
	}
	t := &corev1.PodTemplateSpec{}
	if runtime.DefaultUnstructuredConverter.FromUnstructured(raw, t) != nil {
		return nil
	}
	return t
}

// mark records the roles of a revision: stable, canary, active or preview
// (GetReplicaSetInfo in pkg/kubectl-argo-rollouts/info/replicaset_info.go).
func (a *argoRollout) mark(r *Revision, n *owners.Node) {
	if r.Template == nil {
		return
	}
	hash := r.Template.Labels[argoHash]
	if hash == "" {
		return
	}
	r.Current = hash == a.currentHash
	r.Roles = a.roles(hash)
	for _, c := range n.Children {
		if rs, ok := c.Object.(*appsv1.ReplicaSet); ok && rs.UID == r.UID && deref(r.Replicas, 0) > 0 {
			r.ScaleDownAt = scaleDownAt(rs)
		}
	}
}

// roles returns the roles of the revision with a hash. One can have several: the stable one of
// blue-green is active too.
func (a *argoRollout) roles(hash string) []string {
	var out []string
	role := func(is bool, name string) {
		if is {
			out = append(out, name)
		}
	}
	role(hash == a.stable, "stable")
	role(a.w.Strategy.Type == "Canary" && hash == a.currentHash && hash != a.stable, "canary")
	role(hash == a.activeHash, "active")
	role(hash == a.previews && hash != a.activeHash, "preview")
	return out
}

// scaleDownAt returns when the controller will scale a ReplicaSet down, nil if it recorded no time.
func scaleDownAt(rs *appsv1.ReplicaSet) *snapshot.Time {
	at, err := time.Parse(time.RFC3339, rs.Annotations[scaleDownDeadline])
	if err != nil {
		return nil
	}
	return snapshot.NewTime(at)
}
