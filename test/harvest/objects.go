//go:build linux

package main

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	nodeName    = "worker-2"
	nodeAddress = "10.0.0.11"
	safe        = "bcdfghjklmnpqrstvwxz2456789"
)

// cluster is the made-up part of a case: the objects around a recording.
type cluster struct {
	study
	inc  incident // of a rebuilt incident; empty of a recorded case
	rec  recording
	runs []run
	// at is when the snapshot was taken, created when the pod was.
	at, created time.Time
}

// hash returns letters that follow from a text, as generated names have them.
func hash(text string, n int) string {
	sum := sha256.Sum256([]byte(text))
	out := make([]byte, n)
	for i := range out {
		out[i] = safe[int(sum[i])%len(safe)]
	}
	return string(out)
}

func uid(text string) types.UID {
	sum := sha256.Sum256([]byte(text))
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80 // as version 4
	return types.UID(fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
}

func (s study) replicaSet() string { return s.Workload + "-" + hash(s.ID, 9) }

func (s study) podName() string {
	switch s.Kind {
	case "StatefulSet":
		return s.Workload + "-0"
	case "DaemonSet":
		return s.Workload + "-" + hash(s.ID+"pod", 5)
	}
	return s.replicaSet() + "-" + hash(s.ID+"pod", 5)
}

func (s study) labels() map[string]string {
	return map[string]string{"app.kubernetes.io/name": s.Workload}
}

// meta returns the metadata of an object of the namespace, made at a time.
func (c cluster) meta(kind, name string, at time.Time) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: c.namespace(), UID: uid(c.ID + kind + name), CreationTimestamp: metav1.NewTime(at)}
}

// before is when what was there before the pod was made.
func (c cluster) before() time.Time { return c.created.Add(-6 * 24 * time.Hour) }

// owned is meta with the labels of the workload and an owner.
func (c cluster) owned(kind, name, ownerKind, owner string) metav1.ObjectMeta {
	yes := true
	m := c.meta(kind, name, c.created)
	m.Labels = c.labels()
	m.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: "apps/v1", Kind: ownerKind, Name: owner, UID: uid(c.ID + ownerKind + owner), Controller: &yes, BlockOwnerDeletion: &yes,
	}}
	return m
}

// podSpec returns the spec of the pod template.
func (c cluster) podSpec() corev1.PodSpec {
	s := c.Setup
	grace := int64(30)
	container := corev1.Container{
		Name: c.container(), Image: c.image(), Command: s.Command, Args: c.inc.Args, ImagePullPolicy: corev1.PullIfNotPresent,
		TerminationMessagePath: "/dev/termination-log", TerminationMessagePolicy: corev1.TerminationMessageReadFile,
	}
	if s.Port != 0 {
		container.Ports = []corev1.ContainerPort{{Name: "main", ContainerPort: s.Port, Protocol: corev1.ProtocolTCP}}
		if s.HostNetwork {
			container.Ports[0].HostPort = s.Port
		}
	}
	if s.User != nil || s.ReadOnly {
		container.SecurityContext = &corev1.SecurityContext{RunAsUser: s.User}
		if s.ReadOnly {
			container.SecurityContext.ReadOnlyRootFilesystem = &s.ReadOnly
		}
	}
	if s.Memory != "" {
		limit := corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(s.Memory)}
		container.Resources = corev1.ResourceRequirements{Limits: limit, Requests: limit}
	}
	if s.Probe != nil {
		container.LivenessProbe = &corev1.Probe{
			ProbeHandler:        corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: s.Probe.Path, Port: intstr.FromInt32(s.Port), Scheme: "HTTP"}},
			InitialDelaySeconds: 5, PeriodSeconds: 5, FailureThreshold: 3, TimeoutSeconds: 1, SuccessThreshold: 1,
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Env)) {
		container.Env = append(container.Env, corev1.EnvVar{Name: name, Value: s.Env[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Secrets)) {
		key := corev1.SecretKeySelector{Key: strings.ToLower(strings.ReplaceAll(name, "_", "-"))}
		key.Name = c.Workload + "-credentials"
		container.Env = append(container.Env, corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &key}})
	}
	spec := corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyAlways, DNSPolicy: corev1.DNSClusterFirst, SchedulerName: "default-scheduler",
		TerminationGracePeriodSeconds: &grace, HostNetwork: s.HostNetwork, SecurityContext: &corev1.PodSecurityContext{},
	}
	c.mount(&spec, &container)
	c.inc.adapt(&container)
	if c.inc.Init {
		spec.InitContainers = []corev1.Container{container}
		container = corev1.Container{Name: "app", Image: "registry.example/app:1", ImagePullPolicy: corev1.PullIfNotPresent}
	}
	spec.Containers = []corev1.Container{container}
	return spec
}

