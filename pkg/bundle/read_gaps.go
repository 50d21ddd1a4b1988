package bundle

import (
	"fmt"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// unnamedObjects returns the gap for n objects without metadata.name: templates
// with generateName, or objects of a damaged bundle.
func unnamedObjects(resource, namespace string, n int) snapshot.Gap {
	g := snapshot.Gap{Resource: resource, Namespace: namespace, Reason: "1 of them has no metadata.name", Impact: "it is left out"}
	if n > 1 {
		g.Reason = fmt.Sprintf("%d of them have no metadata.name", n)
		g.Impact = "they are left out"
	}
	return g
}

// cover marks the lists that r read completely, and adds gaps for those that the
// inputs do not hold.
func (x *fileIndex) cover(s *snapshot.Snapshot, r snapshot.Read, found, whole bool) {
	if x.layout == plain {
		if !found && !r.Optional && x.expected(r) {
			s.AddGap(x.noneGap(r, r.Namespace))
		}
		return
	}
	if r.Optional || (r.Resource == "controllerrevisions" && !x.expected(r)) {
		return // nothing has revisions, or the read is optional
	}
	namespaces := x.namespacesOf(r)
	if whole {
		x.markComplete(s, r.Resource, namespaces)
	}
	open := x.withoutAny(r.Resource, namespaces)
	if (len(open) > 1 && len(open) == len(namespaces)) || len(namespaces) == 0 {
		open = []string{""} // one gap for all namespaces
	}
	for _, ns := range open {
		s.AddGap(x.noneGap(r, ns))
	}
}

// markComplete records of which namespaces the snapshot has every object of a resource: one that is not there does
// not exist.
func (x *fileIndex) markComplete(s *snapshot.Snapshot, resource string, namespaces []string) {
	for _, ns := range namespaces {
		if x.coverage.complete(resource, ns) {
			s.MarkComplete(resource, ns)
		}
	}
}

// noneGap returns the gap of a read that found nothing in a namespace, "" for all of them.
func (x *fileIndex) noneGap(r snapshot.Read, namespace string) snapshot.Gap {
	return snapshot.Gap{Resource: r.Resource, Namespace: namespace, Impact: r.Impact, Reason: x.reason(r.Resource, namespace)}
}

// withoutAny returns the namespaces of which nothing of a resource was read, though there may be some.
func (x *fileIndex) withoutAny(resource string, namespaces []string) []string {
	var out []string
	for _, ns := range namespaces {
		if !x.coverage.complete(resource, ns) && !x.findsAny(resource, ns) {
			out = append(out, ns)
		}
	}
	return out
}

// namespacesOf returns the namespaces that a read is about; objects without one have the empty one.
func (x *fileIndex) namespacesOf(r snapshot.Read) []string {
	if snapshot.IsCluster(r.Resource) {
		return []string{""}
	}
	if r.Namespace == "" {
		return x.coverage.sortedNamespaces()
	}
	return []string{r.Namespace}
}

// expected reports whether files without a layout lack evidence if they hold
// none of the objects of r: the pods of workloads, the events and nodes of pods,
// the objects that hold revisions. A missing workload is no lack, because files
// are a selection.
func (x *fileIndex) expected(r snapshot.Read) bool {
	has := func(resources ...string) bool {
		return slices.ContainsFunc(resources, func(resource string) bool { return x.findsAny(resource, r.Namespace) })
	}
	switch r.Resource {
	case "pods", "replicasets":
		return has(creatorsOf(r.Resource)...)
	case "controllerrevisions":
		return has("statefulsets", "daemonsets")
	case "events", "nodes":
		return has("pods")
	case "services", "endpoints", "endpointslices", "configmaps", "secrets", "persistentvolumeclaims", "resourcequotas":
		return r.Impact != "" // the report lacks something without them
	}
	return false
}

// findsAny reports whether the inputs hold an object of a resource in a namespace, "" for any.
func (x *fileIndex) findsAny(resource, namespace string) bool {
	return len(x.find(snapshot.Read{Resource: resource, Namespace: namespace})) > 0
}

// reason returns why there is nothing of resource in namespace.
func (x *fileIndex) reason(resource, namespace string) string {
	none := "no " + resource
	if namespace != "" {
		none = "none there" // the gap has the namespace
	}
	if refused := x.coverage.refused[coverKey{resource, namespace}]; refused != "" {
		return "the collector of the bundle could not read them: " + refused
	}
	if x.layout == plain {
		return "the files hold " + none
	}
	if !x.layout.collects(resource) {
		return fmt.Sprintf("a %s does not collect %s", x.layout.name, resource)
	}
	return fmt.Sprintf("the %s holds %s", x.layout.name, none)
}
