package diagnose

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// rule judges a case by the facts it needs, and returns nil where they do not
// speak. Rules are asked in order: what the API states comes before what the
// log says, and that before what changed.
type rule struct {
	name  string
	judge func(*facts) *Cause
}

func rules() []rule {
	return []rule{
		{"the image cannot be pulled", imagePull},
		{"the container cannot be created", createContainer},
		{"volumes or sandbox do not come about", setup},
		{"a Job whose pods are gone", goneJob},
		{"the node lost the pod", lostNode},
		{"killed for memory", outOfMemory},
		{"killed by a probe", probeKill},
		{"the process cannot be started", startError},
		{"the postStart hook fails", postStart},
		{"out of a heap of its own", heapFull},
		{"ends in order", cleanExit},
		{"ended by a signal", killed},
		{"on one node only", oneNode},
		{"something it needs fails", dependency},
		{"what it was given is wrong", misconfigured},
		{"its words name what the cluster shows broken", unreachable},
		{"its words name a setting and its value", pointed},
		{"what changed before", defect},
		{"built for another platform", otherPlatform},
		{"its exit code says that it was told something wrong", usage},
	}
}

// verdict judges a case once. A case that depends on itself, over others, is
// undetermined to the one that asks.
func (r *report) verdict(f *facts) *Cause {
	if f.cause != nil {
		return f.cause
	}
	if r.busy[f] {
		return &Cause{Category: Undetermined, Confidence: Low, Summary: "it waits for what waits for it"}
	}
	r.busy[f] = true
	defer delete(r.busy, f)
	var cause *Cause
	for _, rule := range rules() {
		if cause = rule.judge(f); cause != nil {
			break
		}
	}
	if cause == nil {
		cause = undetermined(f)
	}
	cause.Verdict = cause.Summary
	cause.Summary += f.when(cause)
	f.refuse(cause)
	f.doubt(cause)
	cause.Words = f.read.excerpt(12)
	f.cause = cause
	return cause
}

// when says since when the container is in trouble, where the summary does not.
func (f *facts) when(cause *Cause) string {
	if f.Pod == "" || f.job != nil || (f.Status != Thrashing && f.Status != Blocked) || strings.Contains(cause.Summary, "since ") {
		return ""
	}
	made := f.c.Pod.CreationTimestamp.Time
	age := f.s.At.Sub(made)
	switch late := f.ranWell(); {
	case made.IsZero() || age < 0:
		return ""
	case late > 0:
		return fmt.Sprintf(" (since at most %s ago; the pod ran well before)", wording.Lasted(age-late))
	}
	return fmt.Sprintf(" (since its start %s ago)", wording.Lasted(age))
}

// otherPlatform judges programs that their node's processor cannot run.
func otherPlatform(f *facts) *Cause {
	if f.read.sign != wrongArch {
		return nil
	}
	return &Cause{
		Category: AppConfig, Confidence: Medium, Culprit: f.self(),
		Summary:     "a program of the image is built for another platform than the node's: " + f.read.said(),
		Evidence:    []Claim{f.saidClaim(), f.exitClaim()},
		WouldSettle: []string{"the platforms of the image, beside kubernetes.io/arch of the node"},
	}
}

// goneJob judges a Job that gave up and whose pods are gone.
func goneJob(f *facts) *Cause {
	if f.Pod != "" || f.job == nil {
		return nil
	}
	cause := &Cause{
		Category: Undetermined, Confidence: Low,
		Summary:     fmt.Sprintf("Job %s gave up, and its pods are gone with their logs", f.job.Name),
		WouldSettle: []string{"the log of a failing pod: keep it with restartPolicy Never, or watch the next run"},
		Culprit:     &Culprit{Kind: f.Root.Kind, Namespace: f.Namespace, Name: f.Root.Name},
	}
	for _, c := range f.job.Status.Conditions {
		if c.Type == "Failed" || c.Type == "FailureTarget" {
			cause.Evidence = []Claim{claim("status of Job "+f.job.Name, "%s: %s", c.Reason, c.Message)}
		}
	}
	if t, ok := backedOff(f.s, f.Namespace, f.job.Name+"-", ""); ok {
		cause.Evidence = append(cause.Evidence, claim("events of its pods", "%s", quoted(t.message)))
	}
	return cause
}

