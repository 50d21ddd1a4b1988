package diagnose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// state puts the container into a waiting state, without a run before.
func state(reason, message string) story {
	return func(w *world) {
		w.mutate = append(w.mutate, func(pod *corev1.Pod) {
			pod.Status.Phase = corev1.PodPending
			pod.Status.ContainerStatuses[0].RestartCount = 0
			pod.Status.ContainerStatuses[0].LastTerminationState = corev1.ContainerState{}
			pod.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
		})
	}
}

func podEvent(reason, message string, last time.Duration) story {
	return func(w *world) {
		event(reason, message, 9, last)(w)
		w.s.Events[len(w.s.Events)-1].InvolvedObject.FieldPath = ""
	}
}

func secret(name string, keys ...string) story {
	return func(w *world) {
		s := &corev1.Secret{ObjectMeta: meta(name, "secret-"+name, 72*time.Hour), Data: map[string][]byte{}}
		for _, k := range keys {
			s.Data[k] = nil
		}
		w.add(s)
	}
}

// pending are containers that never ran, in the words of the kubelet, of
// containerd and of registries.
var pending = []struct {
	name    string
	stories []story
	want    diagnose.Category
	mention string
	status  diagnose.Status
}{
	{
		"tag unknown",
		[]story{
			state(
				"ErrImagePull",
				`rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.99": failed to resolve reference "docker.io/library/nginx:1.99": docker.io/library/nginx:1.99: not found`,
			),
		},
		diagnose.ImagePull,
		"no such image or tag",
		diagnose.Blocked,
	},
	{
		"credentials of the registry",
		[]story{
			state(
				"ImagePullBackOff",
				`Back-off pulling image "ghcr.io/acme/web:1": ErrImagePull: failed to pull and unpack image "ghcr.io/acme/web:1": failed to resolve reference "ghcr.io/acme/web:1": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 401 Unauthorized`,
			),
		},
		diagnose.ImagePull,
		"refuses the credentials",
		diagnose.Blocked,
	},
	{
		"rate limit, reported by the event of an older kubelet",
		[]story{
			state("ImagePullBackOff", `Back-off pulling image "nginx"`),
			event("Failed", `Failed to pull image "nginx": toomanyrequests: You have reached your pull rate limit.`, 3, time.Minute),
		},
		diagnose.ImagePull,
		"rate limit",
		diagnose.Blocked,
	},
	{
		"registry out of reach",
		[]story{
			state(
				"ErrImagePull",
				`failed to do request: Head "https://registry.internal/v2/web/manifests/1": dial tcp: lookup registry.internal: no such host`,
			),
		},
		diagnose.ImagePull,
		"cannot be reached",
		diagnose.Blocked,
	},
	{
		"platform",
		[]story{state("ErrImagePull", `no match for platform in manifest: not found`)},
		diagnose.ImagePull,
		"platform",
		diagnose.Blocked,
	},
	{
		"name of an image",
		[]story{state("InvalidImageName", `Failed to apply default image tag "Web:latest": couldn't parse image name`)},
		diagnose.ImagePull,
		"not the name of an image",
		diagnose.Blocked,
	},
	{
		"never pull",
		[]story{state("ErrImageNeverPull", `Container image "web:dev" is not present with pull policy of Never`)},
		diagnose.ImagePull,
		"Never",
		diagnose.Blocked,
	},
	{
		"secret missing",
		[]story{state("CreateContainerConfigError", `secret "db-credentials" not found`)},
		diagnose.AppConfig,
		"Secret db-credentials does not exist",
		diagnose.Blocked,
	},
	{
		"key missing",
		[]story{state("CreateContainerConfigError", `couldn't find key DB_PASS in Secret shop/db`), secret("db", "DB_PASSWORD", "DB_USER")},
		diagnose.AppConfig,
		"DB_PASSWORD",
		diagnose.Blocked,
	},
	{
		"root refused",
		[]story{state("CreateContainerConfigError", `container has runAsNonRoot and image will run as root (pod: "web-2-x", container: web)`)},
		diagnose.AppConfig,
		"runAsNonRoot",
		diagnose.Blocked,
	},
	{
		"no command",
		[]story{state("CreateContainerError", `failed to create containerd container: no command specified`)},
		diagnose.AppConfig,
		"no command specified",
		diagnose.Blocked,
	},
	{"runtime hangs", []story{state("CreateContainerError", `context deadline exceeded`)}, diagnose.Node, "node-1", diagnose.Blocked},
	{
		"ConfigMap of a volume missing",
		[]story{
			state("ContainerCreating", ""),
			podEvent("FailedMount", `MountVolume.SetUp failed for volume "conf" : configmap "web-conf" not found`, time.Minute),
		},
		diagnose.AppConfig,
		"ConfigMap web-conf does not exist",
		diagnose.Blocked,
	},
	{
		"volume attached elsewhere",
		[]story{
			state("ContainerCreating", ""),
			podEvent(
				"FailedAttachVolume",
				`Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can't be attached to another`,
				time.Minute,
			),
		},
		diagnose.Dependency,
		"Multi-Attach",
		diagnose.Blocked,
	},
	{
		"network of the node",
		[]story{
			state("ContainerCreating", ""),
			podEvent(
				"FailedCreatePodSandBox",
				`Failed to create pod sandbox: rpc error: plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized`,
				time.Minute,
			),
		},
		diagnose.Node,
		"node-1",
		diagnose.Blocked,
	},
	{
		"mount that failed once, long ago",
		[]story{
			state("ContainerCreating", ""),
			podEvent("FailedMount", `MountVolume.SetUp failed for volume "kube-api-access" : failed to sync configmap cache`, 15*time.Minute),
		},
		"",
		"",
		"",
	},
	{"hook", []story{func(w *world) {
		w.mutate = append(w.mutate, func(pod *corev1.Pod) {
			pod.Status.ContainerStatuses[0].State.Waiting = &corev1.ContainerStateWaiting{
				Reason:  "PostStartHookError",
				Message: "PostStartHook failed",
			}
		})
	}}, diagnose.AppConfig, "postStart", diagnose.Thrashing},
}

