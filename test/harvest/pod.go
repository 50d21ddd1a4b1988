//go:build linux

package main

import (
	"cmp"
	"fmt"
	"slices"
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
	owner := []string{c.replicaSet(), "ReplicaSet"}
	labels := c.hashed()
	if c.Kind != "Deployment" {
		owner = []string{c.Workload, c.Kind}
		labels = c.labels()
	}
	p := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, Spec: c.podSpec()}
	p.ObjectMeta = c.owned("Pod", c.podName(), owner[1], owner[0])
	p.Spec.NodeName = c.nodeName()
	p.Labels = labels
	p.Spec.ServiceAccountName = "default"
	last := c.runs[len(c.runs)-1]
	started := false
	id := "containerd://" + digest(c.ID+"container")
	unready := "containers with unready status: [" + c.container() + "]"
	p.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: nodeAddress, PodIP: podAddress, PodIPs: []corev1.PodIP{{IP: podAddress}},
		StartTime: &p.CreationTimestamp, QOSClass: corev1.PodQOSBestEffort,
		Conditions: []corev1.PodCondition{
			{Type: "Initialized", Status: "True", LastTransitionTime: p.CreationTimestamp},
			{Type: "Ready", Status: "False", Reason: "ContainersNotReady", Message: unready, LastTransitionTime: p.CreationTimestamp},
			{Type: "ContainersReady", Status: "False", Reason: "ContainersNotReady", Message: unready, LastTransitionTime: p.CreationTimestamp},
			{Type: "PodScheduled", Status: "True", LastTransitionTime: p.CreationTimestamp},
		},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: c.container(), Image: c.image(), ImageID: c.Image + "@sha256:" + digest(c.Image), ContainerID: id,
			RestartCount: int32(len(c.runs) - 1), Started: &started,
			State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
				Reason: "CrashLoopBackOff",
				Message: fmt.Sprintf("back-off %s restarting failed container=%s pod=%s_%s(%s)",
					"2m40s", c.container(), p.Name, p.Namespace, p.UID),
			}},
			LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
				ExitCode: int32(c.rec.ExitCode), Reason: cmp.Or(c.inc.Reason, c.rec.reason()), Message: c.inc.Message, ContainerID: id,
				StartedAt: metav1.NewTime(last.started), FinishedAt: metav1.NewTime(last.finished),
			}},
		}},
	}
	if c.Setup.Memory != "" {
		p.Status.QOSClass = corev1.PodQOSBurstable
	}
	c.inc.state(p)
	return p
}

// events returns what the scheduler and the kubelet recorded.
func (c cluster) events(p *corev1.Pod) []any {
	var out []any
	add := func(kind, reason, message, from string, first, last time.Time, count int) {
		e := &corev1.Event{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Event"}, Type: kind, Reason: reason, Message: message, Count: int32(count),
			FirstTimestamp: metav1.NewTime(first), LastTimestamp: metav1.NewTime(last), Source: corev1.EventSource{Component: from},
			InvolvedObject: corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: p.Namespace, Name: p.Name, UID: p.UID},
		}
		e.ObjectMeta = c.meta("Event", p.Name+"."+hash(reason+message, 16), first)
		if from == "kubelet" {
			e.Source.Host = c.nodeName()
			e.InvolvedObject.FieldPath = c.fieldPath()
		}
		out = append(out, e)
	}
	first := c.runs[0]
	last := c.runs[len(c.runs)-1]
	add("Normal", "Scheduled", "Successfully assigned "+p.Namespace+"/"+p.Name+" to "+nodeName, "default-scheduler", c.created, c.created, 1)
	add("Normal", "Pulled", `Successfully pulled image "`+c.image()+`" in 6.214s (6.214s including waiting). Image size: 58231911 bytes.`,
		"kubelet", first.started, first.started, 1)
	add("Normal", "Pulled", `Container image "`+c.image()+`" already present on machine`, "kubelet", c.runs[1].started, last.started, len(c.runs)-1)
	for _, e := range c.inc.Events {
		e.add(c.runs, add)
	}
	if c.inc.Waiting.Reason != "" {
		return out
	}
	add("Normal", "Created", "Created container: "+c.container(), "kubelet", first.started, last.started, len(c.runs))
	if c.inc.Reason != "StartError" {
		add("Normal", "Started", "Started container "+c.container(), "kubelet", first.started, last.started, len(c.runs))
	}
	add("Warning", "BackOff", "Back-off restarting failed container "+c.container()+" in pod "+p.Name+"_"+p.Namespace+"("+string(p.UID)+")",
		"kubelet", c.runs[1].finished.Add(time.Second), c.at.Add(-7*time.Second), 16)
	if probe := c.Setup.Probe; probe != nil {
		killed := c.Setup.Stop.After.Duration
		add("Warning", "Unhealthy", "Liveness probe failed: "+probe.Message, "kubelet",
			first.started.Add(killed-10*time.Second), last.started.Add(killed), 3*len(c.runs))
		add("Normal", "Killing", "Container "+c.Workload+" failed liveness probe, will be restarted", "kubelet",
			first.started.Add(killed), last.started.Add(killed), len(c.runs))
	}
	return out
}
