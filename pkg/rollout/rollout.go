// Package rollout computes the state of the rollout of each workload: its
// revisions with their pods, what changed between them, what the strategy
// allows next, what blocks it, and how to roll back. It computes from a
// snapshot what the controllers and kubectl compute (Kubernetes 1.37), and
// leaves out whatever the snapshot does not carry: unknown is absent, never
// zero. It reads nothing, and its clock is Snapshot.At.
package rollout

import (
	"encoding/json"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Phase is the state of a rollout in one word. The empty Phase belongs to an
// owner that was not read and whose children prove nothing: it is unknown.
type Phase string

// The phases, worst first, in the words of the JSON output.
const (
	// Failed means that the controller gave up: a Job, the last run of a
	// CronJob, a ReplicaSet that cannot be created, an Argo Rollout that is
	// aborted or not valid.
	Failed Phase = "Failed"
	// Stalled means unfinished and not able to continue by itself: the progress
	// deadline passed, or all that the rollout waits for is in trouble.
	Stalled Phase = "Stalled"
	// Degraded means rolled out, but pods are missing or not available.
	Degraded Phase = "Degraded"
	// Progressing means under way.
	Progressing Phase = "Progressing"
	// Paused means that nothing rolls out until somebody resumes it.
	Paused Phase = "Paused"
	// ScaledToZero means that no pods are wanted and none are left.
	ScaledToZero Phase = "ScaledToZero"
	// Complete means rolled out and available.
	Complete Phase = "Complete"
)

// Workload is an item of the RolloutMap: one workload and its rollout.
type Workload struct {
	// Context names the cluster or bundle, if several were read at once.
	Context string `json:"context,omitempty"`

	Ref owners.Ref `json:"workload"`
	// Phase is empty for an owner that was not read.
	Phase Phase `json:"phase,omitempty"`
	// CouldBe lists the other phases that the lists in Unread could reveal.
	CouldBe []Phase `json:"couldBe,omitempty"`
	// Summary is State and Cause in one sentence.
	Summary string `json:"summary"`

	// Counts of pods as the workload's status reports them; Desired is its spec.
	Desired     *int32 `json:"desired,omitempty"`
	Updated     *int32 `json:"updated,omitempty"`
	Ready       *int32 `json:"ready,omitempty"`
	Available   *int32 `json:"available,omitempty"`
	Terminating *int32 `json:"terminating,omitempty"`

	ScaledBy  *Scaler    `json:"scaledBy,omitempty"` // nil: no autoscaler targets it
	Schedule  *Schedule  `json:"schedule,omitempty"` // of a CronJob
	Argo      *Argo      `json:"argo,omitempty"`     // of an Argo Rollout
	Next      *Next      `json:"next,omitempty"`
	Strategy  Strategy   `json:"strategy"`
	Deadline  *Deadline  `json:"deadline,omitempty"`
	BlockedBy []Blocker  `json:"blockedBy"` // worst first, one for each distinct trouble
	Revisions []Revision `json:"revisions"` // newest first
	Orphans   []Orphan   `json:"orphans"`
	Rollback  *Rollback  `json:"rollback,omitempty"` // nil: none is known to help
	Notes     []string   `json:"notes"`              // what to know beside the summary, a sentence each

	// State is how far the rollout is, Cause what holds it up; empty: nothing.
	State, Cause string `json:"-"`
	// Unread names the resources whose lists were needed and not read.
	Unread []string `json:"-"`
	// NotRead reports that the workload itself was not read: it is known from
	// the ownerReferences of its objects alone.
	NotRead bool `json:"-"`
	// At is the time as of which the workload was judged.
	At time.Time `json:"-"`
	// CreatedAt is when the workload was created.
	CreatedAt time.Time `json:"-"`
	// Template is the pod template that the workload asks for; nil: not known.
	Template *corev1.PodTemplateSpec `json:"-"`
	// Labels are the workload's own.
	Labels map[string]string `json:"-"`
}

// Next is what the strategy lets the controller do in its next turn. It is
// absent if what it follows from was not read.
type Next struct {
	MayCreate  int32    `json:"mayCreate"`
	MayDelete  int32    `json:"mayDelete"`
	WaitingFor []string `json:"waitingFor"` // pods that must become available, or go, before more may happen
}

// Strategy is a workload's update strategy, its percentages resolved to pods.
type Strategy struct {
	Type           string `json:"type"` // "RollingUpdate"; of a CronJob its concurrencyPolicy; "unknown" if nothing shows it
	MaxSurge       *int32 `json:"maxSurge,omitempty"`
	MaxUnavailable *int32 `json:"maxUnavailable,omitempty"`
	MaxPods        *int32 `json:"maxPods,omitempty"`      // the replicas and MaxSurge, of a Deployment
	MinAvailable   *int32 `json:"minAvailable,omitempty"` // the replicas less MaxUnavailable
	Partition      *int32 `json:"partition,omitempty"`    // of a StatefulSet: the lowest ordinal that is updated
}

// Deadline is when the controller reports ProgressDeadlineExceeded unless the
// rollout progresses before; each progress moves it.
type Deadline struct {
	At        snapshot.Time     `json:"at"`
	Remaining snapshot.Duration `json:"remaining"` // negative: passed
}

// Blocker is an object whose trouble holds the rollout up.
type Blocker struct {
	Kind    string         `json:"kind"` // "Pod", or of what its trouble comes from: "Node", "PersistentVolumeClaim"
	Name    string         `json:"name"`
	Reason  string         `json:"reason"`          // in one word, as kubectl or the API has it: "CrashLoopBackOff"
	Message string         `json:"message"`         // as long as the API has it
	Since   *snapshot.Time `json:"since,omitempty"` // nil: not known

	// Count is how many pods have this same trouble, Name being one of them.
	Count int `json:"-"`

	words    string    // the message in few words
	timed    bool      // words already contain how long it lasts
	creation bool      // pods cannot be created
	at       time.Time // when it was judged
}

// Revision is one version of a workload's pod template, and its pods.
type Revision struct {
	Number        *int64         `json:"number,omitempty"`
	FormerNumbers []int64        `json:"formerNumbers,omitempty"` // oldest first: numbers it had before rollbacks to it
	Current       bool           `json:"current"`
	Roles         []string       `json:"roles,omitempty"` // of an Argo Rollout: stable, canary, active, preview
	ScaleDownAt   *snapshot.Time `json:"scaleDownAt,omitempty"`
	Name          string         `json:"name"` // of the ReplicaSet, ControllerRevision or Job
	UID           types.UID      `json:"uid,omitempty"`
	CreatedAt     *snapshot.Time `json:"createdAt,omitempty"`
	Desired       *int32         `json:"desired,omitempty"`
	Replicas      *int32         `json:"replicas,omitempty"`
	Ready         *int32         `json:"ready,omitempty"`
	Available     *int32         `json:"available,omitempty"`
	Images        []Image        `json:"images"`
	Change        *Change        `json:"change,omitempty"` // against the revision before it; nil: not known
	ChangeCause   string         `json:"changeCause,omitempty"`
	Author        *Author        `json:"author,omitempty"`
	Pods          []Pod          `json:"pods"`

	// Kind is the kind of the object that Name refers to.
	Kind string `json:"-"`
	// State is the state of a Job in one word, and StateWords in a phrase; empty for other kinds.
	State      string `json:"-"`
	StateWords string `json:"-"`
	// Template is the revision's pod template; nil: not known.
	Template *corev1.PodTemplateSpec `json:"-"`
	// Unranked reports that it is not known whether the revision is the current
	// one.
	Unranked bool `json:"-"`

	packed []*snapshot.PackedPod // that Pods lacks; see Rows
}

// Packed returns the pods that Rows leaves out of Pods if they are to be named.
func (r Revision) Packed() []*snapshot.PackedPod { return r.packed }

// MarshalJSON leaves current out if it is unknown.
func (r Revision) MarshalJSON() ([]byte, error) {
	type plain Revision
	if !r.Unranked {
		return json.Marshal(plain(r))
	}
	return json.Marshal(struct {
		plain
		Current *bool `json:"current,omitempty"`
	}{plain: plain(r)})
}

// Image is the image that a revision names for a container, init containers first.
type Image struct {
	Container string `json:"container"`
	Image     string `json:"image"`
}

// Author is who wrote the pod template of a revision, by managedFields.
type Author struct {
	Manager string        `json:"manager"`
	Time    snapshot.Time `json:"time"`
}

// Pod is a pod of a revision, in the words of kubectl get pods.
type Pod struct {
	Name          string            `json:"name"`
	UID           types.UID         `json:"uid,omitempty"`
	Node          string            `json:"node,omitempty"`
	Phase         string            `json:"phase"`
	Status        string            `json:"status"` // the column STATUS: "Init:0/1"
	Ready         string            `json:"ready"`  // the column READY: "1/2"
	Restarts      int32             `json:"restarts"`
	LastRestartAt *snapshot.Time    `json:"lastRestartAt,omitempty"`
	Age           snapshot.Duration `json:"age"`
	ImageIDs      []string          `json:"imageIDs,omitempty"` // in the order of the containers
	Problem       string            `json:"problem,omitempty"`  // why it is not ready, in few words

	trouble *trouble
	packed  *snapshot.PackedPod // nil if the pod is not kept packed
	// object is the pod. Of a packed one it is the spec and status that the pod has in common with
	// others, without metadata, node and times: see labels, created, readySince and Object.
	object  *corev1.Pod
	created time.Time
}

// Object returns the pod as it was read.
func (p Pod) Object() *corev1.Pod {
	if p.packed != nil {
		return p.packed.Pod()
	}
	return p.object
}

// labels returns the labels of the pod.
func (p Pod) labels() map[string]string {
	if p.packed != nil {
		return p.packed.GetLabels()
	}
	return p.object.Labels
}

// readySince returns since when a pod is ready, false if it is not.
func (p Pod) readySince() (time.Time, bool) {
	c := pod.Condition(p.object, corev1.PodReady)
	if c == nil || c.Status != corev1.ConditionTrue {
		return time.Time{}, false
	}
	if p.packed != nil {
		return p.packed.ConditionChanged(corev1.PodReady), true
	}
	return c.LastTransitionTime.Time, true
}

// Orphan is an object that looks like the workload's and is not owned by it.
type Orphan struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Rollback is how to return to a revision that ran well.
type Rollback struct {
	To      int64  `json:"to"`
	Command string `json:"command"`
	Reason  string `json:"reason"` // why that revision, and what the command does not restore
}

// Current returns the revision that the workload asks for, false if none is known.
func (w *Workload) Current() (Revision, bool) {
	for _, r := range w.Revisions {
		if r.Current {
			return r, true
		}
	}
	return Revision{}, false
}

// ptr returns a pointer to a copy of v.
func ptr[T any](v T) *T { return &v }

// deref returns what p points to, or otherwise if p is nil: the value that the
// API server sets when a manifest omits the field.
func deref[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// timeOf returns a time of the API, nil if it is not set.
func timeOf(t metav1.Time) *snapshot.Time { return snapshot.NewTime(t.Time) }
