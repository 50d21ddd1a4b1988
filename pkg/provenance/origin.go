package provenance

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// Origin says who gave a field its value.
type Origin string

// The origins, in the words of the JSON output.
const (
	User       Origin = "user"
	Default    Origin = "default"
	Controller Origin = "controller"
	Admission  Origin = "admission"
	Server     Origin = "server"
	Unknown    Origin = "unknown"
)

// Basis says how an origin is known.
type Basis string

// The bases, in the words of the JSON output.
const (
	Observed Basis = "observed" // the object's managed fields say so
	Deduced  Basis = "deduced"
)

// serverSet are the fields of metadata that the API server itself writes.
var serverSet = []string{
	"uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
	"deletionGracePeriodSeconds", "managedFields", "selfLink",
}

// ServerFields returns the fields of metadata that the API server itself writes.
func ServerFields() []string { return slices.Clone(serverSet) }

// Origin says where the value of a field comes from. d is what is documented
// of the field and value what the object holds there.
func (c Cursor) Origin(d fielddoc.Doc, value any) (Origin, Basis) {
	path := d.Path
	switch {
	case len(path) == 0:
		return Unknown, Deduced
	case path[0].Name == "metadata" && len(path) > 1 && slices.Contains(serverSet, path[1].Name):
		return Server, Deduced
	case len(path) == 1 && (path[0].Name == "apiVersion" || path[0].Name == "kind"),
		len(path) == 2 && path[0].Name == "metadata" && (path[1].Name == "name" || path[1].Name == "namespace"):
		return c.history.creator(), Deduced
	}
	if origin, ok := c.history.pod(path); ok {
		return origin, Deduced
	}
	isDefault, known := d.IsDefault(value)
	managers := c.Managers()
	switch {
	case len(managers) > 0:
		return c.owned(managers, isDefault && known)
	case c.history.Managed():
		return c.unowned(path, value, isDefault && known)
	default:
		return c.unmanaged(path, isDefault && known), Deduced
	}
}

// creator returns who makes objects like this one.
func (h *History) creator() Origin {
	if h.owned {
		return Controller
	}
	return User
}

// owned judges a field that someone owns. What is applied was written by
// whoever applied it; who created an object by Update also owns the defaults.
func (c Cursor) owned(managers []Manager, isDefault bool) (Origin, Basis) {
	people := slices.DeleteFunc(slices.Clone(managers), func(m Manager) bool { return IsController(m) })
	switch {
	case len(people) == 0:
		return Controller, Observed
	case slices.ContainsFunc(people, func(m Manager) bool { return m.Operation == "Apply" }):
		return User, Observed
	case c.wasApplied:
		return User, Observed
	case isDefault:
		return Default, Deduced
	case c.history.applied != nil && !slices.ContainsFunc(people, func(m Manager) bool { return m.Manager != "kubectl-client-side-apply" }):
		// kubectl apply wrote it, but did not send it: something on the way did.
		return Admission, Deduced
	default:
		return User, Deduced
	}
}

// unowned judges a field that nobody owns in an object with managed fields.
func (c Cursor) unowned(path fielddoc.Path, value any, isDefault bool) (Origin, Basis) {
	switch {
	case isDefault:
		return Default, Deduced
	case path[0].Name == "status":
		return Controller, Deduced
	case len(c.held) > 0, holdsFields(value):
		return Unknown, Deduced // what it holds has origins of its own
	default:
		return Server, Deduced
	}
}

// holdsFields tells maps, and lists of maps, that are not empty.
func holdsFields(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return slices.ContainsFunc(v, holdsFields)
	default:
		return false
	}
}

// unmanaged judges a field of an object without managed fields: all of a file
// is written by its author, what a server gave out can only be guessed from.
func (c Cursor) unmanaged(path fielddoc.Path, isDefault bool) Origin {
	switch {
	case path[0].Name == "status":
		return Controller
	case !c.history.live, c.wasApplied:
		return User
	case isDefault:
		return Default
	case controllerAnnotation(path):
		return Controller
	case c.history.applied != nil:
		return Unknown
	default:
		return c.history.creator()
	}
}

// controllerAnnotation tells annotations and labels that the controllers of
// Kubernetes write.
func controllerAnnotation(path fielddoc.Path) bool {
	if len(path) != 3 || path[0].Name != "metadata" {
		return false
	}
	name := path[2].Name
	return strings.HasPrefix(name, "deployment.kubernetes.io/") || strings.HasPrefix(name, "pv.kubernetes.io/") ||
		name == "pod-template-hash" || name == "controller-revision-hash" || strings.HasPrefix(name, "batch.kubernetes.io/")
}

// pod tells what Kubernetes itself adds to the spec of a pod after it was
// written: the node by the scheduler; by admission the token volume of the
// service account, the tolerations of nodes that fail and the priority.
func (h *History) pod(path fielddoc.Path) (Origin, bool) {
	if h.object["kind"] != "Pod" || !h.Live() || len(path) < 2 || path[0].Name != "spec" {
		return Unknown, false
	}
	switch path[1].Name {
	case "nodeName":
		return Controller, true
	case "priority", "preemptionPolicy":
		return Admission, true
	case "serviceAccountName":
		return Admission, word(h.object["spec"], "serviceAccountName") == "default"
	case "volumes":
		return Admission, len(path) > 2 && strings.HasPrefix(word(h.at(path[:3]), "name"), tokenVolume)
	case "tolerations":
		key := ""
		if len(path) > 2 {
			key = word(h.at(path[:3]), "key")
		}
		return Admission, key == "node.kubernetes.io/not-ready" || key == "node.kubernetes.io/unreachable"
	case "containers", "initContainers":
		return Admission, len(path) > 4 && path[3].Name == "volumeMounts" && strings.HasPrefix(word(h.at(path[:5]), "name"), tokenVolume)
	default:
		return Unknown, false
	}
}

// tokenVolume begins the name of the volume that the ServiceAccount admission
// plugin adds (plugin/pkg/admission/serviceaccount/admission.go, 1.37).
const tokenVolume = "kube-api-access-"

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

// word returns a string field of a map, empty where there is none.
func word(value any, name string) string {
	m, _ := value.(map[string]any)
	text, _ := m[name].(string)
	return text
}

// controllers are the managers that are known to be programs which act by
// themselves, not tools that people use.
var controllers = []string{
	"kube-controller-manager", "kubelet", "kube-scheduler", "kube-apiserver", "cloud-controller-manager",
	"horizontal-pod-autoscaler", "vpa-recommender", "vpa-updater", "cluster-autoscaler", "keda", "keda-operator", "karpenter",
	"rollouts-controller", "cert-manager-cainjector", "coredns", "calico-node",
}

// IsController reports whether a manager is a controller: a known one, one
// that calls itself so, or whoever writes a status. "scale" is what kubectl
// scale and autoscalers write, so the manager decides there.
func IsController(m Manager) bool {
	return m.Subresource == "status" || slices.Contains(controllers, m.Manager) ||
		strings.HasSuffix(m.Manager, "-controller") || strings.HasSuffix(m.Manager, "-controller-manager") || strings.HasSuffix(m.Manager, "-operator")
}
