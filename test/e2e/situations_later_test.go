package e2e

import "strings"

// laterSituations are those of Deployments where time, owners and configuration play.
var laterSituations = map[string]situation{
	"deadline-passed-then-ready": {
		manifest: web("sit/late:1", "progressDeadlineSeconds: 3"),
		want:     "Stalled 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unhealthy", says: []string{"progress deadline exceeded"}, status: "timed out",
		becomes: "Complete 1/1 ready 1 available 1",
	},
	"deadline-does-not-count-when-paused": {
		manifest: rolling("2", "1", "0"),
		steps: []string{
			rolledOutOnce, neverReady, "wait deployment/web --for=jsonpath={.status.updatedReplicas}=1", "rollout pause deployment/web",
			deadline4, "run six --image=sit/six:1 --restart=Never", "wait pod/six --for=jsonpath={.status.phase}=Succeeded",
		},
		want: "Paused 1/2 ready 2 available 2, revisions 1+2, Pod Unhealthy", says: []string{"the progress deadline does not apply while it is paused"},
		status: "waiting", blind: "it does not look at spec.paused and waits for ever",
		then: []string{"rollout resume deployment/web"}, becomes: "Stalled 1/2 ready 2 available 2, may +0 -0, waits for 1, revisions 1+2, Pod Unhealthy",
	},
	"no-deadline": {
		manifest: web("sit/never:1", "progressDeadlineSeconds: 2147483647"),
		want:     oneStalled + "Unhealthy", says: []string{"no progress deadline is set"}, status: "waiting", blind: "it sees no cause, and without a deadline it waits for ever",
	},
	"old-ones-linger": {
		manifest: strings.Replace(web("sit/stays:1", "replicas: 2"), "GracePeriodSeconds: 1", "GracePeriodSeconds: 30", 1), steps: []string{rolledOutOnce, second},
		want: "Complete 2/2 ready 2 available 2, terminating 2", status: "done",
		becomes: "Complete 2/2 ready 2 available 2",
	},
	"adopted": {
		manifest: web("sit/ok:1", "replicas: 2"), steps: []string{rolledOutOnce, "delete deployment web --cascade=orphan", applyAgain},
		want: "Complete 2/2 ready 2 available 2", says: []string{"revision 1 is rolled out"}, status: "done",
	},
	"released-so-the-name-is-taken": {
		manifest: web("sit/ok:1", ""), steps: []string{rolledOutOnce, "label replicaset -l app=web app=gone --overwrite"},
		want: "Complete 1/1 ready 1 available 1", says: []string{"ReplicaSet has no controller any more"}, status: "done",
	},
	"disruption-budget": {
		manifest: web("sit/never:1", "replicas: 2") + "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: keep}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}\n",
		steps:    []string{"wait pdb/keep --for=jsonpath={.status.desiredHealthy}=1"},
		want:     "Stalled 2/2 ready 0 available 0, may +0 -0, waits for 2, Pod Unhealthy", says: []string{"PodDisruptionBudget keep allows no disruptions (0 of 1 healthy)"}, status: "waiting", blind: untilDeadline,
	},
	"config-changed": {
		// The API keeps whole seconds: what is changed in the second in which the pod
		// started may have come before it, so it is complete only some seconds later.
		manifest: manifest("Deployment", "sit/ok:1", "minReadySeconds: 2", "", "envFrom: [{configMapRef: {name: settings}}]") + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {A: \"1\"}}\n",
		steps:    []string{rolledOutOnce, `patch configmap settings -p {"data":{"A":"2"}}`},
		want:     "Complete 1/1 ready 1 available 1", says: []string{"ConfigMap settings was changed", "their environment holds the old values"}, status: "done",
	},
	"config-removed": {
		manifest: broken("sit/ok:1", "", "envFrom: [{configMapRef: {name: settings}}]") + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {A: \"1\"}}\n",
		steps:    []string{rolledOutOnce, "delete configmap settings", "rollout restart deployment/web"},
		want:     "Stalled 1/1 ready 1 available 1, may +0 -0, waits for 1, revisions 1+1, Pod CreateContainerConfigError", says: []string{`configmap "settings" not found`},
		status: "waiting", blind: untilDeadline,
	},
}

// refusals are situations where the API server takes no pods.
var refusals = map[string]situation{
	"limit-range": {
		manifest: "{apiVersion: v1, kind: LimitRange, metadata: {name: web}, spec: {limits: [{type: Container, max: {memory: 64Mi}}]}}\n---\n" +
			broken("sit/ok:1", "", "resources: {limits: {memory: 128Mi}}"),
		want: "Stalled 0/1 ready 0 available 0, may +0 -0, waits for 0, ReplicaSet FailedCreate", says: []string{"maximum memory usage per Container is 64Mi"},
		status: "waiting", blind: untilDeadline,
	},
	"webhook-does-not-answer": {
		manifest: web("sit/ok:1", "replicas: 0") + `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: NAMESPACE}
webhooks:
- name: pods.lab.thrashkit.dev
  clientConfig: {service: {namespace: NAMESPACE, name: nobody}}
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAMESPACE}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  sideEffects: None
  admissionReviewVersions: [v1]
`,
		steps: []string{"! run probe --image=sit/ok:1 --dry-run=server", "scale deployment/web --replicas=1"},
		want:  "Stalled 0/1 ready 0 available 0, may +0 -0, waits for 0, ReplicaSet FailedCreate", says: []string{`failed calling webhook "pods.lab.thrashkit.dev"`},
		status: "waiting", blind: "scaling is no rollout: no deadline counts, and it waits for ever",
		then: []string{"delete validatingwebhookconfiguration NAMESPACE"}, becomes: "Complete 1/1 ready 1 available 1",
	},
}
