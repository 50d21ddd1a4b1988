package rollout

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// hasStatus reports whether the controller has written a status.
func (a *argoRollout) hasStatus() bool {
	status, has, err := unstructured.NestedMap(a.object.Object, "status")
	return err == nil && has && len(status) > 0
}

// workloadGeneration is the generation of the Deployment that spec.workloadRef
// names, as the controller found it (WorkloadGenerationAnnotation in
// utils/annotations/annotations.go).
const workloadGeneration = "rollout.argoproj.io/workload-generation"

// seen reports whether the controller has seen the last change of the Rollout and
// of the Deployment whose template it uses. Before v0.10 observedGeneration was a
// hash (isGenerationObserved and isWorkloadGenerationObserved in
// utils/rollout/rolloututil.go, v1.9).
func (a *argoRollout) seen() bool {
	seen, err := strconv.ParseInt(field[string](a.object, "status", "observedGeneration"), 10, 64)
	return (err != nil || seen >= a.object.GetGeneration()) && a.workloadSeen()
}

// workloadSeen reports whether the controller has seen the last change of the Deployment whose
// template a Rollout takes over (isWorkloadGenerationObserved in github.com/argoproj/argo-rollouts
// utils/rollout/rolloututil.go).
func (a *argoRollout) workloadSeen() bool {
	wanted, err := strconv.ParseInt(a.object.GetAnnotations()[workloadGeneration], 10, 32)
	if err != nil {
		return true
	}
	seen, err := strconv.ParseInt(field[string](a.object, "status", "workloadObservedGeneration"), 10, 32)
	return err != nil || seen == wanted
}

// reported returns phase and message as the controller reports them.
// Controllers before v1.0 report none; for them it computes both as their
// kubectl plugin does (GetRolloutPhase and CalculateRolloutPhase in
// utils/rollout/rolloututil.go).
func (a *argoRollout) reported() (phase, message string) {
	o := a.object
	pauses, _, err := unstructured.NestedSlice(o.Object, "status", "pauseConditions")
	switch {
	case !a.hasStatus():
		return "Progressing", "no status yet: the Argo Rollouts controller has not seen it"
	case !a.seen():
		return "Progressing", notSeenLast
	case field[bool](o, "status", "controllerPause") && err == nil && len(pauses) == 0:
		return "Progressing", "resumed: the controller has not gone on yet"
	}
	if phase = field[string](o, "status", "phase"); phase != "" {
		return phase, field[string](o, "status", "message")
	}
	return a.calculated(len(pauses) > 0)
}

// calculated returns the phase and message of a Rollout whose status has none, which is so for
// controllers before 1.0, as the clients of Argo do (GetRolloutPhase and CalculateRolloutPhase in
// github.com/argoproj/argo-rollouts utils/rollout/rolloututil.go). pauses reports whether the
// controller paused it.
func (a *argoRollout) calculated(pauses bool) (phase, message string) {
	if c, ok := a.condition(func(c map[string]any) bool { return c["type"] == "InvalidSpec" }); ok {
		return "Degraded", fmt.Sprintf("InvalidSpec: %v", c["message"])
	}
	if c, ok := a.condition(func(c map[string]any) bool {
		return c["reason"] == "RolloutAborted" || c["reason"] == "ProgressDeadlineExceeded"
	}); ok {
		return "Degraded", fmt.Sprintf("%v: %v", c["reason"], c["message"])
	}
	if field[bool](a.object, "spec", "paused") {
		return "Paused", "manually paused"
	}
	if pauses {
		reason, _ := a.pause()
		return "Paused", reason
	}
	if unfinished := a.unfinished(); unfinished != "" {
		return "Progressing", unfinished
	}
	return "Healthy", ""
}

// unfinished returns what a Rollout that is not paused still has to do, in the words of Argo; "" if
// nothing is left.
func (a *argoRollout) unfinished() string {
	switch {
	case a.updated < a.desired:
		return "more replicas need to be updated"
	case a.available < a.updated:
		return "updated replicas are still becoming available"
	case a.w.Strategy.Type == "BlueGreen" && a.activeHash != a.currentHash:
		return "active service cutover pending"
	case a.stable == "" || a.stable != a.currentHash:
		return "waiting for all steps to complete"
	}
	return ""
}

