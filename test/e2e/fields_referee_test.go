package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// leastFound is the share of what the server refuses that must be found offline.
const leastFound = 0.99

// TestServerIsTheReferee breaks every field of every kind in many ways and compares the
// server's verdict on each broken object with the one that is made without a server: it
// must report nothing on what the server accepts, and most of what it refuses.
//
// Half of the kinds, chosen by a hash of their names, are kept: what is missed on them
// is counted and not printed, so that no rule is written for them. THRASHKIT_MISSES names
// a file for those of the open half.
//
// An older server is a referee as well: nothing may be reported on what it accepts. The
// rules are those of Release, so it refuses a little more that is not found.
func TestServerIsTheReferee(t *testing.T) {
	t.Parallel()
	s := newFieldServer(t, ownLab(t, "--nodes", "0"))
	r := &referee{
		growth: growth{fieldServer: s, added: map[string]bool{}, refused: map[string]string{}, reported: map[string]bool{}},
		scores: map[scoreKey]*score{}, broken: map[string]bool{}, listMisses: os.Getenv("THRASHKIT_MISSES"),
	}
	readTable(t, "grow.yaml", &r.how)
	r.judgeAll(t)
	r.print(t)
}

// referee compares verdicts.
type referee struct {
	growth
	kept       bool            // the kind is of the kept half
	broken     map[string]bool // fields that were broken, by type and field
	listMisses string          // file for what was missed in the open half, empty for none

	cases   chan brokenObject
	workers sync.WaitGroup
	mu      sync.Mutex
	scores  map[scoreKey]*score
	misses  []string
	alarms  []string
	odd     []string // answers that are no verdict on the object
}

// scoreKey is a row of the score.
type scoreKey struct {
	mutation string
	kept     bool
}

// score counts the verdicts on mutations.
type score struct{ tried, refused, found, placed, alarms, cluster int }

// brokenObject is an object with one field broken.
type brokenObject struct {
	object *unstructured.Unstructured
	schema *fielddoc.Schema
	path   fielddoc.Path
	mutation
	kept bool
}

// keptHalf reports whether a kind is one of those whose misses stay unread.
func keptHalf(gk schema.GroupKind) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(gk.String())) // never fails
	return h.Sum32()%2 == 1
}

// judgeAll breaks the objects of the files. The open half comes first: a type that both
// halves use counts there.
func (r *referee) judgeAll(t *testing.T) {
	r.cases = make(chan brokenObject, 64)
	for range 4 {
		r.workers.Go(func() {
			for c := range r.cases {
				r.judge(c)
			}
		})
	}
	objects := append(manifests(t, "every.yaml", r.Current), manifests(t, "defaults-*.yaml", r.Current)...)
	for _, kept := range []bool{false, true} {
		r.kept = kept
		for _, o := range objects {
			gvk := o.GroupVersionKind()
			if _, ok := r.resource(o); !ok || keptHalf(gvk.GroupKind()) != kept || o.GetName() == "ephemeral" {
				continue
			}
			if o.GetKind() == "CertificateSigningRequest" {
				if err := unstructured.SetNestedField(o.Object, certificateRequest(t), "spec", "request"); err != nil {
					t.Fatal(err)
				}
			}
			unstructured.RemoveNestedField(o.Object, "status")
			r.schema = r.growth.fieldServer.schema(t, gvk).At(r.minor)
			if err := r.create(o); err != nil {
				r.odd = append(r.odd, fmt.Sprintf("%s/%s: %v", o.GetKind(), o.GetName(), err))
				continue
			}
			r.walk(o, nil)
		}
	}
	close(r.cases)
	r.workers.Wait()
}

// ofObject are the metadata that people write.
var ofObject = []string{"name", "labels", "annotations", "finalizers", "ownerReferences"}

