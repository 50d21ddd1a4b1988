package bundle

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The folders of a must-gather: github.com/openshift/oc/pkg/cli/admin/inspect, 4.19.
const (
	clusterScoped = "cluster-scoped-resources"
	byNamespace   = "namespaces"
	coreGroup     = "core"
)

// mustGatherKinds are the kinds that the inspection of a namespace collects
// completely: kubectl's category all, and its namespaceResourcesToCollect. A
// namespace without objects of such a kind has an empty list or no file.
var mustGatherKinds = []string{
	"pods", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "statefulsets",
	"horizontalpodautoscalers", "cronjobs", "jobs",
	"configmaps", "events", "endpoints", "endpointslices", "persistentvolumeclaims", "secrets",
}

var mustGather = &layout{
	id: LayoutMustGather, name: "must-gather", marks: isMustGather, place: mustGatherPlace, ownTime: true,
	collects: func(string) bool { return true },
}

// isMustGather reports whether a path is one that only oc adm inspect writes.
func isMustGather(parts []string) bool {
	if after, ok := below(parts, clusterScoped); ok && len(after) >= 2 && strings.HasSuffix(after[len(after)-1], ".yaml") {
		return true
	}
	after, ok := below(parts, byNamespace)
	if !ok || len(after) < 3 {
		return false
	}
	return after[1] == coreGroup || (after[1] == "pods" && len(after) == 7 && after[5] == "logs")
}

// mustGatherPlace returns what a file of a must-gather holds, by its path: cluster-scoped objects
// in one folder, those of a namespace in a folder of theirs, each pod with its logs in another.
func mustGatherPlace(parts []string) place {
	if parts[len(parts)-1] == "timestamp" {
		return place{role: roleTimestamp}
	}
	if after, ok := below(parts, clusterScoped); ok {
		return clusterScopedPlace(after)
	}
	after, ok := below(parts, byNamespace)
	if !ok || len(after) < 2 {
		return place{}
	}
	return inspectedPlace(after[0], after[1:])
}

// inspectedPlace returns what a file below the folder of a namespace holds: NAMESPACE.yaml the namespace itself,
// GROUP/PLURAL.yaml a whole list, GROUP/PLURAL/NAME.yaml one object.
func inspectedPlace(namespace string, after []string) place {
	switch {
	case after[0] == "pods":
		return mustGatherPodPlace(namespace, after[1:])
	case !strings.HasSuffix(after[len(after)-1], ".yaml"):
		return place{}
	case len(after) == 1:
		return place{role: roleObjects, namespace: namespace, inspected: stem(after[0]) == namespace}
	case len(after) == 2:
		return place{role: roleObjects, namespace: namespace, resource: resourceOf(after[0], stem(after[1])), whole: true}
	}
	return place{role: roleObjects, namespace: namespace, resource: resourceOf(after[0], after[1])}
}

// clusterScopedPlace returns what a file of cluster-scoped objects holds: a whole list, or one object
// in the folder of its resource.
func clusterScopedPlace(after []string) place {
	if len(after) < 2 || !strings.HasSuffix(after[len(after)-1], ".yaml") {
		return place{}
	}
	if len(after) == 2 {
		return place{role: roleObjects, resource: resourceOf(after[0], stem(after[1])), whole: true}
	}
	return place{role: roleObjects, resource: resourceOf(after[0], after[1])}
}

// mustGatherPodPlace returns the role of a path below pods/: POD/POD.yaml and
// POD/CONTAINER/CONTAINER/logs/current.log.
func mustGatherPodPlace(namespace string, after []string) place {
	if len(after) == 2 && stem(after[1]) == after[0] {
		return place{role: roleObjects, namespace: namespace, resource: "pods"}
	}
	if len(after) == 5 && after[3] == "logs" {
		which, second := strings.CutSuffix(stem(after[4]), ".insecure")
		if which == "current" || which == "previous" {
			key := snapshot.LogKey{Namespace: namespace, Pod: after[0], Container: after[1], Previous: which == "previous"}
			return place{role: roleLog, namespace: namespace, log: &key, second: second}
		}
	}
	return place{}
}

// resourceOf names a resource as a Read does: by its plural alone if the snapshot has a list of it, or else with its
// group, "routes.route.openshift.io". Events and what was once in "extensions" are in the list of another group.
func resourceOf(group, plural string) string {
	if group == coreGroup {
		group = ""
	}
	if kind := snapshot.KindOfResource(plural); kind != nil && (kind.Group == group || group == "events.k8s.io" || group == "extensions") {
		return plural
	}
	return strings.TrimSuffix(plural+"."+group, ".")
}
