//go:build linux

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// run is one run of the container.
type run struct{ started, finished time.Time }

// waits are the kubelet's before each restart: the first is immediate
// (pkg/kubelet/kubelet.go, crash loop back-off with 10 s and 300 s).
var waits = []time.Duration{0, 10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second}

// sinceEnd is how long after the last end the snapshot was taken.
const sinceEnd = 45 * time.Second

// around makes up the cluster around a recording: the recorded run is the last
// of six that ended alike.
func around(s study, inc incident, r recording) cluster {
	c := cluster{study: s, inc: inc, rec: r}
	lasted := r.Finished.Sub(r.Started)
	finished := r.Finished
	for n := len(waits); n >= 0; n-- {
		c.runs = append(c.runs, run{finished.Add(-lasted), finished})
		if n > 0 {
			finished = finished.Add(-lasted - waits[n-1] - 400*time.Millisecond)
		}
	}
	slices.Reverse(c.runs)
	c.created = c.runs[0].started.Add(-9 * time.Second)
	c.at = r.Finished.Add(sinceEnd)
	return c
}

// fieldPath names the container in events.
func (c cluster) fieldPath() string {
	if c.inc.Init {
		return "spec.initContainers{" + c.container() + "}"
	}
	return "spec.containers{" + c.container() + "}"
}

// reason is what the container runtime reports.
func (r recording) reason() string {
	if r.OOMKilled {
		return "OOMKilled"
	}
	if r.ExitCode == 0 {
		return "Completed"
	}
	return "Error"
}

// pod returns the pod between two runs.
func (c cluster) pod() *corev1.Pod {
	p := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, Spec: c.podSpec()}
	if c.Kind == "Deployment" {
		p.ObjectMeta = c.owned("Pod", c.podName(), "ReplicaSet", c.replicaSet())
		p.Labels = c.hashed()
	} else {
		p.ObjectMeta = c.owned("Pod", c.podName(), c.Kind, c.Workload)
	}
	p.Spec.NodeName = c.nodeName()
	p.Spec.ServiceAccountName = "default"
	p.Status = c.status(p)
	if c.Setup.Memory != "" {
		p.Status.QOSClass = corev1.PodQOSBurstable
	}
	c.inc.state(p)
	return p
}

// status returns the status of the pod.
func (c cluster) status(p *corev1.Pod) corev1.PodStatus {
	unready := "containers with unready status: [" + c.container() + "]"
	return corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: nodeAddress, PodIP: podAddress, PodIPs: []corev1.PodIP{{IP: podAddress}},
		StartTime: &p.CreationTimestamp, QOSClass: corev1.PodQOSBestEffort,
		Conditions: []corev1.PodCondition{
			{Type: "Initialized", Status: "True", LastTransitionTime: p.CreationTimestamp},
			{Type: "Ready", Status: "False", Reason: "ContainersNotReady", Message: unready, LastTransitionTime: p.CreationTimestamp},
			{Type: "ContainersReady", Status: "False", Reason: "ContainersNotReady", Message: unready, LastTransitionTime: p.CreationTimestamp},
			{Type: "PodScheduled", Status: "True", LastTransitionTime: p.CreationTimestamp},
		},
		ContainerStatuses: []corev1.ContainerStatus{c.containerStatus(p)},
	}
}

// containerStatus returns that of the container, which waits in back-off after its last run.
func (c cluster) containerStatus(p *corev1.Pod) corev1.ContainerStatus {
	last := c.runs[len(c.runs)-1]
	started := false
	id := "containerd://" + digest(c.ID+"container")
	message := fmt.Sprintf("back-off 2m40s restarting failed container=%s pod=%s_%s(%s)", c.container(), p.Name, p.Namespace, p.UID)
	return corev1.ContainerStatus{
		Name: c.container(), Image: c.image(), ImageID: c.Image + "@sha256:" + digest(c.Image), ContainerID: id,
		RestartCount: int32(len(c.runs) - 1), Started: &started,
		State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: message}},
		LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			ExitCode: int32(c.rec.ExitCode), Reason: cmp.Or(c.inc.Reason, c.rec.reason()), Message: c.inc.Message, ContainerID: id,
			StartedAt: metav1.NewTime(last.started), FinishedAt: metav1.NewTime(last.finished),
		}},
	}
}

