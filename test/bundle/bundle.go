// Package bundle writes the state of a cluster in the layouts that support
// tools collect, for tests and for the recording in examples. It reads the
// cluster through kubectl and nothing else.
package bundle

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"sigs.k8s.io/yaml"
)

// Kubectl runs kubectl with args and returns its standard output.
type Kubectl func(args ...string) ([]byte, error)

// resource is one namespaced kind that a bundle collects. Its group is named as
// must-gather names folders: that of pods, "" in the API, is "core".
type resource struct {
	group, version, plural, kind string
}

// path returns where the API server lists a resource.
func (r resource) path(namespace string) string {
	if r.group == "core" {
		return fmt.Sprintf("/api/%s/namespaces/%s/%s", r.version, namespace, r.plural)
	}
	return fmt.Sprintf("/apis/%s/%s/namespaces/%s/%s", r.group, r.version, namespace, r.plural)
}

// apiVersion returns the API version of the resource, which has no group if that is the core group.
func (r resource) apiVersion() string {
	if r.group == "core" {
		return r.version
	}
	return r.group + "/" + r.version
}

// collected are the resources in the order in which they are read.
var collected = []resource{
	{"core", "v1", "pods", "Pod"},
	{"core", "v1", "events", "Event"},
	{"core", "v1", "services", "Service"},
	{"core", "v1", "endpoints", "Endpoints"},
	{"core", "v1", "configmaps", "ConfigMap"},
	{"core", "v1", "secrets", "Secret"},
	{"core", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"},
	{"core", "v1", "replicationcontrollers", "ReplicationController"},
	{"core", "v1", "resourcequotas", "ResourceQuota"},
	{"apps", "v1", "deployments", "Deployment"},
	{"apps", "v1", "replicasets", "ReplicaSet"},
	{"apps", "v1", "statefulsets", "StatefulSet"},
	{"apps", "v1", "daemonsets", "DaemonSet"},
	{"apps", "v1", "controllerrevisions", "ControllerRevision"},
	{"batch", "v1", "jobs", "Job"},
	{"batch", "v1", "cronjobs", "CronJob"},
	{"autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"},
	{"discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"},
}

// list is an object list as the API server sends it.
type list struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Metadata   map[string]any   `json:"metadata,omitempty"`
	Items      []map[string]any `json:"items"`
}

// get reads every object of r in namespace. The items carry their kind, as in
// what oc adm inspect writes; the values of Secrets are emptied.
func (k Kubectl) get(r resource, namespace string) (*list, error) {
	raw, err := k("get", "--raw", r.path(namespace))
	if err != nil {
		return nil, fmt.Errorf("get %s of %s: %w", r.plural, namespace, err)
	}
	var l list
	if err := json.Unmarshal(raw, &l); err != nil {
		return nil, fmt.Errorf("decode %s of %s: %w", r.plural, namespace, err)
	}
	for _, item := range l.Items {
		item["apiVersion"] = r.apiVersion() // the items of a list come without both
		item["kind"] = r.kind
		if r.kind == "Secret" {
			empty(item)
		}
	}
	return &l, nil
}

// empty empties the values of a Secret and keeps its keys.
func empty(secret map[string]any) {
	data, _ := secret["data"].(map[string]any)
	for key := range data {
		data[key] = ""
	}
}

// containerNames returns the names of all containers of a decoded pod.
func containerNames(pod map[string]any) []string {
	var names []string
	spec, _ := pod["spec"].(map[string]any)
	for _, field := range []string{"initContainers", "containers", "ephemeralContainers"} {
		containers, _ := spec[field].([]any)
		for _, c := range containers {
			if m, ok := c.(map[string]any); ok {
				name, _ := m["name"].(string)
				names = append(names, name)
			}
		}
	}
	return names
}

