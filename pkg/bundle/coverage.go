package bundle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// coverage records which kinds of which namespaces the inputs hold completely, so
// that an absent object does not exist. Only bundles prove that: plain documents
// may be any selection.
type coverage struct {
	whole      map[coverKey]bool   // there is a file with the whole list
	damaged    map[coverKey]bool   // some of it could not be read
	inspected  map[string]bool     // namespaces of a must-gather that were collected as a whole
	implied    map[coverKey]bool   // other objects refer to some of it
	namespaces map[string]bool     // all namespaces that a bundle has something of
	refused    map[coverKey]string // collection errors that a bundle records
}

// coverKey is a list that an API server would return. The namespace of a cluster-scoped resource is empty; as the
// resource of damage, "" stands for all of the namespace.
type coverKey struct{ resource, namespace string }

// creates returns the resources of which objects exist if a controller of that kind
// counts any in its status.
func creates(k *snapshot.Kind) []string {
	switch k.Kind {
	case "CronJob":
		return []string{"jobs"}
	case "Deployment": // its pods are those of its ReplicaSets
		return []string{"replicasets", "pods"}
	}
	return []string{"pods"}
}

// creatorsOf returns the resources of the controllers that create objects of one.
func creatorsOf(resource string) []string {
	var out []string
	for _, k := range snapshot.Controllers() {
		if slices.Contains(creates(k), resource) {
			out = append(out, k.Resource())
		}
	}
	return out
}

// complete reports whether every object of resource in namespace was read. A
// collector may leave out the file of an empty list, and has none of a list that it
// could not read: objects that refer to such a kind show that there are some.
func (c *coverage) complete(resource, namespace string) bool {
	key := coverKey{resource, namespace}
	if c.damaged[key] || c.damaged[coverKey{"", namespace}] {
		return false
	}
	return c.whole[key] || (c.inspected[namespace] && slices.Contains(mustGatherKinds, resource) && !c.implied[key])
}

// imply records the kinds of which h shows that there are objects: its owner's,
// and those of the objects that it has created.
func (c *coverage) imply(h *manifest.Header) {
	if owner := snapshot.ListedKind(h.OwnerVersion, h.OwnerKind); owner != nil {
		put(&c.implied, coverKey{owner.Resource(), h.Namespace}, true)
	}
	kind := snapshot.ListedKind(h.APIVersion, h.Kind)
	if kind == nil || kind.Role < snapshot.Controller || !h.Counts {
		return
	}
	for _, resource := range creates(kind) {
		put(&c.implied, coverKey{resource, h.Namespace}, true)
	}
}

// damage records that the objects at p could not be read.
func (c *coverage) damage(p place) {
	put(&c.damaged, coverKey{p.resource, p.namespace}, true)
}

// seeValue records which lists the document v of t shows to be complete.
func (c *coverage) seeValue(t *textFile, v *manifest.Document) {
	p := t.place
	if p.namespace != "" {
		put(&c.namespaces, p.namespace, true)
	}
	if p.inspected {
		put(&c.inspected, p.namespace, true)
	}
	if p.whole && v.List.IsList {
		put(&c.whole, coverKey{p.resource, p.namespace}, true)
	}
	for i := range v.Items {
		c.imply(&v.Items[i].Header)
	}
	if v.List.Partial { // it was read with a limit, and the server has more
		c.damage(place{resource: p.resource, namespace: p.namespace})
	}
}

// collectorErrors reads a support bundle's file of collection errors: a message
// for each namespace, or a list of messages.
func (c *coverage) collectorErrors(resource string, data []byte) {
	var byNamespace map[string]string
	if json.Unmarshal(data, &byNamespace) == nil {
		for namespace, message := range byNamespace {
			put(&c.refused, coverKey{resource, namespace}, message)
		}
		return
	}
	var messages []string
	if json.Unmarshal(data, &messages) == nil && len(messages) > 0 {
		put(&c.refused, coverKey{resource, ""}, strings.Join(messages, "; "))
	}
}

// finish looks at files that are a whole bundle, as kubectl cluster-info dump
// writes one to standard output.
func (c *coverage) finish(x *fileIndex) {
	for _, t := range x.texts {
		if !t.entry.in.single() || t.err != nil || !isDump(t) {
			continue
		}
		t.entry.in.layout = clusterInfoDump
		if x.layout == plain {
			x.layout = clusterInfoDump
		}
		c.seeDump(t)
	}
}

// isDump reports whether the lists of t are those of a cluster-info dump: no
// other tool begins with the nodes and lists replication controllers.
func isDump(t *textFile) bool {
	if len(t.logs) > 0 {
		return true
	}
	return len(t.documents) > 2 && t.documents[0].List.Kind == "NodeList" && t.documents[2].List.Kind == "ReplicationControllerList"
}

// seeDump records the lists of a dump as whole. Those of a namespace follow
// each other and begin with its events; any of their items has the namespace.
func (c *coverage) seeDump(t *textFile) {
	var group dumpGroup
	for i := range t.documents {
		v := &t.documents[i]
		kind := snapshot.ListedKind(v.List.APIVersion, strings.TrimSuffix(v.List.Kind, "List"))
		if kind == nil {
			continue
		}
		if kind.Resource() == "nodes" { // the only list that is of no namespace
			put(&c.whole, coverKey{"nodes", ""}, true)
			continue
		}
		if kind.Resource() == "events" {
			c.seeGroup(group)
			group = dumpGroup{}
		}
		group.add(kind.Resource(), v.Items)
	}
	c.seeGroup(group)
}

