package seed

import (
	"fmt"
	"maps"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/uuid"
)

// settings is how many variables a container has.
const settings = 12

// nodes is over how many nodes the pods are spread.
const nodes = 500

// revisionAnnotation is the Deployment controller's (kubernetes: pkg/controller/deployment/util).
const revisionAnnotation = "deployment.kubernetes.io/revision"

// maker makes objects as controllers would have made them at one time.
type maker struct {
	namespace string
	now       time.Time
	crashing  int // one pod of so many crashes
}

// crashes reports whether the pod n of the cluster does.
func (m maker) crashes(n int) bool { return n%m.crashing == 0 }

func ptr[T any](v T) *T { return &v }

// meta returns the metadata that all objects have.
func (m maker) meta(name string, labels map[string]string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: name, Namespace: m.namespace, UID: uuid.NewUUID(), Generation: 1,
		CreationTimestamp: metav1.NewTime(m.now), Labels: labels,
	}
}

func (m maker) namespaceObject() *corev1.Namespace {
	ns := &corev1.Namespace{ObjectMeta: m.meta(m.namespace, map[string]string{corev1.LabelMetadataName: m.namespace})}
	ns.Namespace = ""
	ns.Spec.Finalizers = []corev1.FinalizerName{corev1.FinalizerKubernetes}
	ns.Status.Phase = corev1.NamespaceActive
	return ns
}

// deploymentObjects returns the Deployment n, its ReplicaSet and its pods, of
// which the first is the pod first of the cluster.
func (m maker) deploymentObjects(n, first, pods int) []runtime.Object {
	name := fmt.Sprintf("load-%05d", n)
	r := replicas{all: int32(pods), ready: int32(pods) - m.crashesOf(first, pods)}
	d := m.deployment(name, r)
	set := m.replicaSet(d, fmt.Sprintf("%09x", n), r)
	objects := []runtime.Object{d, set}
	for i := range pods {
		objects = append(objects, m.pod(set, first+i, i))
	}
	return objects
}

// replicas are the pods of a Deployment.
type replicas struct{ all, ready int32 }

// crashesOf returns how many of the pods from first on crash.
func (m maker) crashesOf(first, pods int) int32 {
	n := int32(0)
	for i := range pods {
		if m.crashes(first + i) {
			n++
		}
	}
	return n
}

// deployment returns a Deployment whose rollout has come to its end, with the defaults that the API server sets.
func (m maker) deployment(name string, r replicas) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	d := &appsv1.Deployment{ObjectMeta: m.meta(name, labels)}
	d.Annotations = map[string]string{revisionAnnotation: "1"}
	d.Spec = appsv1.DeploymentSpec{
		Replicas: &r.all, Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: podTemplate(labels),
		RevisionHistoryLimit: ptr(int32(10)), ProgressDeadlineSeconds: ptr(int32(600)),
		Strategy: appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType, RollingUpdate: &appsv1.RollingUpdateDeployment{
			MaxSurge: ptr(intstr.FromString("25%")), MaxUnavailable: ptr(intstr.FromString("25%")),
		}},
	}
	d.Status = appsv1.DeploymentStatus{
		ObservedGeneration: 1, Replicas: r.all, UpdatedReplicas: r.all,
		ReadyReplicas: r.ready, AvailableReplicas: r.ready, UnavailableReplicas: r.all - r.ready,
	}
	return d
}

// replicaSet returns the only ReplicaSet of a Deployment. The hash, which a controller takes of the
// template, is a label of the set and its pods, and a part of their names.
func (m maker) replicaSet(d *appsv1.Deployment, hash string, r replicas) *appsv1.ReplicaSet {
	set := &appsv1.ReplicaSet{ObjectMeta: m.meta(d.Name+"-"+hash, maps.Clone(d.Labels))}
	set.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = hash
	set.Annotations = d.Annotations
	set.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(d, appsv1.SchemeGroupVersion.WithKind("Deployment"))}
	template := d.Spec.Template
	template.Labels = set.Labels
	set.Spec = appsv1.ReplicaSetSpec{Replicas: &r.all, Selector: &metav1.LabelSelector{MatchLabels: set.Labels}, Template: template}
	set.Status = appsv1.ReplicaSetStatus{
		ObservedGeneration: 1, Replicas: r.all, FullyLabeledReplicas: r.all,
		ReadyReplicas: r.ready, AvailableReplicas: r.ready,
	}
	return set
}

// podTemplate is of the size that templates have: probes, resources, a dozen variables.
func podTemplate(labels map[string]string) corev1.PodTemplateSpec {
	var env []corev1.EnvVar
	for i := range settings {
		env = append(env, corev1.EnvVar{Name: fmt.Sprintf("SETTING_%02d", i), Value: fmt.Sprintf("value-of-setting-%02d", i)})
	}
	probe := &corev1.Probe{
		ProbeHandler: corev1.ProbeHandler{
			HTTPGet: &corev1.HTTPGetAction{Path: "/healthz", Port: intstr.FromInt32(8080), Scheme: corev1.URISchemeHTTP},
		},
		TimeoutSeconds: 1, PeriodSeconds: 10, SuccessThreshold: 1, FailureThreshold: 3,
	}
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyAlways, DNSPolicy: corev1.DNSClusterFirst, SchedulerName: corev1.DefaultSchedulerName,
		TerminationGracePeriodSeconds: ptr(int64(30)), SecurityContext: &corev1.PodSecurityContext{},
		Containers: []corev1.Container{{
			Name: "main", Image: "registry.example/load/app:1", ImagePullPolicy: corev1.PullIfNotPresent,
			TerminationMessagePath: "/dev/termination-log", TerminationMessagePolicy: corev1.TerminationMessageReadFile,
			Ports: []corev1.ContainerPort{{ContainerPort: 8080, Protocol: corev1.ProtocolTCP}}, Env: env,
			ReadinessProbe: probe, LivenessProbe: probe,
			Resources: corev1.ResourceRequirements{
				Requests: corev1.ResourceList{"cpu": resource.MustParse("100m"), "memory": resource.MustParse("128Mi")},
				Limits:   corev1.ResourceList{"memory": resource.MustParse("256Mi")},
			},
		}},
	}}
}

