package provenance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// additions are the fields that Kubernetes itself adds to objects without being
// recorded as their manager: by kind and path, without indexes of lists. An entry
// covers the fields in it, unless they have their own. If an object records
// managers, an unowned field that is not listed here comes from admission.
//
// What the strategies of the API server allocate or copy is in
// pkg/registry/*/*/strategy.go of Kubernetes, what its admission plugins add in
// plugin/pkg/admission, 1.37.
var additions = map[string]Origin{
	"Service spec.clusterIP":           Server,
	"Service spec.clusterIPs":          Server,
	"Service spec.ipFamilies":          Server,
	"Service spec.ipFamilyPolicy":      Server,
	"Service spec.ports.nodePort":      Server,
	"Service spec.healthCheckNodePort": Server,

	"Job spec.selector": Server,
	"Job spec.template.metadata.labels.batch.kubernetes.io/controller-uid":       Server,
	"Job spec.template.metadata.labels.batch.kubernetes.io/job-name":             Server,
	"Job spec.template.metadata.labels.controller-uid":                           Server,
	"Job spec.template.metadata.labels.job-name":                                 Server,
	"Job metadata.labels.batch.kubernetes.io/controller-uid":                     Server,
	"Job metadata.labels.batch.kubernetes.io/job-name":                           Server,
	"Job metadata.labels.controller-uid":                                         Server,
	"Job metadata.labels.job-name":                                               Server,
	"Namespace metadata.labels.kubernetes.io/metadata.name":                      Server,
	"CertificateSigningRequest spec.username":                                    Server,
	"CertificateSigningRequest spec.uid":                                         Server,
	"CertificateSigningRequest spec.groups":                                      Server,
	"CertificateSigningRequest spec.extra":                                       Server,
	"PersistentVolumeClaim spec.dataSource":                                      Server,
	"PersistentVolumeClaim spec.dataSourceRef":                                   Server,
	"FlowSchema status":                                                          Server,
	"PriorityLevelConfiguration status":                                          Server,
	"Node spec.podCIDR":                                                          Controller,
	"Node spec.podCIDRs":                                                         Controller,
	"Node spec.providerID":                                                       Controller,
	"PersistentVolumeClaim metadata.finalizers":                                  Admission,
	"PersistentVolume metadata.finalizers":                                       Admission,
	"Pod status.qosClass":                                                        Server,
	"Pod spec.resources":                                                         Server,     // summed up from the containers
	"Pod spec.nodeName":                                                          Controller, // the scheduler, by a binding
	"Pod spec.priority":                                                          Admission,
	"Pod spec.preemptionPolicy":                                                  Admission,
	"Pod metadata.annotations.kubernetes.io/limit-ranger":                        Admission,
	"PersistentVolume metadata.annotations.pv.kubernetes.io/provisioned-by":      Controller,
	"PersistentVolumeClaim metadata.annotations.pv.kubernetes.io/bind-completed": Controller,
}

// added returns what Kubernetes adds at a path of objects that a server gave out.
func (h *History) added(path fielddoc.Path) (Origin, bool) {
	if !h.Live() {
		return Unknown, false
	}
	if h.object["kind"] == "Pod" && h.podAddition(path) {
		return Admission, true
	}
	kind, _ := h.object["kind"].(string)
	// The field itself, then what holds it: "Job spec.selector.matchLabels" is covered by "Job spec.selector".
	for text := kind + " " + path.Names(); ; {
		if origin, ok := additions[text]; ok {
			return origin, true
		}
		end := strings.LastIndexByte(text, '.')
		if end < 0 {
			return Unknown, false
		}
		text = text[:end]
	}
}

// TokenVolume begins the name of the volume that the ServiceAccount admission
// plugin adds (plugin/pkg/admission/serviceaccount/admission.go, 1.37).
const TokenVolume = "kube-api-access-"

