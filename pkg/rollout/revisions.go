package rollout

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The annotations of ReplicaSets that hold their numbers (k8s.io/kubernetes
// pkg/controller/deployment/util; Argo Rollouts utils/annotations).
const (
	revisionAnnotation     = "deployment.kubernetes.io/revision"
	historyAnnotation      = "deployment.kubernetes.io/revision-history"
	argoRevisionAnnotation = "rollout.argoproj.io/revision"
	changeCauseAnnotation  = "kubernetes.io/change-cause"
)

// RevisionOf returns the revision of w that pod belongs to, false if none does.
func RevisionOf(w *Workload, pod *corev1.Pod) (Revision, bool) {
	for _, r := range w.Revisions {
		for _, p := range r.Pods {
			if p.UID == pod.UID && p.Name == pod.Name {
				return r, true
			}
		}
	}
	return Revision{}, false
}

// NewReplicaSet returns the ReplicaSet that the Deployment controller takes for
// the current one: the oldest with the Deployment's template, without regard to
// the pod template hash; nil if there is none (FindNewReplicaSet in
// k8s.io/kubernetes pkg/controller/deployment/util). Equal hashes alone do not
// show it.
func NewReplicaSet(template *corev1.PodTemplateSpec, owned []*appsv1.ReplicaSet) *appsv1.ReplicaSet {
	var found *appsv1.ReplicaSet
	for _, rs := range owned {
		if (found == nil || older(rs, found)) && SameTemplate(&rs.Spec.Template, template) {
			found = rs
		}
	}
	return found
}

// older reports whether a was created before b; of the same second, the names decide.
func older(a, b metav1.Object) bool {
	at := a.GetCreationTimestamp()
	bt := b.GetCreationTimestamp()
	return cmp.Or(at.Compare(bt.Time), cmp.Compare(a.GetName(), b.GetName())) < 0
}

// replicaSet returns the revision that a ReplicaSet is.
func (b *builder) replicaSet(n *owners.Node, rs *appsv1.ReplicaSet) Revision {
	return Revision{
		Number:        number(cmp.Or(rs.Annotations[revisionAnnotation], rs.Annotations[argoRevisionAnnotation])),
		FormerNumbers: numbers(rs.Annotations[historyAnnotation]),
		Name:          rs.Name, UID: rs.UID, Kind: "ReplicaSet", CreatedAt: timeOf(rs.CreationTimestamp),
		Desired:  ptr(size(rs)),
		Replicas: &rs.Status.Replicas, Ready: &rs.Status.ReadyReplicas, Available: &rs.Status.AvailableReplicas,
		Images: images(&rs.Spec.Template), ChangeCause: rs.Annotations[changeCauseAnnotation],
		Pods: b.pods(n.Pods()), Template: &rs.Spec.Template,
	}
}

// number returns the number of a revision by an annotation, nil if that is absent.
func number(text string) *int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil { // absent or not a number: unknown
		return nil
	}
	return &n
}

// numbers returns the numbers in a list such as 1,3; what is no number is left out.
func numbers(text string) []int64 {
	var out []int64
	for part := range strings.SplitSeq(text, ",") {
		if n := number(strings.TrimSpace(part)); n != nil {
			out = append(out, *n)
		}
	}
	return out
}

// order sorts revisions, newest first and those without a number last, and
// records what each changed against the one before it, as far as that is wanted.
func (b *builder) order(w *Workload, revisions []Revision) {
	slices.SortFunc(revisions, compareRevisions)
	had := numbering(revisions)
	old := 0
	for i, r := range revisions {
		if !r.Current && len(r.Pods) == 0 && deref(r.Replicas, 0) == 0 {
			old++
		}
		if b.wantsChange(old) {
			revisions[i].Change = change(revisions, i, had)
		}
	}
	w.Revisions = append(w.Revisions, revisions...)
}

// compareRevisions orders revisions: by number, the highest first, then by age.
func compareRevisions(a, b Revision) int {
	return cmp.Or(
		cmp.Compare(deref(b.Number, -1), deref(a.Number, -1)),
		created(b).Compare(created(a)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.UID, b.UID),
	)
}

