package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	typed "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// row is a pod as kubectl get pods shows it.
type row struct {
	ready, status string
	restarts      int32
}

// printed is a row of the server's table, and the version of the pod that it shows.
type printed struct {
	row
	version string
}

// printed reads the table that kubectl get pods prints.
func (l *Lab) printed(t *testing.T, client kubernetes.Interface) map[string]printed {
	t.Helper()
	raw, err := client.CoreV1().RESTClient().Get().Namespace(l.Current).Resource("pods").
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").Param("includeObject", "Metadata").Do(t.Context()).Raw()
	if err != nil {
		t.Fatal(err)
	}
	var table metav1.Table
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	rows := map[string]printed{}
	for _, r := range table.Rows {
		var pod metav1.PartialObjectMetadata
		if err := json.Unmarshal(r.Object.Raw, &pod); err != nil {
			t.Fatal(err)
		}
		number, _, _ := strings.Cut(fmt.Sprint(r.Cells[3]), " ") // "3 (5s ago)"
		restarts, err := strconv.Atoi(number)
		if err != nil {
			t.Fatalf("restarts of %s: %v", pod.Name, err)
		}
		rows[pod.Name] = printed{row{fmt.Sprint(r.Cells[1]), fmt.Sprint(r.Cells[2]), int32(restarts)}, pod.ResourceVersion}
	}
	return rows
}

// mapped returns the pods of the namespace as rsmap has them.
func (l *Lab) mapped(t *testing.T) map[string]row {
	t.Helper()
	var report struct{ Items []rollout.Workload }
	if err := json.Unmarshal([]byte(l.Plugin(t, "rsmap", "-o", "json")), &report); err != nil {
		t.Fatal(err)
	}
	rows := map[string]row{}
	for _, w := range report.Items {
		for _, r := range w.Revisions {
			for _, p := range r.Pods {
				rows[p.Name] = row{p.Ready, p.Status, p.Restarts}
			}
		}
	}
	return rows
}

// compareRows holds rsmap against kubectl get pods, for all pods that did not
// change meanwhile, and returns those. One that changed counts if rsmap shows what kubectl
// showed of it before or after: pods of which something changes every few seconds never rest
// between two looks of a busy machine.
func (l *Lab) compareRows(t *testing.T, client kubernetes.Interface) map[string]row {
	t.Helper()
	before := l.printed(t, client)
	got := l.mapped(t)
	after := l.printed(t, client)
	same := map[string]row{}
	for name, p := range before {
		if after[name].version != p.version {
			if got[name] == p.row || got[name] == after[name].row {
				same[name] = got[name]
			}
			continue
		}
		same[name] = p.row
		if got[name] != p.row {
			t.Errorf("%s: kubectl get pods shows %+v, rsmap %+v", name, p.row, got[name])
		}
	}
	return same
}

// keeper is an object that owns pods, so that rsmap shows them together.
func keeper(t *testing.T, l *Lab, client kubernetes.Interface) metav1.OwnerReference {
	t.Helper()
	m, err := client.CoreV1().
		ConfigMaps(l.Current).
		Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "keeper"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return *metav1.NewControllerRef(m, corev1.SchemeGroupVersion.WithKind("ConfigMap"))
}