func TestPending(t *testing.T) {
	for _, c := range pending {
		t.Run(c.name, func(t *testing.T) {
			items := newWorld(1, "", c.stories...).build()
			i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
			if c.want == "" {
				if i >= 0 {
					t.Errorf("got %+v, want no item", items[i].Cause)
				}
				return
			}
			if i < 0 {
				t.Fatal("no item")
			}
			got := items[i]
			if got.Cause.Category != c.want || got.Status != c.status {
				t.Errorf("got %s, %s, want %s, %s: %s", got.Status, got.Cause.Category, c.status, c.want, got.Cause.Summary)
			}
			if text := fmt.Sprint(got.Cause.Summary, got.Cause.Evidence); !strings.Contains(text, c.mention) {
				t.Errorf("%q is not mentioned: %s", c.mention, text)
			}
		})
	}
}

// verdicts judges a handmade snapshot: "pod/container category".
func verdicts(s *snapshot.Snapshot) map[string]diagnose.Item {
	s.At = now
	for _, r := range []string{"services", "endpointslices", "pods", "deployments", "replicasets"} {
		s.MarkComplete(r, ns)
	}
	s.Sort()
	out := map[string]diagnose.Item{}
	for _, i := range diagnose.Report(owners.Build(s), diagnose.Options{}) {
		out[i.Pod+"/"+i.Container] = i
	}
	return out
}

// endedByNode is a pod that its node ended, for a reason and with a message.
func endedByNode(reason, message string, status corev1.ContainerStatus) *snapshot.Snapshot {
	s := &snapshot.Snapshot{}
	s.Add(one("p", corev1.RestartPolicyAlways, status, phase(corev1.PodFailed), func(p *corev1.Pod) {
		p.Status.Reason = reason
		p.Status.Message = message
	}))
	return s
}

// A pod is evicted for its node, unless it went over a limit of its own.
func TestEvictedPod(t *testing.T) {
	for message, want := range map[string]diagnose.Category{
		"The node was low on resource: ephemeral-storage. Threshold quantity: 5Gi, available: 3Gi. Container c was using 4Gi, request is 0, has larger consumption of ephemeral-storage. ": diagnose.Node,
		"The node was low on resource: memory. Threshold quantity: 100Mi, available: 64Mi. ":                                                                                               diagnose.Node,
		"The node had condition: [DiskPressure]. ":                                        diagnose.Node,
		`Usage of EmptyDir volume "scratch" exceeds the limit "1Gi". `:                    diagnose.AppConfig,
		`Container c exceeded its local ephemeral storage limit "500Mi". `:                diagnose.AppConfig,
		"Pod ephemeral local storage usage exceeds the total limit of containers 500Mi. ": diagnose.AppConfig,
	} {
		for _, code := range []int32{0, 137, 143} { // as it takes the SIGTERM
			status := corev1.ContainerStatus{
				State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: "Error"}},
			}
			got, listed := verdicts(endedByNode("Evicted", message, status))["p/c"]
			if c := got.Cause; !listed || c.Category != want || !strings.Contains(c.Summary, strings.TrimSpace(message)) ||
				(want == diagnose.Node) != (c.Culprit.Kind == "Node") {
				t.Errorf("exit %d, %s\ngot %+v", code, message, c)
			}
		}
	}
}

