package e2e

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// advised are workloads that crash, each for a cause of its own.
const advised = `apiVersion: v1
kind: Service
metadata: {name: store}
spec: {selector: {app: store}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: lonely}
spec: {selector: {app: nobody}, ports: [{port: 6379}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: bot}
data: {bot.toml: "room = ["}
---
apiVersion: batch/v1
kind: Job
metadata: {name: gone}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: "next/gone:1", command: [fake, run=1s, exit=1]}]
`

// advice are the kinds of steps that thrash advises, and what lets one that
// changes something be tried without effect.
var advice = map[string]string{
	"kubectl logs":                "",
	"kubectl describe configmap":  "",
	"kubectl describe deployment": "",
	"kubectl describe job":        "",
	"kubectl describe node":       "",
	"kubectl describe pod":        "",
	"kubectl describe service":    "",
	"kubectl get configmaps":      "",
	"kubectl get services":        "",
	"kubectl get deployment":      "",
	"kubectl thrash":              "",
	"kubectl top":                 "",
	"kubectl rollout undo":        "--dry-run=server",
	"kubectl set resources":       "--dry-run=server",
	"kubectl debug":               "",
}

// kindOf returns the kind of a step, "" for one that advice does not know.
func kindOf(step string) string {
	for kind := range advice {
		if strings.HasPrefix(step, kind) {
			return kind
		}
	}
	return ""
}

// TestNextStepsRun runs every kind of step that thrash advises as it is printed:
// those that change something against the server but without effect.
func TestNextStepsRun(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Image(t, "next/rolled:2", "run=1s", "exit=1", "err=panic: runtime error: index out of range [3] with length 3")
	l.Apply(t, advised)
	for _, manifest := range []string{
		app("rolled", "next/rolled:1", "", ""),
		app("small", "next/app:1", "", "        command: [fake, run=1s, exit=137, reason=OOMKilled]\n        resources: {limits: {memory: 32Mi}}"),
		app("unset", "next/app:1", "", "        envFrom: [{configMapRef: {name: nowhere}}]"),
		app("store", "next/app:1", "", `        command: [fake, run=1s, exit=1, "err=Error: unknown flag: --jion"]`),
		app("needy", "next/app:1", "", `        command: [fake, run=1s, exit=1, "err=dial tcp: lookup stores: no such host"]`),
		app("victim", "next/app:1", "", `        command: [fake, run=1s, exit=1, "err=dial tcp store:5432: connect: connection refused"]`),
		app("caller", "next/app:1", "", `        command: [fake, run=1s, exit=1, "err=dial tcp lonely:6379: connect: connection refused"]`),
		app("bot", "next/app:1", "      volumes: [{name: bot, configMap: {name: bot}}]",
			`        command: [fake, run=1s, exit=1, "err=error: reading /etc/bot/bot.toml: toml: line 1: unexpected EOF"]
        volumeMounts: [{name: bot, mountPath: /etc/bot}]`),
		app("lost", "next/app:1", "", "        command: [fake, run=1s, exit=255, reason=Unknown]"),
		app("silent", "next/app:1", "", "        command: [fake, run=1s, exit=1]"),
	} {
		l.Apply(t, manifest)
	}
	l.Do(t, "rollout", "status", "deployment/rolled", patiently)
	// The pod of revision 1 stays, because none of revision 2 ever counts as available: on a busy
	// machine a kubelet may miss that a program ended and started again.
	l.Do(t, "patch", "deployment", "rolled", "-p", `{"spec":{"minReadySeconds":500}}`)
	l.Do(t, "set", "image", "deployment/rolled", "main=next/rolled:2")
	l.WaitFor(t, "the Job to fail", func() bool {
		job, err := l.Client.BatchV1().Jobs(l.Current).Get(t.Context(), "gone", metav1.GetOptions{})
		return err == nil && job.Status.Failed == 1
	})
	l.Do(t, "delete", "pod", "-l", "job-name=gone")

	generations := []string{"get", "deployments", "-o", `jsonpath={range .items[*]}{.metadata.name}={.metadata.generation} {end}`}
	before := l.Do(t, generations...)
	ran := map[string]error{} // by step: why it did not run, nil once it did
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("advised: %q", slices.Sorted(maps.Keys(ran)))
		}
		for step, err := range ran {
			if err != nil {
				t.Logf("%s: %v", step, err)
			}
		}
	})
	l.WaitFor(t, "each kind of step to be advised and to run", func() bool {
		kinds := map[string]bool{}
		well := true
		for _, item := range thrashJSON(t, l) {
			for _, step := range item.NextSteps {
				if err, known := ran[step]; !known || err != nil {
					ran[step] = l.try(t, step)
				}
				well = well && ran[step] == nil
			}
		}
		for step := range ran {
			kinds[kindOf(step)] = true
		}
		return well && len(kinds) == len(advice)
	})
	if after := l.Do(t, generations...); after != before {
		t.Errorf("the steps changed the Deployments from %s to %s", before, after)
	}
}

// try runs a step as it is printed, without effect.
func (l *Lab) try(t *testing.T, step string) error {
	kind := kindOf(step)
	if kind == "" {
		t.Fatalf("a new kind of step, which the test does not try: %s", step)
	}
	args := strings.Fields(step)[1:]
	if safe := advice[kind]; safe != "" {
		args = append(args, safe)
	}
	if kind == "kubectl debug" { // no terminal here
		args = slices.DeleteFunc(args, func(arg string) bool { return arg == "-it" })
	}
	out, err := l.output(args...)
	switch {
	case kind == "kubectl top": // no metrics here
		if err == nil {
			return errors.New("no metrics were expected here")
		}
		if !strings.Contains(err.Error(), "Metrics API not available") {
			return err
		}
		return nil
	case err == nil && kind == "kubectl debug":
		_, err = l.output("delete", "pod", args[1]+"-debug", "--wait=false")
	case err == nil && strings.TrimSpace(out) == "" && kind != "kubectl get services" && kind != "kubectl get configmaps" && kind != "kubectl logs":
		err = errors.New("printed nothing")
	}
	return err
}
