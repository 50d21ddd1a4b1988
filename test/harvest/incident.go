//go:build linux

package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/yaml"
)

// incident is a failure that is known from a public thread: what the program
// printed and how the containers stood come from there, the objects are made up.
type incident struct {
	ID        string `json:"id"`
	Source    string `json:"source"`
	Gives     string `json:"gives"`
	Completed string `json:"completed"`

	Program   string            `json:"program"`
	Namespace string            `json:"namespace"`
	Kind      string            `json:"kind"`
	Workload  string            `json:"workload"`
	Container string            `json:"container"`
	Init      bool              `json:"init"`
	Image     string            `json:"image"`
	OldImage  string            `json:"oldImage"` // of a former revision of the Deployment whose pod still runs
	Args      []string          `json:"args"`
	Claims    map[string]string `json:"claims"` // names of PersistentVolumeClaims, by path
	SecretKey *struct {
		Variable string `json:"variable"`
		Secret   string `json:"secret"`
		Key      string `json:"key"`
	} `json:"secretKey"`
	Privileged   bool           `json:"privileged"`
	Capabilities []string       `json:"capabilities"`
	Probe        *incidentProbe `json:"probe"`
	Node         incidentNode   `json:"node"`

	At       metav1.Time     `json:"at"` // when the last run ended, as its log has it
	Ran      metav1.Duration `json:"ran"`
	ExitCode int             `json:"exitCode"`
	Reason   string          `json:"reason"`
	Message  string          `json:"message"`
	Waiting  struct {
		Reason  string `json:"reason"`
		Message string `json:"message"`
	} `json:"waiting"` // the container was never created
	Log    string          `json:"log"`
	Events []incidentEvent `json:"events"`

	Command     []string          `json:"command"`
	Env         map[string]string `json:"env"`
	Files       map[string]string `json:"files"`
	User        *int64            `json:"user"`
	Port        int32             `json:"port"`
	ReadOnly    bool              `json:"readOnlyRoot"`
	HostNetwork bool              `json:"hostNetwork"`
	Memory      string            `json:"memory"`

	label
}

// incidentProbe is the liveness or startup probe of the container.
type incidentProbe struct {
	Startup      bool   `json:"startup"`
	Path         string `json:"path"`
	Scheme       string `json:"scheme"`
	Exec         string `json:"exec"`
	Port         int32  `json:"port"`
	InitialDelay int32  `json:"initialDelay"`
	Period       int32  `json:"period"`
	Failures     int32  `json:"failures"`
	Timeout      int32  `json:"timeout"`
}

