package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/owners"
)

// canary works out the steps and weights of a canary (NewRolloutInfo in
// pkg/kubectl-argo-rollouts/info/rollout_info.go, GetCurrentSetWeight in
// utils/replicaset/canary.go, argo-rollouts v1.9).
func (a *argoRollout) canary() {
	steps := a.steps()
	index := count32(a.object, "status", "currentStepIndex")
	if a.w.Strategy.Type != "Canary" || len(steps) == 0 || index == nil {
		return
	}
	a.argo.Steps = ptr(int32(len(steps)))
	a.argo.StepsDone = index
	a.argo.Step = stepName(a.step())
	a.argo.SetWeight = a.setWeight(steps, int(*index))
	a.argo.ActualWeight = a.actualWeight(int(*index) >= len(steps))
}

// stepName returns what a canary step does: "pause", "setWeight: 20".
func stepName(step *unstructured.Unstructured) string {
	for _, key := range slices.Sorted(maps.Keys(step.Object)) {
		switch v := step.Object[key].(type) {
		case int64:
			return fmt.Sprintf("%s: %d", key, v)
		case map[string]any:
			if lasts, has := v["duration"]; has {
				return fmt.Sprintf("%s: %v", key, lasts)
			}
		}
		return key
	}
	return ""
}

// setWeight returns the weight that the steps up to index want.
func (a *argoRollout) setWeight(steps []any, index int) *int32 {
	if field[bool](a.object, "status", "abort") {
		return ptr[int32](0)
	}
	if index >= len(steps) {
		return ptr[int32](100)
	}
	for i := index; i >= 0; i-- {
		step, ok := steps[i].(map[string]any)
		if !ok {
			continue
		}
		if weight, ok := step["setWeight"].(int64); ok {
			return ptr(int32(weight))
		}
	}
	return ptr[int32](0)
}

// actualWeight returns the weight that the canary has, nil if that is unknown.
func (a *argoRollout) actualWeight(done bool) *int32 {
	if done {
		return ptr[int32](100)
	}
	_, routed, err := unstructured.NestedMap(a.object.Object, "spec", "strategy", "canary", "trafficRouting")
	if routed && err == nil {
		return count32(a.object, "status", "canary", "weights", "canary", "weight")
	}
	now, ok := a.w.Current()
	if !ok || now.Available == nil || a.available == 0 {
		return nil
	}
	return ptr(*now.Available * 100 / a.available)
}

// runs adds the AnalysisRuns and Experiments that n owns, newest first. The
// status repeats those that count now.
func (a *argoRollout) runs(n *owners.Node) {
	owned := ownedRuns(n)
	a.argo.Runs = append(owned, a.namedRuns(owned)...)
}

// ownedRuns returns the AnalysisRuns and Experiments that n owns, newest first.
func ownedRuns(n *owners.Node) []ArgoRun {
	var runs []ArgoRun
	for _, c := range n.Children {
		if o, ok := c.Object.(*unstructured.Unstructured); ok && group(c.Ref.APIVersion) == "argoproj.io" {
			runs = append(runs, runOf(c.Ref, o))
		}
	}
	slices.SortFunc(runs, func(x, y ArgoRun) int {
		return cmp.Or(y.createdAt.Compare(x.createdAt), cmp.Compare(x.Name, y.Name))
	})
	return runs
}

// runOf returns an AnalysisRun or Experiment, which report their phase in the same fields.
func runOf(ref owners.Ref, o *unstructured.Unstructured) ArgoRun {
	return ArgoRun{
		Kind: ref.Kind, Name: ref.Name, Phase: field[string](o, "status", "phase"), Message: field[string](o, "status", "message"),
		createdAt: o.GetCreationTimestamp().Time,
	}
}

// analysisFields are where the status of a Rollout repeats its current AnalysisRuns
// (CanaryStatus and BlueGreenStatus in github.com/argoproj/argo-rollouts
// pkg/apis/rollouts/v1alpha1/types.go).
var analysisFields = [][]string{
	{"status", "canary", "currentStepAnalysisRunStatus"},
	{"status", "canary", "currentBackgroundAnalysisRunStatus"},
	{"status", "blueGreen", "prePromotionAnalysisRunStatus"},
	{"status", "blueGreen", "postPromotionAnalysisRunStatus"},
}

// namedRuns returns the runs that the status names and that are not among those that were read.
func (a *argoRollout) namedRuns(read []ArgoRun) []ArgoRun {
	known := func(name string) bool {
		return name == "" || slices.ContainsFunc(read, func(r ArgoRun) bool { return r.Name == name })
	}
	var runs []ArgoRun
	for _, at := range analysisFields {
		in := func(key string) string { return field[string](a.object, append(slices.Clone(at), key)...) }
		if name := in("name"); !known(name) {
			runs = append(runs, ArgoRun{Kind: "AnalysisRun", Name: name, Phase: in("status"), Message: in("message")})
		}
	}
	if name := field[string](a.object, "status", "canary", "currentExperiment"); !known(name) {
		runs = append(runs, ArgoRun{Kind: "Experiment", Name: name})
	}
	return runs
}

// commands adds the commands that go on from here, or end what is under way.
func (a *argoRollout) commands() {
	unfinished := a.stable != "" && a.stable != a.currentHash
	switch {
	case field[bool](a.object, "status", "abort"):
		a.command("retry", "retry", "rollout")
	case a.w.Phase == Paused:
		a.command("promote", "promote")
		if unfinished {
			a.command("abort", "abort")
		}
	case unfinished && a.hasStatus() && a.w.Phase != Complete:
		a.command("abort", "abort")
	}
}

// command adds one command of the plugin: "kubectl argo rollouts promote web -n shop".
func (a *argoRollout) command(verb string, words ...string) {
	line := command.Kubectl("argo", "rollouts").Words(words...).Name(a.object.GetName()).Namespace(a.object.GetNamespace()).String()
	if line != "" { // a name that no command can carry
		a.argo.Commands = append(a.argo.Commands, ArgoCommand{Verb: verb, Command: line})
	}
}

// stepPause returns how long the current canary step pauses, 0: without end. A manifest may give
// seconds, as a number or as text, or a duration such as 10m.
func (a *argoRollout) stepPause() time.Duration {
	switch d := field[any](a.step(), "pause", "duration").(type) {
	case int64:
		return time.Duration(d) * time.Second
	case string:
		if seconds, err := strconv.Atoi(d); err == nil {
			return time.Duration(seconds) * time.Second
		}
		lasts, _ := time.ParseDuration(d) // not valid: 0
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

// steps returns the canary steps, none if the object has none or they are malformed.
func (a *argoRollout) steps() []any {
	steps, _, err := unstructured.NestedSlice(a.object.Object, "spec", "strategy", "canary", "steps")
	if err != nil {
		return nil
	}
	return steps
}
