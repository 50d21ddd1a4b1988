// Package rollout says where the rollout of each workload stands: its
// revisions with their pods, what changed between them, what the strategy
// allows next, what blocks it, and how to go back. It computes from a snapshot
// what the controllers and kubectl compute (Kubernetes 1.37), and says nothing
// where the snapshot does not carry it: unknown is absent. It reads nothing,
// and its clock is Snapshot.At.
package rollout

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Phase is the state of a rollout in one word.
type Phase string

// The phases, worst first, in the words of the JSON output.
const (
	// Failed gave up: a Job, the last run of a CronJob, a ReplicaSet that
	// cannot be created.
	Failed Phase = "Failed"
	// Stalled is unfinished and does not get further by itself: the progress
	// deadline passed, or all that it waits for is in trouble.
	Stalled Phase = "Stalled"
	// Degraded is rolled out, but pods are missing or not available.
	Degraded Phase = "Degraded"
	// Progressing is under way.
	Progressing Phase = "Progressing"
	// Paused does not roll out until it is resumed.
	Paused Phase = "Paused"
	// ScaledToZero wants no pods and has none.
	ScaledToZero Phase = "ScaledToZero"
	// Complete is rolled out and available.
	Complete Phase = "Complete"
)

// Workload is an item of the RolloutMap: one workload and its rollout.
type Workload struct {
	Ref     owners.Ref `json:"workload"`
	Phase   Phase      `json:"phase"`
	Summary string     `json:"summary"` // one sentence: why it is in that phase

	// Counts of pods as the workload's status has them; Desired is its spec.
	Desired     *int32 `json:"desired,omitempty"`
	Updated     *int32 `json:"updated,omitempty"`
	Ready       *int32 `json:"ready,omitempty"`
	Available   *int32 `json:"available,omitempty"`
	Terminating *int32 `json:"terminating,omitempty"`

	ScaledBy  *Scaler    `json:"scaledBy,omitempty"`
	Next      *Next      `json:"next,omitempty"`
	Strategy  Strategy   `json:"strategy"`
	Deadline  *Deadline  `json:"deadline,omitempty"`
	BlockedBy []Blocker  `json:"blockedBy"` // worst first, one for each distinct trouble
	Revisions []Revision `json:"revisions"` // newest first
	Orphans   []Orphan   `json:"orphans"`
	Rollback  *Rollback  `json:"rollback,omitempty"`
	Notes     []string   `json:"notes"`

	// CreatedAt is when the workload was created.
	CreatedAt time.Time `json:"-"`
	// Template is the pod template that the workload asks for; nil: not known.
	Template *corev1.PodTemplateSpec `json:"-"`
	// Labels are the workload's own.
	Labels map[string]string `json:"-"`
}

// Scaler is what sets a workload's replicas.
type Scaler struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Next is what the strategy lets the controller do at this moment.
type Next struct {
	MayCreate  int32    `json:"mayCreate"`
	MayDelete  int32    `json:"mayDelete"`
	WaitingFor []string `json:"waitingFor"` // pods that must become available, or go, before more may happen
}

// Strategy is a workload's update strategy, its percentages resolved to pods.
type Strategy struct {
	Type           string `json:"type"`
	MaxSurge       *int32 `json:"maxSurge,omitempty"`
	MaxUnavailable *int32 `json:"maxUnavailable,omitempty"`
	MaxPods        *int32 `json:"maxPods,omitempty"`
	MinAvailable   *int32 `json:"minAvailable,omitempty"`
	Partition      *int32 `json:"partition,omitempty"`
}

// Deadline is when the controller will call the rollout failed, if no progress
// is made before; each progress moves it.
type Deadline struct {
	At        snapshot.Time     `json:"at"`
	Remaining snapshot.Duration `json:"remaining"` // negative: passed
}

// Blocker is an object whose trouble holds the rollout up.
type Blocker struct {
	Kind    string         `json:"kind"`
	Name    string         `json:"name"`
	Reason  string         `json:"reason"`
	Message string         `json:"message"`
	Since   *snapshot.Time `json:"since,omitempty"`

	// Count is how many pods have this same trouble, Name being one of them.
	Count int `json:"-"`

	words string    // the message in few words
	at    time.Time // the moment that Since is told from
}

// Revision is one version of a workload's pod template, and its pods.
type Revision struct {
	Number        *int64         `json:"number,omitempty"`
	FormerNumbers []int64        `json:"formerNumbers,omitempty"` // oldest first: numbers it had before rollbacks to it
	Current       bool           `json:"current"`
	Name          string         `json:"name"` // of the ReplicaSet, ControllerRevision or Job
	UID           types.UID      `json:"uid,omitempty"`
	CreatedAt     *snapshot.Time `json:"createdAt,omitempty"`
	Desired       *int32         `json:"desired,omitempty"`
	Replicas      int32          `json:"replicas"`
	Ready         int32          `json:"ready"`
	Available     int32          `json:"available"`
	Images        []Image        `json:"images"`
	Change        *Change        `json:"change,omitempty"` // against the revision before it; nil: not known
	ChangeCause   string         `json:"changeCause,omitempty"`
	Author        *Author        `json:"author,omitempty"`
	Pods          []Pod          `json:"pods"`

	// Kind is the kind of Name.
	Kind string `json:"-"`
	// State is how a Job ended or goes on, in a word and in words; "" of other kinds.
	State, StateWords string `json:"-"`
	// Template is the revision's pod template; nil: not known.
	Template *corev1.PodTemplateSpec `json:"-"`
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
	Status        string            `json:"status"`
	Ready         string            `json:"ready"`
	Restarts      int32             `json:"restarts"`
	LastRestartAt *snapshot.Time    `json:"lastRestartAt,omitempty"`
	Age           snapshot.Duration `json:"age"`
	ImageIDs      []string          `json:"imageIDs,omitempty"` // in the order of the containers
	Problem       string            `json:"problem,omitempty"`

	trouble *trouble
	object  *corev1.Pod
}

// Object returns the pod as it was read.
func (p Pod) Object() *corev1.Pod { return p.object }

// Orphan is an object that looks like the workload's and is not owned by it.
type Orphan struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Rollback is the way back to a revision that ran well.
type Rollback struct {
	To      int64  `json:"to"`
	Command string `json:"command"`
	Reason  string `json:"reason"` // why that revision, and what the command does not restore
}

// Current returns the revision that the workload asks for, false where none is known.
func (w *Workload) Current() (Revision, bool) {
	for _, r := range w.Revisions {
		if r.Current {
			return r, true
		}
	}
	return Revision{}, false
}

func ptr[T any](v T) *T { return &v }

// deref returns what p points to, or the value that the API server would have
// set where a manifest left it out.
func deref[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

func timeOf(t metav1.Time) *snapshot.Time { return snapshot.NewTime(t.Time) }
