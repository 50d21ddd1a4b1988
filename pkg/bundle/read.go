package bundle

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// load adds the objects of r to s, trimmed if trim is set.
func (x *fileIndex) load(ctx context.Context, s *snapshot.Snapshot, r snapshot.Read, trim bool) error {
	keep, err := selection(r)
	if err != nil {
		return err
	}
	found := x.find(r)
	if err := each(ctx, len(found), func(i int) { _, _ = found[i].object() }); err != nil { // the errors are kept
		return err
	}
	var objects []runtime.Object
	var decoder snapshot.Decoder
	broken := false
	unnamed := map[string]int{} // by namespace
	for _, rec := range found {
		obj, err := rec.object()
		if err != nil {
			if r.Required || rec.file.entry.in.strict() {
				return err
			}
			s.AddGap(damagedObject(rec, r, err))
			broken = true
			continue
		}
		if rec.header.Name == "" && r.Resource != "events" { // which nothing refers to by name
			unnamed[rec.header.Namespace]++
			continue
		}
		if keep != nil && !keep(obj) {
			continue
		}
		if pod, ok := obj.(*corev1.Pod); ok && trim {
			rec.obj = decoder.Pack(pod)
		}
		objects = append(objects, rec.obj)
	}
	for _, namespace := range slices.Sorted(maps.Keys(unnamed)) {
		s.AddGap(unnamedObjects(r.Resource, namespace, unnamed[namespace]))
		broken = true
	}
	if r.Limit > 0 && int64(len(objects)) > r.Limit {
		s.AddGap(snapshot.Gap{
			Resource: r.Resource, Namespace: r.Namespace, Impact: r.Impact,
			Reason: fmt.Sprintf("only the first %d of %d are read", r.Limit, len(objects)),
		})
		objects, broken = objects[:r.Limit], true
	}
	for _, obj := range objects {
		s.Add(obj)
	}
	if r.Name != "" {
		return x.checkName(s, r, len(objects) > 0 || broken)
	}
	x.cover(s, r, len(objects) > 0, keep == nil && !broken)
	return nil
}

// strict reports whether damage of the input is an error, not a gap: if the
// user named a file or a folder of manifests.
func (in *input) strict() bool {
	return in.layout == plain && (in.kind == inputFile || in.kind == inputDir)
}

func damagedObject(rec *record, r snapshot.Read, err error) snapshot.Gap {
	g := snapshot.Gap{Resource: rec.file.entry.name(), Namespace: rec.header.Namespace, Reason: err.Error(), Impact: r.Impact}
	if bad := (*manifest.DocumentError)(nil); errors.As(err, &bad) {
		g.Reason = bad.Err.Error()
	}
	return g
}

// unnamedObjects returns the gap for n objects without metadata.name: templates
// with generateName, or objects of a damaged bundle.
func unnamedObjects(resource, namespace string, n int) snapshot.Gap {
	g := snapshot.Gap{Resource: resource, Namespace: namespace, Reason: "1 of them has no metadata.name", Impact: "it is left out"}
	if n > 1 {
		g.Reason, g.Impact = fmt.Sprintf("%d of them have no metadata.name", n), "they are left out"
	}
	return g
}

// find returns the records that r names, before its selectors.
func (x *fileIndex) find(r snapshot.Read) []*record {
	kind := snapshot.KindOfResource(r.Resource)
	list := x.others
	if kind != nil {
		list = x.records[r.Resource]
	}
	var found []*record
	for _, rec := range list {
		h := rec.header
		if kind == nil && !isOf(r.Resource, h.APIVersion, h.Kind) {
			continue
		}
		if (r.Namespace == "" || h.Namespace == r.Namespace || snapshot.IsCluster(r.Resource)) && (r.Name == "" || h.Name == r.Name) {
			found = append(found, rec)
		}
	}
	return found
}

// isOf reports whether resource ("plural.group" or "kind.group", in any group if
// none is given) names a kind without a typed list.
func isOf(resource, apiVersion, kind string) bool {
	plural, group, _ := strings.Cut(resource, ".")
	gv, err := schema.ParseGroupVersion(apiVersion)
	return err == nil && (group == "" || gv.Group == group) && snapshot.MayName(plural, kind)
}

// selection returns the function that reports whether an object matches the
// selectors of r; nil if there are none.
func selection(r snapshot.Read) (func(runtime.Object) bool, error) {
	if r.Labels == "" && r.Fields == "" {
		return nil, nil
	}
	byLabel, err := labels.Parse(r.Labels)
	if err != nil {
		return nil, fmt.Errorf("list %s: label selector %q: %w", r.Resource, r.Labels, err)
	}
	byField, err := fields.ParseSelector(r.Fields)
	if err != nil {
		return nil, fmt.Errorf("list %s: field selector %q: %w", r.Resource, r.Fields, err)
	}
	for _, want := range byField.Requirements() {
		if !selectable(r.Resource, want.Field) {
			return nil, fmt.Errorf("list %s: field selector %q: field label not supported: %s", r.Resource, r.Fields, want.Field)
		}
	}
	return func(obj runtime.Object) bool {
		return byLabel.Matches(labelsOf(obj)) && byField.Matches(fieldsOf(obj))
	}, nil
}