// A former revision was healthy if it ran for ten times as long as the crashing
// run. If no events report its crashes, it must have run for two minutes.
func TestFormerRevisionOnTrial(t *testing.T) {
	const log = "panic: assignment to entry in nil map\n"
	noEvents := func(w *world) {
		w.s.AddGap(snapshot.Gap{Resource: "events", Namespace: ns, Reason: "forbidden", Impact: "x"})
	}
	for name, test := range map[string]struct {
		stories []story
		want    diagnose.Category
	}{
		"90 s":                 {[]story{beforeBriefly(90 * time.Second)}, diagnose.ImageBug},
		"90 s, no events":      {[]story{beforeBriefly(90 * time.Second), noEvents}, diagnose.Undetermined},
		"3 minutes, no events": {[]story{beforeBriefly(3 * time.Minute), noEvents}, diagnose.ImageBug},
		"20 s":                 {[]story{beforeBriefly(20 * time.Second)}, diagnose.Undetermined},
	} {
		items := newWorld(2, log, test.stories...).build()
		if got := items[0].Cause; got.Category != test.want {
			t.Errorf("%s: %s, want %s: %s", name, got.Category, test.want, got.Summary)
		}
	}
}

// A run that the runtime lost is the node's: 137 is made up then, and no sign of
// memory. That others of the node were lost too makes it sure.
func TestLostContainer(t *testing.T) {
	for reason, code := range map[string]int32{"ContainerStatusUnknown": 137, "Unknown": 255} {
		lost := corev1.ContainerStatus{
			RestartCount:         1,
			LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason}},
		}
		lost.State.Waiting = &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}
		s := &snapshot.Snapshot{}
		s.Add(one("p", corev1.RestartPolicyAlways, lost, phase(corev1.PodRunning)))
		if c := verdicts(s)["p/c"].Cause; c.Category != diagnose.Node || c.Confidence != diagnose.Medium {
			t.Errorf("%s: got %+v", reason, c)
		}
		s.Add(one("q", corev1.RestartPolicyAlways, lost, phase(corev1.PodRunning)))
		if c := verdicts(s)["p/c"].Cause; c.Category != diagnose.Node || c.Confidence != diagnose.High {
			t.Errorf("%s of two pods: got %+v", reason, c)
		}
	}
}

// What a node ends in order, to be shut down or to make room, did not crash.
func TestOrderlyEndsAreNoItems(t *testing.T) {
	for reason, message := range map[string]string{
		"Terminated":   "Pod was terminated in response to imminent node shutdown.",
		"NodeShutdown": "Pod was rejected as the node is shutting down.",
		"Preempting":   "Preempted in order to admit critical pod",
	} {
		if got := verdicts(endedByNode(reason, message, corev1.ContainerStatus{})); len(got) != 0 {
			t.Errorf("%s: got %+v", reason, got)
		}
	}
}

func TestPodThatItsKubeletRefusedIsItsNodes(t *testing.T) {
	for reason, message := range map[string]string{
		"OutOfcpu":                 "Pod was rejected: Node didn't have enough resource: cpu",
		"OutOfephemeral-storage":   "Pod was rejected: Node didn't have enough resource: ephemeral-storage",
		"NodePorts":                "Pod was rejected: Predicate NodePorts failed",
		"TopologyAffinityError":    "Pod was rejected: Resources cannot be allocated with Topology locality",
		"UnexpectedAdmissionError": "Pod was rejected: Allocate failed due to no healthy devices present",
	} {
		got := verdicts(endedByNode(reason, message, corev1.ContainerStatus{}))["p/c"]
		if c := got.Cause; c.Category != diagnose.Node || c.Culprit == nil || c.Culprit.Name != "node-1" ||
			!strings.Contains(c.Summary, message) {
			t.Errorf("%s: got %+v", reason, got.Cause)
		}
	}
}