// mount adds the ConfigMap and the volumes.
func (c cluster) mount(spec *corev1.PodSpec, container *corev1.Container) {
	if len(c.Setup.Files) > 0 {
		config := &corev1.ConfigMapVolumeSource{}
		config.Name = c.Workload + "-config"
		spec.Volumes = append(spec.Volumes, corev1.Volume{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: config}})
		for _, file := range slices.Sorted(maps.Keys(c.Setup.Files)) {
			container.VolumeMounts = append(container.VolumeMounts,
				corev1.VolumeMount{Name: "config", MountPath: file, SubPath: path.Base(file), ReadOnly: true})
		}
	}
	for n, at := range slices.Sorted(maps.Keys(c.inc.Claims)) {
		claim := &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c.inc.Claims[at]}
		name := fmt.Sprintf("claim-%d", n)
		spec.Volumes = append(spec.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: claim}})
		container.VolumeMounts = append(container.VolumeMounts, corev1.VolumeMount{Name: name, MountPath: at})
	}
	for n, v := range c.Setup.Volumes {
		name := fmt.Sprintf("data-%d", n)
		source := corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
		if v.Claim {
			claim := &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c.claim(n)}
			source = corev1.VolumeSource{PersistentVolumeClaim: claim}
		}
		spec.Volumes = append(spec.Volumes, corev1.Volume{Name: name, VolumeSource: source})
		container.VolumeMounts = append(container.VolumeMounts, corev1.VolumeMount{Name: name, MountPath: v.Path, ReadOnly: v.ReadOnly})
	}
}

// container returns the name of the container that fails.
func (c cluster) container() string { return cmp.Or(c.inc.Container, c.Workload) }

// image returns the image with the upstream version of the package as its tag.
func (c cluster) image() string {
	if c.inc.ID != "" {
		return c.Image
	}
	version := c.rec.Version
	if _, after, epoch := strings.Cut(version, ":"); epoch {
		version = after
	}
	version, _, _ = strings.Cut(version, "-")
	version, _, _ = strings.Cut(version, "+")
	version, _, _ = strings.Cut(version, "~")
	return c.Image + ":" + cmp.Or(version, "1")
}