// incidentEvent is an event about the container, or about its pod.
type incidentEvent struct {
	Type    string `json:"type"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Each    bool   `json:"each"`  // seen at the end of every run
	Times   int    `json:"times"` // in each run
	Pod     bool   `json:"pod"`
}

// incidentNode is what differs from the node of the other cases.
type incidentNode struct {
	Name    string `json:"name"`
	Kernel  string `json:"kernel"`
	OS      string `json:"os"`
	Runtime string `json:"runtime"`
	Kubelet string `json:"kubelet"`
}

// rebuildAll writes the incidents of the table.
func rebuildAll(o options) error {
	incidents, err := readIncidents(filepath.Join(filepath.Dir(o.recipe), "incidents"))
	if err != nil {
		return err
	}
	for _, inc := range incidents {
		if !o.only.MatchString(inc.ID) {
			continue
		}
		dir := filepath.Join(filepath.Dir(o.out), "incidents", inc.ID)
		if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
			return err
		}
		if err := inc.cluster().write(dir); err != nil {
			return fmt.Errorf("write %s: %w", inc.ID, err)
		}
	}
	return nil
}

// readIncidents returns the incidents of a folder of tables, by name.
func readIncidents(dir string) ([]incident, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("find incidents in %s: %w", dir, cmp.Or(err, os.ErrNotExist))
	}
	var out []incident
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var list []incident
		if err := yaml.UnmarshalStrict(text, &list); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		out = append(out, list...)
	}
	slices.SortFunc(out, func(a, b incident) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
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
	if i.Privileged || len(i.Capabilities) > 0 {
		if c.SecurityContext == nil {
			c.SecurityContext = &corev1.SecurityContext{}
		}
		if i.Privileged {
			c.SecurityContext.Privileged = &i.Privileged
		}
		if len(i.Capabilities) > 0 {
			c.SecurityContext.Capabilities = &corev1.Capabilities{}
		}
		for _, name := range i.Capabilities {
			c.SecurityContext.Capabilities.Add = append(c.SecurityContext.Capabilities.Add, corev1.Capability(name))
		}
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
		status.LastTerminationState, status.RestartCount, status.ContainerID = corev1.ContainerState{}, 0, ""
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

// add adds the event by way of the function that adds those of every case.
func (e incidentEvent) add(runs []run, add func(kind, reason, message, from string, first, last time.Time, count int)) {
	first, last, count := runs[len(runs)-1].finished, runs[len(runs)-1].finished, max(1, e.Times)
	if e.Each {
		first, count = runs[0].finished, count*len(runs)
	}
	add(e.Type, e.Reason, e.Message, "kubelet", first, last, count)
}

// older returns the ReplicaSet of the former revision.
func (c cluster) older(top metav1.ObjectMeta, template corev1.PodTemplateSpec) []any {
	if c.inc.OldImage == "" {
		return nil
	}
	one, m := int32(1), c.owned("ReplicaSet", c.olderName(), "Deployment", c.Workload)
	m.CreationTimestamp = top.CreationTimestamp
	m.Labels = map[string]string{"app.kubernetes.io/name": c.Workload, "pod-template-hash": hash(c.inc.OldImage, 9)}
	m.Annotations = map[string]string{"deployment.kubernetes.io/revision": "1"}
	template.Labels = m.Labels
	template.Spec.Containers = slices.Clone(template.Spec.Containers)
	template.Spec.Containers[0].Image = c.inc.OldImage
	return []any{&appsv1.ReplicaSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ReplicaSet"}, ObjectMeta: m,
		Spec:   appsv1.ReplicaSetSpec{Replicas: &one, Selector: &metav1.LabelSelector{MatchLabels: m.Labels}, Template: template},
		Status: appsv1.ReplicaSetStatus{Replicas: 1, ReadyReplicas: 1, AvailableReplicas: 1, FullyLabeledReplicas: 1, ObservedGeneration: 1},
	}}
}

func (c cluster) olderName() string { return c.Workload + "-" + hash(c.inc.OldImage, 9) }

// olderPods returns the pod of the former revision, which runs.
func (c cluster) olderPods() []any {
	if c.inc.OldImage == "" {
		return nil
	}
	p := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, Spec: c.podSpec()}
	p.ObjectMeta = c.owned("Pod", c.olderName()+"-"+hash(c.inc.OldImage+"pod", 5), "ReplicaSet", c.olderName())
	p.CreationTimestamp = metav1.NewTime(c.before())
	p.Labels = map[string]string{"app.kubernetes.io/name": c.Workload, "pod-template-hash": hash(c.inc.OldImage, 9)}
	p.Spec.NodeName, p.Spec.Containers[0].Image = c.nodeName(), c.inc.OldImage
	yes, started := true, metav1.NewTime(c.before().Add(8*time.Second))
	p.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: nodeAddress, PodIP: "10.244.1.7", StartTime: &p.CreationTimestamp,
		Conditions: []corev1.PodCondition{
			{Type: "Initialized", Status: "True", LastTransitionTime: p.CreationTimestamp},
			{Type: "Ready", Status: "True", LastTransitionTime: started},
			{Type: "ContainersReady", Status: "True", LastTransitionTime: started},
			{Type: "PodScheduled", Status: "True", LastTransitionTime: p.CreationTimestamp},
		},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: c.container(), Image: c.inc.OldImage, Ready: true, Started: &yes,
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}},
		}},
	}
	return []any{p}
}
