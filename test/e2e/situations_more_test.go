package e2e

import "strings"

func set(image, spec string) string    { return manifest("StatefulSet", image, spec, "", "") }
func daemon(image, spec string) string { return manifest("DaemonSet", image, spec, "", "") }

const (
	setRolledOut    = "rollout status statefulset/web"
	setNeverReady   = "set image statefulset/web main=sit/never:1"
	setSecond       = "set image statefulset/web main=sit/ok:2"
	daemonRolledOut = "rollout status daemonset/web"
	noDeadline      = "it sees no cause, and this kind has no deadline: it waits for ever"
)

var statefulSetSituations = map[string]situation{
	"set": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 2"),
		want: "Complete 2/2 ready 2 available 2", status: "done",
	},
	"set-begins-with-the-first": {
		workload: "statefulset/web", manifest: set("sit/never:1", "replicas: 3"),
		want: "Progressing 1/3 ready 0 available 0, may +0 -0, waits for 1, Pod Unhealthy", says: []string{"no progress deadline"}, status: "waiting",
	},
	"set-in-parallel": {
		workload: "statefulset/web", manifest: set("sit/never:1", "replicas: 3\npodManagementPolicy: Parallel"),
		want: "Progressing 3/3 ready 0 available 0, may +0 -0, waits for 3, Pod Unhealthy", status: "waiting",
	},
	"set-in-the-middle": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 3\npodManagementPolicy: Parallel"), steps: []string{setRolledOut, setNeverReady},
		want: "Progressing 1/3 ready 2 available 2, may +0 -0, waits for 1, Pod Unhealthy", says: []string{"1 of 3 pods updated", "web-2"}, status: "waiting",
	},
	"set-partition": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 2}}"), steps: []string{setRolledOut, setSecond},
		want: "Complete 1/3 ready 3 available 3, revisions 1+2", says: []string{"ordinals 2 and up (partition)"}, status: "done",
		then: []string{`patch statefulset/web -p {"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}`}, becomes: "Complete 3/3 ready 3 available 3",
	},
	"set-trap": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 2"),
		steps: []string{setRolledOut, "set image statefulset/web main=sit/no-such:1", "wait pod/web-1 --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff", setSecond},
		want:  "Stalled 0/2 ready 1 available 1, may +0 -0, waits for 1, Pod ImagePullBackOff",
		says:  []string{"kubectl delete pod web-1 -n "}, status: "waiting", blind: noDeadline,
		then: []string{"delete pod web-1"}, becomes: "Complete 2/2 ready 2 available 2",
	},
	"set-crash": {
		workload: "statefulset/web", manifest: set("sit/crash:1", "replicas: 1"),
		want: "Stalled 1/1 ready 0 available 0, may +0 -0, waits for 1, Pod crashes", status: "waiting", blind: noDeadline,
	},
	"set-quota": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 0"),
		steps: []string{"create quota web --hard=pods=1", "wait resourcequota/web --for=jsonpath={.status.hard.pods}=1", "scale statefulset/web --replicas=2"},
		want:  "Stalled 1/2 ready 1 available 1, may +1 -0, waits for 0, StatefulSet FailedCreate", says: []string{"exceeded quota web"}, status: "waiting", blind: noDeadline,
	},
	"set-on-delete": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 2\nupdateStrategy: {type: OnDelete}"),
		steps: []string{"wait statefulset/web --for=jsonpath={.status.readyReplicas}=2", setSecond, "wait statefulset/web --for=jsonpath={.status.observedGeneration}=2"},
		want:  "Complete 0/2 ready 2 available 2", says: []string{"0 of 2 have revision 2", "when it is deleted"}, status: "refused", blind: "it refuses OnDelete",
	},
	"set-scaled": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 1"), steps: []string{setRolledOut, "scale statefulset/web --replicas=3"},
		want: "Complete 3/3 ready 3 available 3", status: "done",
		then: []string{"scale statefulset/web --replicas=0"}, becomes: "ScaledToZero 0/0 ready 0 available 0",
	},
	"set-min-ready-seconds": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 2\nminReadySeconds: 300\npodManagementPolicy: Parallel"),
		want: "Progressing 2/2 ready 2 available 0, may +0 -0, waits for 2", status: "done", blind: "of a StatefulSet it looks at ready pods, not at available ones",
	},
	"set-rollback": {
		workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 1"), steps: []string{setRolledOut, setSecond, setRolledOut, "rollout undo statefulset/web", setRolledOut},
		want: "Complete 1/1 ready 1 available 1", says: []string{"revision 3 is rolled out"}, status: "done",
	},
}