// podAddition returns what admission adds to the spec of every pod: the token
// volume of the service account, that account, and the tolerations of nodes
// that fail. Their names identify them if no manager is recorded.
func (h *History) podAddition(path fielddoc.Path) bool {
	if len(path) < 2 || path[0].Name != "spec" {
		return false
	}
	switch path[1].Name {
	case "serviceAccountName":
		return word(h.object["spec"], "serviceAccountName") == "default"
	case "volumes":
		return len(path) > 2 && strings.HasPrefix(word(h.at(path[:3]), "name"), TokenVolume)
	case "tolerations":
		item, _ := h.at(path[:min(len(path), 3)]).(map[string]any)
		return slices.Contains(failing, word(item, "key")) && fmt.Sprint(item["tolerationSeconds"]) == "300"
	case "containers", "initContainers":
		return h.containerAddition(path)
	default:
		return false
	}
}

// containerAddition returns what admission adds to every container: the mount of the token volume,
// and what LimitRanger sets. A path is spec, containers, item, resources, requests, cpu.
func (h *History) containerAddition(path fielddoc.Path) bool {
	return (len(path) > 4 && path[3].Name == "volumeMounts" && strings.HasPrefix(word(h.at(path[:5]), "name"), TokenVolume)) ||
		(len(path) == 6 && path[3].Name == "resources" && h.limited(path))
}

// limited reports whether LimitRanger notes on the pod that it set this request
// or limit: "LimitRanger plugin set: cpu, memory request for container a; memory
// limit for init container b" (plugin/pkg/admission/limitranger/admission.go, 1.37).
func (h *History) limited(path fielddoc.Path) bool {
	metadata, _ := h.object["metadata"].(map[string]any)
	_, note, _ := strings.Cut(word(metadata["annotations"], "kubernetes.io/limit-ranger"), ": ")
	which := map[string]string{"containers": "container ", "initContainers": "init container "}[path[1].Name] + word(h.at(path[:3]), "name")
	for _, part := range strings.Split(note, "; ") {
		resources, set, _ := strings.Cut(part, " "+strings.TrimSuffix(path[4].Name, "s")+" for ")
		if set == which && slices.Contains(strings.Split(resources, ", "), path[5].Name) {
			return true
		}
	}
	return false
}

// failing are the taints that DefaultTolerationSeconds makes pods tolerate for
// a while (plugin/pkg/admission/defaulttolerationseconds/admission.go, 1.37).
var failing = []string{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}

// at returns what the object holds at a path.
func (h *History) at(path fielddoc.Path) any {
	var value any = h.object
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[step.Name]
		case []any:
			if step.Index < 0 || step.Index >= len(v) {
				return nil
			}
			value = v[step.Index]
		default:
			return nil
		}
	}
	return value
}

// word returns a string field of a map, empty if there is none.
func word(value any, name string) string {
	m, _ := value.(map[string]any)
	text, _ := m[name].(string)
	return text
}

// controllerNote reports whether the path is an annotation or a label that the
// controllers of Kubernetes write, for objects without managed fields.
func controllerNote(path fielddoc.Path) bool {
	if len(path) != 3 || path[0].Name != "metadata" {
		return false
	}
	return listed(controllerNotes, path[2].Name)
}

// controllerNotes are annotations and labels of the controllers of Kubernetes. An entry that ends in
// "*" stands for all that begin so.
var controllerNotes = []string{
	"deployment.kubernetes.io/*", "pod-template-hash", // of Deployments and their ReplicaSets
	"controller-revision-hash", "deprecated.daemonset.template.*", // of DaemonSets and StatefulSets
	"batch.kubernetes.io/*",                                                       // of Jobs and their pods
	"pv.kubernetes.io/*", "volume.kubernetes.io/*", "volume.beta.kubernetes.io/*", // of volumes and claims
	"autoscaling.alpha.kubernetes.io/*", // of autoscalers, in autoscaling/v1
	endpointsNote,
}
