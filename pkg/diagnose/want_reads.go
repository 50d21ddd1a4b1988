package diagnose

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// wanted collects reads, each once.
type wanted struct {
	query    snapshot.Query
	seen     map[snapshot.Read]bool
	order    []string            // namespaces
	pods     map[string][]string // unhealthy pods by namespace
	logs     map[string]int      // logs wanted by workload and container
	restarts bool                // a container is to be started again
}

// add asks for something, unless it was asked for: a caller sends all reads at once.
func (w *wanted) add(read snapshot.Read) {
	if !w.seen[read] {
		w.seen[read] = true
		w.query.Reads = append(w.query.Reads, read)
	}
}

// namespaceReads are the lists of a namespace, with what is lost without each.
var namespaceReads = []snapshot.Read{
	{Resource: "pods", Impact: "pods behind Services and of other revisions are not seen"},
	{Resource: "replicasets", Impact: "what the rollout changed is not known"},
	{Resource: "deployments", Impact: "workloads are named by their ReplicaSets"},
	{Resource: "statefulsets", Impact: "revisions of StatefulSets are not known"},
	{Resource: "daemonsets", Impact: "revisions of DaemonSets are not known"},
	{Resource: "services", Impact: "hosts that a log names are not looked up"},
	{Resource: "endpointslices", Impact: "whether a Service has ready endpoints is not known"},
}

// namespace asks for the workloads and Services of a namespace, unless they were read.
func (w *wanted) namespace(s *snapshot.Snapshot, namespace string) {
	if slices.Contains(w.order, namespace) {
		return
	}
	w.order = append(w.order, namespace)
	for _, read := range namespaceReads {
		read.Namespace = namespace
		if !s.Complete(read.Resource, namespace) {
			w.add(read)
		}
	}
}

// objects asks for what the pod uses.
func (w *wanted) objects(c Container, pod *corev1.Pod) {
	if pod.Spec.NodeName != "" {
		w.add(snapshot.Read{Resource: "nodes", Name: pod.Spec.NodeName, Optional: true, Impact: "the state of the node is not known"})
		w.restarts = w.restarts || c.Status == Thrashing
	}
	for _, o := range objects(pod, c.container.Spec) {
		w.object(o, c.Namespace)
	}
	// A list of Secrets is not asked for: it would hold the contents of all of them.
	if c.container.WaitingReason() == "CreateContainerConfigError" && strings.Contains(c.container.Status.State.Waiting.Message, "configmap") {
		w.add(snapshot.Read{Resource: "configmaps", Namespace: c.Namespace, Impact: "ConfigMaps of similar names are not suggested"})
	}
}

// object asks for one ConfigMap or Secret by its name.
func (w *wanted) object(o object, namespace string) {
	read := snapshot.Read{Resource: "configmaps", Namespace: namespace, Name: o.name, Optional: true}
	read.Impact = "what the ConfigMap holds, and whether it was edited, is not known"
	if o.kind == "Secret" {
		read.Resource = "secrets"
		read.Impact = "which keys the Secret has, and whether it was edited, is not known"
	}
	w.add(read)
}

// log asks for the log of the run that died last, of some of the pods that die alike.
func (w *wanted) log(c Container) {
	if c.container.Last() == nil {
		return
	}
	like := c.Namespace + "/" + c.Root.String() + "/" + c.container.Spec.Image + "/" + c.Name
	if w.logs[like]++; w.logs[like] > podsForLogs {
		return
	}
	w.query.Logs = append(w.query.Logs, snapshot.LogRead{
		LogKey: logOf(c.container), TailLines: logLines, LimitBytes: logBytes,
		Impact: "the cause is judged without the last lines of the program",
	})
}

// usage asks for the working set of a container that the kernel killed for its memory
// and that runs again: without a run nothing is measured.
func (w *wanted) usage(c Container) {
	last := c.container.Last()
	if last == nil || last.Reason != pod.ReasonOOMKilled || !c.container.Running() {
		return
	}
	w.add(snapshot.Read{
		Resource: snapshot.PodUsageResource, Namespace: c.Namespace, Name: c.Pod, Optional: true,
		Impact: "the working set beside the memory limit is not known",
	})
}

// recovered asks for little: its owner's name.
func (w *wanted) recovered(c Container) {
	for _, resource := range []string{"replicasets", "deployments"} {
		w.add(snapshot.Read{Resource: resource, Namespace: c.Namespace, Impact: "workloads are named by their pods"})
	}
	w.log(c)
}

// events adds the reads of the events of the unhealthy pods, the warnings of
// their namespaces, and the events of Nodes.
func (w *wanted) events() {
	if w.restarts {
		w.add(snapshot.Read{
			Resource: "events", Namespace: nodeEvents, Fields: "involvedObject.kind=Node", Optional: true,
			Impact: "kubelets that were restarted, and so forgot their waits, and nodes out of memory are not seen",
		})
	}
	for _, namespace := range w.order {
		pods := w.pods[namespace]
		if len(pods) > podsForEvents {
			w.eventsOf(namespace, "")
			continue
		}
		w.eventsOf(namespace, "type=Warning")
		for _, pod := range pods {
			w.eventsOf(namespace, "involvedObject.kind=Pod,involvedObject.name="+fields.EscapeValue(pod))
		}
	}
}

// eventsOf asks for the events of a namespace that match a field selector, for all of them if it is
// empty.
func (w *wanted) eventsOf(namespace, selector string) {
	w.add(snapshot.Read{
		Resource: "events", Namespace: namespace, Fields: selector,
		Impact: "kills by probes, failed mounts and pulls are not reported",
	})
}

// container asks for what explains one unhealthy container.
func (w *wanted) container(c Container) {
	if pods := w.pods[c.Namespace]; !slices.Contains(pods, c.Pod) {
		w.pods[c.Namespace] = append(pods, c.Pod)
	}
	if kind := c.Root.Kind; kind == "StatefulSet" || kind == "DaemonSet" {
		w.add(snapshot.Read{
			Resource: "controllerrevisions", Namespace: c.Namespace,
			Impact: "what the rollout of a StatefulSet or DaemonSet changed is not known",
		})
	}
	w.objects(c, c.container.Pod)
	w.log(c)
	w.usage(c)
}