// zoo is a pod spec in one line for each status, after the name of the pod.
// Each is led to that status at least once; restarts and ready are compared with it.
var zoo = map[string]struct{ status, spec string }{
	"pending": {"Pending", `{nodeSelector: {disk: fast}, containers: [{name: main, image: a}]}`},
	"creating": {
		"ContainerCreating",
		`{volumes: [{name: v, configMap: {name: none}}], containers: [{name: main, image: a, volumeMounts: [{name: v, mountPath: /v}]}]}`,
	},
	"running": {"Running", `{containers: [{name: main, image: a}]}`},
	"not-ready": {
		"Running",
		`{containers: [{name: main, image: a, readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}}]}`,
	},
	"completed": {"Completed", `{restartPolicy: Never, containers: [{name: main, image: a, command: [fake, exit=0]}]}`},
	"error":     {"Error", `{restartPolicy: Never, containers: [{name: main, image: a, command: [fake, exit=1]}]}`},
	"error-of-two": {
		"Error",
		`{restartPolicy: Never, containers: [{name: main, image: a, command: [fake, exit=0]}, {name: side, image: a, command: [fake, exit=2]}]}`,
	},
	"completed-one-runs": {
		"NotReady",
		`{restartPolicy: Never, containers: [{name: main, image: a, command: [fake, exit=0]}, {name: side, image: a}]}`,
	},
	"oom": {
		"OOMKilled",
		`{restartPolicy: Never, containers: [{name: main, image: a, command: [fake, exit=137, reason=OOMKilled]}]}`,
	},
	"signal":        {"Error", `{restartPolicy: Never, containers: [{name: main, image: a, command: [fake, exit=139]}]}`},
	"crash":         {"CrashLoopBackOff", `{containers: [{name: main, image: a, command: [fake, exit=1]}]}`},
	"clean-exits":   {"CrashLoopBackOff", `{containers: [{name: main, image: a, command: [fake, exit=0]}]}`},
	"crash-of-two":  {"CrashLoopBackOff", `{containers: [{name: main, image: a}, {name: side, image: a, command: [fake, exit=1]}]}`},
	"oom-crash":     {"CrashLoopBackOff", `{containers: [{name: main, image: a, command: [fake, run=1s, exit=137, reason=OOMKilled]}]}`},
	"pull":          {"ErrImagePull", `{containers: [{name: main, image: no-such-a}]}`},
	"pull-back-off": {"ImagePullBackOff", `{containers: [{name: main, image: no-such-b}]}`},
	"never-pulled":  {"ErrImageNeverPull", `{containers: [{name: main, image: never-pulled, imagePullPolicy: Never}]}`},
	"image-name":    {"InvalidImageName", `{containers: [{name: main, image: "Upper/Case:1"}]}`},
	"no-config":     {"CreateContainerConfigError", `{containers: [{name: main, image: a, envFrom: [{configMapRef: {name: none}}]}]}`},
	"create-error":  {"CreateContainerError", `{containers: [{name: main, image: a, command: [fake, create-error=no]}]}`},
	"run-error":     {"RunContainerError", `{containers: [{name: main, image: a, command: [fake, start-error=no]}]}`},
	"start-error":   {"StartError", `{restartPolicy: Never, containers: [{name: main, image: a, command: [fake, start-error=no]}]}`},
	"init": {
		"Init:0/2",
		`{initContainers: [{name: one, image: a}, {name: two, image: a}], containers: [{name: main, image: a}]}`,
	},
	"init-second": {
		"Init:1/2",
		`{initContainers: [{name: one, image: a, command: [fake, exit=0]}, {name: two, image: a}], containers: [{name: main, image: a}]}`,
	},
	"init-error": {
		"Init:Error",
		`{restartPolicy: Never, initContainers: [{name: one, image: a, command: [fake, exit=1]}], containers: [{name: main, image: a}]}`,
	},
	"init-crash": {
		"Init:CrashLoopBackOff",
		`{initContainers: [{name: one, image: a, command: [fake, exit=1]}], containers: [{name: main, image: a}]}`,
	},
	"init-oom": {
		"Init:OOMKilled",
		`{restartPolicy: Never, initContainers: [{name: one, image: a, command: [fake, exit=137, reason=OOMKilled]}], containers: [{name: main, image: a}]}`,
	},
	"init-pull": {
		"Init:ImagePullBackOff",
		`{initContainers: [{name: one, image: no-such-c}], containers: [{name: main, image: a}]}`,
	},
	"init-no-config": {
		"Init:CreateContainerConfigError",
		`{initContainers: [{name: one, image: a, envFrom: [{secretRef: {name: none}}]}], containers: [{name: main, image: a}]}`,
	},
	"init-retried": {
		"Running",
		`{initContainers: [{name: one, image: a, command: [fake, "script=0s/1,0s/0"]}], containers: [{name: main, image: a}]}`,
	},
	"sidecar": {
		"Running",
		`{initContainers: [{name: proxy, image: a, restartPolicy: Always}], containers: [{name: main, image: a}]}`,
	},
	"sidecar-not-started": {
		"Init:0/2",
		`{initContainers: [{name: proxy, image: a, restartPolicy: Always, startupProbe: {httpGet: {path: /, port: 8080}, failureThreshold: 1000}}, {name: two, image: a}], containers: [{name: main, image: a}]}`,
	},
	"sidecar-crash": {
		"Init:CrashLoopBackOff",
		`{initContainers: [{name: proxy, image: a, restartPolicy: Always, command: [fake, exit=1]}], containers: [{name: main, image: a}]}`,
	},
	"sidecar-then-init": {
		"Init:1/2",
		`{initContainers: [{name: proxy, image: a, restartPolicy: Always}, {name: two, image: a}], containers: [{name: main, image: a}]}`,
	},
	"sidecar-and-pull": {
		"ImagePullBackOff",
		`{initContainers: [{name: proxy, image: a, restartPolicy: Always}], containers: [{name: main, image: no-such-d}]}`,
	},
	"sidecar-after-job": {
		"Completed",
		`{restartPolicy: Never, initContainers: [{name: proxy, image: a, restartPolicy: Always}], containers: [{name: main, image: a, command: [fake, exit=0]}]}`,
	},
	"initializing": {
		"PodInitializing",
		`{initContainers: [{name: one, image: a, command: [fake, exit=0]}], containers: [{name: main, image: slow-pull}]}`,
	},
	"terminating": {
		"Terminating",
		`{terminationGracePeriodSeconds: 600, containers: [{name: main, image: a, command: [fake, stop=never]}]}`,
	},
	"gated":          {"SchedulingGated", `{schedulingGates: [{name: lab.thrashkit.dev/wait}], containers: [{name: main, image: a}]}`},
	"readiness-gate": {"Running", `{readinessGates: [{conditionType: lab.thrashkit.dev/ready}], containers: [{name: main, image: a}]}`},
	"late":           {"Error", `{activeDeadlineSeconds: 15, containers: [{name: main, image: a}]}`},
	"for-windows":    {"Pending", `{os: {name: windows}, nodeSelector: {disk: fast}, containers: [{name: main, image: a}]}`},
}

