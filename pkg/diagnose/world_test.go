package diagnose_test

import (
	"cmp"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const ns = "shop"

var now = time.Date(2026, 3, 14, 9, 30, 0, 0, time.UTC)

func ago(d time.Duration) metav1.Time { return metav1.NewTime(now.Add(-d)) }

// world is a namespace in the making: a Deployment web whose pod crashes.
type world struct {
	s     *snapshot.Snapshot
	spec  corev1.PodSpec // of the current revision
	death corev1.ContainerStateTerminated
	log   *string

	former        *corev1.PodSpec     // of revision 1, nil for none
	keep          int                 // pods of revision 1 that still run
	served        time.Duration       // how long revision 1 was current, 0: three days
	healthy       int                 // further pods of the current revision that run well
	age           time.Duration       // of the current revision
	count         int32               // restarts
	kind          string              // of the workload
	digests       [2]string           // of healthy and crashing pods
	crashedBefore bool                // events report crashes of revision 1
	mutate        []func(*corev1.Pod) // of the crashing pod
}

// story is a change of the world before it is looked at.
type story func(*world)

func newWorld(exit int32, log string, stories ...story) *world {
	w := &world{
		s:       &snapshot.Snapshot{At: now},
		age:     20 * time.Minute,
		count:   6,
		kind:    "Deployment",
		digests: [2]string{"sha256:aaaa", "sha256:aaaa"},
	}
	w.spec = corev1.PodSpec{
		NodeName: "node-1", RestartPolicy: corev1.RestartPolicyAlways,
		Containers: []corev1.Container{{Name: "web", Image: "registry.example/web:2.4.0"}},
	}
	w.death = corev1.ContainerStateTerminated{
		ExitCode:   exit,
		Reason:     "Error",
		StartedAt:  ago(2*time.Minute + 3*time.Second),
		FinishedAt: ago(2 * time.Minute),
	}
	if exit == 0 {
		w.death.Reason = "Completed"
	}
	w.log = &log
	for _, add := range stories {
		add(w)
	}
	return w
}

func (w *world) container() *corev1.Container { return &w.spec.Containers[0] }

// build makes the objects and judges the container that crashes.
func (w *world) build() []diagnose.Item {
	current := w.replicaSet("web-2", "2", w.spec, w.age)
	w.add(&appsv1.Deployment{
		ObjectMeta: meta("web", "deploy-web", 30*24*time.Hour),
		Spec:       appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: labelsOf("web")}, Template: current.Spec.Template},
	})
	if w.former != nil {
		w.replicaSet("web-1", "1", *w.former, w.age+cmp.Or(w.served, 72*time.Hour))
		for i := range w.keep {
			w.pod(fmt.Sprintf("web-1-%d", i), "web-1", *w.former, w.age+71*time.Hour, true)
		}
	}
	if w.crashedBefore {
		event("BackOff", "Back-off restarting failed container web in pod web-1-0_shop(u)", 7, 10*time.Minute)(w)
		w.s.Events[len(w.s.Events)-1].InvolvedObject.Name = "web-1-0"
	}
	for i := range w.healthy {
		w.pod(fmt.Sprintf("web-2-h%d", i), "web-2", w.spec, w.age, true)
	}
	w.pod("web-2-x", "web-2", w.spec, w.age, false)
	if w.log != nil {
		w.s.Logs = map[snapshot.LogKey]snapshot.Log{{Namespace: ns, Pod: "web-2-x", Container: w.container().Name}: {Text: *w.log}}
	}
	for _, r := range []string{"services", "endpointslices", "pods", "deployments", "replicasets"} {
		w.s.MarkComplete(r, ns)
	}
	w.s.Sort()
	return diagnose.Report(owners.Build(w.s), diagnose.Options{})
}

