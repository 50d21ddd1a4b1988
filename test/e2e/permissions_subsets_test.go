//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/test/fakeapi"
)

// refusable are the resources of which roles may lack any, with their API groups.
var refusable = []struct{ name, group string }{
	{"pods", ""},
	{"pods/log", ""},
	{"events", ""},
	{"replicasets", "apps"},
	{"deployments", "apps"},
	{"statefulsets", "apps"},
	{"controllerrevisions", "apps"},
	{"configmaps", ""},
	{"secrets", ""},
	{"services", ""},
	{"endpointslices", "discovery.k8s.io"},
	{"nodes", ""},
	{"namespaces", ""},
	{"jobs", "batch"},
	{"cronjobs", "batch"},
	{"horizontalpodautoscalers", "autoscaling"},
	{"poddisruptionbudgets", "policy"},
}

// group returns the name of the group whose members may read a resource.
func (f *field) group(resource string) string {
	return "reads-" + strings.ReplaceAll(resource, "/", "-") + "-" + f.Current
}

// grant makes a group for each resource, and one for what nothing is refused of.
func (f *field) grant(t *testing.T) {
	t.Helper()
	rules := map[string][]rbacv1.PolicyRule{f.group("others"): {
		{APIGroups: []string{"apps"}, Resources: []string{"daemonsets"}},
		{APIGroups: []string{""}, Resources: []string{"replicationcontrollers"}},
		{APIGroups: []string{"argoproj.io"}, Resources: []string{"*"}},
	}}
	for _, resource := range refusable {
		rules[f.group(resource.name)] = []rbacv1.PolicyRule{{APIGroups: []string{resource.group}, Resources: []string{resource.name}}}
	}
	var text strings.Builder
	for name, list := range rules {
		for i := range list {
			list[i].Verbs = []string{"get", "list", "watch"}
		}
		data, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, `
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: %[1]s}, rules: %[2]s}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: %[1]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %[1]s}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: %[1]s}]
`, name, data)
		t.Cleanup(func() { f.Do(t, "delete", "clusterrole,clusterrolebinding", name) })
	}
	f.Apply(t, text.String())
}

// subset is a role that lacks some resources, and the command that it runs.
type subset struct {
	lacks []string
	args  []string
}

func (s subset) String() string { return fmt.Sprintf("%v without %v", s.args, s.lacks) }

// permissionCommands are those of which each namespace view is one.
var permissionCommands = [][]string{{"thrash"}, {"rsmap"}, {"thrash", "deploy/once"}, {"thrash", "given-up"}, {"rsmap", "web"}, {"rsmap", "sts/db"}}

// subsets returns every single resource for both namespace views, each pair in a
// long run, and random sets by their seeds.
func subsets(seed, many int, pairs bool) []subset {
	var out []subset
	for i, one := range refusable {
		for _, args := range permissionCommands[:2] {
			out = append(out, subset{[]string{one.name}, args})
			for _, other := range refusable[i+1:] {
				if pairs {
					out = append(out, subset{[]string{one.name, other.name}, args})
				}
			}
		}
	}
	for i := range many {
		r := rand.New(rand.NewPCG(uint64(seed+i), 3))
		var lacks []string
		for _, resource := range refusable {
			if r.IntN(3) == 0 {
				lacks = append(lacks, resource.name)
			}
		}
		out = append(out, subset{lacks, permissionCommands[r.IntN(len(permissionCommands))]})
	}
	return out
}

// readUnder is what is compared of a report under a role.
type readUnder struct {
	Items []json.RawMessage
	Gaps  []snapshot.Gap
}