func TestLocalhostMeansTheSidecarThatCrashes(t *testing.T) {
	s := &snapshot.Snapshot{Logs: map[snapshot.LogKey]snapshot.Log{
		{Namespace: ns, Pod: "p", Container: "c"}: {Text: "dial tcp 127.0.0.1:15432: connect: connection refused\n"},
		{Namespace: ns, Pod: "p", Container: "i"}: {Text: "flag provided but not defined: -credentials\n"},
	}}
	pod := one("p", corev1.RestartPolicyAlways, waits("CrashLoopBackOff", 3), initial(waits("CrashLoopBackOff", 4), true))
	pod.Spec.InitContainers[0].Ports = []corev1.ContainerPort{{ContainerPort: 15432}}
	s.Add(pod)
	got := verdicts(s)
	if c := got["p/c"].Cause; c.Category != diagnose.Dependency || c.Culprit == nil || c.Culprit.Container != "i" {
		t.Errorf("app: %+v", c)
	}
	if c := got["p/i"].Cause; c.Category != diagnose.AppConfig {
		t.Errorf("sidecar: %+v", c)
	}
}

func TestOOMKilledSidecarIsNoCauseOfTheApp(t *testing.T) {
	s := &snapshot.Snapshot{Logs: map[snapshot.LogKey]snapshot.Log{
		{Namespace: ns, Pod: "p", Container: "c"}: {Text: "Error: Missing required environment variable: API_TOKEN\n"},
	}}
	oom := waits("CrashLoopBackOff", 4)
	oom.LastTerminationState.Terminated.Reason = "OOMKilled"
	oom.LastTerminationState.Terminated.ExitCode = 137
	s.Add(one("p", corev1.RestartPolicyAlways, waits("CrashLoopBackOff", 3), initial(oom, true)))
	got := verdicts(s)
	if c := got["p/c"].Cause; c.Category != diagnose.AppConfig || !strings.Contains(fmt.Sprint(c.Against), "OOMKilled") ||
		strings.Contains(fmt.Sprint(c.Summary, c.Evidence), "OOMKilled") {
		t.Errorf("app: %+v", c)
	}
	if c := got["p/i"].Cause; c.Category != diagnose.OutOfMemory {
		t.Errorf("sidecar: %+v", c)
	}
}

func TestJobThatRetriesIsJudgedByItsLatestPod(t *testing.T) {
	s := &snapshot.Snapshot{Logs: map[snapshot.LogKey]snapshot.Log{
		{Namespace: ns, Pod: "b", Container: "c"}: {
			Text: "psql: error: connection to server at \"db\" (10.96.0.9), port 5432 failed: Connection refused\n",
		},
	}}
	s.Add(job("j", time.Hour))
	s.Add(run(one("a", corev1.RestartPolicyNever, dead(1, 0), phase(corev1.PodFailed)), "j"))
	s.Add(
		run(
			one("b", corev1.RestartPolicyNever, dead(2, 0), phase(corev1.PodFailed), func(p *corev1.Pod) { p.CreationTimestamp = ago(time.Minute) }),
			"j",
		),
	)
	got := verdicts(s)
	i, ok := got["b/c"]
	if len(got) != 1 || !ok || i.Status != diagnose.Thrashing || i.Cause.Category != diagnose.Dependency || i.Workload == nil ||
		i.Workload.Kind != "Job" {
		t.Errorf("got %+v", got)
	}
}