func (w *world) add(objects ...interface{ GetName() string }) {
	for _, o := range objects {
		switch o := o.(type) {
		case *appsv1.Deployment:
			w.s.Add(o)
		case *appsv1.ReplicaSet:
			w.s.Add(o)
		case *corev1.Pod:
			w.s.Add(o)
		case *corev1.Service:
			w.s.Add(o)
		case *corev1.ConfigMap:
			w.s.Add(o)
		case *corev1.Secret:
			w.s.Add(o)
		case *corev1.Event:
			w.s.Add(o)
		case *corev1.Node:
			w.s.Add(o)
		case *discoveryv1.EndpointSlice:
			w.s.Add(o)
		default:
			panic(fmt.Sprintf("%T", o))
		}
	}
}

func meta(name, uid string, age time.Duration) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: ns, Name: name, UID: types.UID(uid), CreationTimestamp: ago(age)}
}

func labelsOf(app string) map[string]string { return map[string]string{"app": app} }

func owner(kind, name, uid string) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: kind, Name: name, UID: types.UID(uid), Controller: &yes}}
}

func (w *world) replicaSet(name, revision string, spec corev1.PodSpec, age time.Duration) *appsv1.ReplicaSet {
	spec.NodeName = ""
	rs := &appsv1.ReplicaSet{ObjectMeta: meta(name, "rs-"+name, age)}
	rs.Annotations = map[string]string{"deployment.kubernetes.io/revision": revision}
	rs.OwnerReferences = owner("Deployment", "web", "deploy-web")
	rs.Labels = labelsOf("web")
	rs.Spec.Selector = &metav1.LabelSelector{MatchLabels: labelsOf("web")}
	rs.Spec.Template = corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labelsOf("web")}, Spec: spec}
	w.add(rs)
	return rs
}

func (w *world) pod(name, rs string, spec corev1.PodSpec, age time.Duration, well bool) {
	pod := &corev1.Pod{ObjectMeta: meta(name, "pod-"+name, age), Spec: *spec.DeepCopy()}
	pod.Labels = labelsOf("web")
	pod.OwnerReferences = owner("ReplicaSet", rs, "rs-"+rs)
	start := ago(age)
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &start, PodIP: "10.1.0." + fmt.Sprint(len(w.s.Pods)+10)}
	for i, c := range spec.Containers {
		cs := corev1.ContainerStatus{Name: c.Name, Image: c.Image, ImageID: "registry.example/" + c.Name + "@" + w.digests[0], Ready: well}
		cs.State.Running = &corev1.ContainerStateRunning{StartedAt: ago(age - time.Second)}
		if i == 0 && !well {
			death := w.death
			cs.ImageID = "registry.example/" + c.Name + "@" + w.digests[1]
			cs.RestartCount = w.count
			cs.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
				Reason: "CrashLoopBackOff", Message: "back-off 5m0s restarting failed container=" + c.Name + " pod=" + name + "_shop(pod-" + name + ")",
			}}
			cs.LastTerminationState.Terminated = &death
		}
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, cs)
	}
	if !well {
		for _, change := range w.mutate {
			change(pod)
		}
	}
	w.add(pod)
}

// The stories.

func env(pairs ...string) story {
	return func(w *world) {
		for i := 0; i < len(pairs); i += 2 {
			w.container().Env = append(w.container().Env, corev1.EnvVar{Name: pairs[i], Value: pairs[i+1]})
		}
	}
}

// before adds revision 1, which ran for three days and differed by change; keep
// of its pods still run.
func before(keep int, change func(*corev1.Container, *corev1.PodSpec)) story {
	return func(w *world) {
		former := w.spec.DeepCopy()
		change(&former.Containers[0], former)
		w.former = former
		w.keep = keep
	}
}

// beforeBriefly adds a revision 1 that had another image, ran for a while and
// no longer exists.
func beforeBriefly(served time.Duration) story {
	return func(w *world) {
		before(0, oldImage)(w)
		w.served = served
	}
}

func oldImage(c *corev1.Container, _ *corev1.PodSpec) { c.Image = "registry.example/web:2.3.9" }

