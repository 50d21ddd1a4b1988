package redact

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Evidence returns a snapshot whose free text, which is logs, messages of
// container states, conditions and events, has no credentials in it. Whole
// texts are redacted here, so that a verdict can quote any line of them: a line
// of a private key alone is not known for what it is. It changes nothing in s.
func Evidence(s *snapshot.Snapshot) *snapshot.Snapshot {
	out := *s
	out.Logs = make(map[snapshot.LogKey]snapshot.Log, len(s.Logs))
	for key, log := range s.Logs {
		log.Text, _ = Text(log.Text)
		out.Logs[key] = log
	}
	out.Events = slices.Clone(s.Events)
	for i, e := range s.Events {
		if text, n := Text(e.Message); n > 0 {
			shown := *e
			shown.Message = text
			out.Events[i] = &shown
		}
	}
	out.Pods = slices.Clone(s.Pods)
	for i, pod := range s.Pods {
		out.Pods[i] = podEvidence(pod)
	}
	return &out
}

// podEvidence returns the pod itself if its status has no credentials.
func podEvidence(pod *corev1.Pod) *corev1.Pod {
	status := pod.Status
	status.Conditions = slices.Clone(status.Conditions)
	hidden := textOf(&status.Message)
	for i := range status.Conditions {
		hidden += textOf(&status.Conditions[i].Message)
	}
	for _, list := range []*[]corev1.ContainerStatus{&status.InitContainerStatuses, &status.ContainerStatuses, &status.EphemeralContainerStatuses} {
		*list = slices.Clone(*list)
		for i := range *list {
			c := &(*list)[i]
			hidden += stateEvidence(&c.State) + stateEvidence(&c.LastTerminationState)
		}
	}
	if hidden == 0 {
		return pod
	}
	shown := *pod
	shown.Status = status
	return &shown
}

// stateEvidence replaces the state's parts that have credentials in them by
// copies without, and returns the number of credentials.
func stateEvidence(state *corev1.ContainerState) int {
	hidden := 0
	if state.Waiting != nil {
		waiting := *state.Waiting
		hidden += textOf(&waiting.Message)
		state.Waiting = &waiting
	}
	if state.Terminated != nil {
		terminated := *state.Terminated
		hidden += textOf(&terminated.Message)
		state.Terminated = &terminated
	}
	return hidden
}

// textOf redacts a text in place and returns the number of credentials.
func textOf(text *string) int {
	shown, n := Text(*text)
	*text = shown
	return n
}
