package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// roles returns the ClusterRoles of docs/permissions.yaml by their names.
func roles(t *testing.T) map[string]*rbacv1.ClusterRole {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "permissions.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*rbacv1.ClusterRole{}
	for in := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096); ; {
		r := &rbacv1.ClusterRole{}
		if err := in.Decode(r); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		found[r.Name] = r
	}
}

// allow lets a user do what rules say: in the namespace, or everywhere.
func (l *Lab) allow(t *testing.T, user string, everywhere bool, rules []rbacv1.PolicyRule) {
	t.Helper()
	name := l.Current + "-" + user
	kind := "Role"
	scope := "namespace: " + l.Current
	if everywhere {
		kind = "ClusterRole"
		scope = ""
		t.Cleanup(func() { l.Do(t, "delete", "clusterrole,clusterrolebinding", name) })
	}
	data, err := json.Marshal(rules)
	if err != nil {
		t.Fatal(err)
	}
	l.Apply(t, fmt.Sprintf(`
apiVersion: rbac.authorization.k8s.io/v1
kind: %[1]s
metadata: {name: %[2]s, %[3]s}
rules: %[4]s
---
apiVersion: rbac.authorization.k8s.io/v1
kind: %[1]sBinding
metadata: {name: %[2]s, %[3]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %[1]s, name: %[2]s}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %[2]s}]
`, kind, name, scope, data))
}

// as runs a plugin as a user of allow, and returns what could not be read.
func (l *Lab) as(t *testing.T, user string, args ...string) (gaps []string, stderr string, exit int) {
	t.Helper()
	out, stderr, exit := l.Kubectl(t, append(args, "-o", "json", "--as", l.Current+"-"+user)...)
	var report struct{ Gaps []snapshot.Gap }
	if err := json.Unmarshal([]byte(out), &report); err != nil && exit == 0 {
		t.Fatalf("kubectl %v: %v\n%s", args, err, out)
	}
	for _, g := range report.Gaps {
		if g.Resource == "rollouts.argoproj.io" {
			continue // another test may have installed Argo Rollouts in this lab
		}
		gaps = append(gaps, g.Resource)
	}
	return gaps, stderr, exit
}

// everyEvidence is what makes thrash look at everything that it ever looks at, and
// rsmap, too.
const everyEvidence = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: token}, stringData: {a: b}}
---
{apiVersion: v1, kind: Service, metadata: {name: database}, spec: {selector: {app: none}, ports: [{port: 5432}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: lab/app:1
        command: [fake, run=100ms, exit=1, "log=dial tcp database:5432: connect: connection refused"]
        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: token}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: lab/app:1, command: [fake, run=100ms, exit=1, log=broken]}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: absent}
spec:
  serviceName: absent
  selector: {matchLabels: {app: absent}}
  template:
    metadata: {labels: {app: absent}}
    spec:
      containers: [{name: main, image: lab/app:1, envFrom: [{configMapRef: {name: setings}}]}]