func oldEnv(name, value string) func(*corev1.Container, *corev1.PodSpec) {
	return func(c *corev1.Container, _ *corev1.PodSpec) {
		for i := range c.Env {
			if c.Env[i].Name == name {
				c.Env[i].Value = value
				return
			}
		}
		c.Env = append(c.Env, corev1.EnvVar{Name: name, Value: value})
	}
}

// service adds a Service with the given number of ready endpoints, and a Deployment behind it.
func service(name string, port int32, ready int) story {
	return func(w *world) {
		svc := &corev1.Service{ObjectMeta: meta(name, "svc-"+name, 72*time.Hour)}
		svc.Spec = corev1.ServiceSpec{
			ClusterIP: "10.96.7." + fmt.Sprint(port%250),
			Selector:  labelsOf(name),
			Ports:     []corev1.ServicePort{{Port: port, TargetPort: intstr.FromInt32(port)}},
		}
		svc.Spec.ClusterIPs = []string{svc.Spec.ClusterIP}
		replicas := int32(ready)
		d := &appsv1.Deployment{ObjectMeta: meta(name, "deploy-"+name, 72*time.Hour)}
		d.Spec.Replicas = &replicas
		d.Spec.Selector = &metav1.LabelSelector{MatchLabels: labelsOf(name)}
		d.Spec.Template.Labels = labelsOf(name)
		slice := &discoveryv1.EndpointSlice{ObjectMeta: meta(name+"-abc", "eps-"+name, 72*time.Hour)}
		slice.Labels = map[string]string{discoveryv1.LabelServiceName: name}
		for i := range ready {
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{Addresses: []string{fmt.Sprintf("10.1.9.%d", i+1)}})
		}
		w.add(svc, d, slice)
	}
}

func configMap(name, mount string, edited time.Duration, data map[string]string) story {
	return func(w *world) {
		cm := &corev1.ConfigMap{ObjectMeta: meta(name, "cm-"+name, 72*time.Hour), Data: data}
		at := ago(edited)
		cm.ManagedFields = []metav1.ManagedFieldsEntry{
			{Manager: "kubectl-edit", Operation: "Update", Time: &at, FieldsV1: metav1.NewFieldsV1(`{"f:data":{}}`)},
		}
		w.add(cm)
		if mount == "" {
			w.container().EnvFrom = append(
				w.container().EnvFrom,
				corev1.EnvFromSource{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}},
			)
			return
		}
		w.spec.Volumes = append(
			w.spec.Volumes,
			corev1.Volume{
				Name: name,
				VolumeSource: corev1.VolumeSource{
					ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}},
				},
			},
		)
		w.container().VolumeMounts = append(w.container().VolumeMounts, corev1.VolumeMount{Name: name, MountPath: mount})
	}
}

func event(reason, message string, count int32, last time.Duration) story {
	return func(w *world) {
		w.add(&corev1.Event{
			ObjectMeta: meta(fmt.Sprintf("ev-%d", len(w.s.Events)), fmt.Sprintf("ev-%d", len(w.s.Events)), last),
			InvolvedObject: corev1.ObjectReference{
				Kind:      "Pod",
				Namespace: ns,
				Name:      "web-2-x",
				UID:       "pod-web-2-x",
				FieldPath: "spec.containers{web}",
			},
			Reason: reason, Message: message, Type: "Warning", Count: count, LastTimestamp: ago(last),
		})
	}
}

func ended(change func(*corev1.ContainerStateTerminated)) story {
	return func(w *world) { change(&w.death) }
}

func with(change func(*corev1.Container, *corev1.PodSpec)) story {
	return func(w *world) { change(w.container(), &w.spec) }
}

func silent(w *world)  { w.log = nil }
func oneWell(w *world) { w.healthy = 2 }
func repushed(w *world) {
	w.healthy = 2
	w.digests = [2]string{"sha256:aaaa", "sha256:bbbb"}
}

func limit(memory string) story {
	return with(func(c *corev1.Container, _ *corev1.PodSpec) {
		c.Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(memory)}
	})
}
