package thrash_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
)

// The pods of the benchmark: so many in a namespace, of which so many crash, in
// workloads of so many.
const (
	benchPods     = 500
	benchSick     = 20
	benchReplicas = 10
	benchNodes    = 20
)

// BenchmarkCrowdedNamespace lists what thrashes in a namespace of 500 pods of
// which 20 crash. The pods are listed once; all else that is read is about the
// 20: lists/op are lists of a resource, pods/op those of pods, objects/op what
// is read of one object, logs/op logs.
func BenchmarkCrowdedNamespace(b *testing.B) {
	s := newCrowd()
	server := httptest.NewServer(s)
	defer server.Close()
	b.ReportAllocs()
	for b.Loop() {
		out, errOut, err := kubectl(b, "--server", server.URL, "-n", "shop")
		if err != nil || errOut != "" || strings.Count(out, "Error") < benchSick {
			b.Fatalf("%v: %s%s", err, errOut, out)
		}
	}
	for _, what := range []string{"pods", "lists", "objects", "logs"} {
		b.ReportMetric(float64(s.asked[what])/float64(b.N), what+"/op")
	}
	b.ReportMetric(float64(s.sent)/float64(b.N)/1024, "KiB-read/op")
}

// crowd serves the namespace in protobuf, which it encodes beforehand.
type crowd struct {
	answers map[string][]byte // by path

	mu    sync.Mutex
	asked map[string]int
	sent  int
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := c.answers[r.URL.Path]
	kind := "lists"
	format := runtime.ContentTypeProtobuf
	switch {
	case strings.HasSuffix(r.URL.Path, "/log"):
		body = []byte("2026-11-23T12:00:00Z panic: assignment to entry in nil map\n")
		kind = "logs"
		format = "text/plain"
	case strings.Contains(r.URL.Path, "/nodes/"):
		kind = "objects"
	case strings.HasSuffix(r.URL.Path, "/pods"):
		kind = "pods"
	}
	c.mu.Lock()
	c.asked[kind]++
	c.sent += len(body)
	c.mu.Unlock()
	w.Header().Set("Content-Type", format)
	w.Header().Set("Date", "Mon, 23 Nov 2026 12:00:30 GMT")
	if body == nil {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = w.Write(body) // an error means that the client has gone
}

// put encodes what stands at a path.
func (c *crowd) put(path string, o runtime.Object) {
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	kinds, _, err := scheme.Scheme.ObjectKinds(o)
	if err != nil {
		panic(err)
	}
	text, err := runtime.Encode(scheme.Codecs.EncoderForVersion(info.Serializer, kinds[0].GroupVersion()), o)
	if err != nil {
		panic(err)
	}
	c.answers[path] = text
}

func newCrowd() *crowd {
	c := &crowd{answers: map[string][]byte{}, asked: map[string]int{}}
	pods := &corev1.PodList{}
	sets := &appsv1.ReplicaSetList{}
	deployments := &appsv1.DeploymentList{}
	events := &corev1.EventList{}
	for n := range benchPods / benchReplicas {
		d, rs := crowdWorkload(n)
		deployments.Items = append(deployments.Items, *d)
		sets.Items = append(sets.Items, *rs)
		for i := range benchReplicas {
			pod := crowdPod(rs, fmt.Sprintf("%s-%05d", rs.Name, i), (n+i)%benchNodes)
			if n*benchReplicas+i < benchSick {
				crash(pod)
				events.Items = append(events.Items, crowdEvent(pod))
			}
			pods.Items = append(pods.Items, *pod)
		}
	}
	for n := range benchNodes {
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("node-%d", n)}}
		node.Status.NodeInfo.KubeletVersion = "v1.37.2"
		c.put("/api/v1/nodes/"+node.Name, node)
	}
	core := "/api/v1/namespaces/shop/"
	apps := "/apis/apps/v1/namespaces/shop/"
	c.put(core+"pods", pods)
	c.put(core+"events", events)
	c.put("/api/v1/namespaces/default/events", &corev1.EventList{})
	c.put(core+"services", &corev1.ServiceList{})
	c.put(apps+"replicasets", sets)
	c.put(apps+"deployments", deployments)
	c.put(apps+"statefulsets", &appsv1.StatefulSetList{})
	c.put(apps+"daemonsets", &appsv1.DaemonSetList{})
	c.put("/apis/batch/v1/namespaces/shop/jobs", &batchv1.JobList{})
	c.put("/apis/batch/v1/namespaces/shop/cronjobs", &batchv1.CronJobList{})
	c.put("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices", &discoveryv1.EndpointSliceList{})
	return c
}