// instead are the states that come before and after one that is short. On a busy
// machine it may pass between two looks; what is seen is compared nevertheless.
var instead = map[string][]string{
	"ErrImagePull":      {"ImagePullBackOff"},
	"CrashLoopBackOff":  {"Error", "OOMKilled", "Completed", "Running"},
	"RunContainerError": {"CrashLoopBackOff"},
	"PodInitializing":   {"Running"},                // two minutes, in which a starved machine may not look once
	"Error":             {"ContainerStatusUnknown"}, // its deadline passed before its container was created
}

// TestStatusOfEveryKind leads pods into each state and compares what rsmap reports
// of them with kubectl get pods.
func TestStatusOfEveryKind(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Image(t, "slow-pull", "pull-time=120s")
	client := l.Client
	owner := keeper(t, l, client)
	var all strings.Builder
	for name, z := range zoo {
		grace := ""
		if !strings.Contains(z.spec, "terminationGracePeriodSeconds") {
			grace = "terminationGracePeriodSeconds: 1, "
		}
		fmt.Fprintf(
			&all,
			"---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: %s\n  ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: %s, uid: %s, controller: true}]\nspec: {%s%s\n",
			name,
			owner.Name,
			owner.UID,
			grace,
			strings.TrimPrefix(z.spec, "{"),
		)
	}
	l.Apply(t, all.String())
	deleted := false
	left := maps.Clone(zoo)
	last := map[string]row{}
	for began := time.Now(); len(left) > 0 && time.Since(began) < waitTimeout; time.Sleep(300 * time.Millisecond) {
		for name, r := range l.compareRows(t, client) {
			last[name] = r
			patient := time.Since(began) < waitTimeout/3
			if want := zoo[name].status; r.status == want || (!patient && slices.Contains(instead[want], r.status)) {
				delete(left, name)
			}
			if name == "terminating" && r.status == "Running" && !deleted {
				deleted = true
				l.Do(t, "delete", "pod", name, "--wait=false")
			}
		}
	}
	for name, z := range left {
		t.Errorf("%s never was %s, but is %+v", name, z.status, last[name])
	}
	l.Do(t, "delete", "pod", "terminating", "--grace-period=1", "--wait=false")
}

// TestStatusOfTheCorpus gives the server each pod that was recorded, and compares
// what rsmap reports of it with kubectl get pods.
func TestStatusOfTheCorpus(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	client := l.Client
	owner := keeper(t, l, client)
	pods := recordedPods(t)
	for i, p := range pods {
		recreate(t, client.CoreV1().Pods(l.Current), fmt.Sprintf("pod-%d", i), owner, p)
	}
	if same := l.compareRows(t, client); len(same) != len(pods) {
		t.Errorf("%d of %d pods were compared", len(same), len(pods))
	}
}

