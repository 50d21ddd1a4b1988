package rsmap_test

import (
	"errors"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/test/bubble"
)

// pipelineSet is a Deployment with its ReplicaSet, at noon, as the controllers leave them.
const pipelineSet = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  namespace: shop
  uid: d-app
  generation: 1
  creationTimestamp: "2026-03-02T11:50:00Z"
  annotations: {deployment.kubernetes.io/revision: "1"}
spec:
  replicas: 1
  progressDeadlineSeconds: 600
  selector: {matchLabels: {app: app}}
  template: {metadata: {labels: {app: app}}, spec: {containers: [{name: app, image: "app:1"}]}}
status: STATUS
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: app-1
  namespace: shop
  uid: r-app
  generation: 1
  creationTimestamp: "2026-03-02T11:50:00Z"
  labels: {app: app, pod-template-hash: "1"}
  annotations: {deployment.kubernetes.io/revision: "1"}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: app, uid: d-app, controller: true}]
spec:
  replicas: 1
  selector: {matchLabels: {app: app, pod-template-hash: "1"}}
  template: {metadata: {labels: {app: app, pod-template-hash: "1"}}, spec: {containers: [{name: app, image: "app:1"}]}}
status: SET
`

const pipelinePod = `---
apiVersion: v1
kind: Pod
metadata:
  name: app-1-a
  namespace: shop
  uid: p-app
  creationTimestamp: "2026-03-02T11:CREATEDZ"
  labels: {app: app, pod-template-hash: "1"}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: app-1, uid: r-app, controller: true}]
spec: {nodeName: node-1, containers: [{name: app, image: "app:1", imagePullPolicy: Never}]}
status: POD
`

const (
	onePod    = "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1, conditions: [PROGRESS]}"
	condition = `{type: Progressing, status: "True", lastUpdateTime: "2026-03-02T11:55:00Z", lastTransitionTime: "2026-03-02T11:50:00Z", `
	begun     = condition + "reason: ReplicaSetUpdated}"
	complete  = condition + "reason: NewReplicaSetAvailable}"
	refusal   = `{type: ReplicaFailure, status: "True", reason: FailedCreate, lastTransitionTime: "2026-03-02T11:50:10Z", ` +
		`message: 'pods "app-1-" is forbidden: exceeded quota: few, requested: cpu=REQUESTED, used: cpu=USED, limited: cpu=1'}`
	noSet   = `{conditions: [{type: Progressing, status: "False", reason: ReplicaSetCreateError, message: exceeded quota}]}`
	noNode  = "{phase: Pending, qosClass: BestEffort}"
	noImage = `{phase: Pending, qosClass: BestEffort, conditions: [{type: PodScheduled, status: "True"}], containerStatuses: ` +
		`[{name: app, image: "app:1", state: {waiting: {reason: ErrImageNeverPull, message: Container image "app:1" is not present}}}]}`
)

// TestCodesOfPipelines holds the exit codes that a pipeline acts on against each other: what
// does not get further by itself ends both ways of asking at once, and what still may, does not.
func TestCodesOfPipelines(t *testing.T) {
	deployment := func(status, set string) string {
		return strings.NewReplacer("STATUS", status, "SET", set).Replace(pipelineSet)
	}
	refused := func(requested, used string) string {
		failure := strings.NewReplacer("REQUESTED", requested, "USED", used).Replace(refusal)
		return deployment("{observedGeneration: 1, conditions: ["+begun+", "+failure+"]}", "{observedGeneration: 1}")
	}
	pod := func(created, status, progress string) string {
		return deployment(strings.Replace(onePod, "PROGRESS", progress, 1), "{observedGeneration: 1, replicas: 1}") +
			strings.NewReplacer("CREATED", created, "POD", status).Replace(pipelinePod)
	}
	alone, _, _ := strings.Cut(deployment(noSet, ""), "---")
	tests := map[string]struct {
		objects                  string
		failOn, complete, stable int
	}{
		"a quota that never fits":       {refused("2", "0"), cli.ExitFound, cli.ExitFound, cli.ExitFound},
		"a quota that is used up":       {refused("1", "1"), cli.ExitFound, cli.ExitFound, cli.ExitFound},
		"a refused ReplicaSet":          {alone, cli.ExitFound, cli.ExitFound, cli.ExitFound},
		"a nodeName of no node, now":    {pod("59:50", noNode, begun), cli.ExitDone, cli.ExitTimeout, cli.ExitTimeout},
		"a nodeName of no node, longer": {pod("55:00", noNode, begun), cli.ExitFound, cli.ExitFound, cli.ExitFound},
		"an image that is never pulled": {pod("59:50", noImage, begun), cli.ExitFound, cli.ExitFound, cli.ExitFound},
		"the same, once complete":       {pod("59:50", noImage, complete), cli.ExitFound, cli.ExitTimeout, cli.ExitDone},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bubble.Run(t, func(t *testing.T) {
				for words, want := range map[string]int{
					"--fail-on stalled,degraded,failed": test.failOn,
					"--until complete --timeout 1s":     test.complete,
					"--until stable --timeout 1s":       test.stable,
				} {
					out, err := kubectlOn(t, serving(t, test.objects), append([]string{"app"}, strings.Fields(words)...)...)
					code := cli.ExitDone
					if exit, ok := errors.AsType[*cli.ExitError](err); ok {
						code = exit.Code
					} else if err != nil {
						t.Fatal(err)
					}
					if code != want {
						t.Errorf("%s: code %d, want %d\n%s", words, code, want, out)
					}
				}
			})
		})
	}
}

// serving returns a server with those objects.
func serving(t *testing.T, documents string) *server {
	t.Helper()
	s := &server{changed: make(chan struct{}), stopped: make(chan struct{})}
	for document := range strings.SplitSeq(documents, "\n---\n") {
		var o unstructured.Unstructured
		if err := yaml.Unmarshal([]byte(document), &o.Object); err != nil {
			t.Fatal(err)
		}
		s.objects = append(s.objects, o)
	}
	return s
}

// A node that an autoscaler adds takes more than the minute after which a pod without a
// node holds a rollout up: waiting for it reads what the autoscaler reports.
func TestUntilWaitsForANode(t *testing.T) {
	status := `{phase: Pending, qosClass: BestEffort, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, ` +
		`message: "0/3 nodes are available: 3 Insufficient cpu.", lastTransitionTime: "2026-03-02T11:57:00Z"}]}`
	objects := strings.NewReplacer("STATUS", strings.Replace(onePod, "PROGRESS", begun, 1), "SET", "{observedGeneration: 1, replicas: 1}").
		Replace(pipelineSet) + strings.NewReplacer("CREATED", "57:00", "POD", status, "nodeName: node-1, ", "").Replace(pipelinePod)
	event := `---
apiVersion: v1
kind: Event
metadata: {name: app-1-a.1, namespace: shop, uid: e-1}
type: Normal
reason: TriggeredScaleUp
message: pod triggered scale-up
involvedObject: {kind: Pod, namespace: shop, name: app-1-a, uid: p-app}
firstTimestamp: "2026-03-02T11:57:10Z"
lastTimestamp: "2026-03-02T11:57:10Z"
count: 1
`
	for documents, want := range map[string]int{objects: cli.ExitFound, objects + event: cli.ExitTimeout} {
		bubble.Run(t, func(t *testing.T) {
			out, err := kubectlOn(t, serving(t, documents), "app", "--until", "complete", "--timeout", "1s")
			exit, ok := errors.AsType[*cli.ExitError](err)
			if !ok || exit.Code != want {
				t.Errorf("%v, want code %d\n%s", err, want, out)
			}
		})
	}
}