// seen is one kind of event: how often it was seen, when first and when last.
type seen struct {
	kind, reason, message string
	first, last           time.Time
	count                 int
}

// events returns what the scheduler and the kubelet recorded.
func (c cluster) events(p *corev1.Pod) []any {
	assigned := "Successfully assigned " + p.Namespace + "/" + p.Name + " to " + nodeName
	out := []any{c.event(p, "default-scheduler", seen{"Normal", "Scheduled", assigned, c.created, c.created, 1})}
	events := c.pulls()
	for _, e := range c.inc.Events {
		events = append(events, e.seen(c.runs))
	}
	if c.inc.Waiting.Reason == "" {
		events = append(events, c.starts(p)...)
		events = append(events, c.probeFailures()...)
	}
	for _, e := range events {
		out = append(out, c.event(p, "kubelet", e))
	}
	return out
}

// event returns an event about the pod, of the kubelet about its container.
func (c cluster) event(p *corev1.Pod, from string, s seen) *corev1.Event {
	e := &corev1.Event{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Event"}, Type: s.kind, Reason: s.reason, Message: s.message, Count: int32(s.count),
		FirstTimestamp: metav1.NewTime(s.first), LastTimestamp: metav1.NewTime(s.last), Source: corev1.EventSource{Component: from},
		InvolvedObject: corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: p.Namespace, Name: p.Name, UID: p.UID},
	}
	e.ObjectMeta = c.meta("Event", p.Name+"."+hash(s.reason+s.message, 16), s.first)
	if from == "kubelet" {
		e.Source.Host = c.nodeName()
		e.InvolvedObject.FieldPath = c.fieldPath()
	}
	return e
}

// pulls returns how the image came: once from its registry, then it was there. It returns none if it could not be pulled.
func (c cluster) pulls() []seen {
	if strings.HasPrefix(c.inc.Waiting.Reason, "ImagePull") || strings.HasPrefix(c.inc.Waiting.Reason, "ErrImage") {
		return nil
	}
	first := c.runs[0].started
	last := c.runs[len(c.runs)-1].started
	pulled := `Successfully pulled image "` + c.image() + `" in 6.214s (6.214s including waiting). Image size: 58231911 bytes.`
	present := `Container image "` + c.image() + `" already present on machine`
	return []seen{
		{"Normal", "Pulled", pulled, first, first, 1},
		{"Normal", "Pulled", present, c.runs[1].started, last, len(c.runs) - 1},
	}
}

// starts returns how the container was created and started, and how its restarts were put off.
func (c cluster) starts(p *corev1.Pod) []seen {
	first := c.runs[0].started
	last := c.runs[len(c.runs)-1].started
	out := []seen{{"Normal", "Created", "Created container: " + c.container(), first, last, len(c.runs)}}
	if c.inc.Reason != "StartError" {
		out = append(out, seen{"Normal", "Started", "Started container " + c.container(), first, last, len(c.runs)})
	}
	off := fmt.Sprintf("Back-off restarting failed container %s in pod %s_%s(%s)", c.container(), p.Name, p.Namespace, p.UID)
	return append(out, seen{"Warning", "BackOff", off, c.runs[1].finished.Add(time.Second), c.at.Add(-7 * time.Second), 16})
}

// probeFailures returns the failures of the liveness probe and the kills for it, none if there is no probe.
func (c cluster) probeFailures() []seen {
	probe := c.Setup.Probe
	if probe == nil {
		return nil
	}
	first := c.runs[0].started
	killed := c.Setup.Stop.After.Duration
	last := c.runs[len(c.runs)-1].started.Add(killed)
	kill := "Container " + c.Workload + " failed liveness probe, will be restarted"
	return []seen{
		{"Warning", "Unhealthy", "Liveness probe failed: " + probe.Message, first.Add(killed - 10*time.Second), last, 3 * len(c.runs)},
		{"Normal", "Killing", kill, first.Add(killed), last, len(c.runs)},
	}
}