// crowdStart is when everything began.
var crowdStart = metav1.Date(2026, 11, 23, 11, 40, 0, 0, time.UTC)

func crowdMeta(name string, labels map[string]string, owner metav1.Object, kind schema.GroupVersionKind) metav1.ObjectMeta {
	m := metav1.ObjectMeta{Name: name, Namespace: "shop", UID: types.UID("uid of " + name), CreationTimestamp: crowdStart, Labels: labels}
	if owner != nil {
		m.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(owner, kind)}
	}
	return m
}

func crowdWorkload(n int) (*appsv1.Deployment, *appsv1.ReplicaSet) {
	name := fmt.Sprintf("app-%02d", n)
	revision := map[string]string{"deployment.kubernetes.io/revision": "1"}
	labels := map[string]string{"app": name}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: crowdSpec()}
	replicas := int32(benchReplicas)
	d := &appsv1.Deployment{ObjectMeta: crowdMeta(name, labels, nil, schema.GroupVersionKind{})}
	d.Annotations = revision
	d.Spec = appsv1.DeploymentSpec{Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: template}
	rs := &appsv1.ReplicaSet{ObjectMeta: crowdMeta(name+"-6bc89cd9d7", labels, d, appsv1.SchemeGroupVersion.WithKind("Deployment"))}
	rs.Annotations = revision
	rs.Spec = appsv1.ReplicaSetSpec{Replicas: &replicas, Selector: d.Spec.Selector, Template: template}
	return d, rs
}

func crowdSpec() corev1.PodSpec {
	var env []corev1.EnvVar
	for i := range 12 {
		env = append(env, corev1.EnvVar{Name: fmt.Sprintf("SETTING_%d", i), Value: "a value of some length, as settings have"})
	}
	return corev1.PodSpec{RestartPolicy: corev1.RestartPolicyAlways, Containers: []corev1.Container{{
		Name: "main", Image: "registry.shop.example/app:1.4.2", Env: env, ImagePullPolicy: corev1.PullIfNotPresent,
	}}}
}

func crowdPod(rs *appsv1.ReplicaSet, name string, node int) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: crowdMeta(name, rs.Labels, rs, appsv1.SchemeGroupVersion.WithKind("ReplicaSet")), Spec: crowdSpec()}
	pod.Spec.NodeName = fmt.Sprintf("node-%d", node)
	pod.ManagedFields = []metav1.ManagedFieldsEntry{{
		Manager: "kubelet", Operation: metav1.ManagedFieldsOperationUpdate, Subresource: "status", Time: &crowdStart,
		FieldsV1: metav1.NewFieldsV1(`{"f:status":{"f:conditions":{},"f:containerStatuses":{},"f:phase":{},"f:podIP":{},"f:startTime":{}}}`),
	}}
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &crowdStart, ContainerStatuses: []corev1.ContainerStatus{{
		Name: "main", Image: "registry.shop.example/app:1.4.2", Ready: true, ContainerID: "containerd://" + name,
		State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: crowdStart}},
	}}}
	return pod
}

// crash makes a container of a pod the one of a crash loop.
func crash(pod *corev1.Pod) {
	c := &pod.Status.ContainerStatuses[0]
	ended := func(id string, before time.Duration) *corev1.ContainerStateTerminated {
		at := metav1.NewTime(crowdStart.Add(20*time.Minute - before))
		return &corev1.ContainerStateTerminated{
			ExitCode:    2,
			Reason:      "Error",
			StartedAt:   at,
			FinishedAt:  metav1.NewTime(at.Add(time.Second)),
			ContainerID: "containerd://" + id,
		}
	}
	c.RestartCount = 6
	c.Ready = false
	c.State = corev1.ContainerState{Terminated: ended("b", 0)}
	c.LastTerminationState = corev1.ContainerState{Terminated: ended("a", 166*time.Second)}
}

func crowdEvent(pod *corev1.Pod) corev1.Event {
	return corev1.Event{
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name + ".1", Namespace: pod.Namespace},
		InvolvedObject: corev1.ObjectReference{
			Kind:      "Pod",
			Namespace: pod.Namespace,
			Name:      pod.Name,
			UID:       pod.UID,
			FieldPath: "spec.containers{main}",
		},
		Reason: "BackOff", Type: corev1.EventTypeWarning, Count: 20, FirstTimestamp: crowdStart, LastTimestamp: crowdStart,
		Message: "Back-off restarting failed container main in pod " + pod.Name,
	}
}
