package e2e

// broken is a Deployment of one pod whose pod spec or container has these lines.
func broken(image, pod, container string) string {
	return manifest("Deployment", image, "", pod, container)
}

const untilDeadline = "it sees no cause, and waits until the progress deadline passes"

// oneStalled is the condensed line of a new Deployment of one pod that does not come up.
const oneStalled = "Stalled 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod "

var troubles = map[string]situation{
	"quota": {
		manifest: rolling("2", "1", "0"),
		steps: []string{
			rolledOutOnce, "create quota web --hard=pods=2", "wait resourcequota/web --for=jsonpath={.status.used.pods}=2", second,
		},
		want: "Stalled 0/2 ready 2 available 2, may +0 -0, waits for 0, revisions 1+2, ReplicaSet FailedCreate", says: []string{"exceeded quota web"},
		status: "waiting", blind: untilDeadline,
	},
	"quota-when-scaled": {
		manifest: web("sit/ok:1", "replicas: 1"),
		steps: []string{
			rolledOutOnce, "create quota web --hard=pods=1", "wait resourcequota/web --for=jsonpath={.status.used.pods}=1", "scale deployment/web --replicas=2",
		},
		want: "Degraded 1/2 ready 1 available 1, ReplicaSet FailedCreate", says: []string{"exceeded quota web"},
		status: "waiting", blind: "scaling is no rollout: no deadline counts, and it waits for ever",
	},
	"admission-policy": {
		manifest: web("sit/ok:1", "replicas: 0") + `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: NAMESPACE}
spec:
  matchConstraints:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAMESPACE}}
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  validations: [{expression: "false", message: pods need an owner label}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: NAMESPACE}
spec: {policyName: NAMESPACE, validationActions: [Deny]}
`,
		steps: []string{"! run probe --image=sit/ok:1 --dry-run=server", "scale deployment/web --replicas=1"},
		want:  "Stalled 0/1 ready 0 available 0, may +0 -0, waits for 0, ReplicaSet FailedCreate", says: []string{"pods need an owner label"},
		status: "waiting", blind: "scaling is no rollout: no deadline counts, and it waits for ever",
	},
	"pod-security": {
		manifest: web("sit/ok:1", "strategy: {type: Recreate}"),
		steps:    []string{rolledOutOnce, "label namespace NAMESPACE pod-security.kubernetes.io/enforce=restricted", "! run probe --image=sit/ok:1 --dry-run=server", second},
		want:     "Stalled 0/1 ready 0 available 0, may +0 -0, waits for 0, ReplicaSet FailedCreate", says: []string{"violates PodSecurity"},
		status: "waiting", blind: untilDeadline,
	},
	"no-service-account": {
		manifest: broken("sit/ok:1", "serviceAccountName: nobody", ""),
		want:     "Stalled 0/1 ready 0 available 0, may +0 -0, waits for 0, ReplicaSet FailedCreate", says: []string{"serviceaccount \"nobody\" not found"},
		status: "waiting", blind: untilDeadline,
	},
	"no-node-with-label": {
		manifest: broken("sit/ok:1", "nodeSelector: {disk: fast}", ""),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unschedulable", says: []string{"node affinity/selector"},
		status: "waiting",
	},
	"too-much-cpu": {
		manifest: broken("sit/ok:1", "", `resources: {requests: {cpu: "1000"}}`),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unschedulable", says: []string{"Insufficient cpu"},
		status: "waiting",
	},
	"no-claim": {
		manifest: broken("sit/ok:1", "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]", ""),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unschedulable", says: []string{`persistentvolumeclaim "data" not found`},
		status: "waiting",
	},
	"image-pull": {
		manifest: broken("sit/no-such:1", "", ""),
		want:     oneStalled + "ImagePullBackOff", says: []string{"sit/no-such:1"}, status: "waiting", blind: untilDeadline,
	},
	"image-name": {
		manifest: broken("Sit/Upper:1", "", ""),
		want:     oneStalled + "InvalidImageName", status: "waiting", blind: untilDeadline,
	},
	"crash": {
		manifest: broken("sit/crash:1", "", ""),
		want:     oneStalled + "crashes", says: []string{"exits 1"}, status: "waiting", blind: untilDeadline,
	},
	"crash-in-the-middle": {
		manifest: rolling("3", "1", "0"), steps: []string{rolledOutOnce, "set image deployment/web main=sit/crash:1"},
		want: "Stalled 1/3 ready 3 available 3, may +0 -0, waits for 1, revisions 1+3, Pod crashes", says: []string{"exits 1"},
		status: "waiting", blind: untilDeadline,
		then: []string{second}, becomes: "Complete 3/3 ready 3 available 3",
	},
	"no-configmap": {
		manifest: broken("sit/ok:1", "", "envFrom: [{configMapRef: {name: settings}}]"),
		want:     oneStalled + "CreateContainerConfigError", says: []string{`configmap "settings" not found`}, status: "waiting", blind: untilDeadline,
		then: []string{"create configmap settings --from-literal=A=1"}, becomes: "Complete 1/1 ready 1 available 1",
	},
	"no-secret": {
		manifest: broken("sit/ok:1", "", "env: [{name: A, valueFrom: {secretKeyRef: {name: settings, key: A}}}]"),
		want:     oneStalled + "CreateContainerConfigError", says: []string{`secret "settings" not found`}, status: "waiting", blind: untilDeadline,
	},
	"no-key": {
		manifest: broken("sit/ok:1", "", "env: [{name: A, valueFrom: {configMapKeyRef: {name: kube-root-ca.crt, key: A}}}]"),
		want:     oneStalled + "CreateContainerConfigError", says: []string{"couldn't find key A"}, status: "waiting", blind: untilDeadline,
	},
	"no-volume-source": {
		manifest: broken("sit/ok:1", "volumes: [{name: settings, configMap: {name: settings}}]", "volumeMounts: [{name: settings, mountPath: /settings}]"),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod FailedMount", says: []string{`configmap "settings" not found`}, status: "waiting",
	},
	"start-error": {
		manifest: broken("sit/ok:1", "", "command: [fake, \"start-error=exec: no such file\"]"),
		want:     oneStalled + "crashes", status: "waiting", blind: untilDeadline,
	},
	"init-crash": {
		manifest: broken("sit/ok:1", "initContainers: [{name: migrate, image: \"sit/crash:1\"}]", ""),
		want:     oneStalled + "crashes", says: []string{"init migrate: exits 1"}, status: "waiting", blind: untilDeadline,
	},
	"sidecar-crash": {
		manifest: broken("sit/ok:1", "initContainers: [{name: proxy, image: \"sit/crash:1\", restartPolicy: Always}]", ""),
		want:     oneStalled + "crashes", says: []string{"init proxy: exits 1"}, status: "waiting", blind: untilDeadline,
	},
	"sidecar": {
		manifest: broken("sit/ok:1", "initContainers: [{name: proxy, image: \"sit/ok:1\", restartPolicy: Always}]", ""),
		want:     "Complete 1/1 ready 1 available 1", status: "done",
	},
	"readiness-gate": {
		manifest: broken("sit/ok:1", "readinessGates: [{conditionType: lab.thrashkit.dev/ready}]", ""),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod ReadinessGatesNotReady", status: "waiting",
	},
	"scheduling-gate": {
		manifest: broken("sit/ok:1", "schedulingGates: [{name: lab.thrashkit.dev/wait}]", ""),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod SchedulingGated", status: "waiting",
	},
}
