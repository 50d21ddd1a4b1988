package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// frozen is a workload web that is edited while no controller runs, so that
// what the controllers may do next is not done yet.
type frozen struct {
	workload string // TYPE/NAME, deployment/web where empty
	manifest string
	before   []string // kubectl commands until it is at rest
	edit     []string // kubectl commands while the controllers are dead
	next     string   // what rsmap says then: +CREATE -DELETE, "" for nothing at all
}

const (
	scaleTo      = "scale deployment/web --replicas="
	scaleSetTo   = "scale statefulset/web --replicas="
	daemonSecond = "set image daemonset/web main=sit/ok:2"
)

// inTheMiddle has one pod, or two, of a new revision that never is ready.
func inTheMiddle(pods string) []string {
	return []string{rolledOutOnce, neverReady, "wait deployment/web --for=jsonpath={.status.updatedReplicas}=" + pods}
}

var frozenWorkloads = map[string]frozen{
	"surge":                {manifest: rolling("3", "1", "0"), before: []string{rolledOutOnce}, edit: []string{second}, next: "+1 -0"},
	"unavailable":          {manifest: rolling("3", "0", "1"), before: []string{rolledOutOnce}, edit: []string{second}, next: "+0 -1"},
	"surge-unavailable":    {manifest: rolling("4", "1", "1"), before: []string{rolledOutOnce}, edit: []string{second}, next: "+1 -1"},
	"percent":              {manifest: rolling("5", "25%", "25%"), before: []string{rolledOutOnce}, edit: []string{second}, next: "+2 -1"},
	"surge-all":            {manifest: rolling("2", "100%", "0"), before: []string{rolledOutOnce}, edit: []string{second}, next: "+2 -0"},
	"unavailable-all":      {manifest: rolling("3", "0", "100%"), before: []string{rolledOutOnce}, edit: []string{second}, next: "+0 -3"},
	"recreate":             {manifest: web("sit/ok:1", "replicas: 2\nstrategy: {type: Recreate}"), before: []string{rolledOutOnce}, edit: []string{second}, next: "+0 -2"},
	"scaled-up":            {manifest: rolling("2", "1", "0"), before: []string{rolledOutOnce}, edit: []string{scaleTo + "4"}, next: "+2 -0"},
	"scaled-down":          {manifest: rolling("3", "1", "0"), before: []string{rolledOutOnce}, edit: []string{scaleTo + "1"}, next: "+0 -2"},
	"scaled-from-zero":     {manifest: rolling("0", "1", "0"), before: []string{rolledOutOnce}, edit: []string{scaleTo + "3"}, next: "+3 -0"},
	"scaled-up-between":    {manifest: rolling("4", "2", "0"), before: inTheMiddle("2"), edit: []string{scaleTo + "8"}, next: "+4 -0"},
	"scaled-down-between":  {manifest: rolling("4", "2", "0"), before: inTheMiddle("2"), edit: []string{scaleTo + "2"}, next: "+0 -2"},
	"undone-between":       {manifest: rolling("3", "1", "0"), before: inTheMiddle("1"), edit: []string{"rollout undo deployment/web"}, next: "+0 -1"},
	"edited-between":       {manifest: rolling("3", "1", "0"), before: inTheMiddle("1"), edit: []string{second}, next: "+0 -1"},
	"strategy-between":     {manifest: rolling("4", "1", "0"), before: inTheMiddle("1"), edit: []string{`patch deployment/web -p {"spec":{"strategy":{"rollingUpdate":{"maxSurge":3}}}}`}, next: "+2 -0"},
	"paused":               {manifest: rolling("3", "1", "0"), before: []string{rolledOutOnce}, edit: []string{"rollout pause deployment/web", second}, next: ""},
	"resumed":              {manifest: rolling("3", "1", "1"), before: []string{rolledOutOnce, "rollout pause deployment/web", second}, edit: []string{"rollout resume deployment/web"}, next: "+1 -1"},
	"old-ones-not-ready":   {manifest: strings.ReplaceAll(rolling("3", "1", "1"), "sit/ok:1", "sit/never:1"), before: []string{"wait deployment/web --for=jsonpath={.status.unavailableReplicas}=3"}, edit: []string{second}, next: "+1 -1"},
	"set":                  {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 3"), before: []string{setRolledOut}, edit: []string{setSecond}, next: "+0 -1"},
	"set-partition":        {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 3}}"), before: []string{setRolledOut}, edit: []string{setSecond}, next: "+0 -0"},
	"set-unavailable":      {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 4\nupdateStrategy: {rollingUpdate: {maxUnavailable: 2}}"), before: []string{setRolledOut}, edit: []string{setSecond}, next: "+0 -2"},
	"set-percent":          {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 4\npodManagementPolicy: Parallel\nupdateStrategy: {rollingUpdate: {maxUnavailable: 70%}}"), before: []string{setRolledOut}, edit: []string{setSecond}, next: "+0 -2"},
	"set-scaled-up":        {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 1"), before: []string{setRolledOut}, edit: []string{scaleSetTo + "3"}, next: "+1 -0"},
	"set-all-up":           {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 1\npodManagementPolicy: Parallel"), before: []string{setRolledOut}, edit: []string{scaleSetTo + "3"}, next: "+2 -0"},
	"set-scaled-down":      {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 3"), before: []string{setRolledOut}, edit: []string{scaleSetTo + "1"}, next: "+0 -1"},
	"set-all-down":         {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 3\npodManagementPolicy: Parallel"), before: []string{setRolledOut}, edit: []string{scaleSetTo + "1"}, next: "+0 -2"},
	"set-up-and-new":       {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 2\npodManagementPolicy: Parallel"), before: []string{setRolledOut}, edit: []string{scaleSetTo + "3", setSecond}, next: "+1 -0"},
	"set-not-ready":        {workload: "statefulset/web", manifest: set("sit/never:1", "replicas: 3\npodManagementPolicy: Parallel"), before: []string{"wait statefulset/web --for=jsonpath={.status.replicas}=3"}, edit: []string{setSecond}, next: "+0 -3"},
	"set-first-not-ready":  {workload: "statefulset/web", manifest: set("sit/never:1", "replicas: 3"), before: []string{"wait statefulset/web --for=jsonpath={.status.replicas}=1"}, edit: []string{setSecond}, next: "+0 -0"},
	"set-ordinals":         {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 2\nordinals: {start: 5}\nupdateStrategy: {rollingUpdate: {partition: 1}}"), before: []string{setRolledOut}, edit: []string{setSecond}, next: "+0 -1"},
	"set-on-delete":        {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 2\nupdateStrategy: {type: OnDelete}"), before: []string{"wait statefulset/web --for=jsonpath={.status.readyReplicas}=2"}, edit: []string{setSecond}, next: "+0 -0"},
	"daemons":              {workload: "daemonset/web", manifest: daemon("sit/ok:1", ""), before: []string{daemonRolledOut}, edit: []string{daemonSecond}, next: "+0 -1"},
	"daemons-unavailable":  {workload: "daemonset/web", manifest: daemon("sit/ok:1", "updateStrategy: {rollingUpdate: {maxUnavailable: 60%}}"), before: []string{daemonRolledOut}, edit: []string{daemonSecond}, next: "+0 -2"},
	"daemons-surge":        {workload: "daemonset/web", manifest: daemon("sit/ok:1", "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"), before: []string{daemonRolledOut}, edit: []string{daemonSecond}, next: "+1 -0"},
	"daemons-surge-all":    {workload: "daemonset/web", manifest: daemon("sit/ok:1", "updateStrategy: {rollingUpdate: {maxSurge: 100%, maxUnavailable: 0}}"), before: []string{daemonRolledOut}, edit: []string{daemonSecond}, next: "+2 -0"},
	"daemons-not-ready":    {workload: "daemonset/web", manifest: daemon("sit/never:1", ""), before: []string{"wait daemonset/web --for=jsonpath={.status.updatedNumberScheduled}=2"}, edit: []string{daemonSecond}, next: "+0 -2"},
	"daemons-on-delete":    {workload: "daemonset/web", manifest: daemon("sit/ok:1", "updateStrategy: {type: OnDelete}"), before: []string{"wait daemonset/web --for=jsonpath={.status.numberAvailable}=2"}, edit: []string{daemonSecond}, next: "+0 -0"},
	"set-pod-deleted":      {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 2"), before: []string{setRolledOut}, edit: []string{"delete pod web-0 --wait", setSecond}, next: "+1 -0"},
	"set-pods-deleted":     {workload: "statefulset/web", manifest: set("sit/ok:1", "replicas: 3\npodManagementPolicy: Parallel"), before: []string{setRolledOut}, edit: []string{"delete pod -l app=web --wait", setSecond}, next: "+3 -0"},
	"daemons-deleted-edit": {workload: "daemonset/web", manifest: daemon("sit/ok:1", ""), before: []string{daemonRolledOut}, edit: []string{daemonSecond, "delete pod -l app=web --wait"}, next: "+2 -0"},
}

// TestNextIsWhatTheControllersDo edits workloads while the controllers are
// dead, holds what rsmap says they may do next against what it should, and then
// against what the controllers do when they live again. Then the kubelets are dead,
// so that no pod becomes ready or goes: what the controllers do is one turn.
func TestNextIsWhatTheControllersDo(t *testing.T) {
	t.Parallel()
	const controllers = "kube-controller-manager"
	l := ownLab(t, "--nodes", "2", "--arg", controllers+"=--node-monitor-grace-period=10m")
	l.NeedNodes(t)
	for image, words := range behaviours {
		l.Image(t, image, words...)
	}
	for name, f := range frozenWorkloads {
		l.Apply(t, f.named(name, f.manifest))
	}
	for name, f := range frozenWorkloads {
		l.steps(t, f.all(name, f.before))
	}
	l.WaitFor(t, "all to be at rest", func() bool {
		resting := true
		for _, w := range l.maps(t) {
			resting = resting && (w.Next == nil || w.Next.MayCreate+w.Next.MayDelete == 0)
		}
		return resting
	})
	l.Kill(t, controllers)
	for name, f := range frozenWorkloads {
		l.steps(t, f.all(name, f.edit))
	}
	for _, node := range []string{"1", "2"} {
		l.Kill(t, "kubelet-lab-node-"+node)
	}
	said := l.maps(t)
	client := l.Client(t)
	acts := recordActs(t, client, l.Current)
	l.Start(t, controllers)
	l.WaitFor(t, "the controllers to do something", func() bool { return acts.len() > 0 })
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet"} { // made last, so served last
		l.Apply(t, strings.ReplaceAll(manifest(kind, "sit/ok:1", "", "", ""), "web", "last-"+strings.ToLower(kind)))
	}
	for _, name := range []string{"last-deployment", "last-statefulset", "last-daemonset"} {
		l.WaitFor(t, "pods of "+name, func() bool { return len(l.Pods(t, "app="+name)) > 0 })
	}
	for _, name := range slices.Sorted(maps.Keys(frozenWorkloads)) {
		t.Run(name, func(t *testing.T) { frozenWorkloads[name].judge(t, said[name], acts.of(name)) })
	}
}

// named puts the name of a case in the place of web.
func (f frozen) named(name, text string) string { return strings.ReplaceAll(text, "web", name) }

func (f frozen) all(name string, steps []string) []string {
	var out []string
	for _, s := range steps {
		out = append(out, f.named(name, s))
	}
	return out
}

// judge holds what rsmap said of a workload against what was done to it: numbers of pods
// that were asked for, or asked to go if negative, in order.
func (f frozen) judge(t *testing.T, w rollout.Workload, done []int32) {
	said, left := "", slices.Clone(done)
	var last int32
	if w.Next != nil {
		said = fmt.Sprintf("+%d -%d", w.Next.MayCreate, w.Next.MayDelete)
		for _, n := range []int32{w.Next.MayCreate, -w.Next.MayDelete} {
			for sum := int32(0); sum != n; {
				if len(left) == 0 {
					t.Fatalf("rsmap says %q, but the controllers do %v", said, done)
				}
				sum, left, last = sum+left[0], left[1:], left[0]
			}
		}
	}
	if said != f.next && labVersion() == "1.37" { // where all fields of the manifests are known
		t.Errorf("rsmap says %q, want %q; %s: %s", said, f.next, w.Phase, w.Summary)
	}
	// A Deployment that was let delete pods goes on without them at once.
	if goesOn := f.workload == "" && last < 0; len(left) > 0 && !goesOn {
		t.Errorf("rsmap says %q, but the controllers do %v", said, done)
	}
}

// maps returns what kubectl-rsmap says of all workloads, by name.
func (l *Lab) maps(t *testing.T) map[string]rollout.Workload {
	t.Helper()
	var report struct{ Items []rollout.Workload }
	if err := json.Unmarshal([]byte(l.Plugin(t, "rsmap", "-o", "json")), &report); err != nil {
		t.Fatal(err)
	}
	out := map[string]rollout.Workload{}
	for _, w := range report.Items {
		out[w.Ref.Name] = w
	}
	return out
}

// recorder keeps what the controllers do: they resize ReplicaSets, and make and
// delete pods of StatefulSets and DaemonSets.
type recorder struct {
	mu    sync.Mutex
	sizes map[types.UID]int32 // of the ReplicaSets
	gone  map[types.UID]bool  // pods that are to go
	acts  map[string][]int32  // by the workload's name, in order
}

// recordActs watches a namespace from now on.
func recordActs(t *testing.T, client kubernetes.Interface, namespace string) *recorder {
	t.Helper()
	r := &recorder{sizes: map[types.UID]int32{}, gone: map[types.UID]bool{}, acts: map[string][]int32{}}
	sets, err := client.AppsV1().ReplicaSets(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range sets.Items {
		r.sizes[sets.Items[i].UID] = *sets.Items[i].Spec.Replicas
	}
	pods, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range pods.Items {
		r.gone[pods.Items[i].UID] = pods.Items[i].DeletionTimestamp != nil
	}
	resized, err := client.AppsV1().ReplicaSets(namespace).Watch(t.Context(), metav1.ListOptions{ResourceVersion: sets.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := client.CoreV1().Pods(namespace).Watch(t.Context(), metav1.ListOptions{ResourceVersion: pods.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []watch.Interface{resized, moved} {
		go func() {
			for e := range w.ResultChan() {
				r.take(e)
			}
		}()
	}
	return r
}

func (r *recorder) take(e watch.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch o := e.Object.(type) {
	case *appsv1.ReplicaSet:
		was := r.sizes[o.UID]
		r.sizes[o.UID] = *o.Spec.Replicas
		r.add(o.Labels["app"], *o.Spec.Replicas-was)
	case *corev1.Pod:
		if c := metav1.GetControllerOf(o); c == nil || c.Kind == "ReplicaSet" {
			return
		}
		goes, known := r.gone[o.UID]
		going := e.Type == watch.Deleted || o.DeletionTimestamp != nil
		r.gone[o.UID] = going
		if !known {
			r.add(o.Labels["app"], 1)
		}
		if going && !goes {
			r.add(o.Labels["app"], -1)
		}
	}
}

func (r *recorder) add(name string, n int32) {
	if n != 0 {
		r.acts[name] = append(r.acts[name], n)
	}
}

func (r *recorder) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.acts)
}

func (r *recorder) of(name string) []int32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.acts[name])
}
