package e2e

import "strings"

// brokenOtherwise are what people break beside images and probes: what the scheduler, the
// admission plugins and the controllers of claims refuse, and what is being deleted.
var brokenOtherwise = map[string]situation{
	"topology-spread": {
		manifest: broken("sit/ok:1", "topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]", ""),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unschedulable",
		says:     []string{"topology spread constraints (missing required label)"}, status: "waiting",
	},
	"host-port": {
		manifest: manifest("Deployment", "sit/ok:1", "replicas: 3", "", "ports: [{containerPort: 8080, hostPort: 18080}]"),
		want:     "Progressing 3/3 ready 2 available 2, may +0 -0, waits for 1, Pod Unschedulable",
		says:     []string{"free ports for the requested pod ports"}, status: "waiting",
	},
	"no-priority-class": {
		manifest: broken("sit/ok:1", "priorityClassName: nope", ""),
		want:     "Stalled 0/1 ready 0 available 0, may +0 -0, waits for 0, ReplicaSet FailedCreate",
		says:     []string{"no PriorityClass with name nope was found"}, status: "waiting", blind: untilDeadline,
	},
	"no-runtime-class": {
		manifest: broken("sit/ok:1", "runtimeClassName: nope", ""),
		want:     "Stalled 0/1 ready 0 available 0, may +0 -0, waits for 0, ReplicaSet FailedCreate",
		says:     []string{`RuntimeClass "nope" not found`}, status: "waiting", blind: untilDeadline,
	},
	"no-claim-template": {
		manifest: broken("sit/ok:1", "resourceClaims: [{name: gpu, resourceClaimTemplateName: nope}]", "resources: {claims: [{name: gpu}]}"),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod ResourceClaimNotCreated",
		says:     []string{`resourceclaimtemplate.resource.k8s.io "nope" not found`}, status: "waiting",
	},
	"claim-deleted": {
		manifest: `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, finalizers: [lab.thrashkit.dev/keep]}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
` + broken("sit/ok:1", "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]", ""),
		steps: []string{"wait pods --all --for=condition=PodScheduled=false", "delete pvc data --wait=false"},
		want:  "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unschedulable, PersistentVolumeClaim Terminating",
		says:  []string{"it is being deleted, held by finalizers "}, status: "waiting",
	},
	"deleted-and-held": {
		manifest: web("sit/ok:1", "replicas: 1"),
		steps: []string{
			rolledOutOnce, `patch deployment web --type=merge -p {"metadata":{"finalizers":["lab.thrashkit.dev/keep"]}}`, "delete deployment web --wait=false",
		},
		want: "Progressing 1/1 ready 1 available 1", says: []string{"is being deleted", "held by finalizers lab.thrashkit.dev/keep"},
		status: "done", blind: "it does not look at the deletion",
	},
	"deleted-before-its-pods": {
		manifest: `apiVersion: v1
kind: ResourceQuota
metadata: {name: none}
spec: {hard: {pods: "0"}}
---
` + web("sit/ok:1", "replicas: 1"),
		steps: []string{
			"wait deployment/web --for=condition=ReplicaFailure",
			`patch deployment web --type=merge -p {"metadata":{"finalizers":["lab.thrashkit.dev/keep"]}}`, "delete deployment web --wait=false",
			"delete replicasets --all",
		},
		want: "Progressing 0/1 ready 0 available 0, Deployment FailedCreate", says: []string{"its controller creates no pods"},
		status: "waiting",
	},
	"no-eligible-node": {
		workload: "daemonset/web",
		manifest: manifest("DaemonSet", "sit/ok:1", "", "nodeSelector: {rack: a1}", ""),
		want:     "ScaledToZero 0/0 ready 0 available 0", says: []string{"no node is eligible", "taints"}, status: "done",
	},
	"quota-of-replicasets": {
		manifest: `apiVersion: v1
kind: ResourceQuota
metadata: {name: none}
spec: {hard: {count/replicasets.apps: "0"}}
---
` + web("sit/ok:1", "replicas: 1"),
		want: "Failed/1, may +1 -0, waits for 0", says: []string{"Failed to create new replica set", "exceeded quota: none"},
		status: "waiting", blind: "it waits until the controller has seen the change, which that does not record before it has a ReplicaSet",
	},
	"quota-of-claims": {
		workload: "statefulset/web",
		manifest: `apiVersion: v1
kind: ResourceQuota
metadata: {name: none}
spec: {hard: {persistentvolumeclaims: "0"}}
---
` + manifest("StatefulSet", "sit/ok:1", claimTemplate, "", ""),
		want: "Stalled 0/1 ready 0 available 0, may +1 -0, waits for 0, StatefulSet FailedCreate", says: []string{"exceeded quota none"},
		status: "waiting", blind: "StatefulSets have no deadline, and it waits for ever",
	},
	"image-that-may-not-be-pulled": {
		manifest: broken("sit/absent:1", "", "imagePullPolicy: Never"),
		want:     oneStalled + "ErrImageNeverPull", says: []string{"imagePullPolicy Never forbids to pull it"},
		status: "waiting", blind: untilDeadline,
	},
	"node-that-does-not-exist": {
		manifest: broken("sit/ok:1", "nodeName: lab-node-9", ""),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod NotStarted",
		says:     []string{"its spec.nodeName is lab-node-9, and no kubelet of that name has taken it"}, status: "waiting",
	},
	"set-that-its-node-refuses": {
		workload: "statefulset/web",
		manifest: manifest("StatefulSet", "sit/ok:1", "replicas: 1", forbiddenSysctl, ""),
		want:     "Stalled 1/1 ready 0 available 0, Pod SysctlForbidden",
		says:     []string{"refused ", "forbidden sysctl"}, status: "waiting", blind: noDeadline,
	},
	"daemons-that-their-nodes-refuse": {
		workload: "daemonset/web",
		manifest: manifest("DaemonSet", "sit/ok:1", "", forbiddenSysctl, ""),
		want:     "Stalled 2/2 ready 0 available 0, Pod SysctlForbidden",
		says:     []string{"forbidden sysctl"}, status: "waiting", blind: noDeadline,
	},
	"pod-affinity": {
		manifest: broken("sit/ok:1", "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "+
			"[{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: cache}}}]}}", ""),
		want: "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unschedulable",
		says: []string{"didn't match pod affinity rules"}, status: "waiting",
	},
	"unknown-device": {
		manifest: broken("sit/ok:1", "", "resources: {limits: {nvidia.com/gpu: 1}}"),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unschedulable",
		says:     []string{"Insufficient nvidia.com/gpu"}, status: "waiting",
	},
	"runs-as-root": {
		manifest: broken("sit/ok:1", "securityContext: {runAsNonRoot: true, runAsUser: 0}", ""),
		want:     oneStalled + "CreateContainerConfigError", says: []string{"runAsUser breaks non-root policy"},
		status: "waiting", blind: untilDeadline,
	},
	"no-csi-driver": {
		manifest: broken("sit/ok:1", "volumes: [{name: data, csi: {driver: nope.csi.example}}]", dataMount),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod FailedMount",
		says:     []string{"driver name nope.csi.example not found"}, status: "waiting",
	},
	"no-such-directory": {
		manifest: broken("sit/ok:1", "volumes: [{name: data, hostPath: {path: /no/such/dir, type: Directory}}]", dataMount),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod FailedMount",
		says:     []string{"hostPath type check failed"}, status: "waiting",
	},
	"no-storage-class": {
		workload: "statefulset/web",
		manifest: manifest("StatefulSet", "sit/ok:1", strings.Replace(claimTemplate, "spec: {", "spec: {storageClassName: gone, ", 1), "", ""),
		want:     "Progressing 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod Unschedulable, PersistentVolumeClaim Pending",
		says:     []string{`storageclass.storage.k8s.io "gone" not found`}, status: "waiting",
	},
}

// claimTemplate is the part of a StatefulSet that gives each pod a claim, dataMount
// that of a container that mounts a volume.
const (
	claimTemplate = "volumeClaimTemplates: [{metadata: {name: data}, " +
		"spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]"
	forbiddenSysctl = `securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}`
	dataMount       = "volumeMounts: [{name: data, mountPath: /data}]"
)
