//go:build linux

package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// shape is what a made-up cluster holds.
type shape struct {
	name       string
	pods       int // of all Deployments
	deployment int // pods of one Deployment
	namespaces int // over which the Deployments are spread
	sets       int // old ReplicaSets of each Deployment
	crashing   int // one pod in so many crashes, 0 for none
	containers int // of one pod
	bytes      int // an annotation of so many bytes makes a pod large
	events     int
	jobs       int // completed Jobs of one pod, in place of Deployments
}

// shapes are the clusters that are measured, by name.
var shapes = []shape{
	{name: "large", pods: 100_000, deployment: 100, namespaces: 1, crashing: 5_000, containers: 1},
	{name: "namespaces", pods: 50_000, deployment: 5, namespaces: 5_000, crashing: 5_000, containers: 1},
	{name: "revisions", pods: 100, deployment: 100, namespaces: 1, sets: 10_000, crashing: 50, containers: 1},
	{name: "crashes", pods: 2_000, deployment: 100, namespaces: 1, crashing: 1, containers: 1},
	{name: "containers", pods: 2_000, deployment: 100, namespaces: 1, crashing: 200, containers: 50},
	{name: "megabytes", pods: 300, deployment: 100, namespaces: 1, crashing: 100, containers: 1, bytes: 1 << 20},
	{name: "jobs", jobs: 20_000, namespaces: 1, containers: 1},
	{name: "events", pods: 2_000, deployment: 100, namespaces: 1, crashing: 100, containers: 1, events: 20_000},
}

// began is when all that the cluster holds was created; its clock shows ten
// minutes later.
var began = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

const (
	restartAfter = 9 * time.Minute
	now          = 10 * time.Minute
)

// deployments returns how many Deployments the pods make up: none if Jobs have them.
func (s shape) deployments() int {
	if s.jobs > 0 {
		return 0
	}
	return max(1, s.pods/s.deployment)
}

// namespace returns that of the Deployment d. Those of one namespace follow each other, as in a list.
func (s shape) namespace(d int) string {
	if s.jobs > 0 {
		return "load-0000"
	}
	return fmt.Sprintf("load-%04d", d*s.namespaces/s.deployments())
}

// meta returns the metadata that all objects have.
func (s shape) meta(d int, name string, labels map[string]string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: s.namespace(d), Name: name, UID: types.UID("uid-of-" + name), ResourceVersion: "7", Generation: 1,
		CreationTimestamp: metav1.NewTime(began), Labels: labels,
	}
}

// appName returns the name of the Deployment d, which is also its label app.
func appName(d int) string { return fmt.Sprintf("app-%05d", d) }

// template is the pod template of the Deployment d in its revision r.
func (s shape) template(d, r int) corev1.PodTemplateSpec {
	t := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": appName(d)}}}
	t.Spec.RestartPolicy = corev1.RestartPolicyAlways
	for c := range s.containers {
		t.Spec.Containers = append(t.Spec.Containers, container(c, r))
	}
	t.Spec.Volumes = []corev1.Volume{{Name: "token", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{}}}}
	t.Spec.Tolerations = []corev1.Toleration{{Key: "node.kubernetes.io/not-ready", Operator: "Exists", Effect: "NoExecute"}}
	return t
}

// container is the container c of a template in its revision r. Variables and a mount make it as
// large as containers commonly are: a reader has to decode or skip them.
func container(c, r int) corev1.Container {
	out := corev1.Container{Name: fmt.Sprintf("main-%02d", c), Image: fmt.Sprintf("registry.example/app:%d", r)}
	for i := range 12 {
		out.Env = append(out.Env, corev1.EnvVar{Name: fmt.Sprintf("SETTING_%02d", i), Value: "value-of-a-setting"})
	}
	out.VolumeMounts = []corev1.VolumeMount{
		{Name: "token", MountPath: "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true},
	}
	return out
}

// deploymentObject returns the Deployment d, whose status counts the pods that crash as unavailable.
func (s shape) deploymentObject(d int) *appsv1.Deployment {
	replicas := int32(s.deployment)
	bad := s.crashesOf(d)
	o := &appsv1.Deployment{ObjectMeta: s.meta(d, appName(d), map[string]string{"app": appName(d)})}
	o.Annotations = map[string]string{"deployment.kubernetes.io/revision": fmt.Sprint(s.sets + 1)}
	o.Spec = appsv1.DeploymentSpec{
		Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: o.Labels}, Template: s.template(d, s.sets),
	}
	o.Status = appsv1.DeploymentStatus{
		ObservedGeneration: 1, Replicas: replicas, UpdatedReplicas: replicas,
		ReadyReplicas: replicas - bad, AvailableReplicas: replicas - bad, UnavailableReplicas: bad,
	}
	return o
}