// undetermined says what is known where no rule speaks.
func undetermined(f *facts) *Cause {
	cause := &Cause{Category: Undetermined, Confidence: Low, Culprit: f.self()}
	switch {
	case f.death == nil && f.c.Status.RestartCount > 0:
		cause.Summary = "it restarted, but the API does not tell how its last run ended"
	case f.death == nil:
		cause.Summary = "it waits: " + f.c.State()
	default:
		cause.Summary = "it " + f.ended()
		cause.Evidence = []Claim{f.exitClaim()}
	}
	switch {
	case !f.read.known && (f.s.HasGap("pods/log", f.Namespace) || f.unread):
		cause.Summary += "; its log was not read"
		cause.WouldSettle = append(cause.WouldSettle, "the log of the last run")
	case !f.read.known:
		cause.Summary += "; there is no log of the run: it is empty, or was not kept"
		cause.Evidence = append(cause.Evidence, claim("logs", "no log line of the last run is there"))
		cause.WouldSettle = append(cause.WouldSettle, "more logging of the program, or a shell in a copy of the pod (kubectl debug --copy-to)")
	case len(f.read.lines) == 0:
		cause.Summary += "; the log is empty"
		cause.Evidence = append(cause.Evidence, claim(f.read.source, "the log of the run is empty: no log line says why"))
		cause.WouldSettle = append(cause.WouldSettle, "more logging of the program, or a shell in a copy of the pod (kubectl debug --copy-to)")
	default:
		cause.Summary += ": " + f.read.said()
		cause.Evidence = append(cause.Evidence, f.saidClaim())
	}
	for _, l := range f.brokenSettings() {
		cause.WouldSettle = append(cause.WouldSettle, fmt.Sprintf("whether it needs %s at its start, which its settings name: %s", l.title(), l.tail(f)))
	}
	h := f.history
	if h.now != nil && h.former == nil && len(h.crashed) == 0 {
		cause.Evidence = append(cause.Evidence, claim(f.Root.String(), "only one revision is known: whether another image or other settings run well cannot be compared"))
		cause.WouldSettle = append(cause.WouldSettle, "an earlier version of the image under the same settings")
	}
	return cause
}

// refuse tells what looks like the cause and is not.
func (f *facts) refuse(cause *Cause) {
	if f.Pod == "" {
		return
	}
	h := f.history
	if len(h.crashed) > 0 && h.now != nil {
		old := h.crashed[0]
		cause.Against = append(cause.Against, claim(f.Root.String(), "not the rollout of %s: %s crashes, or crashed, as well (%s)", revision(h.now), revision(&old), h.crashes))
	} else if cause.Category != ImageBug && h.good() && h.change.Verdict == rollout.RestartOnly {
		cause.Against = append(cause.Against, claim(f.Root.String(), "not a new template: %s differs from %s by the restart only", revision(h.now), revision(h.former)))
	}
	if n := len(h.healthy); n > 0 && cause.Category != ImageBug && f.Status == Thrashing {
		cause.Against = append(cause.Against, claim("status of pod "+h.healthy[0].Name, "not the image or template alone: %s of the same revision run it well (%s)", wording.Count(n, "pod"), wording.List(podNames(h.healthy))))
	}
	for c := range pod.Containers(f.c.Pod) {
		if c.Spec.Name != f.Name && c.Last() != nil && c.Last().Reason == "OOMKilled" && cause.Category != OutOfMemory {
			cause.Against = append(cause.Against, claim(f.statusSource(), "container %s beside it was OOMKilled; this one was not", c.Spec.Name))
		}
	}
	if said := f.read.sign; cause.Category == Probe && said.category() == Dependency {
		cause.Against = append(cause.Against, claim(f.read.source, "its log tells of a dependency (%s), but the process ran on until the kubelet killed it", f.read.said()))
	}
}

// doubt lowers the confidence where the evidence has gaps.
func (f *facts) doubt(cause *Cause) {
	if f.Pod != "" && f.death != nil && !f.read.known && (cause.Category == ImageBug || cause.Category == AppConfig) && cause.Confidence == High && f.death.Reason != "StartError" {
		cause.Confidence = Medium
	}
	if f.s.HasGap("events", f.Namespace) && cause.Category == ExternalKill {
		cause.Confidence = Low
	}
	if f.read.other && cause.Confidence == High {
		cause.Confidence = Medium
	}
	for _, l := range []*[]Claim{&cause.Evidence, &cause.Against} {
		if *l == nil {
			*l = []Claim{}
		}
	}
	if cause.WouldSettle == nil {
		cause.WouldSettle = []string{}
	}
}