// A StatefulSet's revisions are ControllerRevisions, whose data is a patch.
func TestStatefulSetRevisionThatBreaks(t *testing.T) {
	s := &snapshot.Snapshot{}
	template := func(image string) corev1.PodTemplateSpec {
		return corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labelsOf("db")},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: image}}},
		}
	}
	sts := &appsv1.StatefulSet{ObjectMeta: meta("db", "sts-db", 72*time.Hour)}
	sts.Spec.Selector = &metav1.LabelSelector{MatchLabels: labelsOf("db")}
	sts.Spec.Template = template("db:2")
	sts.Status.CurrentRevision = "db-1"
	sts.Status.UpdateRevision = "db-2"
	s.Add(sts)
	for n, image := range []string{"db:1", "db:2"} {
		cr := &appsv1.ControllerRevision{
			ObjectMeta: meta(fmt.Sprintf("db-%d", n+1), fmt.Sprintf("cr-%d", n+1), time.Duration(72-n*71)*time.Hour),
			Revision:   int64(n + 1),
		}
		cr.OwnerReferences = owner("StatefulSet", "db", "sts-db")
		cr.Labels = labelsOf("db")
		cr.Data = runtime.RawExtension{
			Raw: []byte(
				fmt.Sprintf(
					`{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"c","image":%q}]}}}}`,
					image,
				),
			),
		}
		s.Add(cr)
	}
	member := func(name, revision, image string, status corev1.ContainerStatus) {
		pod := one(name, corev1.RestartPolicyAlways, status, func(p *corev1.Pod) { p.CreationTimestamp = ago(8 * time.Minute) })
		pod.Labels = map[string]string{"app": "db", "controller-revision-hash": revision}
		pod.OwnerReferences = owner("StatefulSet", "db", "sts-db")
		pod.Spec.Containers[0].Image = image
		s.Add(pod)
	}
	member("db-0", "db-1", "db:1", runs(71*time.Hour, 0))
	member("db-1", "db-2", "db:2", waits("CrashLoopBackOff", 5))
	got := verdicts(s)["db-1/c"]
	if got.Cause.Category != diagnose.ImageBug || !strings.Contains(got.Cause.Summary, "db:2") || got.Workload.Kind != "StatefulSet" {
		t.Errorf("got %+v of %+v", got.Cause, got.Workload)
	}
}

func TestReportOrdersWorstFirstAndGroupsWorkloads(t *testing.T) {
	s := &snapshot.Snapshot{}
	later := waits("CrashLoopBackOff", 2)
	later.LastTerminationState = died(1, 10*time.Second)
	s.Add(one("a", corev1.RestartPolicyAlways, waits("ImagePullBackOff", 0)))
	s.Add(one("b", corev1.RestartPolicyAlways, waits("CrashLoopBackOff", 2)))
	s.Add(one("c", corev1.RestartPolicyAlways, later))
	s.Add(one("d", corev1.RestartPolicyAlways, runs(time.Hour, 2)))
	s.At = now
	s.Sort()
	var got []string
	for _, i := range diagnose.Report(owners.Build(s), diagnose.Options{}) {
		got = append(got, i.Pod+" "+string(i.Status))
	}
	want := "[c thrashing b thrashing a blocked d recovered]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestReportChangesNothingItWasGiven(t *testing.T) {
	w := newWorld(
		1,
		"panic: boom\n",
		before(1, oldImage),
		service("db", 5432, 1),
		configMap("c", "/etc/c", time.Minute, map[string]string{"k": "v"}),
	)
	w.build()
	pods := w.s.Pods
	copied := make([]*corev1.Pod, len(pods))
	for i, p := range pods {
		copied[i] = p.DeepCopy()
	}
	diagnose.Report(owners.Build(w.s), diagnose.Options{})
	for i, p := range pods {
		if diff := cmp.Diff(copied[i], p); diff != "" {
			t.Errorf("pod %s was changed: %s", p.Name, diff)
		}
	}
}

func TestTerminationMessageSpeaksWhereTheLogIsMissing(t *testing.T) {
	s := &snapshot.Snapshot{}
	cs := waits("CrashLoopBackOff", 3)
	cs.LastTerminationState.Terminated.Message = "Error: required environment variable SMTP_HOST is not set\n"
	s.Add(one("p", corev1.RestartPolicyAlways, cs))
	if c := verdicts(s)["p/c"].Cause; c.Category != diagnose.AppConfig || !strings.Contains(c.Summary, "SMTP_HOST") {
		t.Errorf("got %+v", c)
	}
}

// The second of two pods that die alike borrows the log of the first.
func TestLogOfAPodThatDiesAlikeIsBorrowed(t *testing.T) {
	w := newWorld(1, "panic: assignment to entry in nil map\n", before(1, oldImage))
	w.pod("web-2-y", "web-2", w.spec, w.age, false)
	for _, i := range w.build() {
		if i.Pod == "web-2-y" && (i.Cause.Category != diagnose.ImageBug || !strings.Contains(fmt.Sprint(i.Cause.Evidence), "pod web-2-x")) {
			t.Errorf("got %+v", i.Cause)
		}
	}
}

