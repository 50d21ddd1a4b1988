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

// podSpec returns the spec of the pod template. The container that fails may be an init container, before
// another one.
func (c cluster) podSpec() corev1.PodSpec {
	grace := int64(30)
	spec := corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyAlways, DNSPolicy: corev1.DNSClusterFirst, SchedulerName: "default-scheduler",
		TerminationGracePeriodSeconds: &grace, HostNetwork: c.Setup.HostNetwork, SecurityContext: &corev1.PodSecurityContext{},
	}
	container := c.failing()
	c.mount(&spec, &container)
	c.inc.adapt(&container)
	spec.Containers = []corev1.Container{container}
	if c.inc.Init {
		spec.InitContainers = spec.Containers
		spec.Containers = []corev1.Container{{Name: "app", Image: "registry.example/app:1", ImagePullPolicy: corev1.PullIfNotPresent}}
	}
	return spec
}

// failing returns the container that fails, without its volumes.
func (c cluster) failing() corev1.Container {
	s := c.Setup
	out := corev1.Container{
		Name: c.container(), Image: c.image(), Command: s.Command, Args: c.inc.Args, ImagePullPolicy: corev1.PullIfNotPresent,
		TerminationMessagePath: "/dev/termination-log", TerminationMessagePolicy: corev1.TerminationMessageReadFile,
		Env: c.environment(), LivenessProbe: s.livenessProbe(), SecurityContext: s.securityContext(),
	}
	if s.Port != 0 {
		out.Ports = []corev1.ContainerPort{{Name: "main", ContainerPort: s.Port, Protocol: corev1.ProtocolTCP}}
		if s.HostNetwork {
			out.Ports[0].HostPort = s.Port
		}
	}
	if s.Memory != "" {
		limit := corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(s.Memory)}
		out.Resources = corev1.ResourceRequirements{Limits: limit, Requests: limit}
	}
	return out
}

// environment returns the variables of the container: those with a value, then those of a Secret.
func (c cluster) environment() []corev1.EnvVar {
	var out []corev1.EnvVar
	for _, name := range slices.Sorted(maps.Keys(c.Setup.Env)) {
		out = append(out, corev1.EnvVar{Name: name, Value: c.Setup.Env[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Setup.Secrets)) {
		key := corev1.SecretKeySelector{Key: strings.ToLower(strings.ReplaceAll(name, "_", "-"))}
		key.Name = c.Workload + "-credentials"
		out = append(out, corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &key}})
	}
	return out
}

// securityContext returns that of the container, nil if it needs none.
func (s setup) securityContext() *corev1.SecurityContext {
	if s.User == nil && !s.ReadOnly {
		return nil
	}
	out := &corev1.SecurityContext{RunAsUser: s.User}
	if s.ReadOnly {
		out.ReadOnlyRootFilesystem = &s.ReadOnly
	}
	return out
}

// livenessProbe returns that of the container, nil if it has none.
func (s setup) livenessProbe() *corev1.Probe {
	if s.Probe == nil {
		return nil
	}
	get := &corev1.HTTPGetAction{Path: s.Probe.Path, Port: intstr.FromInt32(s.Port), Scheme: "HTTP"}
	return &corev1.Probe{
		ProbeHandler:        corev1.ProbeHandler{HTTPGet: get},
		InitialDelaySeconds: 5, PeriodSeconds: 5, FailureThreshold: 3, TimeoutSeconds: 1, SuccessThreshold: 1,
	}
}

// mount adds the ConfigMap and the volumes.
func (c cluster) mount(spec *corev1.PodSpec, container *corev1.Container) {
	add := func(name string, source corev1.VolumeSource, mounts ...corev1.VolumeMount) {
		spec.Volumes = append(spec.Volumes, corev1.Volume{Name: name, VolumeSource: source})
		for _, m := range mounts {
			m.Name = name
			container.VolumeMounts = append(container.VolumeMounts, m)
		}
	}
	if len(c.Setup.Files) > 0 {
		config := &corev1.ConfigMapVolumeSource{}
		config.Name = c.Workload + "-config"
		var mounts []corev1.VolumeMount
		for _, file := range slices.Sorted(maps.Keys(c.Setup.Files)) {
			mounts = append(mounts, corev1.VolumeMount{MountPath: file, SubPath: path.Base(file), ReadOnly: true})
		}
		add("config", corev1.VolumeSource{ConfigMap: config}, mounts...)
	}
	for n, at := range slices.Sorted(maps.Keys(c.inc.Claims)) {
		add(fmt.Sprintf("claim-%d", n), claimed(c.inc.Claims[at]), corev1.VolumeMount{MountPath: at})
	}
	for n, v := range c.Setup.Volumes {
		source := corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
		if v.Claim {
			source = claimed(c.claim(n))
		}
		add(fmt.Sprintf("data-%d", n), source, corev1.VolumeMount{MountPath: v.Path, ReadOnly: v.ReadOnly})
	}
}

