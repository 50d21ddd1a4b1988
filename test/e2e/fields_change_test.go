package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// running is a pod template whose containers run until they are stopped.
const running = `{metadata: {labels: {app: NAME}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: "lab/change:1", command: [fake]}]}}`

// owners are the objects that are changed, by name.
var owners = map[string]string{
	"deployment":  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: NAME}, spec: {replicas: 2, selector: {matchLabels: {app: NAME}}, template: TEMPLATE}}`,
	"statefulset": `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: NAME}, spec: {replicas: 2, serviceName: a, selector: {matchLabels: {app: NAME}}, template: TEMPLATE}}`,
	"on-delete":   `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: NAME}, spec: {replicas: 1, serviceName: a, updateStrategy: {type: OnDelete}, selector: {matchLabels: {app: NAME}}, template: TEMPLATE}}`,
	"daemonset":   `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: NAME}, spec: {selector: {matchLabels: {app: NAME}}, template: TEMPLATE}}`,
	"daemon-kept": `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: NAME}, spec: {updateStrategy: {type: OnDelete}, selector: {matchLabels: {app: NAME}}, template: TEMPLATE}}`,
	"replicaset":  `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: NAME}, spec: {replicas: 2, selector: {matchLabels: {app: NAME}}, template: TEMPLATE}}`,
	"job":         `{apiVersion: batch/v1, kind: Job, metadata: {name: NAME}, spec: {completions: 4, parallelism: 1, template: {metadata: {labels: {app: NAME}}, spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: main, image: "lab/change:1", command: [fake]}]}}}}`,
	"cronjob":     `{apiVersion: batch/v1, kind: CronJob, metadata: {name: NAME}, spec: {schedule: "0 0 1 1 *", jobTemplate: {spec: {template: {metadata: {labels: {app: NAME}}, spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: main, image: "lab/change:1", command: [fake]}]}}}}}}`,
	"pod":         `{apiVersion: v1, kind: Pod, metadata: {name: NAME, labels: {app: NAME}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: "lab/change:1", command: [fake]}]}}`,
}

// fieldChanges are changes of one field each, in the order in which they are
// made of an object.
var fieldChanges = []struct{ owner, path, patch string }{
	{"deployment", "spec.minReadySeconds", `{"spec":{"minReadySeconds":1}}`},
	{"deployment", "spec.revisionHistoryLimit", `{"spec":{"revisionHistoryLimit":3}}`},
	{"deployment", "spec.progressDeadlineSeconds", `{"spec":{"progressDeadlineSeconds":300}}`},
	{"deployment", "spec.strategy.rollingUpdate.maxSurge", `{"spec":{"strategy":{"rollingUpdate":{"maxSurge":1}}}}`},
	{"deployment", "spec.replicas", `{"spec":{"replicas":3}}`},
	{"deployment", "spec.template.metadata.annotations.x", `{"spec":{"template":{"metadata":{"annotations":{"x":"y"}}}}}`},
	{
		"deployment",
		"spec.template.spec.containers[0].image",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}}}`,
	},
	{
		"deployment",
		"spec.template.spec.containers[0].env",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"b"}]}]}}}}`,
	},
	{
		"deployment",
		"spec.template.spec.containers[0].resources.requests",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"1m"}}}]}}}}`,
	},
	{"deployment", "spec.template.spec.terminationGracePeriodSeconds", `{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":2}}}}`},
	{
		"deployment",
		"spec.selector.matchLabels.app",
		`{"spec":{"selector":{"matchLabels":{"app":"other"}},"template":{"metadata":{"labels":{"app":"other"}}}}}`,
	},
	{"statefulset", "spec.revisionHistoryLimit", `{"spec":{"revisionHistoryLimit":3}}`},
	{"statefulset", "spec.minReadySeconds", `{"spec":{"minReadySeconds":1}}`},
	{"statefulset", "spec.replicas", `{"spec":{"replicas":1}}`},
	{
		"statefulset",
		"spec.template.spec.containers[0].image",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}}}`,
	},
	{"statefulset", "spec.serviceName", `{"spec":{"serviceName":"b"}}`},
	{"statefulset", "spec.podManagementPolicy", `{"spec":{"podManagementPolicy":"Parallel"}}`},
	{
		"on-delete",
		"spec.template.spec.containers[0].image",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}}}`,
	},
	{"daemonset", "spec.minReadySeconds", `{"spec":{"minReadySeconds":1}}`},
	{"daemonset", "spec.revisionHistoryLimit", `{"spec":{"revisionHistoryLimit":3}}`},
	{
		"daemonset",
		"spec.template.spec.containers[0].image",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}}}`,
	},
	{
		"daemonset",
		"spec.selector.matchLabels.app",
		`{"spec":{"selector":{"matchLabels":{"app":"other"}},"template":{"metadata":{"labels":{"app":"other"}}}}}`,
	},
	{
		"daemon-kept",
		"spec.template.spec.containers[0].image",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}}}`,
	},
	{"replicaset", "spec.minReadySeconds", `{"spec":{"minReadySeconds":1}}`},
	{"replicaset", "spec.replicas", `{"spec":{"replicas":1}}`},
	{
		"replicaset",
		"spec.template.spec.containers[0].image",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}}}`,
	},
	{"job", "spec.backoffLimit", `{"spec":{"backoffLimit":3}}`},
	{"job", "spec.parallelism", `{"spec":{"parallelism":2}}`},
	{
		"job",
		"spec.template.spec.containers[0].image",
		`{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}}}`,
	},
	{"job", "spec.completionMode", `{"spec":{"completionMode":"Indexed"}}`},
	{"cronjob", "spec.schedule", `{"spec":{"schedule":"0 0 2 1 *"}}`},
	{
		"cronjob",
		"spec.jobTemplate.spec.template.spec.containers[0].image",
		`{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}}}}}`,
	},
	{"pod", "spec.containers[0].image", `{"spec":{"containers":[{"name":"main","image":"lab/change:2"}]}}`},
	{"pod", "spec.containers[0].env", `{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"b"}]}]}}`},
	{"pod", "spec.restartPolicy", `{"spec":{"restartPolicy":"Never"}}`},
}

// TestFieldChanges changes fields and looks at what becomes of the pods: it must
// match what the documentation says.
func TestFieldChanges(t *testing.T) {
	t.Parallel()
	s := newFieldServer(t, newSpace(t))
	s.NeedNodes(t)
	seen := map[fielddoc.Change]int{}
	for name := range owners {
		s.Apply(t, strings.NewReplacer("TEMPLATE", strings.ReplaceAll(running, "NAME", name), "NAME", name).Replace(owners[name]))
	}
	s.Do(t, "create", "job", "--from=cronjob/cronjob", "cronjob-run")
	for _, c := range fieldChanges {
		kind := strings.TrimSpace(strings.SplitN(strings.SplitN(owners[c.owner], "kind: ", 2)[1], ",", 2)[0])
		var object unstructured.Unstructured
		before := s.steady(t, c.owner, kind, "")
		if err := object.UnmarshalJSON([]byte(s.Do(t, "get", kind, c.owner, "-o", "json"))); err != nil {
			t.Fatal(err)
		}
		path, _ := fielddoc.ParsePath(c.path)
		documented := s.schema(t, object.GroupVersionKind()).Field(path, object.Object).Change
		happened := fielddoc.Recreate
		_, errs, exit := s.Kubectl(t, "patch", kind, c.owner, "--type=strategic", "-p", c.patch)
		if exit == 0 {
			happened = s.observe(t, c.owner, kind, documented, before)
		} else if !strings.Contains(errs, "Forbidden") && !strings.Contains(errs, "immutable") && !strings.Contains(errs, "may not") {
			t.Errorf("%s %s: %s", c.owner, c.path, errs)
		}
		if documented != happened {
			t.Errorf("%s %s: documented is %q, but what happened is %q", kind, c.path, documented, happened)
		}
		seen[documented]++
	}
	t.Logf("%d changes: %v", len(fieldChanges), seen)
}

// steady waits until the pods of an owner are as it wants them, and returns them.
func (s *fieldServer) steady(t *testing.T, owner, kind, image string) []corev1.Pod {
	t.Helper()
	var pods []corev1.Pod
	s.WaitFor(t, fmt.Sprintf("the pods of %s %s to be steady", kind, owner), func() bool {
		var o unstructured.Unstructured
		if err := o.UnmarshalJSON([]byte(s.Do(t, "get", kind, owner, "-o", "json"))); err != nil {
			t.Fatal(err)
		}
		pods = slices.DeleteFunc(s.Pods(t, "app="+owner), func(p corev1.Pod) bool { return image != "" && p.Spec.Containers[0].Image != image })
		generation := o.GetGeneration()
		observed := int64(-1)
		if n, ok, _ := unstructured.NestedInt64(o.Object, "status", "observedGeneration"); ok {
			observed = n
		}
		want := int64(len(pods))
		switch kind {
		case "Deployment", "StatefulSet", "ReplicaSet":
			want, _, _ = unstructured.NestedInt64(o.Object, "spec", "replicas")
		case "DaemonSet":
			want = int64(s.Nodes)
		case "Job":
			want, _, _ = unstructured.NestedInt64(o.Object, "spec", "parallelism")
			observed = generation
		case "CronJob", "Pod":
			want = 1
			observed = generation
		default:
			observed = generation
		}
		return observed == generation && int64(len(pods)) == want &&
			!slices.ContainsFunc(pods, func(p corev1.Pod) bool { return p.DeletionTimestamp != nil || p.Status.Phase != corev1.PodRunning })
	})
	return pods
}

// observe returns what a change did to the pods. If the documented effect is only on
// pods that are created later, it deletes one.
func (s *fieldServer) observe(t *testing.T, owner, kind string, documented fielddoc.Change, before []corev1.Pod) fielddoc.Change {
	t.Helper()
	if documented == fielddoc.Restart {
		s.WaitFor(t, "the container to be restarted", func() bool { return s.Container(t, owner).RestartCount > 0 })
	}
	if documented == fielddoc.Rollout {
		s.WaitFor(t, "the pods to be replaced", func() bool { return disjoint(before, s.Pods(t, "app="+owner)) })
	}
	after := s.steady(t, owner, kind, "")
	switch {
	case kind == "CronJob" && same(before, after):
		return s.nextRun(t, owner, after[0])
	case same(before, after) && restarts(after) > restarts(before):
		return fielddoc.Restart
	case same(before, after) && (documented == fielddoc.OnDelete || documented == fielddoc.NewPods):
		old := after[0].Spec.Containers[0].Image
		s.Do(t, "delete", "pod", after[0].Name, "--wait=true")
		for _, p := range s.steady(t, owner, kind, "") {
			if p.Spec.Containers[0].Image != old {
				return documented
			}
		}
		return fielddoc.Nothing
	case same(before, after):
		return fielddoc.Nothing
	case disjoint(before, after):
		return fielddoc.Rollout
	default:
		return fielddoc.Scale
	}
}

// nextRun says whether a run from now on is another one than that of a pod.
func (s *fieldServer) nextRun(t *testing.T, owner string, old corev1.Pod) fielddoc.Change {
	t.Helper()
	s.Do(t, "create", "job", "--from=cronjob/"+owner, "next-run")
	defer s.Do(t, "delete", "job", "next-run", "--cascade=foreground", "--wait=true")
	var next corev1.Pod
	s.WaitFor(t, "the pod of the next run", func() bool {
		pods := slices.DeleteFunc(s.Pods(t, "app="+owner), func(p corev1.Pod) bool { return p.UID == old.UID })
		if len(pods) == 1 {
			next = pods[0]
		}
		return len(pods) == 1
	})
	if next.Spec.Containers[0].Image != old.Spec.Containers[0].Image {
		return fielddoc.NextRun
	}
	return fielddoc.Nothing
}

// TestMountedFilesFollow changes a ConfigMap: a mounted file follows, and the
// container is not restarted.
func TestMountedFilesFollow(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {key: old}}`)
	l.Apply(
		t,
		`{apiVersion: v1, kind: Pod, metadata: {name: reader}, spec: {terminationGracePeriodSeconds: 1, volumes: [{name: a, configMap: {name: a}}],
  containers: [{name: main, image: "lab/change:1", command: [fake], volumeMounts: [{name: a, mountPath: /a}]}]}}`,
	)
	l.WaitFor(t, "the pod to run", func() bool { return l.Pod(t, "reader").Status.Phase == corev1.PodRunning })
	pod := l.Pod(t, "reader")
	var file string
	err := filepath.WalkDir(l.Dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, string(pod.UID)+"/volumes/kubernetes.io~configmap/a/key") {
			file = path
		}
		return nil
	})
	if err != nil || file == "" {
		t.Fatalf("no mounted file in %s: %v", l.Dir, err)
	}
	l.Do(t, "patch", "configmap", "a", "--type=merge", "-p", `{"data":{"key":"new"}}`)
	l.WaitFor(t, "the mounted file to follow", func() bool {
		data, err := os.ReadFile(file)
		return err == nil && string(data) == "new"
	})
	if again := l.Pod(t, "reader"); again.UID != pod.UID || again.Status.ContainerStatuses[0].RestartCount != 0 {
		t.Errorf("the pod was replaced or restarted: %+v", again.Status)
	}
}

func uids(pods []corev1.Pod) []string {
	var all []string
	for _, p := range pods {
		all = append(all, string(p.UID))
	}
	slices.Sort(all)
	return all
}

func same(a, b []corev1.Pod) bool { return slices.Equal(uids(a), uids(b)) }

func disjoint(a, b []corev1.Pod) bool {
	return !slices.ContainsFunc(uids(a), func(uid string) bool { return slices.Contains(uids(b), uid) })
}

func restarts(pods []corev1.Pod) int32 {
	var n int32
	for _, p := range pods {
		for _, c := range p.Status.ContainerStatuses {
			n += c.RestartCount
		}
	}
	return n
}
