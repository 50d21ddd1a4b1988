package bundle

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The folders of a support bundle: github.com/replicatedhq/troubleshoot/pkg/constants, v0.120.
const (
	bundleResources = "cluster-resources"
	bundleErrors    = "-errors.json"
)

// bundleKinds are the files (of cluster-scoped kinds) and folders (with one
// file a namespace) that hold kinds with a list in the snapshot.
var bundleKinds = map[string]string{
	"nodes": "nodes", "namespaces": "namespaces",
	"pods": "pods", "services": "services", "deployments": "deployments", "replicasets": "replicasets",
	"statefulsets": "statefulsets", "daemonsets": "daemonsets", "jobs": "jobs", "cronjobs": "cronjobs",
	"resource-quota": "resourcequotas", "events": "events", "pvcs": "persistentvolumeclaims",
	"endpoints": "endpoints", "endpointslices": "endpointslices", "configmaps": "configmaps",
}

// bundleOthers are directories of other kinds, whose objects have their kind.
var bundleOthers = map[string]string{
	"pod-disruption-budgets": "poddisruptionbudgets.policy", "ingress": "ingresses.networking.k8s.io",
	"network-policy": "networkpolicies.networking.k8s.io", "limitranges": "limitranges",
	"leases": "leases.coordination.k8s.io", "serviceaccounts": "serviceaccounts",
}

var supportBundle = &layout{
	id: LayoutSupportBundle, name: "support bundle", marks: isSupportBundle, place: supportBundlePlace,
	collects: func(resource string) bool { return slices.Contains(slices.Collect(maps.Values(bundleKinds)), resource) },
	noLog: func(key snapshot.LogKey) string {
		return fmt.Sprintf("the support bundle holds no %slog: it has those of unhealthy pods only", which(key))
	},
}

// isSupportBundle reports whether a path is one that only a support bundle has. Files of kinds that a snapshot has
// no list of, like custom resources, do not show it.
func isSupportBundle(parts []string) bool {
	p := supportBundlePlace(parts)
	return p.role == roleLog || (p.role == roleObjects && snapshot.KindOfResource(p.resource) != nil)
}

// supportBundlePlace returns what a file of a support bundle holds, by its path below
// cluster-resources: one file a kind and namespace, with the errors of its list beside it.
func supportBundlePlace(parts []string) place {
	after, ok := below(parts, bundleResources)
	if !ok || len(after) == 0 {
		return place{}
	}
	folder := after[0]
	file := after[len(after)-1]
	switch {
	case folder == "pods" && len(after) == 5 && after[1] == "logs":
		return bundleLogPlace(after[2:])
	case folder == "custom-resources" && len(after) > 1:
		return bundleCustomPlace(after[1:])
	case path.Ext(file) != ".json" || len(after) > 2:
		return place{}
	case len(after) == 1:
		return bundleClusterPlace(file)
	}
	return bundleNamespacePlace(folder, stem(file))
}

// bundleClusterPlace returns what a file beside the folders holds: nodes.json and namespaces.json a list, and
// pods-errors.json why pods could not be listed.
func bundleClusterPlace(file string) place {
	if kind, ok := strings.CutSuffix(file, bundleErrors); ok {
		return place{role: roleErrors, resource: bundleKinds[kind]}
	}
	resource := bundleKinds[stem(file)]
	if resource != "nodes" && resource != "namespaces" {
		return place{}
	}
	// A bundle may be limited to some namespaces: their list is not whole.
	return place{role: roleObjects, resource: resource, whole: resource == "nodes"}
}

// bundleNamespacePlace returns what the file of a namespace in a folder of one kind holds.
func bundleNamespacePlace(folder, namespace string) place {
	if folder == "statefulsets"+bundleErrors {
		folder = "replicasets" // versions of 2022 put them there
	}
	resource := bundleKinds[folder]
	if resource == "" {
		resource = bundleOthers[folder]
	}
	if resource == "" {
		return place{}
	}
	return place{role: roleObjects, resource: resource, namespace: namespace, whole: true}
}

// bundleCustomPlace places PLURAL.GROUP.json, of cluster-scoped ones, and
// PLURAL.GROUP/NAMESPACE.json.
func bundleCustomPlace(after []string) place {
	file := after[len(after)-1]
	if len(after) > 2 || strings.HasSuffix(file, bundleErrors) || !holdsObjects(file) {
		return place{}
	}
	if len(after) == 1 {
		return place{role: roleObjects, resource: stem(file), whole: true}
	}
	return place{role: roleObjects, resource: after[0], namespace: stem(file), whole: true}
}

// bundleLogPlace places NAMESPACE/POD/CONTAINER.log and CONTAINER-previous.log.
func bundleLogPlace(after []string) place {
	container, isLog := strings.CutSuffix(after[2], ".log")
	if !isLog || strings.HasSuffix(container, "-logs-errors") {
		return place{}
	}
	container, previous := strings.CutSuffix(container, "-previous")
	key := snapshot.LogKey{Namespace: after[0], Pod: after[1], Container: container, Previous: previous}
	return place{role: roleLog, namespace: after[0], log: &key}
}

// fill sets the kind of an object that has none: older bundles hold bare arrays
// of typed objects.
func (p place) fill(h *manifest.Header) {
	if kind := snapshot.KindOfResource(p.resource); kind != nil && h.Kind == "" && h.APIVersion == "" && h.Name != "" {
		h.APIVersion = kind.GroupVersion().String()
		h.Kind = kind.Kind
	}
}