// walk breaks the fields of an accepted object below a path, adds those that it lacks
// and those below them.
func (r *referee) walk(o *unstructured.Unstructured, below fielddoc.Path) {
	c := r.schema.Root(o.Object)
	for _, step := range below {
		c = c.Step(step)
	}
	switch value := c.Value().(type) {
	case map[string]any:
		for _, field := range c.Fields() {
			name := lastName(field.Path())
			if len(below) == 0 && slices.Contains([]string{"apiVersion", "kind", "status"}, name) {
				continue
			}
			if lastName(below) == "metadata" && !slices.Contains(ofObject, name) {
				continue
			}
			key := r.key(c, name)
			if _, there := value[name]; there {
				r.breakField(o, field, key)
				r.walk(o, field.Path())
			} else if !r.added[r.place(key)] && len(below) < 14 {
				r.extend(o, field, key)
			}
		}
	case []any:
		for i := range value {
			path := below.With(fielddoc.Item(i))
			if _, isObject := value[i].(map[string]any); !isObject {
				r.breakField(o, c.Step(fielddoc.Item(i)), r.schema.GVK.Kind+below.Names()+"[]")
			}
			r.walk(o, path)
		}
	}
}

// extend adds a field with each value to begin with, as it is and with what the server
// asks for beside it.
func (r *referee) extend(o *unstructured.Unstructured, field fielddoc.Cursor, key string) {
	r.added[r.place(key)] = true
	path := field.Path()
	for _, value := range firsts(field.Doc()) {
		r.send(o, path, mutation{addition, value})
	}
	done := false
	for _, grown := range r.starts(o, field, key) {
		if err := r.settle(grown, path); err != nil {
			continue
		}
		at := r.schema.Root(grown.Object)
		for _, step := range path {
			at = at.Step(step)
		}
		r.breakField(grown, at, key)
		if !done && field.Type().Kind != fielddoc.String {
			r.walk(grown, path)
		}
		done = true
	}
}

// breakField sends every mutation of a field of an accepted object.
func (r *referee) breakField(o *unstructured.Unstructured, field fielddoc.Cursor, key string) {
	doc := field.Doc()
	id := r.schema.GVK.Kind + " " + key
	if doc.Type.Kind == fielddoc.String && len(doc.Enum) > 0 {
		id += fmt.Sprint(field.Value()) // what goes with another value depends on this one
	}
	if r.broken[id] {
		return
	}
	r.broken[id] = true
	for _, m := range mutations(doc, field.Value()) {
		r.send(o, field.Path(), m)
	}
}

func (r *referee) send(o *unstructured.Unstructured, path fielddoc.Path, m mutation) {
	object := o.DeepCopy()
	last := path[len(path)-1]
	if holder, isList := at(object.Object, path[:len(path)-1]).([]any); isList && m.value == nil {
		put(object.Object, path[:len(path)-1], slices.Delete(slices.Clone(holder), last.Index, last.Index+1))
	} else {
		put(object.Object, path, m.value)
	}
	r.cases <- brokenObject{object.DeepCopy(), r.schema, path, m, r.kept}
}

// create returns the answer of the server to an object.
func (r *referee) create(o *unstructured.Unstructured) error {
	client, ok := r.resource(o)
	if !ok {
		return errNotServed
	}
	options := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict}
	return untilAddresses(func() error {
		_, err := client.Create(context.Background(), o, options)
		return err
	})
}