// recordedPods returns the pods of all recordings, each only once where what
// kubectl get pods prints of them is the same.
func recordedPods(t *testing.T) []*corev1.Pod {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "corpus", "*", "snap-*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	different := map[string]*corev1.Pod{}
	total := 0
	for _, file := range files {
		s := &snapshot.Snapshot{}
		read := snapshot.Read{Resource: "pods", Required: true}
		if err := bundle.New([]string{file}, bundle.Options{}).Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read}}); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		total += len(s.Pods)
		for _, p := range s.Pods {
			full := rowOf(p)
			p = essence(p)
			if rowOf(p) != full {
				t.Fatalf("%s: %s lost what is printed: %+v", file, p.Name, full)
			}
			key, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			different[string(key)] = p
		}
	}
	t.Logf("%d recorded pods, %d different", total, len(different))
	pods := make([]*corev1.Pod, 0, len(different))
	for _, key := range slices.Sorted(maps.Keys(different)) {
		pods = append(pods, different[key])
	}
	return pods
}

func rowOf(p *corev1.Pod) row {
	ready, status, restarts, _ := rollout.PodStatus(p)
	return row{ready, status, restarts}
}

// essence returns what the server prints of a pod, in a pod that it takes.
func essence(p *corev1.Pod) *corev1.Pod {
	out := &corev1.Pod{Status: corev1.PodStatus{Phase: p.Status.Phase, Reason: p.Status.Reason}}
	out.DeletionTimestamp = p.DeletionTimestamp
	if out.DeletionTimestamp != nil {
		out.DeletionTimestamp = &metav1.Time{}
	}
	out.Spec.SchedulerName = "nobody"
	out.Spec.RestartPolicy = p.Spec.RestartPolicy
	bare := func(list []corev1.Container) []corev1.Container {
		var out []corev1.Container
		for _, c := range list {
			out = append(out, corev1.Container{Name: c.Name, Image: "a", RestartPolicy: c.RestartPolicy})
		}
		return out
	}
	out.Spec.InitContainers = bare(p.Spec.InitContainers)
	out.Spec.Containers = bare(p.Spec.Containers)
	for _, c := range p.Status.Conditions {
		out.Status.Conditions = append(out.Status.Conditions, corev1.PodCondition{Type: c.Type, Status: c.Status, Reason: c.Reason})
	}
	statuses := func(list []corev1.ContainerStatus) []corev1.ContainerStatus {
		list = slices.Clone(list)
		for i := range list {
			s := corev1.ContainerStatus{
				Name:         list[i].Name,
				Image:        "a",
				Ready:        list[i].Ready,
				RestartCount: list[i].RestartCount,
				Started:      list[i].Started,
			}
			switch state := list[i].State; {
			case state.Waiting != nil:
				s.State.Waiting = &corev1.ContainerStateWaiting{Reason: state.Waiting.Reason}
			case state.Running != nil:
				s.State.Running = &corev1.ContainerStateRunning{}
			case state.Terminated != nil:
				s.State.Terminated = &corev1.ContainerStateTerminated{
					Reason:   state.Terminated.Reason,
					ExitCode: state.Terminated.ExitCode,
					Signal:   state.Terminated.Signal,
				}
			}
			list[i] = s
		}
		return list
	}
	out.Status.InitContainerStatuses = statuses(p.Status.InitContainerStatuses)
	out.Status.ContainerStatuses = statuses(p.Status.ContainerStatuses)
	return out
}

// recreate gives the server a pod that nothing schedules or runs, with the
// status of another, and deletes it if that one was being deleted.
func recreate(t *testing.T, pods typed.PodInterface, name string, owner metav1.OwnerReference, p *corev1.Pod) {
	t.Helper()
	deleted := p.DeletionTimestamp != nil
	made := p.DeepCopy()
	made.DeletionTimestamp = nil
	made.Name = name
	made.OwnerReferences = []metav1.OwnerReference{owner}
	if deleted {
		made.Finalizers = []string{"lab.thrashkit.dev/keep"}
	}
	made, err := pods.Create(t.Context(), made, metav1.CreateOptions{})
	if err == nil && deleted {
		t.Cleanup(func() {
			release := []byte(`{"metadata":{"finalizers":null}}`)
			if _, err := pods.Patch(context.Background(), name, types.MergePatchType, release, metav1.PatchOptions{}); err != nil {
				t.Error(err)
			}
		})
		if err = pods.Delete(t.Context(), name, metav1.DeleteOptions{}); err == nil {
			made, err = pods.Get(t.Context(), name, metav1.GetOptions{})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	qos := made.Status.QOSClass
	made.Status = *p.Status.DeepCopy()
	made.Status.QOSClass = qos
	made.ResourceVersion = "" // the pod garbage collector may have marked it meanwhile
	if _, err := pods.UpdateStatus(t.Context(), made, metav1.UpdateOptions{}); err != nil {
		t.Fatalf("%v\n%+v", err, p.Status)
	}
}