// workload returns the Deployment and its ReplicaSet, or the set that owns the pod.
func (c cluster) workload() (deployments, replicaSets, sets []any) {
	one := int32(1)
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: c.labels()}, Spec: c.podSpec()}
	selector := &metav1.LabelSelector{MatchLabels: c.labels()}
	top := c.meta(c.Kind, c.Workload, c.created)
	top.Labels = c.labels()
	top.Generation = 1
	switch c.Kind {
	case "DaemonSet":
		return nil, nil, []any{&appsv1.DaemonSet{
			TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "DaemonSet"}, ObjectMeta: top,
			Spec: appsv1.DaemonSetSpec{Selector: selector, Template: template},
			Status: appsv1.DaemonSetStatus{
				DesiredNumberScheduled: 1, CurrentNumberScheduled: 1, UpdatedNumberScheduled: 1, NumberUnavailable: 1, ObservedGeneration: 1,
			},
		}}
	case "StatefulSet":
		return nil, nil, []any{&appsv1.StatefulSet{
			TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "StatefulSet"}, ObjectMeta: top,
			Spec: appsv1.StatefulSetSpec{Replicas: &one, Selector: selector, ServiceName: c.Workload, Template: template},
			Status: appsv1.StatefulSetStatus{
				Replicas: 1, CurrentReplicas: 1, UpdatedReplicas: 1, ObservedGeneration: 1,
				CurrentRevision: c.Workload + "-" + hash(c.ID, 10), UpdateRevision: c.Workload + "-" + hash(c.ID, 10),
			},
		}}
	}
	top.Annotations = map[string]string{"deployment.kubernetes.io/revision": "1"}
	if c.inc.OldImage != "" {
		top.Annotations["deployment.kubernetes.io/revision"] = "2"
		top.CreationTimestamp = metav1.NewTime(c.before())
	}
	owned := c.owned("ReplicaSet", c.replicaSet(), "Deployment", c.Workload)
	owned.Labels = c.hashed()
	owned.Annotations = top.Annotations
	hashed := template
	hashed.Labels = c.hashed()
	older := c.older(top, hashed)
	deployment := &appsv1.Deployment{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}, ObjectMeta: top,
		Spec: appsv1.DeploymentSpec{Replicas: &one, Selector: selector, Template: template},
		Status: appsv1.DeploymentStatus{
			Replicas: 1, UpdatedReplicas: 1, UnavailableReplicas: 1, ObservedGeneration: 1,
			Conditions: []appsv1.DeploymentCondition{
				{Type: "Available", Status: "False", Reason: "MinimumReplicasUnavailable", LastTransitionTime: metav1.NewTime(c.created)},
				{Type: "Progressing", Status: "True", Reason: "ReplicaSetUpdated", LastTransitionTime: metav1.NewTime(c.created)},
			},
		},
	}
	newest := &appsv1.ReplicaSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ReplicaSet"}, ObjectMeta: owned,
		Spec:   appsv1.ReplicaSetSpec{Replicas: &one, Selector: &metav1.LabelSelector{MatchLabels: c.hashed()}, Template: hashed},
		Status: appsv1.ReplicaSetStatus{Replicas: 1, FullyLabeledReplicas: 1, ObservedGeneration: 1},
	}
	return []any{deployment}, append(older, newest), nil
}

func (c cluster) hashed() map[string]string {
	l := c.labels()
	l["pod-template-hash"] = hash(c.ID, 9)
	return l
}

func (c cluster) nodeName() string { return cmp.Or(c.inc.Node.Name, nodeName) }

// node returns the node of the pod, healthy.
func (c cluster) node() *corev1.Node {
	memory := resource.MustParse("16393108Ki")
	pods := resource.MustParse("110")
	cpu := resource.MustParse("4")
	capacity := corev1.ResourceList{corev1.ResourceCPU: cpu, corev1.ResourceMemory: memory, corev1.ResourcePods: pods}
	n := &corev1.Node{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"}}
	n.Name = c.nodeName()
	n.UID = uid(c.nodeName())
	n.CreationTimestamp = metav1.NewTime(c.created.AddDate(0, -1, -9))
	n.Labels = map[string]string{"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": c.nodeName()}
	n.Status = corev1.NodeStatus{
		Capacity: capacity, Allocatable: capacity, Addresses: []corev1.NodeAddress{{Type: "InternalIP", Address: nodeAddress}},
		NodeInfo: corev1.NodeSystemInfo{
			Architecture: "amd64", OperatingSystem: "linux", KubeletVersion: "v1.34.4", ContainerRuntimeVersion: "containerd://1.7.24",
			KernelVersion: "6.1.0-28-amd64", OSImage: "Debian GNU/Linux 12 (bookworm)",
		},
	}
	c.inc.Node.adapt(&n.Status.NodeInfo)
	for _, condition := range []struct{ kind, status, reason, message string }{
		{"MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"},
		{"DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"},
		{"PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"},
		{"Ready", "True", "KubeletReady", "kubelet is posting ready status"},
	} {
		n.Status.Conditions = append(n.Status.Conditions, corev1.NodeCondition{
			Type: corev1.NodeConditionType(condition.kind), Status: corev1.ConditionStatus(condition.status), Reason: condition.reason,
			Message: condition.message, LastHeartbeatTime: metav1.NewTime(c.at.Add(-20 * time.Second)),
			LastTransitionTime: metav1.NewTime(c.created.AddDate(0, -1, -9)),
		})
	}
	return n
}
