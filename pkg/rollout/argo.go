package rollout

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Argo is what the status of an Argo Rollout reports beyond a Deployment's.
type Argo struct {
	// StepsDone of Steps canary steps are done; Step is the one under way.
	StepsDone *int32 `json:"stepsDone,omitempty"`
	Steps     *int32 `json:"steps,omitempty"`
	Step      string `json:"step,omitempty"`
	// SetWeight is the share of traffic in percent that the steps want for the
	// canary, ActualWeight what it gets: as the traffic router reports it, or
	// without a router by pods. Absent: unknown.
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

// argoHash is the label by which Argo Rollouts tells ReplicaSets apart
// (github.com/argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go, v1.9).
const argoHash = "rollouts-pod-template-hash"

// scaleDownDeadline is when the controller scales a ReplicaSet down that no
// longer serves (the same file).
const scaleDownDeadline = "scale-down-deadline"

func isArgoRollout(ref owners.Ref) bool {
	return ref.Kind == "Rollout" && group(ref.APIVersion) == "argoproj.io"
}

// argoRollout is an Argo Rollout with what its phase follows from.
type argoRollout struct {
	w      *Workload
	object *unstructured.Unstructured
	at     time.Time
	argo   *Argo

	phase, message       string // as its controller reports them
	desired, updated     int32
	available            int32
	currentHash, stable  string
	activeHash, previews string
}

// argo fills w with an Argo Rollout, from the status that its controller writes.
func (b *builder) argo(w *Workload, n *owners.Node, o *unstructured.Unstructured) {
	a := &argoRollout{w: w, object: o, at: b.s.At, argo: &Argo{}}
	w.Argo = a.argo
	w.Strategy = Strategy{Type: a.strategy()}
	w.Template = a.template()
	w.counts(o)
	w.Desired = ptr(deref(w.Desired, 1))
	a.desired, a.updated, a.available = *w.Desired, deref(w.Updated, 0), deref(w.Available, 0)
	a.currentHash, a.stable = field[string](o, "status", "currentPodHash"), field[string](o, "status", "stableRS")
	a.activeHash, a.previews = field[string](
		o,
		"status",
		"blueGreen",
		"activeSelector",
	), field[string](
		o,
		"status",
		"blueGreen",
		"previewSelector",
	)
	var owned []Revision
	for _, r := range b.children(n) {
		a.mark(&r, n)
		owned = append(owned, r)
	}
	w.order(owned)
	in := b.argoReading(a, n)
	a.phase, a.message = a.reported()
	a.canary()
	a.runs(n)
	a.judge(in)
	a.commands()
}

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

// mark records what part a revision plays (GetReplicaSetInfo in
// pkg/kubectl-argo-rollouts/info/replicaset_info.go).
func (a *argoRollout) mark(r *Revision, n *owners.Node) {
	if r.Template == nil {
		return
	}
	hash := r.Template.Labels[argoHash]
	if hash == "" {
		return
	}
	r.Current = hash == a.currentHash
	role := func(is bool, name string) {
		if is {
			r.Roles = append(r.Roles, name)
		}
	}
	role(hash == a.stable, "stable")
	role(a.w.Strategy.Type == "Canary" && hash == a.currentHash && hash != a.stable, "canary")
	role(hash == a.activeHash, "active")
	role(hash == a.previews && hash != a.activeHash, "preview")
	for _, c := range n.Children {
		rs, ok := c.Object.(*appsv1.ReplicaSet)
		if !ok || rs.UID != r.UID {
			continue
		}
		if at, err := time.Parse(time.RFC3339, rs.Annotations[scaleDownDeadline]); err == nil && deref(r.Replicas, 0) > 0 {
			r.ScaleDownAt = snapshot.NewTime(at)
		}
	}
}

func (a *argoRollout) hasStatus() bool {
	status, has, err := unstructured.NestedMap(a.object.Object, "status")
	return err == nil && has && len(status) > 0
}

// seen reports whether the controller has seen the last change. Before v0.10
// observedGeneration was a hash (isGenerationObserved in utils/rollout/rolloututil.go).
func (a *argoRollout) seen() bool {
	seen, err := strconv.ParseInt(field[string](a.object, "status", "observedGeneration"), 10, 64)
	return err != nil || seen >= a.object.GetGeneration()
}

// reported returns phase and message as the controller reports them, or, of one
// before v1.0 which does not, as its kubectl plugin works them out
// (GetRolloutPhase and CalculateRolloutPhase in utils/rollout/rolloututil.go).
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

func (a *argoRollout) calculated(pauses bool) (phase, message string) {
	if c, ok := a.condition(func(c map[string]any) bool { return c["type"] == "InvalidSpec" }); ok {
		return "Degraded", fmt.Sprintf("InvalidSpec: %v", c["message"])
	}
	if c, ok := a.condition(func(c map[string]any) bool {
		return c["reason"] == "RolloutAborted" || c["reason"] == "ProgressDeadlineExceeded"
	}); ok {
		return "Degraded", fmt.Sprintf("%v: %v", c["reason"], c["message"])
	}
	switch {
	case field[bool](a.object, "spec", "paused"):
		return "Paused", "manually paused"
	case pauses:
		reason, _ := a.pause()
		return "Paused", reason
	case a.updated < a.desired:
		return "Progressing", "more replicas need to be updated"
	case a.available < a.updated:
		return "Progressing", "updated replicas are still becoming available"
	case a.w.Strategy.Type == "BlueGreen" && a.activeHash != a.currentHash:
		return "Progressing", "active service cutover pending"
	case a.stable == "" || a.stable != a.currentHash:
		return "Progressing", "waiting for all steps to complete"
	}
	return "Healthy", ""
}

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
	c, ok := list[0].(map[string]any)
	if !ok {
		return "", time.Time{}
	}
	reason, _ = c["reason"].(string)
	text, _ := c["startTime"].(string)
	since, err = time.Parse(time.RFC3339, text)
	if err != nil {
		return reason, time.Time{}
	}
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
		w.Phase, w.State = Failed, "aborted"+a.abortedWords()+", "+w.State
	case a.phase == "Paused":
		w.Phase, w.State = Paused, a.pauseWords()+", "+w.State
	case a.phase == "Degraded":
		w.Phase, w.State = a.degraded(), brief(a.message)+", "+w.State
	case a.phase == "Healthy" && a.desired == 0 && deref(count32(a.object, "status", "replicas"), 0) == 0:
		w.Phase, w.State = ScaledToZero, "scaled to zero, no pods left"
	case a.phase == "Healthy" && len(hardOnes(now.Pods)) > 0:
		w.Phase = Degraded
	case a.phase == "Healthy":
		w.Phase, w.State = Complete, w.title()+" is rolled out, "+w.State
	case len(hardOnes(now.Pods)) > 0 && len(hardOnes(now.Pods)) == len(unavailable(now.Pods)):
		w.Phase, w.State = Stalled, a.prefixed()
	default:
		w.Phase, w.State = Progressing, a.prefixed()
	}
	if w.Phase == Complete || w.Phase == ScaledToZero || w.Phase == Paused {
		w.BlockedBy = []Blocker{}
	}
	if in.pods && in.history {
		return
	}
	if w.Phase == Complete {
		w.couldBe(Degraded)
	}
	if w.Phase == Progressing && a.hasStatus() && a.seen() {
		w.couldBe(Stalled)
	}
}