var daemonSetSituations = map[string]situation{
	"daemons": {
		workload: "daemonset/web", manifest: daemon("sit/ok:1", ""),
		want: "Complete 2/2 ready 2 available 2", status: "done",
		then: []string{"rollout restart daemonset/web"}, becomes: "Complete 2/2 ready 2 available 2",
	},
	"daemons-in-the-middle": {
		workload: "daemonset/web", manifest: daemon("sit/ok:1", ""), steps: []string{daemonRolledOut, "set image daemonset/web main=sit/never:1"},
		want: "Progressing 1/2 ready 1 available 1, may +0 -0, waits for 1, Pod Unhealthy", status: "waiting",
		then: []string{"rollout undo daemonset/web"}, becomes: "Complete 2/2 ready 2 available 2",
	},
	"daemons-surge": {
		workload: "daemonset/web", manifest: daemon("sit/ok:1", "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"),
		steps: []string{daemonRolledOut, "set image daemonset/web main=sit/never:1"},
		want:  "Progressing 0/2 ready 2 available 2, may +0 -0, waits for 1, Pod Unhealthy", status: "waiting",
	},
	"daemons-unavailable": {
		workload: "daemonset/web", manifest: daemon("sit/never:1", ""),
		want: "Progressing 2/2 ready 0 available 0, may +0 -0, waits for 2, Pod Unhealthy", status: "waiting",
	},
	"daemons-crash": {
		workload: "daemonset/web", manifest: daemon("sit/ok:1", ""), steps: []string{daemonRolledOut, "set image daemonset/web main=sit/crash:1"},
		want: "Stalled 1/2 ready 1 available 1, may +0 -0, waits for 1, Pod crashes", status: "waiting", blind: noDeadline,
	},
	"daemons-without-nodes": {
		workload: "daemonset/web", manifest: manifest("DaemonSet", "sit/ok:1", "", "nodeSelector: {disk: fast}", ""),
		want: "ScaledToZero 0/0 ready 0 available 0", says: []string{"no node is eligible"}, status: "done",
	},
	"daemons-where-they-should-not-be": {
		workload: "daemonset/web",
		manifest: strings.Replace(manifest("DaemonSet", "sit/stays:1", "", `nodeSelector: {"sit.thrashkit.dev/NAMESPACE": "yes"}`, ""), "GracePeriodSeconds: 1", "GracePeriodSeconds: 25", 1),
		steps: []string{
			"label node lab-node-1 lab-node-2 sit.thrashkit.dev/NAMESPACE=yes", "wait daemonset/web --for=jsonpath={.status.numberAvailable}=2",
			"label node lab-node-2 sit.thrashkit.dev/NAMESPACE-",
		},
		want: "Complete 1/1 ready 1 available 1", says: []string{"1 pod on nodes where it should not run"}, status: "done",
		then: []string{"label node lab-node-1 sit.thrashkit.dev/NAMESPACE-"}, becomes: "ScaledToZero 0/0 ready 0 available 0",
	},
	"daemons-on-delete": {
		workload: "daemonset/web", manifest: daemon("sit/ok:1", "updateStrategy: {type: OnDelete}"),
		steps: []string{"wait daemonset/web --for=jsonpath={.status.numberAvailable}=2", "set image daemonset/web main=sit/ok:2", "wait daemonset/web --for=jsonpath={.status.observedGeneration}=2"},
		want:  "Complete 0/2 ready 2 available 2", says: []string{"0 of 2 have revision 2", "when it is deleted"}, status: "refused", blind: "it refuses OnDelete",
	},
}

// job is a Job or CronJob web with these lines in the spec of the Job.
func job(image, spec string) string {
	return `apiVersion: batch/v1
kind: Job
metadata: {name: web}
spec:
` + indent(2, spec) + `
  template:
    spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: main, image: "` + image + `"}]}
`
}

func cronJob(image string) string {
	return `apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec:
  schedule: "0 0 29 2 *"
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: main, image: "` + image + `"}]}
`
}

var otherSituations = map[string]situation{
	"job": {
		workload: "job/web", manifest: job("sit/done:1", "completions: 2\nparallelism: 1"), want: "Complete/2 ready 0", says: []string{"completed"},
	},
	"job-failed": {
		workload: "job/web", manifest: job("sit/crash:1", "backoffLimit: 0"), want: "Failed/1 ready 0, Pod crashes", says: []string{"backoff limit"},
	},
	"job-retried": {
		workload: "job/web", manifest: strings.Replace(job("sit/twice:1", "backoffLimit: 4"), "restartPolicy: Never", "restartPolicy: OnFailure", 1),
		want: "Complete/1 ready 0",
	},
	"job-suspended": {
		workload: "job/web", manifest: job("sit/done:1", "suspend: true"), want: "Paused/1 ready 0",
		then: []string{`patch job/web -p {"spec":{"suspend":false}}`}, becomes: "Complete/1 ready 0",
	},
	"job-failure-policy": {
		workload: "job/web", manifest: job("sit/crash:1", "podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [1]}}]}"),
		want: "Failed/1 ready 0, Pod crashes", says: []string{"failed with exit code 1 matching FailJob rule at index 0"},
	},
	"job-failed-index": {
		workload: "job/web", manifest: job("sit/crash:1", "completions: 2\nparallelism: 2\ncompletionMode: Indexed\nbackoffLimitPerIndex: 0"),
		want: "Failed/2 ready 0, Pod crashes", says: []string{"failed indexes"},
	},
	"job-too-long": {
		workload: "job/web", manifest: job("sit/ok:1", "activeDeadlineSeconds: 2"),
		want: "Failed/1 ready 0", says: []string{"longer than specified deadline"},
	},
	"job-without-image": {
		workload: "job/web", manifest: job("sit/no-such:1", ""), want: "Stalled/1 ready 0, Pod ImagePullBackOff",
	},
	"cronjob": {
		workload: "cronjob/web", manifest: cronJob("sit/done:1"), want: "Complete", says: []string{"has not run yet, next run in"},
		then: []string{"create job web-1 --from=cronjob/web"}, becomes: "Complete",
	},
	"cronjob-failed": {
		workload: "cronjob/web", manifest: cronJob("sit/crash:1"), steps: []string{"create job web-1 --from=cronjob/web"},
		want: "Failed, Pod crashes", says: []string{"last run web-1 failed"},
	},
	"replicaset": {
		workload: "replicaset/web", manifest: manifest("ReplicaSet", "sit/ok:1", "replicas: 2", "", ""), want: "Complete/2 ready 2 available 2",
	},
}
