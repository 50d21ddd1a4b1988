package backoff

import (
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Kind reports which of the kubelet's clocks a container waits for.
type Kind string

// The kinds of waiting.
const (
	KindCrash     Kind = "crash"      // CrashLoopBackOff, also while the API still reports terminated
	KindImagePull Kind = "image-pull" // the image's own back-off
	KindRetry     Kind = "retry"      // tried again at every sync of the pod, without growth
	KindNone      Kind = "none"       // nothing is restarted
)

// Basis names the source of the figures of a Schedule, best first.
type Basis string

// The bases of a Schedule.
const (
	BasisMessage    Basis = "kubelet-message"  // the wait that the kubelet itself states
	BasisServed     Basis = "served-gap"       // the pause before the last start shows the step
	BasisTerminated Basis = "terminated-state" // the end of the last run and what is known of the first steps
	BasisSimulated  Basis = "simulated"        // the kubelet's algorithm run forward with the observed lifetime, or bounds of it
	BasisNone       Basis = "none"             // nothing to compute
)

// PolicySource is how a Policy is known.
type PolicySource string

// The sources of a Policy.
const (
	PolicyDefault PolicySource = "default" // the kubelet's built-in figures
	PolicyMessage PolicySource = "message" // deduced from a wait that a kubelet stated
	PolicyNode    PolicySource = "node"    // the node's own configuration
	PolicyServed  PolicySource = "served"  // deduced from pauses that fit no built-in step
)

// Policy is a back-off curve: the first wait, doubled at every restart up to Max.
type Policy struct {
	Initial snapshot.Duration `json:"initial"`
	Max     snapshot.Duration `json:"max"`
	Source  PolicySource      `json:"source"`
}

// Schedule is the back-off of one container at one time. What is not known
// is nil.
type Schedule struct {
	Kind Kind `json:"kind"`
	// Current is the wait being served, counted from the end of the last run.
	Current *snapshot.Duration `json:"current,omitempty"`
	// NotBefore and ExpectedBy bound the next start of a container that waits.
	// They are nil for one that runs. At may lie past ExpectedBy: see Overdue.
	NotBefore  *snapshot.Time `json:"notBefore,omitempty"`
	ExpectedBy *snapshot.Time `json:"expectedBy,omitempty"`
	// Next is the wait after the next exit: of a running container if it exited
	// now, of a waiting one if it exits soon after its next start.
	Next *snapshot.Duration `json:"next,omitempty"`
	// ResetsAt is when the kubelet forgets the series, unless another restart
	// comes first.
	ResetsAt *snapshot.Time `json:"resetsAt,omitempty"`
	Basis    Basis          `json:"basis"`
	Policy   Policy         `json:"policy,omitzero"`
	// NodeDown reports that the node is not ready: its kubelet may start nothing.
	NodeDown bool `json:"-"`
}

// Overdue reports whether the start should have happened before at, yet the
// container still waits: a slow image pull or a kubelet that hangs.
func (s Schedule) Overdue(at time.Time) bool {
	return s.ExpectedBy != nil && at.After(s.ExpectedBy.Time)
}

// Event names what a timeline entry reports.
type Event string

// The events of a timeline. Compute makes the first four; rollout and
// configuration changes are known to others, who add them.
const (
	EventStarted       Event = "started"
	EventExited        Event = "exited"
	EventWaiting       Event = "waiting"
	EventProbeFailed   Event = "probe-failed"
	EventRollout       Event = "rollout"
	EventConfigChanged Event = "config-changed"
)

// Evidence distinguishes fact from deduction.
type Evidence string

// The bases of a timeline entry.
const (
	Observed      Evidence = "observed"
	Reconstructed Evidence = "reconstructed"
)

// Entry is one thing that happened to a container: at an instant, or somewhere
// between From and To (observed several times, or reconstructed).
type Entry struct {
	At       *snapshot.Time     `json:"at,omitempty"`
	From     *snapshot.Time     `json:"from,omitempty"`
	To       *snapshot.Time     `json:"to,omitempty"`
	Event    Event              `json:"event"`
	Basis    Evidence           `json:"basis"`
	Reason   string             `json:"reason,omitempty"`   // Error, OOMKilled, CrashLoopBackOff, Unhealthy …
	ExitCode *int32             `json:"exitCode,omitempty"` // of exited
	RanFor   *snapshot.Duration `json:"ranFor,omitempty"`   // of exited
	Wait     *snapshot.Duration `json:"wait,omitempty"`     // of waiting: the step; of started: the pause before it
	Count    int32              `json:"count,omitempty"`    // of several alike: at least this many
	Message  string             `json:"message,omitempty"`  // as the kubelet wrote it; untrusted text
	Label    string             `json:"-"`                  // of rollout: the revision, to stand beside a mark
	Source   string             `json:"source,omitempty"`   // "state", "lastState", "event Started" …
}

// Termination is the last end of a container.
type Termination struct {
	Reason     string             `json:"reason"`
	ExitCode   int32              `json:"exitCode"`
	Signal     string             `json:"signal,omitempty"` // SIGKILL …: by convention of the exit code
	Meaning    string             `json:"meaning"`
	StartedAt  *snapshot.Time     `json:"startedAt,omitempty"`
	FinishedAt *snapshot.Time     `json:"finishedAt,omitempty"`
	RanFor     *snapshot.Duration `json:"ranFor,omitempty"`
	Message    string             `json:"message,omitempty"` // written by the program; untrusted text
}

// Pattern is what the known lifetimes of a container have in common.
type Pattern string

// The patterns of lifetimes.
const (
	PatternUnknown      Pattern = ""              // fewer than two runs are known, and none was instant
	PatternInstant      Pattern = "instant"       // never longer than a second
	PatternConstant     Pattern = "constant"      // about the same each time
	PatternGrowing      Pattern = "growing"       // each longer than the one before
	PatternVaries       Pattern = "varies"        // neither
	PatternNeverStarted Pattern = "never-started" // every known try failed to start
	PatternClock        Pattern = "clock"         // they end at multiples of five minutes, or of a longer period, of the clock
)

// Lifetimes sums up how long the known runs lasted.
type Lifetimes struct {
	Pattern Pattern         // what they have in common
	Runs    []time.Duration // oldest first, whole seconds
	// Going reports that the last of Runs is still under way: its length is that so far.
	Going bool
	// Deduced reports that only one run is known. Pattern is then a guess: runs
	// like this one would explain the number of restarts.
	Deduced bool
	// Ends are the times of the exits that follow the clock, if Pattern is PatternClock.
	Ends []time.Time
}

// State is everything that Compute returns of one container.
type State struct {
	Schedule        Schedule     `json:"backoff"`
	Timeline        []Entry      `json:"timeline"`
	LastTermination *Termination `json:"lastTermination,omitempty"`

	// Lifetimes are the runs that are known.
	Lifetimes Lifetimes `json:"-"`
	// ProbeKilled reports that a liveness or startup probe ended the last run: an
	// event reports it, or reports it of earlier runs that ended alike.
	ProbeKilled bool `json:"-"`
	// KubeletRestarted is when the kubelet last started, as far as the events show;
	// zero: not known. The series of every container was forgotten then.
	KubeletRestarted time.Time `json:"-"`
	// Notes are plain sentences about what the figures rest on, for people.
	Notes []string `json:"-"`
}

// Options is what a caller may know beside the objects.
type Options struct {
	// Policy is the node's curve, from its configuration or from Learn; the zero
	// value: not known.
	Policy Policy
}