`

// TestPermissions checks that docs/permissions.yaml is exactly what the plugins need:
// with a role nothing is missing, and without any one of its rules a gap names the
// resources of that rule, and nothing else.
func TestPermissions(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, everyEvidence)
	l.WaitFor(t, "crashes with logs, and a pod without its settings", func() bool {
		waiting := false
		died := map[string]bool{}
		for _, p := range l.Pods(t, "") {
			for _, c := range p.Status.ContainerStatuses {
				died[p.Labels["app"]] = c.RestartCount > 0
				waiting = waiting || (c.State.Waiting != nil && c.State.Waiting.Reason == "CreateContainerConfigError")
			}
		}
		return waiting && died["web"] && died["db"]
	})
	all := roles(t)
	nodes := all["thrashkit-thrash-nodes"].Rules
	secrets := all["thrashkit-thrash-secrets"].Rules
	for _, test := range []struct {
		name  string
		rules []rbacv1.PolicyRule
		args  []string
		// unseen are resources of which that namespace has no need.
		unseen []string
	}{
		{"rsmap", slices.Concat(all["thrashkit-rsmap"].Rules, nodes, secrets), []string{"rsmap"}, []string{
			"rollouts", "configmaps",
			"pods/log", "services", "endpointslices", "nodes", "secrets",
		}},
		{"rsmap-name", slices.Concat(all["thrashkit-rsmap"].Rules, nodes, secrets), []string{"rsmap", "web"}, []string{
			"statefulsets",
			"daemonsets", "jobs", "cronjobs", "replicationcontrollers", "rollouts", "controllerrevisions", "secrets",
		}},
		{"thrash", slices.Concat(all["thrashkit-thrash"].Rules, nodes, secrets), []string{"thrash"}, []string{"replicationcontrollers"}},
		{
			"thrash-name", slices.Concat(all["thrashkit-thrash"].Rules, nodes, secrets),
			[]string{"thrash", "deployment/web"},
			[]string{"jobs", "cronjobs", "controllerrevisions", "replicationcontrollers"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			l.allow(t, test.name, true, test.rules)
			l.WaitFor(t, "the role to serve", func() bool {
				gaps, _, exit := l.as(t, test.name, test.args...)
				return exit == 0 && len(gaps) == 0
			})
			for i, rule := range test.rules {
				var want []string
				for _, r := range rule.Resources {
					if !slices.Contains(test.unseen, r) {
						want = append(want, r)
					}
				}
				user := fmt.Sprintf("%s-%d", test.name, i)
				l.allow(t, user, true, slices.Delete(slices.Clone(test.rules), i, i+1))
				var gaps []string
				var stderr string
				var exit int
				l.WaitFor(t, fmt.Sprintf("what is missing without %v to be named", rule.Resources), func() bool {
					gaps, stderr, exit = l.as(t, user, test.args...)
					if exit == 1 { // what was asked for itself
						return strings.Contains(stderr, "Error from server (Forbidden): "+rule.Resources[0]) ||
							(strings.Contains(stderr, "forbidden: ") &&
								strings.Contains(stderr, ` resource "`+rule.Resources[0]+`" `)) // a NAME without a type, pods of a workload
					}
					return exit == 0 && sameSet(want, gaps)
				})
				t.Logf("without %v: exit %d, gaps %v", rule.Resources, exit, gaps)
			}
		})
	}
}

// TestPermissionsOfANamespace checks that the roles are enough if they are bound
// in one namespace, as is common. Only nodes are missing then, and the events about
// restarts of kubelets, which are in the namespace default.
func TestPermissionsOfANamespace(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, Manifest("crash", "run=100ms exit=1"))
	l.WaitFor(t, "a crash", func() bool { return l.Container(t, "crash").RestartCount > 0 })
	all := roles(t)
	for plugin, want := range map[string][]string{"rsmap": nil, "thrash": {"nodes", "events"}} {
		l.allow(t, plugin, false, all["thrashkit-"+plugin].Rules)
		l.WaitFor(t, "nothing but "+fmt.Sprint(want)+" to be missing", func() bool {
			gaps, _, exit := l.as(t, plugin, plugin)
			return exit == 0 && sameSet(want, gaps)
		})
		if gaps, stderr, exit := l.as(t, plugin, plugin, "-A"); exit != 1 || !strings.Contains(stderr, "Forbidden") ||
			!strings.Contains(stderr, "-n") {
			t.Errorf("%s -A with the role of a namespace: exit %d, gaps %v\n%s", plugin, exit, gaps, stderr)
		}
		// -w reads by list and watch alone, and ends by itself.
		if gaps, stderr, exit := l.as(t, plugin, plugin, "-w", "--timeout", "2s"); exit != 4 ||
			(strings.Contains(stderr, "forbidden: ") && !strings.Contains(stderr, "nodes")) {
			t.Errorf("%s -w: exit %d, gaps %v\n%s", plugin, exit, gaps, stderr)
		}
	}
	l.Do(t, "create", "rolebinding", "viewer", "--clusterrole", "view", "--user", l.Current+"-viewer")
	l.WaitFor(t, "the role view to be enough", func() bool {
		mapped, _, one := l.as(t, "viewer", "rsmap")
		thrashes, _, other := l.as(t, "viewer", "thrash")
		return one == 0 && other == 0 && len(mapped) == 0 && sameSet(thrashes, []string{"nodes", "events"})
	})
	l.allow(t, "explainfields", false, all["thrashkit-explainfields"].Rules)
	l.WaitFor(t, "an object to be explained", func() bool {
		gaps, _, exit := l.as(t, "explainfields", "explainfields", "pod/crash")
		return exit == 0 && len(gaps) == 0
	})
	if _, stderr, exit := l.as(t, "explainfields", "explainfields", "secret/token"); exit != 1 || !strings.Contains(stderr, "Forbidden") {
		t.Errorf("a Secret without the permission: exit %d\n%s", exit, stderr)
	}
	if _, stderr, exit := l.as(t, "nobody", "explainfields", "deployment"); exit != 0 {
		t.Errorf("the documentation of a kind without any permission: exit %d\n%s", exit, stderr)
	}
}

// TestRolesOnlyRead refuses a role that could write, and has the server refuse.
func TestRolesOnlyRead(t *testing.T) {
	t.Parallel()
	all := roles(t)
	if len(all) != 7 {
		t.Fatalf("%d roles, want 7", len(all))
	}
	for name, role := range all {
		if name != role.Name || role.AggregationRule != nil || len(role.Rules) == 0 {
			t.Errorf("role %s: %+v", name, role)
		}
		for _, rule := range role.Rules {
			for _, verb := range rule.Verbs {
				if !slices.Contains([]string{"get", "list", "watch"}, verb) {
					t.Errorf("%s may %s %v", name, verb, rule.Resources)
				}
			}
			if slices.Contains(rule.Resources, metav1.NamespaceAll) || slices.Contains(rule.Resources, "*") || slices.Contains(rule.APIGroups, "*") {
				t.Errorf("%s may read more than it names: %+v", name, rule)
			}
		}
	}
	l := newSpace(t)
	l.allow(
		t,
		"reader",
		false,
		slices.Concat(all["thrashkit-rsmap"].Rules, all["thrashkit-thrash"].Rules, all["thrashkit-explainfields"].Rules),
	)
	l.Apply(t, `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}`)
	user := l.Current + "-reader"
	l.WaitFor(t, "the role to serve", func() bool {
		_, _, exit := l.Kubectl(t, "get", "configmap", "settings", "--as", user)
		return exit == 0
	})
	for _, write := range [][]string{{"delete", "configmap", "settings"}, {"label", "configmap", "settings", "a=b"}, {"create", "configmap", "other"}} {
		if _, stderr, exit := l.Kubectl(t, append(write, "--as", user)...); exit == 0 || !strings.Contains(stderr, "forbidden") {
			t.Errorf("kubectl %v: exit %d\n%s", write, exit, stderr)
		}
	}
}

func sameSet(a, b []string) bool {
	a = slices.Clone(a)
	b = slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
