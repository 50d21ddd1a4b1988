//go:build linux

package main

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// rebuildAll writes the incidents of the table.
func rebuildAll(o options) error {
	incidents, err := readIncidents(filepath.Join(filepath.Dir(o.recipe), "incidents"))
	if err != nil {
		return err
	}
	return writeIncidents(o, incidents, filepath.Join(filepath.Dir(o.out), "incidents"))
}

// incidentEnd is when the last run ended if the log has no date.
var incidentEnd = time.Date(2026, 11, 20, 10, 2, 41, 180_000_000, time.UTC)

// cluster returns the incident as a recording with objects around it.
func (i incident) cluster() cluster {
	s := study{
		ID: i.ID, Program: i.Program, Image: i.Image, Workload: i.Workload, Kind: i.Kind, Namespace: i.Namespace, Label: i.label,
		Setup: setup{
			Command: i.Command, Env: i.Env, Files: i.Files, User: i.User, Port: i.Port, ReadOnly: i.ReadOnly, HostNetwork: i.HostNetwork, Memory: i.Memory,
		},
	}
	if s.Label.Category != "out-of-memory" {
		s.Label.Not = append(slices.Clone(s.Label.Not), "OOMKilled|ran out of memory")
	}
	end := incidentEnd
	if !i.At.IsZero() {
		end = i.At.UTC()
	}
	r := recording{Started: end.Add(-i.Ran.Duration), Finished: end, ExitCode: i.ExitCode}
	text := strings.Split(strings.TrimSuffix(i.Log, "\n"), "\n")
	if i.Log == "" {
		text = nil
	}
	for n, l := range text {
		at := end.Add(-time.Duration(len(text)-n) * 3 * time.Millisecond)
		r.Lines = append(r.Lines, line{At: at, Text: l})
	}
	return around(s, i, r)
}

// adapt sets what only incidents have in a container.
func (i incident) adapt(c *corev1.Container) {
	if i.SecretKey != nil {
		key := corev1.SecretKeySelector{Key: i.SecretKey.Key}
		key.Name = i.SecretKey.Secret
		c.Env = append(c.Env, corev1.EnvVar{Name: i.SecretKey.Variable, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &key}})
	}
	i.secure(c)
	if len(i.PostStart) > 0 {
		c.Lifecycle = &corev1.Lifecycle{PostStart: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: i.PostStart}}}
	}
	if i.Probe == nil {
		return
	}
	probe := i.Probe.probe()
	if i.Probe.Startup {
		c.StartupProbe = probe
	} else {
		c.LivenessProbe = probe
	}
}

// secure adds what only incidents have in a security context.
func (i incident) secure(c *corev1.Container) {
	if !i.Privileged && !i.NoRoot && (len(i.Capabilities) == 0) {
		return
	}
	if c.SecurityContext == nil {
		c.SecurityContext = &corev1.SecurityContext{}
	}
	if i.Privileged {
		c.SecurityContext.Privileged = &i.Privileged
	}
	if i.NoRoot {
		c.SecurityContext.RunAsNonRoot = &i.NoRoot
	}
	if len(i.Capabilities) > 0 {
		c.SecurityContext.Capabilities = &corev1.Capabilities{}
	}
	for _, name := range i.Capabilities {
		c.SecurityContext.Capabilities.Add = append(c.SecurityContext.Capabilities.Add, corev1.Capability(name))
	}
}

func (p incidentProbe) probe() *corev1.Probe {
	out := &corev1.Probe{
		InitialDelaySeconds: p.InitialDelay, PeriodSeconds: p.Period, FailureThreshold: p.Failures, TimeoutSeconds: p.Timeout, SuccessThreshold: 1,
	}
	if p.Exec != "" {
		out.Exec = &corev1.ExecAction{Command: []string{"/bin/sh", "-ec", p.Exec}}
		return out
	}
	out.HTTPGet = &corev1.HTTPGetAction{Path: p.Path, Port: intstr.FromInt32(p.Port), Scheme: corev1.URIScheme(cmp.Or(p.Scheme, "HTTP"))}
	return out
}

func (n incidentNode) adapt(info *corev1.NodeSystemInfo) {
	info.Architecture = cmp.Or(n.Arch, info.Architecture)
	info.KernelVersion = cmp.Or(n.Kernel, info.KernelVersion)
	info.OSImage = cmp.Or(n.OS, info.OSImage)
	info.ContainerRuntimeVersion = cmp.Or(n.Runtime, info.ContainerRuntimeVersion)
	info.KubeletVersion = cmp.Or(n.Kubelet, info.KubeletVersion)
}

// state moves the status to an init container, or to one that was never created.
func (i incident) state(p *corev1.Pod) {
	status := &p.Status.ContainerStatuses[0]
	if i.Reason == "StartError" {
		status.LastTerminationState.Terminated.StartedAt = metav1.Unix(0, 0)
	}
	if i.Waiting.Reason != "" {
		status.State.Waiting = &corev1.ContainerStateWaiting{Reason: i.Waiting.Reason, Message: i.Waiting.Message}
		status.LastTerminationState = corev1.ContainerState{}
		status.RestartCount = 0
		status.ContainerID = ""
		p.Status.Phase = corev1.PodPending
	}
	if !i.Init {
		return
	}
	p.Status.Phase = corev1.PodPending
	p.Status.InitContainerStatuses = []corev1.ContainerStatus{*status}
	waits := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "PodInitializing"}}
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "app", Image: "registry.example/app:1", State: waits, Started: status.Started}}
	p.Status.Conditions[0] = corev1.PodCondition{
		Type: "Initialized", Status: "False", Reason: "ContainersNotInitialized", LastTransitionTime: p.CreationTimestamp,
		Message: "containers with incomplete status: [" + status.Name + "]",
	}
}

// seen returns the event as it was seen over the runs.
func (e incidentEvent) seen(runs []run) seen {
	last := runs[len(runs)-1].finished
	out := seen{kind: e.Type, reason: e.Reason, message: e.Message, first: last, last: last, count: max(1, e.Times)}
	if e.Each {
		out.first = runs[0].finished
		out.count *= len(runs)
	}
	return out
}
