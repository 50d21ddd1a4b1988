package rollout

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// groupWord is what a word in a field of the status means in the kinds of one API group.
type groupWord struct {
	group  string
	field  []string
	words  map[string]Phase // in lower case
	during string           // what status.phase has to be; empty: anything
}

// groupWords are the words of Canaries of Flagger (github.com/fluxcd/flagger
// pkg/apis/flagger/v1beta1/status.go), of Applications of KubeVela, whose condition Ready is true
// also while they are unhealthy (github.com/kubevela/kubevela apis/core.oam.dev/common/types.go),
// of BroadcastJobs (github.com/openkruise/kruise apis/apps/v1alpha1/broadcastjob_types.go, v1.8),
// and of Rollouts of OpenKruise, which wait in a step for somebody or for a time, and once they
// are disabled see no change (github.com/openkruise/rollouts api/v1beta1/rollout_types.go).
var groupWords = []groupWord{
	{group: "flagger.app", field: []string{"status", "phase"}, words: map[string]Phase{
		"initialized": Complete, "waiting": Paused, "waitingpromotion": Paused, "promoting": Progressing, "finalising": Progressing,
		"terminating": Progressing,
	}},
	{group: "core.oam.dev", field: []string{"status", "status"}, words: map[string]Phase{
		"starting": Progressing, "rendering": Progressing, "generatingpolicy": Progressing, "runningworkflow": Progressing,
		"workflowsuspending": Paused, "workflowterminated": Failed, "workflowfailed": Failed, "running": Complete,
		"unhealthy": Degraded, "deleting": Progressing,
	}},
	{group: "apps.kruise.io", field: []string{"status", "phase"}, words: map[string]Phase{"running": Progressing}},
	{group: "rollouts.kruise.io", field: []string{"status", "phase"}, words: map[string]Phase{
		"disabled": Paused, "disabling": Progressing, "terminating": Progressing,
	}},
	{group: "rollouts.kruise.io", field: []string{"status", "canaryStatus", "currentStepState"}, words: stepPaused, during: "Progressing"},
	{group: "rollouts.kruise.io", field: []string{"status", "blueGreenStatus", "currentStepState"}, words: stepPaused, during: "Progressing"},
}

// stepPaused is how a Rollout of OpenKruise reports that the step under way waits.
var stepPaused = map[string]Phase{"steppaused": Paused}

// groupPhase returns the phase that the word of its group gives an object, and the word in a
// sentence; both are empty if it has none.
func groupPhase(o *unstructured.Unstructured) (phase Phase, words string) {
	for _, g := range groupWords {
		if p, word := g.phaseOf(o); p != "" {
			return p, joined(strings.Join(g.field, ".")+" is "+word, brief(field[string](o, "status", "message")))
		}
	}
	return "", ""
}

// phaseOf returns the phase and the word that an object of the group has in the field.
func (g groupWord) phaseOf(o *unstructured.Unstructured) (Phase, string) {
	if g.group != group(o.GetAPIVersion()) || (g.during != "" && field[string](o, "status", "phase") != g.during) {
		return "", ""
	}
	word := field[string](o, g.field...)
	return g.words[strings.ToLower(word)], word
}