// podName returns the name of a pod as JSON, empty if it has none.
func podName(pod map[string]any) string {
	meta, _ := pod["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	return name
}

// logWriter writes the log of one run of a container: the previous one, or the current one.
type logWriter func(pod, container string, previous bool, text []byte) error

// logs calls write with the log of each instance of each container that the
// API still serves; one that never ran, or ran only once, has an empty log.
func (k Kubectl) logs(pods *list, namespace string, write logWriter) error {
	for _, pod := range pods.Items {
		for _, container := range containerNames(pod) {
			if err := k.containerLogs(namespace, podName(pod), container, write); err != nil {
				return err
			}
		}
	}
	return nil
}

// containerLogs calls write with the logs of the current and the previous run of a container.
func (k Kubectl) containerLogs(namespace, pod, container string, write logWriter) error {
	for _, previous := range []bool{false, true} {
		text, err := k("logs", "-n", namespace, pod, "-c", container, "--timestamps", fmt.Sprintf("--previous=%t", previous))
		if err != nil {
			text = nil // there is no such run
		}
		if err := write(pod, container, previous, text); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a file, and the folders in which it is.
func writeFile(data []byte, elements ...string) error {
	path := filepath.Join(elements...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return nil
}

// writeYAML writes one document, which begins with "---" as in what oc adm inspect writes.
func writeYAML(v any, elements ...string) error {
	data, err := yaml.Marshal(v)
	if err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return writeFile(append([]byte("---\n"), data...), elements...)
}

// MustGather writes the namespaces, their logs and the nodes into dir, laid
// out as must-gather and oc adm inspect do.
func MustGather(k Kubectl, dir string, namespaces ...string) error {
	begin := time.Now().UTC()
	for _, namespace := range namespaces {
		if err := k.mustGatherNamespace(dir, namespace); err != nil {
			return err
		}
	}
	nodes, err := k.nodes()
	if err != nil {
		return err
	}
	for _, node := range nodes.Items {
		node["apiVersion"] = "v1"
		node["kind"] = "Node"
		if err := writeYAML(node, dir, "cluster-scoped-resources", "core", "nodes", podName(node)+".yaml"); err != nil {
			return err
		}
	}
	stamp := fmt.Sprintf("%s\n%s\n", begin, time.Now().UTC())
	return writeFile([]byte(stamp), dir, "timestamp")
}

// nodes returns the nodes of the cluster as the server sends them.
func (k Kubectl) nodes() (*list, error) {
	raw, err := k("get", "--raw", "/api/v1/nodes")
	if err != nil {
		return nil, fmt.Errorf("get nodes: %w", err)
	}
	var l list
	if err := json.Unmarshal(raw, &l); err != nil {
		return nil, fmt.Errorf("decode nodes: %w", err)
	}
	return &l, nil
}

// mustGatherNamespace writes namespaces/NAME: its own object, a list for each
// resource that has objects, and the logs.
func (k Kubectl) mustGatherNamespace(dir, namespace string) error {
	root := filepath.Join(dir, "namespaces", namespace)
	object, err := k("get", "namespace", namespace, "-o", "yaml")
	if err != nil {
		return fmt.Errorf("get namespace %s: %w", namespace, err)
	}
	if err := writeFile(append([]byte("---\n"), object...), root, namespace+".yaml"); err != nil {
		return err
	}
	for _, r := range collected {
		l, err := k.get(r, namespace)
		if err != nil {
			return err
		}
		if len(l.Items) > 0 {
			if err := writeYAML(l, root, r.group, r.plural+".yaml"); err != nil {
				return err
			}
		}
		if r.plural != "pods" {
			continue
		}
		if err := k.logs(l, namespace, mustGatherLog(root)); err != nil {
			return err
		}
	}
	return nil
}

// mustGatherLog writes a log to pods/POD/CONTAINER/CONTAINER/logs/current.log or previous.log.
func mustGatherLog(root string) logWriter {
	return func(pod, container string, previous bool, text []byte) error {
		name := "current.log"
		if previous {
			name = "previous.log"
		}
		return writeFile(text, root, "pods", pod, container, container, "logs", name)
	}
}

// SupportBundle writes the namespaces into dir as the cluster-resources and
// logs collectors of Troubleshoot lay them out.
func SupportBundle(k Kubectl, dir string, namespaces ...string) error {
	root := filepath.Join(dir, "cluster-resources")
	for _, namespace := range namespaces {
		if err := k.supportBundleNamespace(root, namespace); err != nil {
			return err
		}
	}
	nodes, err := k.nodes()
	if err != nil {
		return err
	}
	version := []byte("apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\n")
	if err := writeFile(version, dir, "version.yaml"); err != nil {
		return err
	}
	return writeJSON(nodes, root, "nodes.json")
}

// supportBundleNamespace writes the resources of a namespace, an empty list for those without objects, and the logs.
func (k Kubectl) supportBundleNamespace(root, namespace string) error {
	for _, r := range collected {
		if r.kind == "Secret" || r.kind == "ControllerRevision" {
			continue // not among the collected resources
		}
		l, err := k.get(r, namespace)
		if err != nil {
			return err
		}
		if err := writeJSON(l, root, supportBundleFolder(r), namespace+".json"); err != nil {
			return err
		}
		if r.plural != "pods" {
			continue
		}
		if err := k.logs(l, namespace, supportBundleLog(root, namespace)); err != nil {
			return err
		}
	}
	return nil
}

// supportBundleFolder returns the folder of a resource: its plural, but one is shortened.
func supportBundleFolder(r resource) string {
	if r.plural == "persistentvolumeclaims" {
		return "pvcs"
	}
	return r.plural
}

// supportBundleLog writes a log to pods/logs/NAMESPACE/POD/CONTAINER.log or CONTAINER-previous.log.
func supportBundleLog(root, namespace string) logWriter {
	return func(pod, container string, previous bool, text []byte) error {
		name := container + ".log"
		if previous {
			name = container + "-previous.log"
		}
		return writeFile(text, root, "pods", "logs", namespace, pod, name)
	}
}

// writeJSON writes a value as the support tools write theirs, indented.
func writeJSON(v any, elements ...string) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return writeFile(data, elements...)
}