// checkName returns an error or adds a gap if the one object of r is absent.
func (x *fileIndex) checkName(s *snapshot.Snapshot, r snapshot.Read, found bool) error {
	group := schema.ParseGroupResource(r.Resource)
	if kind := snapshot.KindOfResource(r.Resource); kind != nil {
		group = kind.GroupResource()
	}
	switch {
	case found, r.Resource == snapshot.PodUsageResource: // only a cluster measures
		return nil
	case r.Required:
		return apierrors.NewNotFound(group, r.Name)
	case x.layout == plain, x.coverage.complete(r.Resource, r.Namespace):
		if r.Optional {
			return nil
		}
	}
	gap := snapshot.Gap{
		Resource: r.Resource, Namespace: r.Namespace, Impact: r.Impact, Names: []string{r.Name}, Reason: "not in the " + x.layout.name,
	}
	if x.layout != plain && len(x.find(snapshot.Read{Resource: r.Resource, Namespace: r.Namespace})) == 0 {
		gap.Names = nil
		gap.Reason = x.reason(r.Resource, r.Namespace)
	}
	s.AddGap(gap)
	return nil
}

// cover marks the lists that r read completely, and adds gaps for those that the
// inputs do not hold.
func (x *fileIndex) cover(s *snapshot.Snapshot, r snapshot.Read, found, whole bool) {
	if x.layout == plain {
		if !found && !r.Optional && x.expected(r) {
			s.AddGap(snapshot.Gap{Resource: r.Resource, Namespace: r.Namespace, Impact: r.Impact, Reason: x.reason(r.Resource, r.Namespace)})
		}
		return
	}
	namespaces := []string{r.Namespace}
	if snapshot.IsCluster(r.Resource) {
		namespaces = []string{""}
	} else if r.Namespace == "" {
		namespaces = x.coverage.sortedNamespaces()
	}
	if r.Optional || (r.Resource == "controllerrevisions" && !x.expected(r)) {
		return // nothing has revisions, or the read is optional
	}
	var open []string
	for _, ns := range namespaces {
		if x.coverage.complete(r.Resource, ns) {
			if whole {
				s.MarkComplete(r.Resource, ns)
			}
		} else if len(x.find(snapshot.Read{Resource: r.Resource, Namespace: ns})) == 0 {
			open = append(open, ns)
		}
	}
	if (len(open) > 1 && len(open) == len(namespaces)) || len(namespaces) == 0 {
		open = []string{""}
	}
	for _, ns := range open {
		s.AddGap(snapshot.Gap{Resource: r.Resource, Namespace: ns, Impact: r.Impact, Reason: x.reason(r.Resource, ns)})
	}
}

// expected reports whether files without a layout lack evidence if they hold
// none of the objects of r: the pods of workloads, the events and nodes of pods,
// the objects that hold revisions. A missing workload is no lack, because files
// are a selection.
func (x *fileIndex) expected(r snapshot.Read) bool {
	has := func(resources ...string) bool {
		for _, resource := range resources {
			if len(x.find(snapshot.Read{Resource: resource, Namespace: r.Namespace})) > 0 {
				return true
			}
		}
		return false
	}
	switch r.Resource {
	case "pods":
		return has("deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "replicationcontrollers")
	case "replicasets":
		return has("deployments")
	case "controllerrevisions":
		return has("statefulsets", "daemonsets")
	case "events", "nodes":
		return has("pods")
	case "services", "endpoints", "endpointslices", "configmaps", "secrets", "persistentvolumeclaims", "resourcequotas":
		return r.Impact != ""
	}
	return false
}

// reason returns why there is nothing of resource in namespace.
func (x *fileIndex) reason(resource, namespace string) string {
	of := ""
	if namespace != "" {
		of = " of namespace " + namespace
	}
	if refused := x.coverage.refused[coverKey{resource, namespace}]; refused != "" {
		return "the collector of the bundle could not read them: " + refused
	}
	switch {
	case x.layout == plain:
		return fmt.Sprintf("the files hold no %s%s", resource, of)
	case !x.layout.collects(resource):
		return fmt.Sprintf("a %s does not collect %s", x.layout.name, resource)
	}
	return fmt.Sprintf("the %s holds no %s%s", x.layout.name, resource, of)
}

// noteAuthors adds a gap if the files come from a server and hold no
// managedFields, so that the authors of changes are unknown: kubectl get and
// cluster-info dump omit them by default.
func noteAuthors(s *snapshot.Snapshot) {
	recorded := false
	for _, workloads := range [][]metav1.Object{asObjects(s.Deployments), asObjects(s.StatefulSets), asObjects(s.DaemonSets)} {
		for _, o := range workloads {
			if len(o.GetManagedFields()) > 0 {
				return
			}
			recorded = recorded || o.GetUID() != ""
		}
	}
	if recorded {
		s.AddGap(snapshot.Gap{
			Resource: "managedFields",
			Reason:   "the files do not hold them (kubectl get needs --show-managed-fields)",
			Impact:   "who changed the workloads is not known",
		})
	}
}

func asObjects[T metav1.Object](list []T) []metav1.Object {
	out := make([]metav1.Object, len(list))
	for i, o := range list {
		out[i] = o
	}
	return out
}
