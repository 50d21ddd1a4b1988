package e2e

import "strings"

// rolling is the manifest of a Deployment web that rolls out from sit/ok:1.
func rolling(replicas, surge, unavailable string) string {
	return manifest("Deployment", "sit/ok:1", "replicas: "+replicas+"\nstrategy: {rollingUpdate: {maxSurge: "+surge+", maxUnavailable: "+unavailable+"}}", "", "")
}

// web is the manifest of a Deployment with a strategy that does not matter.
func web(image, spec string) string { return manifest("Deployment", image, spec, "", "") }

const (
	rolledOutOnce = "rollout status deployment/web"
	neverReady    = "set image deployment/web main=sit/never:1"
	second        = "set image deployment/web main=sit/ok:2"
	// The first rollout has the usual deadline: on a busy machine it takes more than seconds.
	deadline4 = `patch deployment web -p {"spec":{"progressDeadlineSeconds":4}}`
)

var deploymentSituations = map[string]situation{
	"create": {
		manifest: web("sit/ok:1", "replicas: 2"),
		want:     "Complete 2/2 ready 2 available 2", status: "done",
	},
	"create-not-ready": {
		manifest: web("sit/never:1", "replicas: 2"),
		want:     "Progressing 2/2 ready 0 available 0, may +0 -0, waits for 2, Pod Unhealthy", status: "waiting",
	},
	"create-slow": {
		manifest: web("sit/slow:1", "replicas: 2"),
		want:     "Complete 2/2 ready 2 available 2", status: "done",
	},
	"surge-1-unavailable-0": {
		manifest: rolling("3", "1", "0"), steps: []string{rolledOutOnce, neverReady},
		want: "Progressing 1/3 ready 3 available 3, may +0 -0, waits for 1, revisions 1+3, Pod Unhealthy", status: "waiting",
		then: []string{second}, becomes: "Complete 3/3 ready 3 available 3",
	},
	"surge-0-unavailable-1": {
		manifest: rolling("3", "0", "1"), steps: []string{rolledOutOnce, neverReady},
		want: "Progressing 1/3 ready 2 available 2, may +0 -0, waits for 1, revisions 1+2, Pod Unhealthy", status: "waiting",
	},
	"surge-1-unavailable-1": {
		manifest: rolling("3", "1", "1"), steps: []string{rolledOutOnce, neverReady},
		want: "Progressing 2/3 ready 2 available 2, may +0 -0, waits for 2, revisions 2+2, Pod Unhealthy", status: "waiting",
	},
	"percent-rounds-surge-up-unavailable-down": {
		manifest: rolling("5", "25%", "25%"), steps: []string{rolledOutOnce, neverReady},
		want: "Progressing 3/5 ready 4 available 4, may +0 -0, waits for 3, revisions 3+4, Pod Unhealthy", status: "waiting",
	},
	"percent-rounds-to-both-0": {
		manifest: rolling("3", "0", "10%"), steps: []string{rolledOutOnce, neverReady},
		want: "Progressing 1/3 ready 2 available 2, may +0 -0, waits for 1, revisions 1+2, Pod Unhealthy", status: "waiting",
	},
	"unavailable-all": {
		manifest: rolling("2", "0", "100%"), steps: []string{rolledOutOnce, neverReady},
		want: "Progressing 2/2 ready 0 available 0, may +0 -0, waits for 2, Pod Unhealthy", status: "waiting",
	},
	"surge-all": {
		manifest: rolling("2", "100%", "0"), steps: []string{rolledOutOnce, neverReady},
		want: "Progressing 2/2 ready 2 available 2, may +0 -0, waits for 2, revisions 2+2, Pod Unhealthy", status: "waiting",
	},
	"recreate": {
		manifest: web("sit/ok:1", "replicas: 2\nstrategy: {type: Recreate}"), steps: []string{rolledOutOnce, neverReady},
		want: "Progressing 2/2 ready 0 available 0, may +0 -0, waits for 2, Pod Unhealthy", status: "waiting",
		then: []string{second}, becomes: "Complete 2/2 ready 2 available 2",
	},
	"recreate-waits-for-the-old": {
		manifest: strings.Replace(web("sit/stays:1", "replicas: 2\nstrategy: {type: Recreate}"), "terminationGracePeriodSeconds: 1", "terminationGracePeriodSeconds: 6", 1),
		steps:    []string{rolledOutOnce, second},
		want:     "Progressing 0/2 ready 0 available 0, terminating 2, may +0 -0, waits for 2, Pod Terminating", status: "waiting",
		becomes: "Complete 2/2 ready 2 available 2",
	},
	"paused": {
		manifest: web("sit/ok:1", "replicas: 2"), steps: []string{rolledOutOnce, "rollout pause deployment/web"},
		want: "Paused 2/2 ready 2 available 2", status: "done", blind: "it does not look at spec.paused",
	},
	"paused-then-edited": {
		manifest: web("sit/ok:1", "replicas: 2"), steps: []string{rolledOutOnce, "rollout pause deployment/web", neverReady},
		want: "Paused 0/2 ready 2 available 2", says: []string{"not rolled out before it is resumed"},
		status: "waiting", blind: "it does not look at spec.paused and waits for ever",
		then: []string{second, "rollout resume deployment/web"}, becomes: "Complete 2/2 ready 2 available 2",
	},
	"edited-then-paused": {
		manifest: rolling("2", "1", "0"), steps: []string{rolledOutOnce, neverReady, "wait deployment/web --for=jsonpath={.status.updatedReplicas}=1", "rollout pause deployment/web"},
		want: "Paused 1/2 ready 2 available 2, revisions 1+2, Pod Unhealthy", status: "waiting", blind: "it does not look at spec.paused and waits for ever",
		then: []string{"rollout resume deployment/web"}, becomes: "Progressing 1/2 ready 2 available 2, may +0 -0, waits for 1, revisions 1+2, Pod Unhealthy",
	},
	"paused-and-scaled": {
		manifest: web("sit/ok:1", "replicas: 1\npaused: true"), steps: []string{"scale deployment/web --replicas=3"},
		want: "Paused 0/3 ready 0 available 0", status: "waiting", blind: "it does not look at spec.paused and waits for ever",
		then: []string{"rollout resume deployment/web"}, becomes: "Complete 3/3 ready 3 available 3",
	},
	"scaled-in-the-middle": {
		manifest: rolling("4", "2", "0"), steps: []string{rolledOutOnce, neverReady, "wait deployment/web --for=jsonpath={.status.updatedReplicas}=2", "scale deployment/web --replicas=8"},
		want: "Progressing 3/8 ready 7 available 7, may +0 -0, waits for 3, revisions 3+7, Pod Unhealthy", status: "waiting",
	},
	"scaled-up": {
		manifest: web("sit/ok:1", "replicas: 1"), steps: []string{rolledOutOnce, "scale deployment/web --replicas=3"},
		want: "Complete 3/3 ready 3 available 3", status: "done",
	},
	"scaled-to-zero": {
		manifest: web("sit/ok:1", "replicas: 2"), steps: []string{rolledOutOnce, "scale deployment/web --replicas=0"},
		want: "ScaledToZero 0/0 ready 0 available 0", status: "done",
		then: []string{"scale deployment/web --replicas=1"}, becomes: "Complete 1/1 ready 1 available 1",
	},
	"min-ready-seconds": {
		manifest: web("sit/ok:1", "replicas: 2\nminReadySeconds: 300"),
		want:     "Progressing 2/2 ready 2 available 0, may +0 -0, waits for 2", status: "waiting",
		then: []string{`patch deployment/web -p {"spec":{"minReadySeconds":0}}`}, becomes: "Complete 2/2 ready 2 available 2",
	},
	"min-ready-seconds-in-the-middle": {
		manifest: web("sit/ok:1", "replicas: 2\nminReadySeconds: 2\nstrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"),
		steps:    []string{rolledOutOnce, `patch deployment/web -p {"spec":{"minReadySeconds":300}}`, second},
		want:     "Progressing 1/2 ready 3 available 0, may +0 -0, waits for 1, revisions 1+2", status: "waiting",
	},
	"rollback": {
		manifest: web("sit/ok:1", "replicas: 1"), steps: []string{rolledOutOnce, second, rolledOutOnce, "rollout undo deployment/web"},
		want: "Complete 1/1 ready 1 available 1", says: []string{"revision 3 is rolled out", "revision 3 is a rollback to revision 1"}, status: "done",
	},
	"reuse": {
		manifest: web("sit/ok:1", "replicas: 1"), steps: []string{rolledOutOnce, second, rolledOutOnce, "set image deployment/web main=sit/ok:1"},
		want: "Complete 1/1 ready 1 available 1", says: []string{"revision 3 is rolled out", "revision 3 is a rollback to revision 1"}, status: "done",
	},
	"rollback-in-the-middle": {
		manifest: rolling("3", "1", "0"), steps: []string{rolledOutOnce, neverReady, "wait deployment/web --for=jsonpath={.status.updatedReplicas}=1", "rollout undo deployment/web"},
		want: "Complete 3/3 ready 3 available 3", says: []string{"revision 3 is rolled out"}, status: "done",
	},
	"restart": {
		manifest: web("sit/ok:1", "replicas: 2"), steps: []string{rolledOutOnce, "rollout restart deployment/web"},
		want: "Complete 2/2 ready 2 available 2", says: []string{"revision 2 is rolled out"}, status: "done",
	},
	"same-template": {
		manifest: web("sit/ok:1", "replicas: 2"), steps: []string{rolledOutOnce, "annotate deployment/web note=1", "set image deployment/web main=sit/ok:1"},
		want: "Complete 2/2 ready 2 available 2", says: []string{"revision 1 is rolled out"}, status: "done",
	},
	"three-revisions-with-pods": {
		manifest: rolling("4", "2", "0"),
		steps: []string{
			rolledOutOnce, neverReady, "wait deployment/web --for=jsonpath={.status.updatedReplicas}=2",
			"set image deployment/web main=sit/never:2",
		},
		want: "Progressing 2/4 ready 4 available 4, may +0 -0, waits for 2, revisions 2+4, Pod Unhealthy", status: "waiting",
	},
	"deadline": {
		manifest: web("sit/never:1", "replicas: 2\nprogressDeadlineSeconds: 3"),
		want:     "Stalled 2/2 ready 0 available 0, may +0 -0, waits for 2, Pod Unhealthy", says: []string{"progress deadline exceeded"}, status: "timed out",
		then: []string{second}, becomes: "Complete 2/2 ready 2 available 2",
	},
	"deadline-in-the-middle": {
		manifest: rolling("3", "1", "0"), steps: []string{rolledOutOnce, deadline4, neverReady},
		want: "Stalled 1/3 ready 3 available 3, may +0 -0, waits for 1, revisions 1+3, Pod Unhealthy", says: []string{"progress deadline exceeded"}, status: "timed out",
		then: []string{"rollout undo deployment/web"}, becomes: "Complete 3/3 ready 3 available 3",
	},
	"deadline-does-not-count-after": {
		manifest: web("sit/later:1", "replicas: 1"), steps: []string{rolledOutOnce, deadline4},
		want:   "Degraded 1/1 ready 0 available 0, Pod crashes",
		status: "waiting", blind: "once a rollout was complete no deadline counts, and it waits for ever",
	},
	"between-two-crashes": {
		manifest: web("sit/later:1", "replicas: 1"), steps: []string{rolledOutOnce},
		want: "Degraded 1/1 ready 1 available 1, Pod crashes", says: []string{"at this moment"},
		status: "done", blind: "it believes a container that is ready at this moment, however often it crashed",
	},
	"autoscaled": {
		manifest: web("sit/ok:1", "replicas: 2") + `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 4
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
`,
		want: "Complete 2/2 ready 2 available 2, scaled by HorizontalPodAutoscaler", status: "done",
	},
}
