package provenance

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// creator returns who makes objects like this one.
func (h *History) creator() Origin {
	if h.owned {
		return Controller
	}
	if h.maker == nil {
		return h.likelyCreator()
	}
	switch who, _ := h.maker.manager.writer(); who {
	case program:
		return Controller
	case server:
		return Server
	case nameless:
		return Unknown
	default:
		return User
	}
}

// likelyCreator judges by what the object is: some the cluster makes for itself.
func (h *History) likelyCreator() Origin {
	if !h.Live() {
		return User
	}
	kind, _ := h.object["kind"].(string)
	metadata, _ := h.object["metadata"].(map[string]any)
	name := kind + "/" + word(metadata, "name")
	switch {
	case slices.Contains(eachNamespace, name), slices.Contains(machines, kind), word(metadata["annotations"], endpointsNote) != "":
		return Controller
	case slices.Contains(ownObjects, name), strings.HasPrefix(name, "PriorityClass/system-"),
		word(metadata["annotations"], autoUpdated) == "true", word(metadata["labels"], bootstrapped) != "":
		return Server
	default:
		return User
	}
}

// likely returns the most likely origin of a field, by the kind of its object. People
// change objects that others made: labels are theirs unless Kubernetes names
// them, and what is in these kinds may be.
func (h *History) likely(path fielddoc.Path) Origin {
	creator := h.creator()
	kind, _ := h.object["kind"].(string)
	switch {
	case creator == User, h.owned:
		return creator
	case path[0].Name == "metadata" && len(path) > 2 && !strings.Contains(path[2].Name, "kubernetes.io/"),
		path[0].Name != "metadata" && slices.Contains([]string{"Node", "Namespace", "ServiceAccount", "ServiceCIDR"}, kind):
		return Unknown
	default:
		return creator
	}
}

var (
	// eachNamespace are what controllers put into every namespace
	// (pkg/controller/serviceaccount, pkg/controller/certificates/rootcacertpublisher).
	eachNamespace = []string{"ServiceAccount/default", "ConfigMap/kube-root-ca.crt"}
	// machines are kinds that programs make: the kubelet of itself, and what controllers note.
	machines = []string{"Node", "CSINode", "Event", "ControllerRevision", "VolumeAttachment", "CSIStorageCapacity"}
	// ownObjects are what the API server makes for itself (pkg/controlplane).
	ownObjects = []string{
		"Namespace/default", "Namespace/kube-system", "Namespace/kube-public", "Namespace/kube-node-lease",
		"Service/kubernetes", "Endpoints/kubernetes", "EndpointSlice/kubernetes", "ServiceCIDR/kubernetes",
	}
)

// Marks on the objects that the cluster makes for itself.
const (
	autoUpdated   = "apf.kubernetes.io/autoupdate-spec"                // k8s.io/api/flowcontrol/v1/types.go
	bootstrapped  = "kubernetes.io/bootstrapping"                      // plugin/pkg/auth/authorizer/rbac/bootstrappolicy
	endpointsNote = "endpoints.kubernetes.io/last-change-trigger-time" // k8s.io/api/core/v1/annotation_key_constants.go
)
