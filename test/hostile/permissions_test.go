package hostile_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/test/fakeapi"
)

// refusable are the resources of which roles may lack any.
var refusable = []string{
	"pods", "pods/log", "events", "replicasets", "deployments", "statefulsets", "controllerrevisions", "configmaps", "secrets", "services",
	"endpointslices", "nodes", "namespaces", "jobs", "cronjobs", "horizontalpodautoscalers", "poddisruptionbudgets",
}

// permissionSubsets is the number of random sets of resources that are refused,
// beside every single one and every pair.
const permissionSubsets = 200

// subsets returns every resource, every pair, and random sets of more.
func subsets() [][]string {
	var out [][]string
	for i, one := range refusable {
		out = append(out, []string{one})
		for _, other := range refusable[i+1:] {
			out = append(out, []string{one, other})
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range permissionSubsets {
		var set []string
		for _, resource := range refusable {
			if r.IntN(3) == 0 {
				set = append(set, resource)
			}
		}
		out = append(out, set)
	}
	return out
}

// refused is a role that lacks some resources, and what of them was asked for.
type refused struct {
	resources []string

	mu    sync.Mutex
	asked map[string]bool
}

func (f *refused) fault(w http.ResponseWriter, r *http.Request, _ int) bool {
	want := fakeapi.Parse(r.URL.Path)
	if want.Kind == nil {
		return false
	}
	resource := want.Kind.Plural
	if want.Sub == "log" {
		resource = "pods/log"
	}
	if !slices.Contains(f.resources, resource) {
		return false
	}
	f.mu.Lock()
	f.asked[resource] = true
	f.mu.Unlock()
	message := resource + ` is forbidden: User "eve" cannot read resource "` + resource + `" in API group "` + want.Kind.Group + `"`
	fakeapi.Fail(w, r, http.StatusForbidden, metav1.StatusReasonForbidden, message)
	return true
}

// report is what is compared of the JSON of rsmap and thrash.
type report[T any] struct {
	Items []T
	Gaps  []snapshot.Gap
}

// under runs a command under a role that lacks resources.
func under[T any](t *testing.T, recording *snapshot.Snapshot, lacks []string, args ...string) (*report[T], *refused, result) {
	t.Helper()
	role := &refused{resources: lacks, asked: map[string]bool{}}
	server := (&api{recording: recording, fault: role.fault}).start(t, false)
	defer server.Close()
	got := run(t, args[0], append(args[1:], "-n", "parlor-core", "--server", server.URL, "--cache-dir", t.TempDir(), "-o", "json")...)
	out := &report[T]{}
	if got.code == 0 {
		if err := json.Unmarshal([]byte(got.stdout), out); err != nil {
			t.Fatalf("%v without %v: %v", args, lacks, err)
		}
	}
	return out, role, got
}

// named checks that each resource that was refused is named once: as a gap, or as
// the error of a command that cannot do without it.
func named(t *testing.T, args, lacks []string, gaps []snapshot.Gap, role *refused, got result) {
	t.Helper()
	if got.code != 0 {
		if got.code != 1 || !strings.Contains(got.stderr, "orbidden") {
			t.Errorf("%v without %v: exit code %d, %s", args, lacks, got.code, got.stderr)
		}
		return
	}
	for resource := range role.asked {
		if !slices.ContainsFunc(gaps, func(g snapshot.Gap) bool { return g.Resource == resource && g.Impact != "" }) {
			t.Errorf("%v without %v: %s was refused, but the gaps are %v", args, lacks, resource, gaps)
		}
	}
	seen := map[string]bool{}
	for _, g := range gaps {
		key := g.Resource + " " + g.Namespace + " " + g.Impact
		if seen[key] {
			t.Errorf("%v without %v: the gap %s is named twice", args, lacks, key)
		}
		seen[key] = true
	}
}

var confidences = []diagnose.Confidence{diagnose.Low, diagnose.Medium, diagnose.High}

// TestPermissionsOfThrash refuses each resource, each pair and many sets of them:
// what is missing is named, and no verdict is surer than with everything read.
func TestPermissionsOfThrash(t *testing.T) {
	recording := recorded(t, recording)
	args := []string{"thrash"}
	whole, _, _ := under[diagnose.Item](t, recording, nil, args...)
	full := map[string]diagnose.Item{}
	for _, i := range whole.Items {
		full[i.Pod+"/"+i.Container] = i
	}
	for _, lacks := range subsets() {
		got, role, result := under[diagnose.Item](t, recording, lacks, args...)
		named(t, args, lacks, got.Gaps, role, result)
		for _, i := range got.Items {
			was, found := full[i.Pod+"/"+i.Container]
			if !found {
				t.Errorf("without %v: %s/%s is listed, but not if all is read", lacks, i.Pod, i.Container)
				continue
			}
			if i.Status != was.Status || i.State != was.State || i.Restarts != was.Restarts {
				t.Errorf("without %v: %s is %s %s %d, want %s %s %d", lacks, i.Pod, i.Status, i.State, i.Restarts, was.Status, was.State, was.Restarts)
			}
			surer := slices.Index(confidences, i.Cause.Confidence) > slices.Index(confidences, was.Cause.Confidence)
			if surer && i.Cause.Category != was.Cause.Category {
				t.Errorf("without %v: %s is %s (%s), but %s (%s) if all is read",
					lacks, i.Pod, i.Cause.Category, i.Cause.Confidence, was.Cause.Category, was.Cause.Confidence)
			}
		}
	}
}

// TestPermissionsOfRsmap does the same: no count, phase or reason contradicts that
// of the full reading, it is only left out.
func TestPermissionsOfRsmap(t *testing.T) {
	recording := recorded(t, recording)
	args := []string{"rsmap"}
	whole, _, _ := under[rollout.Workload](t, recording, nil, args...)
	full := map[string]*rollout.Workload{}
	for i := range whole.Items {
		full[whole.Items[i].Ref.Kind+"/"+whole.Items[i].Ref.Name] = &whole.Items[i]
	}
	for _, lacks := range subsets() {
		got, role, result := under[rollout.Workload](t, recording, lacks, args...)
		named(t, args, lacks, got.Gaps, role, result)
		for i := range got.Items {
			w := &got.Items[i]
			was, found := full[w.Ref.Kind+"/"+w.Ref.Name]
			if !found {
				continue // its owner was not read: it stands for itself
			}
			for what, pair := range map[string][2]*int32{
				"desired": {w.Desired, was.Desired}, "updated": {w.Updated, was.Updated}, "ready": {w.Ready, was.Ready},
				"available": {w.Available, was.Available},
			} {
				if pair[0] != nil && !cmp.Equal(pair[0], pair[1]) {
					t.Errorf("without %v: %s of %s is %d, but not if all is read", lacks, what, w.Ref, *pair[0])
				}
			}
		}
	}
}
