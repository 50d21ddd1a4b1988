// Package diagnose finds which containers of a snapshot thrash, are blocked or
// gave up, and why: verdicts by rules over the facts that the other packages
// establish. Each verdict carries the evidence for it, what contradicts it
// and what would confirm it. A verdict that the visible evidence does not carry
// is not given: the category is then undetermined. The package reads nothing
// and prints nothing; Wanted names the evidence that is worth reading.
package diagnose

import (
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Status is the state of a container.
type Status string

// The statuses of an Item, worst first.
const (
	// Thrashing: the container restarted or exited abnormally, and has not run for pod.StableAfter since.
	Thrashing Status = "thrashing"
	// Blocked: the container cannot start, or is tried again and again without a restart.
	Blocked Status = "blocked"
	// Failed: it is not started again, because of its restart policy or its Job's limit.
	Failed Status = "failed"
	// Recovered: the container restarted recently, and has run for pod.StableAfter since.
	Recovered Status = "recovered"
)

// Category is the kind of cause.
type Category string

// The categories of a Cause.
const (
	ImageBug     Category = "image-bug"     // came with the latest image version
	AppConfig    Category = "app-config"    // the application is misconfigured
	Dependency   Category = "dependency"    // something it needs is misconfigured or not reachable
	OutOfMemory  Category = "out-of-memory" // killed for its memory, or out of it
	ImagePull    Category = "image-pull"    // its image cannot be had
	Probe        Category = "probe"         // its process runs, a liveness or startup probe kills it
	CleanExit    Category = "clean-exit"    // exits 0 and is started again
	Node         Category = "node"          // its node failed it
	ExternalKill Category = "external-kill" // a signal from elsewhere ended it
	Undetermined Category = "undetermined"  // the visible evidence carries no verdict
)

// Confidence is how far a Cause is carried by what was seen. docs/causes.md promises the
// meanings to users.
type Confidence string

// The confidences of a Cause.
const (
	High   Confidence = "high"   // the API reports it, or independent facts point the same way
	Medium Confidence = "medium" // one fact supports it, or the log could not be read
	Low    Confidence = "low"    // it fits, and so do other explanations
)

// Claim is one piece of evidence and where it was seen, so that a reader can check it.
type Claim struct {
	Claim  string `json:"claim"`  // "ended with exit code 1, after 3s"
	Source string `json:"source"` // "status of pod web-1", "log of the last run"
}

// Culprit is the object that a Cause points to: the workload itself, what it depends on, its node,
// or the ConfigMap, Secret or volume claim that it is given.
type Culprit struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"` // empty for a Node
	Name      string `json:"name"`
	Container string `json:"container,omitempty"` // if one container of a workload is meant
}

// Onset is with what the trouble of a container began.
type Onset string

// The onsets of a Cause.
const (
	OnsetStart  Onset = "start"  // with the pod
	OnsetLater  Onset = "later"  // the pod ran well before, until Since or later
	OnsetChange Onset = "change" // with the change that the summary names
)

// Cause is the verdict on one container. Causes that were considered and ruled out
// are mentioned in Against only.
type Cause struct {
	Category    Category   `json:"category"`
	Rule        string     `json:"rule"` // the rule that decided
	Confidence  Confidence `json:"confidence"`
	Summary     string     `json:"summary"`
	Evidence    []Claim    `json:"evidence"`    // for the verdict
	Against     []Claim    `json:"against"`     // against it, and against others that seem likely
	WouldSettle []string   `json:"wouldSettle"` // what would confirm it
	Culprit     *Culprit   `json:"culprit,omitempty"`
	// Since is when the trouble began, as far as it is known, and Onset with what.
	Since *snapshot.Time `json:"since,omitempty"`
	Onset Onset          `json:"onset,omitempty"`
	// Words are the lines of the log that the verdict rests on, or else its
	// last ones. They are untrusted text, and may hold secrets.
	Words []string `json:"-"`
}

// addEvidence adds the claims that are not there yet: several parts of a rule may come upon the same
// fact.
func (c *Cause) addEvidence(claims ...Claim) {
	for _, add := range claims {
		if !slices.Contains(c.Evidence, add) {
			c.Evidence = append(c.Evidence, add)
		}
	}
}

func (c *Cause) addAgainst(claims ...Claim) { c.Against = append(c.Against, claims...) }

// When returns since when the trouble lasts, as of at: "changed 5m ago"; "" if it is not known.
func (c Cause) When(at time.Time) string {
	if c.Since == nil {
		return ""
	}
	ago := wording.Lasted(at.Sub(c.Since.Time)) + " ago"
	switch c.Onset {
	case OnsetStart:
		return "since its start " + ago
	case OnsetLater:
		return "since at most " + ago + "; the pod ran well before"
	case OnsetChange:
		return "changed " + ago
	}
	return "since " + ago
}

// Workload names the root controller of a pod.
type Workload struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	// Revision is the number or name of the revision that the pod is of.
	Revision string `json:"revision,omitempty"`
}

// Item is one container that thrashes, is blocked, gave up or lately did. Of a
// Job or CronJob it is the container of the latest failing pod, and pod and
// container are empty if that is gone.
type Item struct {
	// Context names the cluster or bundle, if several were read at once.
	Context         string               `json:"context,omitempty"`
	Namespace       string               `json:"namespace"`
	Pod             string               `json:"pod,omitempty"`
	Node            string               `json:"node,omitempty"`
	Container       string               `json:"container,omitempty"`
	ContainerType   pod.Type             `json:"containerType,omitempty"`
	Image           string               `json:"image,omitempty"`
	ImageID         string               `json:"imageID,omitempty"`
	Workload        *Workload            `json:"workload,omitempty"`
	Status          Status               `json:"status"`
	State           string               `json:"state"` // as kubectl names it: "CrashLoopBackOff"
	Restarts        int32                `json:"restarts"`
	LastTermination *backoff.Termination `json:"lastTermination,omitempty"`
	Backoff         backoff.Schedule     `json:"backoff"`
	// NextRun is when the CronJob that it belongs to runs next; nil for anything
	// else, and if that is not known.
	NextRun  *snapshot.Time  `json:"nextRun,omitempty"`
	Timeline []backoff.Entry `json:"timeline"`
	// Lives describes what the known runs have in common.
	Lives string `json:"-"`
	// Notes are plain sentences about what Backoff rests on.
	Notes     []string `json:"-"`
	Cause     Cause    `json:"cause"`
	NextSteps []string `json:"nextSteps"`
	// Labels are those of the pod.
	Labels map[string]string `json:"-"`
	// At is the time as of which the item was judged.
	At time.Time `json:"-"`
}
