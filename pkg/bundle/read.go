package bundle

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// load adds the objects of r to s, trimmed if trim is set.
func (x *fileIndex) load(ctx context.Context, s *snapshot.Snapshot, r snapshot.Read, trim bool) error {
	keep, err := selection(r)
	if err != nil {
		return err
	}
	t := taking{snapshot: s, read: r, keep: keep, trim: trim, unnamed: map[string]int{}}
	if err := t.takeAll(ctx, x.find(r)); err != nil {
		return err
	}
	t.finish()
	if r.Name != "" {
		return x.checkName(s, r, len(t.objects) > 0 || t.broken)
	}
	x.cover(s, r, len(t.objects) > 0, keep == nil && !t.broken)
	return nil
}

// taking is the objects that one read takes from the records that it names.
type taking struct {
	snapshot *snapshot.Snapshot // gets the gaps
	read     snapshot.Read
	keep     func(runtime.Object) bool // nil keeps all
	trim     bool
	decoder  snapshot.Decoder

	objects []runtime.Object
	unread  []unread
	unnamed map[string]int // how many objects have no name, by namespace
	broken  bool           // some objects that belong to the read are not among them
}

// takeAll takes the objects of records. They are decoded on all processors first: the results are in the
// records, so that the order in which they are taken does not depend on it.
func (t *taking) takeAll(ctx context.Context, found []*record) error {
	if err := each(ctx, len(found), func(i int) { _, _ = found[i].object() }); err != nil { // the errors are kept
		return err
	}
	for _, rec := range found {
		if err := t.take(rec); err != nil {
			return err
		}
	}
	return nil
}

// finish adds the objects to the snapshot, and the gaps of those that are not among them.
func (t *taking) finish() {
	for _, g := range gaps(t.unread) {
		t.snapshot.AddGap(g)
	}
	t.noteUnnamed()
	t.limit()
	for _, obj := range t.objects {
		t.snapshot.Add(obj)
	}
}

// take adds the object of a record if the read asks for it. Damage is a gap, or an
// error if the read needs the object.
func (t *taking) take(rec *record) error {
	obj, err := rec.object()
	if err != nil {
		return t.damaged(rec, err)
	}
	if rec.Header.Name == "" && t.read.Resource != "events" { // which nothing refers to by name
		t.unnamed[rec.Header.Namespace]++
		return nil
	}
	if t.keep != nil && !t.keep(obj) {
		return nil
	}
	if pod, ok := obj.(*corev1.Pod); ok && t.trim {
		rec.Object = t.decoder.Pack(pod)
	}
	t.objects = append(t.objects, rec.Object)
	return nil
}

// damaged keeps an object that cannot be decoded for the gaps, or returns its error if the read needs it or the
// user can mend the file.
func (t *taking) damaged(rec *record, err error) error {
	if t.read.Required || rec.file.entry.in.strict() {
		return err
	}
	t.unread = append(t.unread, unreadObject(rec, t.read, err))
	t.broken = true
	return nil
}

// noteUnnamed adds a gap for the objects without a name, one for each namespace.
func (t *taking) noteUnnamed() {
	for _, namespace := range slices.Sorted(maps.Keys(t.unnamed)) {
		t.snapshot.AddGap(unnamedObjects(t.read.Resource, namespace, t.unnamed[namespace]))
		t.broken = true
	}
}

// limit drops what is beyond the limit of the read, with a gap.
func (t *taking) limit() {
	r := t.read
	if r.Limit == 0 || int64(len(t.objects)) <= r.Limit {
		return
	}
	t.snapshot.AddGap(snapshot.Gap{
		Resource: r.Resource, Namespace: r.Namespace, Impact: r.Impact,
		Reason: fmt.Sprintf("only the first %d of %d are read", r.Limit, len(t.objects)),
	})
	t.objects = t.objects[:r.Limit]
	t.broken = true
}

// strict reports whether damage of the input is an error, not a gap: if the
// user named a file or a folder of manifests.
func (in *input) strict() bool {
	return in.layout == plain && (in.kind == inputFile || in.kind == inputDir)
}

// find returns the records that r names, before its selectors.
func (x *fileIndex) find(r snapshot.Read) []*record {
	kind := snapshot.KindOfResource(r.Resource)
	list := x.others
	if kind != nil {
		list = x.records[r.Resource]
	}
	anywhere := r.Namespace == "" || snapshot.IsCluster(r.Resource) // a node has no namespace, whatever is asked for
	var found []*record
	for _, rec := range list {
		h := &rec.Header
		if kind == nil && !snapshot.Names(r.Resource, h.APIVersion, h.Kind) {
			continue
		}
		if (anywhere || h.Namespace == r.Namespace) && (r.Name == "" || h.Name == r.Name) {
			found = append(found, rec)
		}
	}
	return found
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
	byField, err := fieldSelector(r)
	if err != nil {
		return nil, fmt.Errorf("list %s: field selector %q: %w", r.Resource, r.Fields, err)
	}
	return func(obj runtime.Object) bool {
		return byLabel.Matches(labelsOf(obj)) && byField.Matches(fieldsOf(obj))
	}, nil
}

// fieldSelector returns the field selector of r. It refuses the fields that a server refuses, in its words:
// a selector that works here is to work there.
func fieldSelector(r snapshot.Read) (fields.Selector, error) {
	selector, err := fields.ParseSelector(r.Fields)
	if err != nil {
		return nil, err
	}
	for _, want := range selector.Requirements() {
		if !selectable(r.Resource, want.Field) {
			return nil, fmt.Errorf("field label not supported: %s", want.Field)
		}
	}
	return selector, nil
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
		if r.Optional { // plain files may leave out anything; of a complete list it does not exist
			return nil
		}
	}
	s.AddGap(x.nameGap(r))
	return nil
}

// nameGap returns the gap for an object that is absent: its own, or that of all of its kind if a bundle has none
// of them.
func (x *fileIndex) nameGap(r snapshot.Read) snapshot.Gap {
	gap := snapshot.Gap{
		Resource: r.Resource, Namespace: r.Namespace, Impact: r.Impact, Names: []string{r.Name}, Reason: "not in the " + x.layout.name,
	}
	if x.layout != plain && !x.findsAny(r.Resource, r.Namespace) {
		gap.Names = nil
		gap.Reason = x.reason(r.Resource, r.Namespace)
	}
	return gap
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
			recorded = recorded || o.GetUID() != "" // only a server sets it, and managedFields with it
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
