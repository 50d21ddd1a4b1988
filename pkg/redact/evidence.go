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
	out := Gaps(s)
	out.Logs = make(map[snapshot.LogKey]snapshot.Log, len(s.Logs))
	for key, log := range s.Logs {
		log.Text, _ = Text(log.Text)
		out.Logs[key] = log
	}
	out.Events = slices.Clone(s.Events)
	for i, e := range s.Events {
		if isHiddenIn(e.Message) {
			shown := *e
			hideIn(&shown.Message)
			out.Events[i] = &shown
		}
	}
	out.Pods = slices.Clone(s.Pods)
	for i, pod := range s.Pods {
		if hasSecret(&pod.Status) {
			out.Pods[i] = podEvidence(pod)
		}
	}
	return out
}

// hasSecret reports whether a message of a pod's status has a credential in it.
func hasSecret(status *corev1.PodStatus) bool {
	found := isHiddenIn(status.Message)
	for i := range status.Conditions {
		found = found || isHiddenIn(status.Conditions[i].Message)
	}
	for _, list := range [][]corev1.ContainerStatus{
		status.InitContainerStatuses, status.ContainerStatuses,
		status.EphemeralContainerStatuses,
	} {
		for i := range list {
			for _, state := range []*corev1.ContainerState{&list[i].State, &list[i].LastTerminationState} {
				found = found || (state.Waiting != nil && isHiddenIn(state.Waiting.Message))
				found = found || (state.Terminated != nil && isHiddenIn(state.Terminated.Message))
			}
		}
	}
	return found
}

// isHiddenIn reports whether a text has a credential in it. Objects without any are shared, not copied.
func isHiddenIn(text string) bool { return text != "" && len(find(text, 0)) > 0 }

// podEvidence returns a copy of a pod without credentials in its status.
func podEvidence(pod *corev1.Pod) *corev1.Pod {
	status := pod.Status
	status.Conditions = slices.Clone(status.Conditions)
	hideIn(&status.Message)
	for i := range status.Conditions {
		hideIn(&status.Conditions[i].Message)
	}
	for _, list := range []*[]corev1.ContainerStatus{
		&status.InitContainerStatuses, &status.ContainerStatuses,
		&status.EphemeralContainerStatuses,
	} {
		*list = slices.Clone(*list)
		for i := range *list {
			c := &(*list)[i]
			stateEvidence(&c.State)
			stateEvidence(&c.LastTerminationState)
		}
	}
	shown := *pod
	shown.Status = status
	return &shown
}

// stateEvidence replaces the parts of a state by copies without credentials.
func stateEvidence(state *corev1.ContainerState) {
	if state.Waiting != nil {
		waiting := *state.Waiting
		hideIn(&waiting.Message)
		state.Waiting = &waiting
	}
	if state.Terminated != nil {
		terminated := *state.Terminated
		hideIn(&terminated.Message)
		state.Terminated = &terminated
	}
}

// hideIn redacts a text in its place.
func hideIn(text *string) { *text, _ = Text(*text) }
