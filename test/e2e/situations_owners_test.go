package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// rolloutKind is the kind of Argo Rollouts, whose controller does not run in the lab.
const rolloutKind = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rollouts.argoproj.io}
spec:
  group: argoproj.io
  names: {kind: Rollout, plural: rollouts, singular: rollout}
  scope: Namespaced
  versions:
  - {name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`

// canary is a Rollout as its controller leaves it at a pause step.
const canary = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  replicas: 3
  strategy: {canary: {steps: [{setWeight: 25}, {pause: {}}, {setWeight: 100}]}}
  template: {spec: {containers: [{name: main, image: "sit/ok:2"}]}}
status: {phase: Paused, message: CanaryPauseStep, currentPodHash: new, stableRS: old, currentStepIndex: 1, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 3}
`

// ofRollout is a ReplicaSet of the Rollout.
func ofRollout(uid, hash, revision, image string, replicas int) string {
	return fmt.Sprintf(`---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: shop-%[2]s
  annotations: {rollout.argoproj.io/revision: %[3]q}
  ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: shop, uid: %[1]s, controller: true}]
spec:
  replicas: %[5]d
  selector: {matchLabels: {app: shop, rollouts-pod-template-hash: %[2]s}}
  template:
    metadata: {labels: {app: shop, rollouts-pod-template-hash: %[2]s}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: %[4]q}]}
`, uid, hash, revision, image, replicas)
}

// A Rollout of Argo is found by its name alone, with its revisions, the stable
// one, and where it is paused.
func TestArgoRollout(t *testing.T) {
	t.Parallel()
	l := ownLab(t, "--nodes", "1")
	l.NeedNodes(t)
	for _, image := range []string{"sit/ok:1", "sit/ok:2"} {
		l.Image(t, image, behaviours[image]...)
	}
	l.Apply(t, rolloutKind)
	l.Do(t, "wait", "crd/rollouts.argoproj.io", "--for=condition=Established", patiently)
	l.Apply(t, canary)
	uid := l.Do(t, "get", "rollout", "shop", "-o", "jsonpath={.metadata.uid}")
	l.Apply(t, ofRollout(uid, "old", "1", "sit/ok:1", 2)+ofRollout(uid, "new", "2", "sit/ok:2", 1))
	l.WaitFor(t, "three pods that run", func() bool {
		return l.Running(t, "app=shop") == 3
	})
	out := l.Plugin(t, "rsmap", "shop")
	holds(t, out, "Rollout default/shop   Paused", "1 of 3 pods updated, 3 available", "revision 2", "image main: 1 → 2", "stable", "canary", "1 of 3 done, now pause", "kubectl argo rollouts promote shop")
	if list := l.Plugin(t, "rsmap", "rollout"); !strings.Contains(list, "rollout/shop") {
		t.Error(list)
	}
}

// Pods of one revision that run different builds of one tag are reported.
func TestTwoBuildsOfOneTag(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	const image = "sit/moved:1"
	l.Image(t, image, "listen=8080", "http=200", "digest=one")
	l.Apply(t, manifest("Deployment", image, "", "", "imagePullPolicy: Always"))
	l.steps(t, []string{rolledOutOnce})
	l.Image(t, image, "listen=8080", "http=200", "digest=two")
	l.steps(t, []string{"scale deployment/web --replicas=2", rolledOutOnce})
	holds(t, l.Plugin(t, "rsmap", "web"), "revision 1 runs 2 builds of moved:1", "the tag was pushed again")
}