// condition returns the first condition of the status for which is is true.
func (a *argoRollout) condition(is func(map[string]any) bool) (map[string]any, bool) {
	list, _, err := unstructured.NestedSlice(a.object.Object, "status", "conditions")
	if err != nil {
		return nil, false
	}
	for _, item := range list {
		if c, ok := item.(map[string]any); ok && is(c) {
			return c, true
		}
	}
	return nil, false
}

// pause returns why the controller paused, and since when.
func (a *argoRollout) pause() (reason string, since time.Time) {
	list, _, err := unstructured.NestedSlice(a.object.Object, "status", "pauseConditions")
	if err != nil || len(list) == 0 {
		return "", time.Time{}
	}
	c, _ := list[0].(map[string]any) // malformed: a nil map, which has no fields
	reason, _ = c["reason"].(string)
	text, _ := c["startTime"].(string)
	since, _ = time.Parse(time.RFC3339, text) // absent or malformed: zero
	return reason, since
}

// judge decides the phase and the words for it.
func (a *argoRollout) judge(in reading) {
	w := a.w
	w.State = a.countWords()
	now, _ := w.Current()
	w.block(present(now.Pods))
	switch {
	case field[bool](a.object, "status", "abort"):
		w.State = "aborted" + a.abortedWords() + ", " + w.State
		w.Phase = Failed
	case a.phase == "Paused":
		w.State = a.pauseWords() + ", " + w.State
		w.Phase = Paused
		w.BlockedBy = []Blocker{} // it waits for a person or a timer, not for its pods
	case a.phase == "Degraded":
		w.Phase = a.degraded()
		w.State = brief(a.message) + ", " + w.State
	case a.phase == "Healthy":
		a.judgeHealthy(hardOnes(now.Pods))
	default:
		w.State = a.prefixed()
		w.Phase = Progressing
		if allFail(now.Pods) || keepsFailing(now.Pods) { // the controller notices at its deadline, ten minutes later by default
			w.Phase = Stalled
		}
	}
	w.unblockIfDone()
	a.doubts(in)
}

// judgeHealthy judges a Rollout that its controller calls healthy. The controller
// goes by counts, which a pod that is available between two crashes meets too.
func (a *argoRollout) judgeHealthy(hardPods []Pod) {
	w := a.w
	switch {
	case a.desired == 0 && deref(count32(a.object, "status", "replicas"), 0) == 0:
		w.Phase = ScaledToZero
		w.State = w.zeroWords()
	case len(hardPods) > 0:
		w.Phase = Degraded
	default:
		w.State = w.title() + " is rolled out, " + w.State
		w.Phase = Complete
	}
}

// doubts records the phases that could follow from what was not read.
func (a *argoRollout) doubts(in reading) {
	if in.pods && in.history {
		return
	}
	if a.w.Phase == Complete {
		a.w.couldBe(Degraded)
	}
	if a.w.Phase == Progressing && a.hasStatus() && a.seen() {
		a.w.couldBe(Stalled)
	}
}

// allFail reports whether every pod that is not available is in trouble that does not pass.
func allFail(pods []Pod) bool {
	failing := len(hardOnes(pods))
	return failing > 0 && failing == len(unavailable(pods))
}

// unavailable returns the pods of a revision that are not ready.
func unavailable(pods []Pod) []Pod {
	var out []Pod
	for _, p := range present(pods) {
		if _, ready := p.readySince(); !ready || hard(p) {
			out = append(out, p)
		}
	}
	return out
}

// prefixed returns the message of the controller with the counts behind it. Without a status there are
// none to show.
func (a *argoRollout) prefixed() string {
	if !a.hasStatus() || a.message == "" {
		return cmp.Or(a.message, a.w.State)
	}
	return brief(a.message) + ", " + a.w.State
}

// degraded returns the phase of a Rollout that reports Degraded.
func (a *argoRollout) degraded() Phase {
	kind, _ := cutReason(a.message)
	switch kind {
	case "InvalidSpec", "RolloutAborted":
		return Failed
	case "ProgressDeadlineExceeded":
		return Stalled
	}
	return Degraded
}

// cutReason splits a message of the form "Reason: words"; reason is empty if the
// message has none.
func cutReason(message string) (reason, words string) {
	for i, c := range message {
		letter := (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		if c == ':' && i > 0 {
			return message[:i], message[i+1:]
		}
		if !letter {
			break
		}
	}
	return "", message
}