// There can be thousands of reads: none occurs twice, and none is for a healthy
// pod.
func TestWantedNamesTheEvidenceOfTheSickOnly(t *testing.T) {
	s := &snapshot.Snapshot{At: now}
	s.Add(one("sick", corev1.RestartPolicyAlways, runs(time.Minute, 2), func(p *corev1.Pod) {
		p.Spec.Containers[0].EnvFrom = []corev1.EnvFromSource{
			{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "keys"}}},
		}
	}))
	s.Add(one("well", corev1.RestartPolicyAlways, runs(time.Hour, 0), func(p *corev1.Pod) { p.Namespace = "other" }))
	s.Add(one("sick-too", corev1.RestartPolicyAlways, runs(time.Minute, 2)))
	s.Sort()
	f := owners.Build(s)
	query := diagnose.Wanted(f, diagnose.Unhealthy(f, diagnose.Options{}))
	if logs := query.Logs; len(logs) != 2 || logs[0].LogKey != (snapshot.LogKey{Namespace: ns, Pod: "sick", Container: "c", Previous: true}) {
		t.Errorf("logs: %+v", query.Logs)
	}
	seen := map[string]bool{}
	for _, w := range query.Reads {
		key := fmt.Sprintf("%s %s %s %s", w.Resource, w.Namespace, w.Name, w.Fields)
		if seen[key] || w.Namespace == "other" || w.Impact == "" {
			t.Errorf("%s: twice, of a sound pod, or without an effect", key)
		}
		seen[key] = true
	}
	for _, key := range []string{"secrets shop keys ", "nodes  node-1 ", "services shop  ", "events shop  involvedObject.kind=Pod,involvedObject.name=sick"} {
		if !seen[key] {
			t.Errorf("%s is not wanted", key)
		}
	}
}

func TestLogOfAPodThatDiesOtherwiseIsNotBorrowed(t *testing.T) {
	w := newWorld(1, "Error: required environment variable A_B is not set\n")
	w.death.ExitCode = 9
	w.pod("web-2-y", "web-2", w.spec, w.age, false)
	w.death.ExitCode = 1
	for _, i := range w.build() {
		if i.Pod == "web-2-y" && i.Cause.Category != diagnose.Undetermined {
			t.Errorf("got %+v", i.Cause)
		}
	}
}

func TestRolloutIsRefusedWhereBothRevisionsCrash(t *testing.T) {
	w := newWorld(1, "abandon ship\n", before(0, oldImage), func(w *world) { w.crashedBefore = true })
	for _, i := range w.build() {
		if !strings.Contains(fmt.Sprint(i.Cause.Against), "not the rollout of revision 2: revision 1 crashes, or crashed, as well") {
			t.Errorf("got %+v", i.Cause)
		}
	}
}

func TestBrokenServiceIsSureThoughOldPodsRun(t *testing.T) {
	for _, i := range newWorld(1, "FATAL could not connect to ledger:7000: connection refused\n", before(2, oldImage), service("ledger", 7001, 2)).build() {
		if i.Pod == "web-2-x" && (i.Cause.Category != diagnose.Dependency || i.Cause.Confidence != diagnose.High) {
			t.Errorf("got %+v", i.Cause)
		}
	}
}

// An image that was changed in place restarts the container, and is no trouble.
func TestChangedDefinitionIsNoTrouble(t *testing.T) {
	w := newWorld(143, "bye\n", event("Killing", "Container web definition changed, will be restarted", 1, 2*time.Minute), func(w *world) {
		w.mutate = append(w.mutate, func(pod *corev1.Pod) {
			pod.Status.ContainerStatuses[0] = runs(time.Minute, 1)
			pod.Status.ContainerStatuses[0].Name = "web"
			pod.Status.ContainerStatuses[0].LastTerminationState = died(143, time.Minute)
		})
	})
	if got := w.build(); len(got) != 0 {
		t.Errorf("got %+v", got[0].Cause)
	}
}

func TestRestartOfAllContainersBlamesNone(t *testing.T) {
	w := newWorld(137, "serving\n", ended(func(t *corev1.ContainerStateTerminated) { t.Reason = "RestartingAllContainers" }))
	if got := w.build(); len(got) != 1 || got[0].Cause.Category != diagnose.Undetermined {
		t.Errorf("got %+v", got)
	}
}
