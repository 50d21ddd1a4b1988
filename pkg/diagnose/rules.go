package diagnose

import (
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// rule judges a case by the parts it needs, and returns nil if they do not
// carry a verdict.
type rule struct {
	name  string // as Cause.Rule has it
	about string
	judge func(*caseFile) *Cause
}

// rules are asked in order, and the first that answers decides: what the API
// reports comes before the log, and that before what changed. The later ones rest
// on conventions, and only judge what nothing else explains. It is a function
// because some rules ask for the verdicts of other cases, and so for the rules.
func rules() []rule {
	return []rule{
		{"image-pull", "the image cannot be pulled", imagePull},
		{"create-container", "the container cannot be created", createContainer},
		{"pod-setup", "volumes or sandbox cannot be set up", setup},
		{"job-without-pods", "a Job failed and its pods are not there", goneJob},
		{"node-lost-pod", "the node ended or lost the pod", lostNode},
		{"oom-killed", "the kernel killed it for its memory", outOfMemory},
		{"kubelet-stopped", "the kubelet stopped it, not for a probe", kubeletStopped},
		{"probe", "the kubelet killed it for a probe", probeKill},
		{"post-start-hook", "its postStart hook fails", postStart},
		{"start-error", "the process cannot be started", startError},
		{ruleHeap, "it ran out of a heap of its own", heapFull},
		{"exit-zero", "it exits with code 0", cleanExit},
		{"signal", "a signal ended it", killed},
		{"one-node", "it crashes on one node only", oneNode},
		{"dependency", "its log reports that something it needs fails", dependency},
		{"configuration", "its log reports that what it was given is wrong", misconfigured},
		{"mounted-script", "code that a ConfigMap or Secret mounts fails", mountedScript},
		{"broken-service", "its log names what the cluster shows broken", unreachable},
		{"host", "its log reports that its node lacks something", hostLacks},
		{"named-setting", "its log names a setting and its value", pointed},
		{"change", "it crashes since a change", defect},
		{"named-module", "a setting names what the image does not have", named},
		{"platform", "it is built for another platform", otherPlatform},
		{"image-lacks", "its loader does not find code in the image", imageLacks},
		{"refusal", "it objects at its start to what it seems to be given", refusal},
		{"exit-code", "its exit code has a meaning by convention", usage},
	}
}

// The rules that decide if no other does.
const (
	ruleUndetermined = "undetermined"
	ruleCircular     = "circular"
)

// ruleHeap is the rule of programs that run out of a heap of their own.
const ruleHeap = "heap"

// verdict judges a case once. A case that depends on itself, over others, is
// undetermined to the one that asks.
func (q *inquiry) verdict(f *caseFile) *Cause {
	if f.cause != nil {
		return f.cause
	}
	if q.busy[f] { // not kept in the case: its own verdict is still to come
		return &Cause{
			Category: Undetermined, Rule: ruleCircular, Confidence: Low,
			Summary: "circular dependency: it waits for a workload that waits for it",
		}
	}
	q.busy[f] = true
	defer delete(q.busy, f)
	const shown = 12 // lines
	cause := f.judge()
	f.date(cause)
	f.refuse(cause)
	f.doubt(cause)
	cause.Words = f.read.Excerpt(shown)
	f.cause = cause
	return cause
}

// judge asks the rules.
func (f *caseFile) judge() *Cause {
	for _, rule := range rules() {
		if cause := rule.judge(f); cause != nil {
			cause.Rule = rule.name
			return cause
		}
	}
	cause := undetermined(f)
	cause.Rule = ruleUndetermined
	return cause
}

// date records since when the container is in trouble, unless the rule did. It is not asked of what
// is over, nor of Jobs, whose pods come one after the other.
func (f *caseFile) date(cause *Cause) {
	if cause.Onset != "" || f.Pod == "" || f.job != nil || (f.Status != Thrashing && f.Status != Blocked) {
		return
	}
	began := f.course.began()
	if began.IsZero() || f.s.At.Before(began) { // no times in a file, or a clock that is behind
		return
	}
	cause.Onset = OnsetStart
	if made := f.c.Pod.CreationTimestamp.Time; began.Sub(made) < time.Minute {
		began = made // which is what other columns count from
	}
	late := f.course.ranWell()
	if late > 0 {
		cause.Onset = OnsetLater
	}
	cause.Since = snapshot.NewTime(began.Add(late))
}
