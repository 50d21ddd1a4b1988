package pod

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestMeaning(t *testing.T) {
	for _, c := range []struct {
		code    int32
		reason  string
		windows bool
		signal  string
		says    string
	}{
		{0, "Completed", false, "", "finished without error"},
		{1, "Error", false, "", "reported an error"},
		{2, "Error", false, "", "Go panic"},
		{3, "Error", false, "", "of its own"},
		{126, "Error", false, "", "could not execute"},
		{127, "Error", false, "", "did not find"},
		{128, "StartError", false, "", "never started"},
		{128, "Error", false, "", "reported an error"},
		{134, "Error", false, "SIGABRT", "aborted"},
		{137, "OOMKilled", false, "SIGKILL", "out of memory"},
		{1, "OOMKilled", false, "", "main process ended with 1"},
		{0, "OOMKilled", false, "", "main process ended with 0"},
		{137, "Error", false, "SIGKILL", "no out-of-memory kill was recorded"},
		{137, "ContainerStatusUnknown", false, "", "made up"},
		{137, "RestartingAllContainers", false, "", "restart rule"},
		{139, "Error", false, "SIGSEGV", "segmentation fault"},
		{143, "Error", false, "SIGTERM", "asked to terminate"},
		{159, "Error", false, "SIGSYS", "not allowed"},
		{190, "Error", false, "", "of its own"},
		{255, "Unknown", false, "", "runtime lost"},
		{255, "Error", false, "", "exit -1"},
		{-1, "Error", false, "", "no exit code"},
		{-1073741819, "Error", true, "", "access violation (0xC0000005)"},
		{-1073741819, "Error", false, "", "access violation (0xC0000005)"},
		{-1073741515, "Error", true, "", "DLL was not found (0xC0000135)"},
		{-1073740286, "Error", true, "", "Windows status 0xC0000602"},
		{137, "Error", true, "", "of its own"},
		{137, "OOMKilled", true, "", "out of memory"},
	} {
		signal, says := Meaning(&corev1.ContainerStateTerminated{ExitCode: c.code, Reason: c.reason}, c.windows)
		if signal != c.signal || !strings.Contains(says, c.says) {
			t.Errorf("%d %s (windows %v): %q, %q; want %q, … %s …", c.code, c.reason, c.windows, signal, says, c.signal, c.says)
		}
	}
	if signal, _ := Meaning(&corev1.ContainerStateTerminated{ExitCode: 1, Signal: 11}, false); signal != "SIGSEGV" {
		t.Errorf("the signal field says 11, got %q", signal)
	}
}

func TestOnWindows(t *testing.T) {
	linux := &corev1.Node{}
	windows := &corev1.Node{}
	linux.Status.NodeInfo.OperatingSystem = "linux"
	windows.Status.NodeInfo.OperatingSystem = "windows"
	selects := &corev1.Pod{Spec: corev1.PodSpec{NodeSelector: map[string]string{"kubernetes.io/os": "windows"}}}
	if OnWindows(&corev1.Pod{}, linux) || !OnWindows(&corev1.Pod{}, windows) || OnWindows(&corev1.Pod{}, nil) {
		t.Error("the node's system is not taken")
	}
	if !OnWindows(selects, nil) || OnWindows(selects, linux) ||
		!OnWindows(&corev1.Pod{Spec: corev1.PodSpec{OS: &corev1.PodOS{Name: "windows"}}}, nil) {
		t.Error("without a node the pod's own setting decides")
	}
}