// under runs a command as a member of the groups that a subset leaves.
func (f *field) under(t *testing.T, s subset) (got ended, report readUnder, refused []string) {
	t.Helper()
	args := append(slices.Clone(s.args), "-o", "json", "--at", f.at, "--as", "eve", "--as-group", f.group("others"))
	for _, resource := range refusable {
		if !slices.Contains(s.lacks, resource.name) {
			args = append(args, "--as-group", f.group(resource.name))
		}
	}
	got, p := f.run(t, nil, args...)
	onlyReads(t, p)
	if got.code == 0 {
		if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for path := range p.refused {
		want := fakeapi.Parse(path)
		if want.Kind == nil {
			continue // discovery
		}
		resource := want.Kind.Plural
		if want.Sub == "log" {
			resource = "pods/log"
		}
		if !isRefusable(resource) {
			continue // of a kind that is not installed, of which RBAC knows nothing
		}
		if !slices.Contains(s.lacks, resource) {
			t.Errorf("%s: %s is refused", s, path)
		}
		refused = append(refused, resource)
	}
	return got, report, refused
}

func isRefusable(resource string) bool {
	for _, r := range refusable {
		if r.name == resource {
			return true
		}
	}
	return false
}

// unasked are the resources that no command needs: the time is given, which the answer
// for a namespace has otherwise.
var unasked = []string{"namespaces"}

// TestPermissionSubsetsProperty refuses each resource, and random sets of them, by real
// RBAC: what is missing is named with its impact, and nothing that is shown contradicts
// what is shown if everything is read.
func TestPermissionSubsetsProperty(t *testing.T) {
	t.Parallel()
	many := number(t, "THRASHKIT_HISTORIES", amount(12, 200, 2000))
	seed := number(t, "THRASHKIT_SEED", int(time.Now().UnixNano()%1_000_000))
	t.Logf("seeds %d to %d", seed, seed+many-1)
	f := newField(t)
	f.grant(t)
	whole := map[string]readUnder{}
	for _, args := range permissionCommands {
		f.WaitFor(t, "the roles to serve", func() bool {
			got, report, refused := f.under(t, subset{args: args})
			whole[strings.Join(args, " ")] = report
			return got.code == 0 && len(refused) == 0 && len(report.Items) > 0
		})
	}
	var mu sync.Mutex
	ever := map[string]bool{}
	var group errgroup.Group
	group.SetLimit(attacksAtOnce)
	for _, s := range subsets(seed, many, many > 100) {
		group.Go(func() error {
			refused := f.checkUnder(t, s, whole[strings.Join(s.args, " ")])
			mu.Lock()
			defer mu.Unlock()
			for _, resource := range refused {
				ever[resource] = true
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, resource := range refusable {
		if ever[resource.name] == slices.Contains(unasked, resource.name) {
			t.Errorf("%s: refused is %v", resource.name, ever[resource.name])
		}
	}
}

// checkUnder holds one report to name what was refused, which it returns, and to
// contradict nothing.
func (f *field) checkUnder(t *testing.T, s subset, whole readUnder) []string {
	t.Helper()
	got, report, refused := f.under(t, s)
	if got.code != 0 {
		if got.code != 1 || !strings.Contains(got.stderr, "orbidden") {
			t.Errorf("%s: exit code %d, %s", s, got.code, got.stderr)
		}
		return refused
	}
	for _, resource := range refused {
		if !slices.ContainsFunc(report.Gaps, func(g snapshot.Gap) bool { return g.Resource == resource && g.Impact != "" }) {
			t.Errorf("%s: %s was refused, but the gaps are %v", s, resource, report.Gaps)
		}
		if !strings.Contains(got.stderr, resource) {
			t.Errorf("%s: %s was refused, but not warned of: %s", s, resource, got.stderr)
		}
	}
	seen := map[string]bool{}
	for _, g := range report.Gaps {
		key := g.Resource + " " + g.Namespace + " " + g.Impact
		if seen[key] {
			t.Errorf("%s: the gap %s is named twice", s, key)
		}
		seen[key] = true
	}
	if s.args[0] == "rsmap" {
		sameCounts(t, s, itemsOf[rollout.Workload](t, report), itemsOf[rollout.Workload](t, whole))
	} else {
		sameVerdicts(t, s, itemsOf[diagnose.Item](t, report), itemsOf[diagnose.Item](t, whole))
	}
	return refused
}

func itemsOf[T any](t *testing.T, report readUnder) []T {
	t.Helper()
	items := make([]T, len(report.Items))
	for i, raw := range report.Items {
		if err := json.Unmarshal(raw, &items[i]); err != nil {
			t.Error(err)
		}
	}
	return items
}

var confidences = []diagnose.Confidence{diagnose.Low, diagnose.Medium, diagnose.High}

// sameVerdicts checks that the states are those of the full reading, and that no verdict
// that differs from it has a higher confidence.
func sameVerdicts(t *testing.T, s subset, items, whole []diagnose.Item) {
	t.Helper()
	for _, i := range items {
		at := slices.IndexFunc(whole, func(o diagnose.Item) bool { return o.Pod == i.Pod && o.Container == i.Container })
		if at < 0 {
			t.Errorf("%s: %s/%s is listed, but not if all is read", s, i.Pod, i.Container)
			continue
		}
		was := whole[at]
		if i.Status != was.Status || i.State != was.State || i.Restarts != was.Restarts {
			t.Errorf("%s: %s is %s %s %d, want %s %s %d", s, i.Pod, i.Status, i.State, i.Restarts, was.Status, was.State, was.Restarts)
		}
		surer := slices.Index(confidences, i.Cause.Confidence) > slices.Index(confidences, was.Cause.Confidence)
		if surer && i.Cause.Category != was.Cause.Category {
			t.Errorf("%s: %s is %s (%s), but %s (%s) if all is read",
				s, i.Pod, i.Cause.Category, i.Cause.Confidence, was.Cause.Category, was.Cause.Confidence)
		}
	}
}

// sameCounts checks that counts and phases are those of the full reading, or left out.
func sameCounts(t *testing.T, s subset, items, whole []rollout.Workload) {
	t.Helper()
	for i := range items {
		w := &items[i]
		at := slices.IndexFunc(whole, func(o rollout.Workload) bool { return o.Ref.Kind == w.Ref.Kind && o.Ref.Name == w.Ref.Name })
		if at < 0 {
			continue // its owner was not read: it stands for itself
		}
		was := &whole[at]
		for what, pair := range map[string][2]*int32{
			"desired": {w.Desired, was.Desired}, "updated": {w.Updated, was.Updated}, "ready": {w.Ready, was.Ready},
			"available": {w.Available, was.Available},
		} {
			if pair[0] != nil && !gocmp.Equal(pair[0], pair[1]) {
				t.Errorf("%s: %s of %s is %d, but not if all is read", s, what, w.Ref, *pair[0])
			}
		}
		if w.Phase != was.Phase && w.Phase != "" {
			t.Errorf("%s: %s is %s, but %s if all is read", s, w.Ref, w.Phase, was.Phase)
		}
	}
}
