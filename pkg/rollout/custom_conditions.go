package rollout

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// readyTypes are the conditions that report whether an object does what it is
// for, the first that it has counts.
var readyTypes = []string{"Ready", "Available"}

// meaning is what a condition of an object of an unknown kind means. An empty
// reason or group stands for all of them.
type meaning struct {
	kind, status string
	reason       string // which the condition's reason is or ends with
	group        string // of the object
	unready      bool   // only if the object has no condition of readyTypes
	phase        Phase
}

// meanings are in the order in which they decide: the end of what runs once, what
// holds it, then what goes on.
//
// Failed, Complete, Completed and Succeeded are those of Jobs and of the kinds made after
// them (k8s.io/api batch/v1, sigs.k8s.io/jobset v1alpha2, github.com/kubeflow/trainer v1,
// github.com/openkruise/kruise apps/v1beta1). In Tekton Succeeded is False once a run
// failed and Unknown before (github.com/tektoncd/pipeline docs/pipelineruns.md).
//
// Stalled and Reconciling are those of kstatus (sigs.k8s.io/cli-utils
// pkg/kstatus/README.md), Degraded and Progressing those of operators
// (github.com/openshift/api config/v1), Synced that of Crossplane
// (github.com/crossplane/crossplane-runtime apis/common), NotReady and ReconciliationPaused those of
// Strimzi, where any reason but Creating is the exception that a reconciliation ended with
// (github.com/strimzi/strimzi-kafka-operator operator-common StatusUtils.java), InvalidSpec and the reason RolloutAborted
// those of Argo Rollouts and its likes, Healthy that of packages of Crossplane, and FailedScale, FailedUpdate,
// FailedCreatePod and FailedUpdatePod those of OpenKruise.
var meanings = []meaning{
	{kind: "Failed", status: "True", phase: Failed},
	{kind: "Succeeded", status: "False", group: "tekton.dev", phase: Failed},
	{kind: "Complete", status: "True", reason: "Failed", phase: Failed}, // ended, as in github.com/mariadb-operator
	{kind: "Completed", status: "True", reason: "Failed", phase: Failed},
	{kind: "Complete", status: "True", unready: true, phase: Complete},
	{kind: "Completed", status: "True", unready: true, phase: Complete},
	{kind: "Succeeded", status: "True", unready: true, phase: Complete},

	{kind: "Suspended", status: "True", phase: Paused},
	{kind: "Paused", status: "True", phase: Paused},
	{kind: "ReconciliationPaused", status: "True", phase: Paused},
	{kind: "Synced", status: "False", reason: "ReconcilePaused", phase: Paused},
	{kind: "Stopped", status: "True", group: "serving.kserve.io", phase: Paused},
	{kind: "cnpg.io/hibernation", status: "True", phase: Paused},

	{kind: "Progressing", status: "False", group: "apps.openshift.io", phase: Failed},
	{kind: "Stalled", status: "True", phase: Stalled},
	{kind: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", phase: Stalled},

	{kind: "Progressing", status: "Unknown", group: "apps.openshift.io", phase: Progressing},
	{kind: "Ready", status: "False", group: "serving.knative.dev", phase: Degraded},
	{kind: "Degraded", status: "True", phase: Degraded},
	{kind: "InvalidSpec", status: "True", phase: Degraded},
	{kind: "Progressing", status: "False", reason: "Aborted", phase: Degraded},
	{kind: "Healthy", status: "False", phase: Degraded},
	{kind: "Synced", status: "False", reason: "ReconcileError", phase: Degraded},
	{kind: "ReplicaFailure", status: "True", phase: Degraded},
	{kind: "FailedScale", status: "True", phase: Degraded},
	{kind: "FailedUpdate", status: "True", phase: Degraded},
	{kind: "FailedCreatePod", status: "True", phase: Degraded},
	{kind: "FailedUpdatePod", status: "True", phase: Degraded},

	{kind: "Reconciling", status: "True", phase: Progressing},
	{kind: "NotReady", status: "True", reason: "Creating", phase: Progressing},
	{kind: "NotReady", status: "True", group: "kafka.strimzi.io", phase: Degraded},
	{kind: "NotReady", status: "True", phase: Progressing},
	{kind: "Succeeded", status: "Unknown", group: "tekton.dev", phase: Progressing},
}

// reported returns the phase that the conditions of an object report, in words,
// and an empty one if they report nothing against it.
func reported(o *unstructured.Unstructured) (phase Phase, words string) {
	ready, known := conditionOf(o, readyTypes...)
	failing := known && ready.status == "False" && failedReason.MatchString(ready.reason)
	for _, m := range meanings {
		c, has := conditionOf(o, m.kind)
		if !has || !m.is(c) || !m.of(o) || (m.unready && known) {
			continue
		}
		if m.phase == Progressing && failing && c.reason != "Progressing" {
			break // it tries again what failed
		}
		return m.phase, c.progressWords()
	}
	if p, said := groupPhase(o); p != "" && (p != Complete || !known) {
		return p, said
	}
	progress, moves := conditionOf(o, "Progressing")
	moves = moves && progress.status == "True" && !strings.HasSuffix(progress.reason, "Available")
	if ready.kind == "Ready" { // then Progressing may be left over from an earlier step, as in Rook
		moves = false
	}
	switch {
	case failing:
		return Degraded, ready.words()
	case moves: // better than the message of Available, which LeaderWorkerSet leaves as it was when it was True
		return Progressing, progress.progressWords()
	case known && !ready.ok:
		return Progressing, ready.words()
	}
	return "", ""
}

// is reports whether a condition has the status and the reason of a meaning.
func (m meaning) is(c readiness) bool {
	return c.status == m.status && strings.HasSuffix(c.reason, m.reason)
}

// of reports whether a meaning holds for the API group of an object.
func (m meaning) of(o *unstructured.Unstructured) bool {
	return m.group == "" || m.group == group(o.GetAPIVersion())
}

// failedReason matches reasons of a condition that report an error, such as ReconcileError,
// ArtifactFailed and ErrRegisterACMEAccount: the controller has tried, and tries again.
// Argo CD takes most of their kinds for degraded (github.com/argoproj/argo-cd resource_customizations).
var failedReason = regexp.MustCompile(`^Err[A-Z]|(?:^|[a-z.])(?:Failed|Failure|Error|Errored|Invalid|Unreachable|Terminal)(?:[A-Z]|$)`)

// behind reports whether the controller of o has not seen its last change: by
// what the whole status reports, or else its condition of readyTypes
// (k8s.io/apimachinery meta/v1 Condition). Controllers of Flux write the first when they
// are done, and have seen before what the condition is about.
func behind(o *unstructured.Unstructured) bool {
	c, known := conditionOf(o, readyTypes...)
	if known && c.seen > 0 && c.seen >= o.GetGeneration() {
		return false
	}
	if seen, has, err := unstructured.NestedInt64(o.Object, "status", "observedGeneration"); has && err == nil {
		return seen < o.GetGeneration()
	}
	return known && c.seen > 0
}

// readiness is a condition of an object that reports how far it is.
type readiness struct {
	kind, status, reason, message string
	seen                          int64 // observedGeneration, 0 if it is not reported
	ok                            bool
}

// words returns the condition in a sentence; its reason and message only if it is not met, or if
// its name does not show what it means.
func (r readiness) words() string {
	so := "condition " + r.kind + " is " + cmp.Or(r.status, "empty")
	if r.ok && slices.Contains(readyTypes, r.kind) {
		return so
	}
	if r.reason != "" {
		so += ": " + r.reason
	}
	if r.message != "" {
		so += ": " + brief(r.message)
	}
	return so
}

// progressWords returns the message of a condition that reports progress, which
// is a sentence of its own, else the condition in words.
func (r readiness) progressWords() string {
	if r.kind == "Progressing" && r.status != "False" && r.message != "" {
		return brief(r.message)
	}
	return r.words()
}

// conditions returns the conditions of o, as far as they are well formed.
func conditions(o *unstructured.Unstructured) []readiness {
	list, _, err := unstructured.NestedSlice(o.Object, "status", "conditions")
	if err != nil {
		return nil
	}
	var out []readiness
	for _, item := range list {
		c, _ := item.(map[string]any) // malformed: a nil map, which has no fields
		if r := conditionIn(c); r.kind != "" {
			out = append(out, r)
		}
	}
	return out
}

// conditionIn returns a condition with the fields that are there and of the right type.
func conditionIn(c map[string]any) readiness {
	var r readiness
	r.kind, _ = c["type"].(string)
	r.status, _ = c["status"].(string)
	r.reason, _ = c["reason"].(string)
	r.message, _ = c["message"].(string)
	r.seen, _ = c["observedGeneration"].(int64)
	r.ok = r.status == "True"
	return r
}

// conditionOf returns the first condition of o that has one of the types, in their
// order, false if it has none.
func conditionOf(o *unstructured.Unstructured, types ...string) (readiness, bool) {
	list := conditions(o)
	for _, kind := range types {
		for _, c := range list {
			if c.kind == kind {
				return c, true
			}
		}
	}
	return readiness{}, false
}

// phaseFields are where objects without conditions report in one word how far
// they are. The last three are those of Volcano, Spark and Ray.
var phaseFields = [][]string{
	{"status", "phase"},
	{"status", "state"},
	{"status", "state", "phase"},
	{"status", "applicationState", "state"},
	{"status", "jobDeploymentStatus"},
}

// phaseWords are what those words mean, if they mean the same in every kind. Running
// is none of them: a service that runs is complete, and a batch is not. Nor is Ready:
// Elasticsearch is in that phase whatever its health (github.com/elastic/cloud-on-k8s).
var phaseWords = map[string]Phase{
	"failed": Failed, "failure": Failed, "error": Failed,
	"degraded": Degraded, "unhealthy": Degraded,
	"pending": Progressing, "creating": Progressing, "initializing": Progressing, "provisioning": Progressing,
	"deploying": Progressing, "installing": Progressing, "progressing": Progressing, "reconciling": Progressing,
	"updating": Progressing, "upgrading": Progressing, "scaling": Progressing, "restarting": Progressing,
	"scalingup": Progressing, "scalingdown": Progressing,
	"paused": Paused, "suspended": Paused,
	"succeeded": Complete, "complete": Complete, "completed": Complete,
}

// phaseField returns the first of phaseFields that holds a word, and the word;
// both are empty if none does.
func phaseField(o *unstructured.Unstructured) (name, word string) {
	for _, path := range phaseFields {
		if word := field[string](o, path...); word != "" {
			return strings.Join(path, "."), word
		}
	}
	return "", ""
}

// unclear returns what an object reports whose phase cannot be found from it.
func unclear(o *unstructured.Unstructured, pods int) string {
	kind := o.GetKind()
	status, has, err := unstructured.NestedMap(o.Object, "status")
	if err != nil || !has || len(status) == 0 {
		return kind + " has no status"
	}
	words := []string{kind + " does not report whether it is ready"}
	if name, word := phaseField(o); word != "" {
		words = append(words, name+" is "+brief(word))
	}
	words = append(words, wording.First(states(o), 3, "and %d more")...)
	if pods > 0 {
		words = append(words, "its pods have ended")
	}
	return strings.Join(words, ", ")
}

// states returns each condition of o with its status: "condition Synced is True".
func states(o *unstructured.Unstructured) []string {
	var out []string
	for _, c := range conditions(o) {
		out = append(out, fmt.Sprintf("condition %s is %s", c.kind, cmp.Or(c.status, "empty")))
	}
	return out
}

// joined joins two parts of a sentence, of which one may be empty.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}