// judge compares the two verdicts on an object.
func (r *referee) judge(c brokenObject) {
	err := r.create(c.object)
	var found []fielddoc.Problem
	for _, p := range fielddoc.Check(c.schema, c.object.Object) {
		dropped := err == nil && p.Kind == fielddoc.BeyondTarget && strings.HasPrefix(p.Message, "needs the feature gate")
		if p.Kind != fielddoc.DeprecatedField && !dropped {
			found = append(found, p)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := scoreKey{c.name, c.kept}
	if r.scores[key] == nil {
		r.scores[key] = &score{}
	}
	row := r.scores[key]
	row.tried++
	label := fmt.Sprintf("%s %s [%s] %s", c.object.GetKind(), c.path, c.name, asJSON(c.value))
	switch {
	case err == nil && r.dropsRestartPolicy(c):
	case err == nil && len(found) > 0:
		row.alarms++
		r.alarms = append(r.alarms, fmt.Sprintf("%s: %s %s", label, found[0].Path, found[0].Message))
	case err == nil:
	case needsCluster(err):
		row.cluster++
	case !isVerdict(err):
		r.odd = append(r.odd, fmt.Sprintf("%s: %v", label, err))
	default:
		row.refused++
		if len(found) > 0 {
			row.found++
			if slices.ContainsFunc(found, func(p fielddoc.Problem) bool {
				return blames(err, p.Path) || p.Path.Covers(c.path) || c.path.Covers(p.Path)
			}) {
				row.placed++
			}
			return
		}
		if !c.kept {
			r.misses = append(r.misses, fmt.Sprintf("%s: %v", label, err))
		}
	}
}

// dropsRestartPolicy reports whether the server drops what was broken without a look at it:
// 1.34 does so with the restartPolicy of containers, of init containers if it is not Always
// (dropContainerRestartRules in k8s.io/kubernetes pkg/api/pod/util.go).
func (r *referee) dropsRestartPolicy(c brokenObject) bool {
	return r.minor == 34 && lastName(c.path) == "restartPolicy" && strings.Contains(strings.ToLower(c.path.Names()), "containers.")
}

// isVerdict reports whether an error is about the object, and not about the request.
func isVerdict(err error) bool {
	var status *apierrors.StatusError
	if !errors.As(err, &status) {
		return strings.Contains(err.Error(), "name") // the client refuses to send an object without one
	}
	code := status.ErrStatus.Code
	return code == http.StatusUnprocessableEntity || code == http.StatusBadRequest || code == http.StatusForbidden
}

// needsCluster reports whether an error is about other objects of the cluster, or about
// its settings, which no file shows.
func needsCluster(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsNotFound(err) ||
		strings.Contains(err.Error(), "configured on this cluster") || strings.Contains(err.Error(), "this cluster is not configured")
}

// print prints the score and fails if it is below the floor.
func (r *referee) print(t *testing.T) {
	t.Helper()
	var text strings.Builder
	all := map[bool]*score{false: {}, true: {}}
	row := func(name string, open, kept *score) {
		fmt.Fprintf(&text, "%-28s %7d %7d %7d %5.1f%%   %7d %7d %5.1f%%\n", name, open.tried+kept.tried,
			open.refused, open.found, open.share()*100, kept.refused, kept.found, kept.share()*100)
	}
	fmt.Fprintf(&text, "%-28s %7s %7s %7s %6s   %7s %7s %6s\n", "mutation", "tried", "refused", "found", "", "kept", "found", "")
	names := map[string]bool{}
	for key := range r.scores {
		names[key.mutation] = true
	}
	for _, name := range sortedNames(names) {
		open := r.score(name, false)
		kept := r.score(name, true)
		if name == wrongType {
			row("all but wrong types", all[false], all[true]) // it is the last, and the easiest
		}
		row(name, open, kept)
		all[false].add(open)
		all[true].add(kept)
	}
	row("all", all[false], all[true])
	total := &score{}
	total.add(all[false])
	total.add(all[true])
	t.Logf("Kubernetes 1.%d: of %d refused objects %d found, %.1f%%, %.1f%% of them at the field; %d false alarms; %d need the cluster; %d other errors\n%s",
		r.minor, total.refused, total.found, total.share()*100, float64(total.placed)/float64(max(total.found, 1))*100, total.alarms, total.cluster, len(r.odd), text.String())
	for _, alarm := range r.alarms {
		t.Errorf("the server accepts %s", alarm)
	}
	if total.share() < leastFound {
		t.Errorf("%.1f%% of what the server refuses is found, want %.0f%%", total.share()*100, leastFound*100)
	}
	if r.listMisses == "" {
		return
	}
	slices.Sort(r.misses)
	slices.Sort(r.odd)
	if err := os.WriteFile(r.listMisses, []byte(strings.Join(r.misses, "\n")+"\n\nODD\n"+strings.Join(r.odd, "\n")+"\n"), 0o600); err != nil {
		t.Error(err)
	}
}

func (r *referee) score(name string, kept bool) *score {
	if s := r.scores[scoreKey{name, kept}]; s != nil {
		return s
	}
	return &score{}
}

func (s *score) share() float64 { return float64(s.found) / float64(max(s.refused, 1)) }

func (s *score) add(other *score) {
	s.tried += other.tried
	s.refused += other.refused
	s.found += other.found
	s.placed += other.placed
	s.alarms += other.alarms
	s.cluster += other.cluster
}

func sortedNames(set map[string]bool) []string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}