// dumpGroup is the lists of one namespace in a dump. The namespace is empty as long as all lists are.
type dumpGroup struct {
	namespace string
	resources []string
}

// add adds a list of the namespace. Lists have no namespace of their own, but each of their items has.
func (g *dumpGroup) add(resource string, items []manifest.Item) {
	g.resources = append(g.resources, resource)
	if len(items) > 0 {
		g.namespace = cmp.Or(g.namespace, items[0].Header.Namespace)
	}
}

// seeGroup records the lists of a namespace as whole. Of a group of nothing but empty lists the namespace is
// not known.
func (c *coverage) seeGroup(g dumpGroup) {
	if g.namespace == "" {
		return
	}
	put(&c.namespaces, g.namespace, true)
	for _, resource := range g.resources {
		put(&c.whole, coverKey{resource, g.namespace}, true)
	}
}

// sortedNamespaces returns the namespaces in a fixed order: gaps and errors are to be the same in each run.
func (c *coverage) sortedNamespaces() []string { return slices.Sorted(maps.Keys(c.namespaces)) }

// put sets a key of a map that is made when it is first needed.
func put[K comparable, V any](m *map[K]V, key K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = v
}

// holdsAny returns an error if the inputs hold nothing of what reads name, not
// even an empty list of it: a report on such files would be about nothing. The
// first query of a snapshot names what a report is about.
func (x *fileIndex) holdsAny(reads []snapshot.Read) error {
	var wanted []string
	for _, r := range reads {
		unknown := snapshot.KindOfResource(r.Resource) == nil && !r.Optional
		if r.Name != "" || unknown || x.holds(r.Resource) {
			return nil // a name that is not there is an error of its own
		}
		if !r.Optional {
			wanted = append(wanted, r.Resource)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	if len(wanted) > mostKinds {
		wanted = append(wanted[:mostKinds-1], "others that the report needs")
	}
	return &snapshot.NothingError{Files: x.inputNames(), Held: x.kinds(), Wanted: wanted, Custom: x.customResources()}
}

// customResources returns the resources of the custom kinds that the inputs hold.
func (x *fileIndex) customResources() []string {
	resources := map[string]bool{}
	for _, r := range x.others {
		if group, _, _ := strings.Cut(r.Header.APIVersion, "/"); isCustom(group) {
			resources[snapshot.Plural(r.Header.Kind)+"."+group] = true
		}
	}
	return slices.Sorted(maps.Keys(resources))
}

// isCustom reports whether an API group is one that a CustomResourceDefinition adds. The
// groups of Kubernetes itself have no dot or end in ".k8s.io", which is kept for them
// (k8s.io/apiextensions-apiserver pkg/apihelpers, IsProtectedCommunityGroup).
func isCustom(group string) bool {
	return strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
}

// holdsNamespace returns an error if a bundle has nothing of the namespace that
// reads are about. Plain files are a selection, in which nothing may be of it.
func (x *fileIndex) holdsNamespace(reads []snapshot.Read) error {
	if x.layout == plain || len(x.coverage.namespaces) == 0 || len(reads) == 0 {
		return nil
	}
	name := reads[0].Namespace
	if name == "" || x.coverage.namespaces[name] {
		return nil
	}
	return &NamespaceError{Files: x.inputNames(), Layout: x.layout.name, Namespace: name, Held: x.coverage.sortedNamespaces()}
}

// NamespaceError reports that a bundle has nothing of the namespace that a report
// is about. That does not show that the cluster has nothing of it.
type NamespaceError struct {
	Files     string   // as the user named them
	Layout    string   // "must-gather" and the like
	Namespace string   // that was asked for
	Held      []string // the namespaces of the bundle
}

// Error names the namespaces that the bundle has, for a user who mistyped the name or took the wrong bundle.
func (e *NamespaceError) Error() string {
	held := e.Held
	if over := len(held) - mostKinds; over > 0 {
		held = append(held[:mostKinds:mostKinds], fmt.Sprintf("%d more", over))
	}
	return fmt.Sprintf("read %s: the %s holds nothing of namespace %s; it holds %s", e.Files, e.Layout, e.Namespace, strings.Join(held, ", "))
}

// holds reports whether there are objects of a resource, or a list that could
// hold them.
func (x *fileIndex) holds(resource string) bool {
	if len(x.find(snapshot.Read{Resource: resource})) > 0 || x.openList || len(x.coverage.inspected) > 0 {
		return true
	}
	for key := range x.coverage.whole {
		if key.resource == resource {
			return true
		}
	}
	return x.emptyLists[resource]
}

// kinds returns what the inputs hold, in words: "3 ConfigMap, 1 Secret".
func (x *fileIndex) kinds() string {
	count := x.countKinds()
	var words []string
	for _, kind := range slices.Sorted(maps.Keys(count)) {
		words = append(words, fmt.Sprintf("%d %s", count[kind], kind))
	}
	if over := len(words) - mostKinds; over > 0 {
		words = append(words[:mostKinds], fmt.Sprintf("%d other kinds", over))
	}
	if len(words) == 0 {
		return "empty lists of other kinds"
	}
	return strings.Join(words, ", ")
}

// countKinds returns how many objects of each kind the inputs hold.
func (x *fileIndex) countKinds() map[string]int {
	count := map[string]int{}
	for _, records := range append(slices.Collect(maps.Values(x.records)), x.others) {
		for _, r := range records {
			count[r.Header.Kind]++
		}
	}
	return count
}

// mostKinds is how many kinds an error names.
const mostKinds = 5
