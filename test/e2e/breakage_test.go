package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// app is a Deployment of one replica with a container, main, and more lines of
// its pod spec and of the container.
func app(name, image, podLines, containerLines string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s}
spec:
  minReadySeconds: 20
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata: {labels: {app: %[1]s}}
    spec:
      terminationGracePeriodSeconds: 1
%[3]s
      containers:
      - name: main
        image: %[2]s
%[4]s
`, name, image, podLines, containerLines)
}

// breakage is a Deployment that does not come up, and what the plugins say of it.
type breakage struct {
	manifest      string
	then          []string // a kubectl command after the first rollout is complete
	status        string
	category      string
	container     string
	containerType string
	thrash        []string // in the text of kubectl thrash deployment/NAME
	rsmap         []string // in the text of kubectl rsmap NAME
}

var breakages = map[string]breakage{
	"new-image": {
		manifest: app("new-image", "chat/new-image:1", "", ""),
		then:     []string{"set", "image", "deployment/new-image", "main=chat/new-image:2"},
		status:   "thrashing", category: "image-bug", container: "main", containerType: "app",
		thrash: []string{"panic: nil map", "chat/new-image:1", "chat/new-image:2", "--to-revision=1"},
		rsmap:  []string{"image main: 1 → 2", "waits for new-image-", "exits 1"},
	},
	"oom": {
		manifest: app(
			"oom",
			"chat/oom:1",
			"",
			"        command: [fake, run=1s, exit=137, reason=OOMKilled]\n        resources: {limits: {memory: 32Mi}}",
		),
		status: "thrashing", category: "out-of-memory", container: "main", containerType: "app",
		thrash: []string{"OOMKilled", "32Mi"},
		rsmap:  []string{"OOMKilled"},
	},
	"no-image": {
		manifest: app("no-image", "chat/no-such:1", "", ""),
		status:   "blocked", category: "image-pull", container: "main", containerType: "app",
		thrash: []string{"chat/no-such:1"},
		rsmap:  []string{"chat/no-such:1"},
	},
	"no-config": {
		manifest: app("no-config", "chat/app:1", "", "        envFrom: [{configMapRef: {name: settings}}]"),
		status:   "blocked", category: "app-config", container: "main", containerType: "app",
		thrash: []string{"settings"},
		rsmap:  []string{"settings"},
	},
	"init": {
		manifest: app(
			"init",
			"chat/app:1",
			"      initContainers:\n      - name: migrate\n        image: chat/migrate:1\n        command: [fake, run=1s, exit=3, \"err=FATAL: environment variable DATABASE_URL is not set\"]",
			"",
		),
		status: "thrashing", category: "app-config", container: "migrate", containerType: "init",
		thrash: []string{"DATABASE_URL", "migrate"},
		rsmap:  []string{"migrate"},
	},
	"liveness": {
		manifest: app(
			"liveness",
			"chat/app:1",
			"",
			"        command: [fake, listen=8080, http=500]\n        livenessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1, failureThreshold: 2}",
		),
		status: "thrashing", category: "probe", container: "main", containerType: "app",
		thrash: []string{"iveness", "500"},
		rsmap:  []string{"revision 1"},
	},
}

// TestBreakages breaks a Deployment in each way that people meet, and asks both
// plugins through kubectl what is wrong with it.
func TestBreakages(t *testing.T) {
	for name, b := range breakages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newSpace(t)
			l.NeedNodes(t)
			l.Image(t, "chat/new-image:2", "run=1s", "exit=1", "err=panic: nil map")
			l.Apply(t, b.manifest)
			if b.then != nil {
				l.Do(t, "rollout", "status", "deployment/"+name, patiently)
				l.Do(t, b.then...)
			}
			var items []diagnose.Item
			l.WaitFor(t, "thrash to say "+b.category, func() bool {
				items = thrashJSON(t, l)
				return len(items) == 1 && string(items[0].Cause.Category) == b.category
			})
			b.check(t, l, name, items[0])
		})
	}
}

func (b breakage) check(t *testing.T, l *Lab, name string, item diagnose.Item) {
	t.Helper()
	if string(item.Status) != b.status || item.Container != b.container || string(item.ContainerType) != b.containerType ||
		item.Workload == nil || item.Workload.Name != name {
		t.Errorf("thrash says %+v", item)
	}
	// Between two runs a node may not have the log: then the cause is less certain.
	full := ""
	l.WaitFor(t, "thrash to name what is wrong", func() bool {
		full = l.Do(t, "thrash", "deployment/"+name)
		return !slices.ContainsFunc(b.thrash, func(part string) bool { return !strings.Contains(full, part) })
	})
	holds(t, l.Do(t, "rsmap", name), b.rsmap...)
	for _, what := range []string{b.status, b.category} {
		l.WaitFor(t, "--fail-on "+what+" to end with 3", func() bool {
			_, _, exit := l.Kubectl(t, "thrash", "--fail-on", what)
			return exit == 3
		})
	}
	if strings.Contains(full, "\x1b") {
		t.Errorf("escape sequences without a terminal: %q", full)
	}
}