// claimed returns the volume of a PersistentVolumeClaim.
func claimed(name string) corev1.VolumeSource {
	return corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name}}
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

// template returns the pod template and what selects its pods.
func (c cluster) template() (corev1.PodTemplateSpec, *metav1.LabelSelector) {
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: c.labels()}, Spec: c.podSpec()}
	return template, &metav1.LabelSelector{MatchLabels: c.labels()}
}

// topMeta returns the metadata of the workload.
func (c cluster) topMeta() metav1.ObjectMeta {
	m := c.meta(c.Kind, c.Workload, c.created)
	m.Labels = c.labels()
	m.Generation = 1
	return m
}

// workload returns the Deployment and its ReplicaSets, or the set that owns the pod.
func (c cluster) workload() (deployments, replicaSets, sets []any) {
	switch c.Kind {
	case "DaemonSet":
		return nil, nil, []any{c.daemonSet()}
	case "StatefulSet":
		return nil, nil, []any{c.statefulSet()}
	}
	top := c.topMeta()
	top.Annotations = map[string]string{"deployment.kubernetes.io/revision": "1"}
	if c.inc.OldImage != "" {
		top.Annotations["deployment.kubernetes.io/revision"] = "2"
		top.CreationTimestamp = metav1.NewTime(c.before())
	}
	newest := c.newest(top.Annotations)
	return []any{c.deployment(top)}, append(c.older(top, newest.Spec.Template), newest), nil
}

// daemonSet returns the DaemonSet of the pod.
func (c cluster) daemonSet() *appsv1.DaemonSet {
	template, selector := c.template()
	return &appsv1.DaemonSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "DaemonSet"}, ObjectMeta: c.topMeta(),
		Spec: appsv1.DaemonSetSpec{Selector: selector, Template: template},
		Status: appsv1.DaemonSetStatus{
			DesiredNumberScheduled: 1, CurrentNumberScheduled: 1, UpdatedNumberScheduled: 1, NumberUnavailable: 1, ObservedGeneration: 1,
		},
	}
}

// statefulSet returns the StatefulSet of the pod.
func (c cluster) statefulSet() *appsv1.StatefulSet {
	one := int32(1)
	template, selector := c.template()
	return &appsv1.StatefulSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "StatefulSet"}, ObjectMeta: c.topMeta(),
		Spec: appsv1.StatefulSetSpec{Replicas: &one, Selector: selector, ServiceName: c.Workload, Template: template},
		Status: appsv1.StatefulSetStatus{
			Replicas: 1, CurrentReplicas: 1, UpdatedReplicas: 1, ObservedGeneration: 1,
			CurrentRevision: c.Workload + "-" + hash(c.ID, 10), UpdateRevision: c.Workload + "-" + hash(c.ID, 10),
		},
	}
}

// deployment returns the Deployment of the pod, which waits for it.
func (c cluster) deployment(top metav1.ObjectMeta) *appsv1.Deployment {
	one := int32(1)
	template, selector := c.template()
	return &appsv1.Deployment{
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
}

// newest returns the ReplicaSet of the pod.
func (c cluster) newest(annotations map[string]string) *appsv1.ReplicaSet {
	one := int32(1)
	m := c.owned("ReplicaSet", c.replicaSet(), "Deployment", c.Workload)
	m.Labels = c.hashed()
	m.Annotations = annotations
	template, _ := c.template()
	template.Labels = c.hashed()
	return &appsv1.ReplicaSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ReplicaSet"}, ObjectMeta: m,
		Spec:   appsv1.ReplicaSetSpec{Replicas: &one, Selector: &metav1.LabelSelector{MatchLabels: c.hashed()}, Template: template},
		Status: appsv1.ReplicaSetStatus{Replicas: 1, FullyLabeledReplicas: 1, ObservedGeneration: 1},
	}
}

func (c cluster) hashed() map[string]string {
	l := c.labels()
	l["pod-template-hash"] = hash(c.ID, 9)
	return l
}