// The values of builder.changes that are no number of old revisions.
const (
	everyChange = -1
	noChange    = -2
)

// wantsChange reports whether what a revision changed is wanted, after so many old
// ones without pods: a Deployment may have thousands.
func (b *builder) wantsChange(old int) bool {
	return b.changes == everyChange || (b.changes != noChange && old <= b.changes)
}

// numbered is a number that a revision has or had.
type numbered struct {
	number   int64
	revision int // its place among the revisions
}

// numbering returns the numbers that revisions have or had, lowest first.
func numbering(revisions []Revision) []numbered {
	var had []numbered
	for i, r := range revisions {
		for _, n := range r.FormerNumbers {
			had = append(had, numbered{n, i})
		}
		if r.Number != nil {
			had = append(had, numbered{*r.Number, i})
		}
	}
	slices.SortStableFunc(had, func(a, b numbered) int { return cmp.Compare(a.number, b.number) })
	return had
}

// search returns the place of the first number that is not below n.
func search(had []numbered, n int64) int {
	at, _ := slices.BinarySearchFunc(had, n, func(a numbered, n int64) int { return cmp.Compare(a.number, n) })
	return at
}

// created returns when a revision was created, zero if that is not known.
func created(r Revision) time.Time {
	if r.CreatedAt == nil {
		return time.Time{}
	}
	return r.CreatedAt.Time
}

// change compares revision i with the one that had the next lower number at the
// time, which may have been given a higher one by a rollback since.
func change(revisions []Revision, i int, had []numbered) *Change {
	r := revisions[i]
	if r.Number == nil || r.Template == nil {
		return nil
	}
	from := int64(0)
	before := -1
	if at := search(had, *r.Number); at > 0 {
		from = had[at-1].number
		before = had[search(had, from)].revision
	}
	if before < 0 && *r.Number == 1 {
		return &Change{Verdict: First, Items: []Item{}}
	}
	if before < 0 || before == i || revisions[before].Template == nil {
		return nil // what was in between is gone
	}
	c := Diff(revisions[before].Template, r.Template)
	c.From = &from
	return &c
}

// author returns who wrote the pod template of obj that became the revision r:
// the newest manager of its fields but the controllers. The manager's time is
// that of its last write, which may have been to other fields: a revision made
// for the first time dates the write better.
func author(obj metav1.Object, r Revision) *Author {
	newest := newestManager(obj, func(e metav1.ManagedFieldsEntry) bool { return e.Subresource == "" && ownsTemplate(e) })
	if newest == nil {
		return nil
	}
	at := newest.Time.Time
	if r.CreatedAt != nil && len(r.FormerNumbers) == 0 && at.After(r.CreatedAt.Time) {
		at = r.CreatedAt.Time
	}
	return &Author{Manager: newest.Manager, Time: snapshot.Time{Time: at}}
}

// newestManager returns the entry of managedFields with the latest time for which is reports true, nil if
// there is none.
func newestManager(obj metav1.Object, is func(metav1.ManagedFieldsEntry) bool) *metav1.ManagedFieldsEntry {
	var newest *metav1.ManagedFieldsEntry
	for i, e := range obj.GetManagedFields() {
		if e.Time != nil && is(e) && (newest == nil || e.Time.After(newest.Time.Time)) {
			newest = &obj.GetManagedFields()[i]
		}
	}
	return newest
}

// ownsTemplate reports whether a field manager set a field of spec.template, by an entry of
// managedFields.
func ownsTemplate(e metav1.ManagedFieldsEntry) bool { return ownsSpec(e, "f:template") }

// ownsSpec reports whether a field manager set a field of spec, named as in an entry of managedFields
// (FieldsV1 in k8s.io/apimachinery pkg/apis/meta/v1/fieldsv1_byte.go describes the format).
func ownsSpec(e metav1.ManagedFieldsEntry, field string) bool {
	if e.FieldsV1 == nil {
		return false
	}
	var fields struct {
		Spec map[string]json.RawMessage `json:"f:spec"`
	}
	if err := json.Unmarshal(e.FieldsV1.GetRawBytes(), &fields); err != nil {
		return false // a file may hold anything
	}
	_, owns := fields.Spec[field]
	return owns
}