// setObject returns the ReplicaSet of the revision r of the Deployment d; the
// last one has the pods.
func (s shape) setObject(d, r int) *appsv1.ReplicaSet {
	hash := fmt.Sprintf("%010d", r)
	o := &appsv1.ReplicaSet{ObjectMeta: s.meta(d, appName(d)+"-"+hash, map[string]string{"app": appName(d), "pod-template-hash": hash})}
	o.Annotations = map[string]string{"deployment.kubernetes.io/revision": fmt.Sprint(r + 1)}
	of := s.deploymentObject(d)
	o.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(of, appsv1.SchemeGroupVersion.WithKind("Deployment"))}
	replicas := int32(0)
	if r == s.sets {
		replicas = int32(s.deployment)
		o.Status = appsv1.ReplicaSetStatus{
			Replicas:          replicas,
			ReadyReplicas:     of.Status.ReadyReplicas,
			AvailableReplicas: of.Status.ReadyReplicas,
		}
	}
	o.Spec = appsv1.ReplicaSetSpec{Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: o.Labels}, Template: s.template(d, r)}
	o.Spec.Template.Labels = o.Labels
	return o
}

// crashes reports whether a pod crashes from the beginning on.
func (s shape) crashes(pod int) bool { return s.crashing > 0 && pod%s.crashing == 0 }

// crashesOf returns how many pods of the Deployment d crash, which its status counts as unavailable.
func (s shape) crashesOf(d int) int32 {
	n := int32(0)
	for i := range s.deployment {
		if s.crashes(d*s.deployment + i) {
			n++
		}
	}
	return n
}

// The parts of a pod in which it differs from its neighbours, in fixed lengths: each
// value that takes the place of a mark has the mark's length, so that the lengths
// that protobuf writes before strings and messages stay true.
const (
	markName = "#name#"
	markUID  = "########-uid#-4000-8000-############"
	markNode = "#node###"
	markIP   = "10.#ip#####"
)

// The states of a pod.
const (
	healthy = iota
	crashing
	unready // it runs
)

// podModel returns the bytes of a pod of the Deployment d with marks in it.
func (s shape) podModel(d, state int) []byte {
	set := s.setObject(d, s.sets)
	pod := &corev1.Pod{ObjectMeta: s.meta(d, set.Name+"-"+markName, set.Labels), Spec: set.Spec.Template.Spec}
	pod.UID = markUID
	pod.GenerateName = set.Name + "-"
	pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(set, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))}
	pod.ManagedFields = managers()
	if s.bytes > 0 {
		pod.Annotations = map[string]string{"example.org/large": strings.Repeat("x", s.bytes)}
	}
	pod.Spec.NodeName = markNode
	pod.Status = podStatus(pod.Spec.Containers, state)
	data, err := pod.Marshal()
	if err != nil {
		panic(err) // a pod always has a protobuf form
	}
	return data
}

// managers returns 1.6 KB of managed fields, which a reader of pods has to decode or skip.
func managers() []metav1.ManagedFieldsEntry {
	return []metav1.ManagedFieldsEntry{
		{Manager: "kube-controller-manager", Operation: "Update", FieldsV1: metav1.NewFieldsV1(strings.Repeat(`{"f:metadata":{}}`, 60))},
		{
			Manager:     "kubelet",
			Operation:   "Update",
			Subresource: "status",
			FieldsV1:    metav1.NewFieldsV1(strings.Repeat(`{"f:status":{}}`, 40)),
		},
	}
}

// podStatus returns the status of a pod in one of the states. Of one that crashes
// the first container does, and the others run.
func podStatus(containers []corev1.Container, state int) corev1.PodStatus {
	at := metav1.NewTime(began)
	status := corev1.PodStatus{
		Phase: corev1.PodRunning, StartTime: &at, QOSClass: corev1.PodQOSBurstable, PodIP: markIP, PodIPs: []corev1.PodIP{{IP: markIP}},
		HostIP: "192.0.2.1", HostIPs: []corev1.HostIP{{IP: "192.0.2.1"}}, Conditions: conditions(state),
	}
	for i, c := range containers {
		status.ContainerStatuses = append(status.ContainerStatuses, containerStatus(c, state == crashing && i == 0, state == healthy))
	}
	return status
}

// conditions returns the conditions of a pod: in each state but healthy it is not ready.
func conditions(state int) []corev1.PodCondition {
	var out []corev1.PodCondition
	ready := corev1.ConditionTrue
	if state != healthy {
		ready = corev1.ConditionFalse
	}
	for _, c := range []corev1.PodConditionType{"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"} {
		status := corev1.ConditionTrue
		if c == corev1.PodReady || c == corev1.ContainersReady {
			status = ready
		}
		out = append(out, corev1.PodCondition{Type: c, Status: status, LastTransitionTime: metav1.NewTime(began)})
	}
	return out
}

