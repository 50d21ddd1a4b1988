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

var stepPaused = map[string]Phase{"steppaused": Paused}

// groupPhase returns the phase that the word of its group gives an object, and the word in a
// sentence; both are empty if it has none.
func groupPhase(o *unstructured.Unstructured) (phase Phase, words string) {
	for _, g := range groupWords {
		word := field[string](o, g.field...)
		other := g.during != "" && field[string](o, "status", "phase") != g.during
		if g.group != group(o.GetAPIVersion()) || other || g.words[strings.ToLower(word)] == "" {
			continue
		}
		return g.words[strings.ToLower(word)], joined(strings.Join(g.field, ".")+" is "+word, brief(field[string](o, "status", "message")))
	}
	return "", ""
}