// pod returns the pod i of a ReplicaSet, which is the pod n of the cluster.
func (m maker) pod(set *appsv1.ReplicaSet, n, i int) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: m.meta(fmt.Sprintf("%s-%05x", set.Name, i), set.Spec.Template.Labels),
		Spec:       *set.Spec.Template.Spec.DeepCopy(),
	}
	p.GenerateName = set.Name + "-"
	p.ManagedFields = managers(m.now)
	p.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(set, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))}
	p.Spec.NodeName = fmt.Sprintf("node-%03d", n%nodes)
	p.Spec.ServiceAccountName = "default"
	// 10.64.0.0 is the pod 0, 10.65.0.0 the pod 65536.
	ip := fmt.Sprintf("10.%d.%d.%d", 64+n>>16, n>>8&255, n&255)
	now := metav1.NewTime(m.now)
	ready := corev1.ConditionTrue
	status := running(now)
	if m.crashes(n) {
		ready = corev1.ConditionFalse
		status = backingOff(now, p)
	}
	p.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, StartTime: &now, QOSClass: corev1.PodQOSBurstable,
		PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}}, HostIP: "192.0.2.1", HostIPs: []corev1.HostIP{{IP: "192.0.2.1"}},
		ContainerStatuses: []corev1.ContainerStatus{status}, Conditions: conditions(now, ready),
	}
	return p
}

// conditions returns the conditions of a pod that was scheduled and started, in the kubelet's order.
func conditions(at metav1.Time, ready corev1.ConditionStatus) []corev1.PodCondition {
	return []corev1.PodCondition{
		{Type: corev1.PodReadyToStartContainers, Status: corev1.ConditionTrue, LastTransitionTime: at},
		{Type: corev1.PodInitialized, Status: corev1.ConditionTrue, LastTransitionTime: at},
		{Type: corev1.PodReady, Status: ready, LastTransitionTime: at},
		{Type: corev1.ContainersReady, Status: ready, LastTransitionTime: at},
		{Type: corev1.PodScheduled, Status: corev1.ConditionTrue, LastTransitionTime: at},
	}
}

// managers are the managed fields of a real pod, in their length: a list transfers them too.
func managers(at time.Time) []metav1.ManagedFieldsEntry {
	when := metav1.NewTime(at)
	entry := func(manager, subresource, fields string) metav1.ManagedFieldsEntry {
		var set metav1.FieldsV1
		_ = set.UnmarshalJSON([]byte(fields)) // keeps any text
		return metav1.ManagedFieldsEntry{
			Manager: manager, Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", Time: &when,
			FieldsType: "FieldsV1", FieldsV1: &set, Subresource: subresource,
		}
	}
	var env strings.Builder
	for i := range settings {
		fmt.Fprintf(&env, `,"k:{\"name\":\"SETTING_%02d\"}":{".":{},"f:name":{},"f:value":{}}`, i)
	}
	return []metav1.ManagedFieldsEntry{
		entry(
			"kube-controller-manager",
			"",
			`{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{}}},`+
				`"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:env":{".":{}`+env.String()+`},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},`+
				`"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},`+
				`"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},"f:resources":{".":{},`+
				`"f:limits":{".":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},`+
				`"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}`,
		),
		entry(
			"kubelet",
			"status",
			`{"f:status":{"f:conditions":{"k:{\"type\":\"ContainersReady\"}":{".":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},`+
				`"k:{\"type\":\"Initialized\"}":{".":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastTransitionTime":{},`+
				`"f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:hostIPs":{},"f:phase":{},"f:podIP":{},"f:podIPs":{},"f:startTime":{}}}`,
		),
	}
}

// containerStatus returns what a status has in every state.
func containerStatus() corev1.ContainerStatus {
	return corev1.ContainerStatus{
		Name: "main", Image: "registry.example/load/app:1", ContainerID: "lab://" + string(uuid.NewUUID()),
		ImageID: "registry.example/load/app@sha256:0000000000000000000000000000000000000000000000000000000000000001",
	}
}

func running(since metav1.Time) corev1.ContainerStatus {
	s := containerStatus()
	s.Ready = true
	s.Started = ptr(true)
	s.State.Running = &corev1.ContainerStateRunning{StartedAt: since}
	return s
}

// backingOff is a container that waits after its third restart failed: the fourth exit, so 40 s.
func backingOff(at metav1.Time, p *corev1.Pod) corev1.ContainerStatus {
	s := containerStatus()
	s.RestartCount = 3
	s.Started = ptr(false)
	s.State.Waiting = &corev1.ContainerStateWaiting{
		Reason:  "CrashLoopBackOff",
		Message: fmt.Sprintf("back-off 40s restarting failed container=main pod=%s_%s(%s)", p.Name, p.Namespace, p.UID),
	}
	s.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
		ExitCode: 1, Reason: "Error", StartedAt: metav1.NewTime(at.Add(-time.Second)), FinishedAt: at, ContainerID: s.ContainerID,
	}
	return s
}