// containerStatus returns the status of a container that runs, or that waits for its third restart.
func containerStatus(c corev1.Container, crashes, ready bool) corev1.ContainerStatus {
	yes := true
	s := corev1.ContainerStatus{
		Name: c.Name, Image: c.Image, Ready: ready, Started: &yes, ContainerID: "containerd://" + markUID,
		ImageID: "registry.example/app@sha256:" + strings.Repeat("0", 64),
	}
	s.State.Running = &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(began)}
	if crashes {
		crash(&s)
	}
	return s
}

// crash makes a status that of a container in CrashLoopBackOff.
func crash(s *corev1.ContainerStatus) {
	s.RestartCount = 3
	s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
		Reason: "CrashLoopBackOff", Message: "back-off 40s restarting failed container=" + s.Name,
	}}
	ended := began.Add(restartAfter)
	s.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
		ExitCode: 1, Reason: "Error", StartedAt: metav1.NewTime(ended.Add(-time.Second)), FinishedAt: metav1.NewTime(ended),
	}
}

// model is a pod in protobuf whose marks are to be filled in.
type model struct {
	data  []byte
	marks map[string][]int // where each mark stands
}

// newModel finds the marks in a pod once, so that filling them in takes no search.
func newModel(data []byte) model {
	m := model{data: data, marks: map[string][]int{}}
	for _, mark := range []string{markName, markUID, markNode, markIP} {
		m.marks[mark] = offsets(data, mark)
	}
	return m
}

// offsets returns where a mark stands in data.
func offsets(data []byte, mark string) []int {
	var out []int
	for at := 0; ; {
		next := bytes.Index(data[at:], []byte(mark))
		if next < 0 {
			return out
		}
		out = append(out, at+next)
		at += next + len(mark)
	}
}

// pod appends the pod n of the cluster, the pod i of its Deployment.
func (m model) pod(to []byte, n, i int) []byte {
	at := len(to)
	to = append(to, m.data...)
	for _, own := range [][2]string{
		{markName, fmt.Sprintf("p%05d", i)},
		{markUID, fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n)},
		{markNode, fmt.Sprintf("node-%03d", n%500)},
		{markIP, fmt.Sprintf("10.%02d.%02d.%02d", 10+n/8100, 10+n/90%90, 10+n%90)},
	} {
		for _, offset := range m.marks[own[0]] {
			copy(to[at+offset:at+offset+len(own[0])], own[1])
		}
	}
	return to
}

// eventObject returns the event n, of the pod n of the first Deployment.
func (s shape) eventObject(n int) *corev1.Event {
	at := metav1.NewTime(began.Add(restartAfter))
	name := fmt.Sprintf("%s-%010d-p%05d", appName(0), s.sets, n%s.deployment)
	return &corev1.Event{
		ObjectMeta:     s.meta(0, fmt.Sprintf("%s.%08x", name, n), nil),
		InvolvedObject: corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: s.namespace(0), Name: name},
		Reason:         "BackOff", Type: corev1.EventTypeWarning, Message: "Back-off restarting failed container main-00 in pod " + name,
		FirstTimestamp: at, LastTimestamp: at, Count: 3,
	}
}

// jobObject returns the Job n, which has completed.
func (s shape) jobObject(n int) *batchv1.Job {
	name := fmt.Sprintf("job-%05d", n)
	o := &batchv1.Job{ObjectMeta: s.meta(0, name, map[string]string{"job-name": name})}
	began := metav1.NewTime(began)
	ended := metav1.NewTime(began.Add(time.Minute))
	o.Spec.Template = s.template(0, 0)
	o.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyNever
	o.Status = batchv1.JobStatus{
		StartTime: &began, CompletionTime: &ended, Succeeded: 1,
		Conditions: []batchv1.JobCondition{{Type: batchv1.JobComplete, Status: corev1.ConditionTrue, LastTransitionTime: ended}},
	}
	return o
}

// jobPod returns the pod of the Job n, whose container has ended with 0.
func (s shape) jobPod(n int) *corev1.Pod {
	job := s.jobObject(n)
	pod := &corev1.Pod{ObjectMeta: s.meta(0, job.Name+"-abcde", job.Labels), Spec: job.Spec.Template.Spec}
	pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(job, batchv1.SchemeGroupVersion.WithKind("Job"))}
	pod.GenerateName = job.Name + "-"
	pod.ManagedFields = managers()
	pod.Spec.NodeName = fmt.Sprintf("node-%03d", n%500)
	pod.Status = podStatus(pod.Spec.Containers, healthy)
	pod.Status.Phase = corev1.PodSucceeded
	for i := range pod.Status.ContainerStatuses {
		pod.Status.ContainerStatuses[i].State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			Reason: "Completed", StartedAt: *job.Status.StartTime, FinishedAt: *job.Status.CompletionTime,
		}}
	}
	return pod
}