// unavailable returns the pods of a revision that are not ready.
func unavailable(pods []Pod) []Pod {
	var out []Pod
	for _, p := range present(pods) {
		if _, ready := readySince(p.object); !ready || hard(p) {
			out = append(out, p)
		}
	}
	return out
}

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

func (a *argoRollout) countWords() string {
	if a.w.Updated == nil && a.w.Available == nil {
		return fmt.Sprintf("%d pods wanted", a.desired)
	}
	return fmt.Sprintf("%d of %d pods updated, %d available", a.updated, a.desired, a.available)
}

func (a *argoRollout) abortedWords() string {
	words := ""
	if at, err := time.Parse(time.RFC3339, field[string](a.object, "status", "abortedAt")); err == nil {
		words = " " + duration.HumanDuration(a.at.Sub(at)) + " ago"
	}
	_, message := cutReason(a.message)
	if message = brief(message); message != "" {
		words += ": " + message
	}
	return words
}

// pauseWords returns why a Rollout is paused, since when, and what ends that.
func (a *argoRollout) pauseWords() string {
	reason, since := a.pause()
	paused := "paused"
	if !since.IsZero() {
		a.argo.PausedSince = snapshot.NewTime(since)
		paused += " for " + duration.HumanDuration(a.at.Sub(since))
	}
	switch cmp.Or(reason, a.message) {
	case "CanaryPauseStep":
		return paused + " by a canary step" + a.until(since, a.stepPause())
	case "BlueGreenPause":
		seconds := deref(count32(a.object, "spec", "strategy", "blueGreen", "autoPromotionSeconds"), 0)
		return paused + " before promotion, the old revision serves" + a.until(since, time.Duration(seconds)*time.Second)
	case "InconclusiveAnalysisRun":
		return paused + " after an inconclusive AnalysisRun, until it is promoted or aborted"
	case "InconclusiveExperiment":
		return paused + " after an inconclusive Experiment, until it is promoted or aborted"
	case "manually paused":
		return paused + " manually (spec.paused), until it is resumed"
	}
	return paused + ": " + brief(a.message)
}

// until returns what ends a pause that lasts so long, 0 for one without end.
func (a *argoRollout) until(since time.Time, lasts time.Duration) string {
	if lasts == 0 || since.IsZero() {
		return ", until it is promoted"
	}
	if left := since.Add(lasts).Sub(a.at); left > 0 {
		return ", goes on in " + duration.HumanDuration(left)
	}
	return ", its time is over"
}

// stepPause returns how long the current canary step pauses, 0: without end.
func (a *argoRollout) stepPause() time.Duration {
	switch d := field[any](a.step(), "pause", "duration").(type) {
	case int64:
		return time.Duration(d) * time.Second
	case string:
		if seconds, err := strconv.Atoi(d); err == nil {
			return time.Duration(seconds) * time.Second
		}
		lasts, err := time.ParseDuration(d)
		if err != nil {
			return 0
		}
		return lasts
	}
	return 0
}

// step returns the canary step under way, an empty object if there is none.
func (a *argoRollout) step() *unstructured.Unstructured {
	none := &unstructured.Unstructured{Object: map[string]any{}}
	steps := a.steps()
	index := count32(a.object, "status", "currentStepIndex")
	if index == nil || int(*index) >= len(steps) || *index < 0 {
		return none
	}
	step, ok := steps[*index].(map[string]any)
	if !ok {
		return none
	}
	return &unstructured.Unstructured{Object: step}
}

func (a *argoRollout) steps() []any {
	steps, _, err := unstructured.NestedSlice(a.object.Object, "spec", "strategy", "canary", "steps")
	if err != nil {
		return nil
	}
	return steps
}
