package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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
	manifest string
	middle   []string // of the manifest: old, new, ...; applied before, if there are any
	edit     []string // the same; applied while the controllers are dead
	gone     bool     // its pods are deleted then
	next     string   // what rsmap says then: +CREATE -DELETE, "" for nothing at all
}

var (
	image2    = []string{"sit/ok:1", "sit/ok:2"}
	broken2   = []string{"sit/ok:1", "sit/never:1"} // never ready
	repaired2 = []string{"sit/never:1", "sit/ok:2"}
)

// to changes the number of replicas.
func to(from, replicas string) []string {
	return []string{"replicas: " + from, "replicas: " + replicas}
}

const (
	parallel3 = "replicas: 3\npodManagementPolicy: Parallel"
	surging   = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"
)

var frozenWorkloads = map[string]frozen{
	"surge":               {manifest: rolling("3", "1", "0"), edit: image2, next: "+1 -0"},
	"unavailable":         {manifest: rolling("3", "0", "1"), edit: image2, next: "+0 -1"},
	"both":                {manifest: rolling("4", "1", "1"), edit: image2, next: "+1 -1"},
	"percent":             {manifest: rolling("5", "25%", "25%"), edit: image2, next: "+2 -1"},
	"unavailable-all":     {manifest: rolling("2", "0", "100%"), edit: image2, next: "+0 -2"},
	"recreate":            {manifest: web("sit/ok:1", "replicas: 2\nstrategy: {type: Recreate}"), edit: image2, next: "+0 -2"},
	"scaled-up":           {manifest: rolling("2", "1", "0"), edit: to("2", "4"), next: "+2 -0"},
	"scaled-down":         {manifest: rolling("3", "1", "0"), edit: to("3", "1"), next: "+0 -2"},
	"scaled-from-zero":    {manifest: rolling("0", "1", "0"), edit: to("0", "3"), next: "+3 -0"},
	"scaled-up-between":   {manifest: rolling("4", "2", "0"), middle: broken2, edit: append(to("4", "8"), broken2...), next: "+4 -0"},
	"scaled-down-between": {manifest: rolling("4", "2", "0"), middle: broken2, edit: append(to("4", "2"), broken2...), next: "+0 -2"},
	"undone-between":      {manifest: rolling("3", "1", "0"), middle: broken2, next: "+0 -1"},
	"edited-between":      {manifest: rolling("3", "1", "0"), middle: broken2, edit: image2, next: "+0 -1"},
	"strategy-between": {
		manifest: rolling("4", "1", "0"),
		middle:   broken2,
		edit:     append([]string{"maxSurge: 1", "maxSurge: 3"}, broken2...),
		next:     "+2 -0",
	},
	"paused": {manifest: rolling("2", "1", "0"), edit: append(to("2", "2\n  paused: true"), image2...), next: ""},
	"resumed": {
		manifest: rolling("3", "1", "1"),
		middle:   append(to("3", "3\n  paused: true"), image2...),
		edit:     image2,
		next:     "+1 -1",
	},
	"old-ones-not-ready": {manifest: strings.ReplaceAll(rolling("3", "1", "1"), "sit/ok:1", "sit/never:1"), edit: repaired2, next: "+1 -1"},
	"set":                {manifest: set("sit/ok:1", "replicas: 2"), edit: image2, next: "+0 -1"},
	"set-partition": {
		manifest: set("sit/ok:1", "replicas: 2\nupdateStrategy: {rollingUpdate: {partition: 2}}"),
		edit:     image2,
		next:     "+0 -0",
	},
	"set-unavailable": {
		manifest: set("sit/ok:1", "replicas: 3\nupdateStrategy: {rollingUpdate: {maxUnavailable: 2}}"),
		edit:     image2,
		next:     "+0 -2",
	},
	"set-percent": {
		manifest: set("sit/ok:1", "replicas: 3\npodManagementPolicy: Parallel\nupdateStrategy: {rollingUpdate: {maxUnavailable: 70%}}"),
		edit:     image2,
		next:     "+0 -2",
	},
	"set-scaled-up":   {manifest: set("sit/ok:1", "replicas: 1"), edit: to("1", "3"), next: "+1 -0"},
	"set-all-up":      {manifest: set("sit/ok:1", "replicas: 1\npodManagementPolicy: Parallel"), edit: to("1", "3"), next: "+2 -0"},
	"set-scaled-down": {manifest: set("sit/ok:1", "replicas: 3"), edit: to("3", "1"), next: "+0 -1"},
	"set-all-down":    {manifest: set("sit/ok:1", parallel3), edit: to("3", "1"), next: "+0 -2"},
	"set-up-and-new": {
		manifest: set("sit/ok:1", "replicas: 1\npodManagementPolicy: Parallel"),
		edit:     append(to("1", "2"), image2...),
		next:     "+1 -0",
	},
	"set-not-ready":       {manifest: set("sit/never:1", parallel3), edit: repaired2, next: "+0 -3"},
	"set-first-not-ready": {manifest: set("sit/never:1", "replicas: 3"), edit: repaired2, next: "+0 -0"},
	"set-ordinals": {
		manifest: set("sit/ok:1", "replicas: 2\nordinals: {start: 5}\nupdateStrategy: {rollingUpdate: {partition: 1}}"),
		edit:     image2,
		next:     "+0 -1",
	},
	"set-on-delete": {manifest: set("sit/ok:1", "replicas: 1\nupdateStrategy: {type: OnDelete}"), edit: image2, next: "+0 -0"},
	"set-gone":      {manifest: set("sit/ok:1", "replicas: 2"), edit: image2, gone: true, next: "+1 -0"},
	"set-all-gone":  {manifest: set("sit/ok:1", parallel3), edit: image2, gone: true, next: "+3 -0"},
	"daemons":       {manifest: daemon("sit/ok:1", ""), edit: image2, next: "+0 -1"},
	"daemons-unavailable": {
		manifest: daemon("sit/ok:1", "updateStrategy: {rollingUpdate: {maxUnavailable: 60%}}"),
		edit:     image2,
		next:     "+0 -2",
	},
	"daemons-surge":     {manifest: daemon("sit/ok:1", surging), edit: image2, next: "+1 -0"},
	"daemons-surge-all": {manifest: daemon("sit/ok:1", strings.Replace(surging, "1", "100%", 1)), edit: image2, next: "+2 -0"},
	"daemons-not-ready": {manifest: daemon("sit/never:1", ""), edit: repaired2, next: "+0 -2"},
	"daemons-on-delete": {manifest: daemon("sit/ok:1", "updateStrategy: {type: OnDelete}"), edit: image2, next: "+0 -0"},
	"daemons-gone":      {manifest: daemon("sit/ok:1", ""), edit: image2, gone: true, next: "+2 -0"},
}

// TestNextIsWhatTheControllersDo edits workloads while the controllers do not
// run. It compares what rsmap reports as their next step with what is expected, and
// then with what the controllers do when they run again. The kubelets do not run then, so
// that no pod becomes ready or ends: what the controllers do is one step.
func TestNextIsWhatTheControllersDo(t *testing.T) {
	t.Parallel()
	const controllers = "kube-controller-manager"
	l := ownLab(t, "--nodes", "2", "--arg", controllers+"=--node-monitor-grace-period=30m")
	l.NeedNodes(t)
	for _, image := range []string{"sit/ok:1", "sit/ok:2", "sit/never:1"} {
		l.Image(t, image, behaviours[image]...)
	}
	l.applyAll(t, func(frozen) []string { return []string{} })
	l.rests(t, func(f frozen) bool { return strings.Contains(f.manifest, "sit/never:1") })
	l.applyAll(t, func(f frozen) []string { return f.middle })
	l.rests(t, func(f frozen) bool { return strings.Contains(f.manifest+strings.Join(f.middle, ""), "sit/never:1") })
	l.Kill(t, controllers)
	var gone []string
	for _, name := range slices.Sorted(maps.Keys(frozenWorkloads)) {
		if frozenWorkloads[name].gone {
			gone = append(gone, name)
		}
	}
	l.Do(t, "delete", "pod", "-l", "app in ("+strings.Join(gone, ",")+")", "--wait")
	l.applyAll(t, func(f frozen) []string { return append([]string{}, f.edit...) })
	l.Kill(t, "kubelet-lab-node-1")
	l.Kill(t, "kubelet-lab-node-2")
	said := l.maps(t)
	acts := recordActs(t, l.Client, l.Current)
	l.Start(t, controllers)
	l.WaitFor(t, "the controllers to do something", func() bool { return acts.len() > 0 })
	var last strings.Builder // made last, so served last
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet"} {
		last.WriteString("---\n" + strings.ReplaceAll(manifest(kind, "sit/ok:1", "", "", ""), "web", "last-"+strings.ToLower(kind)))
	}
	l.Apply(t, last.String())
	l.WaitFor(t, "the last pods", func() bool {
		found := map[string]bool{}
		for _, p := range l.Pods(t, "app in (last-deployment,last-statefulset,last-daemonset)") {
			found[p.Labels["app"]] = true
		}
		return len(found) == 3
	})
	for _, name := range slices.Sorted(maps.Keys(frozenWorkloads)) {
		t.Run(name, func(t *testing.T) { frozenWorkloads[name].judge(t, said[name], acts.of(name)) })
	}
}

// applyAll applies all manifests at once with what changes of them; those for
// which it is nil are left as they are.
func (l *Lab) applyAll(t *testing.T, changed func(frozen) []string) {
	t.Helper()
	var all strings.Builder
	for name, f := range frozenWorkloads {
		if pairs := changed(f); pairs != nil {
			all.WriteString("---\n" + strings.NewReplacer(pairs...).Replace(strings.ReplaceAll(f.manifest, "web", name)))
		}
	}
	l.Apply(t, all.String())
}

// rests waits until no workload gets further by itself, twice in a row: only those
// for which waits is true may wait, for pods that never become ready. Many have to
// get there: it is more patient than WaitFor.
func (l *Lab) rests(t *testing.T, waits func(frozen) bool) {
	t.Helper()
	before := ""
	busy := ""
	for began := time.Now(); time.Since(began) < 5*waitTimeout; time.Sleep(500 * time.Millisecond) {
		now := ""
		all := l.maps(t)
		busy = ""
		for _, name := range slices.Sorted(maps.Keys(all)) {
			w := all[name]
			still := w.Next != nil && w.Next.MayCreate+w.Next.MayDelete == 0 && len(w.Next.WaitingFor) > 0
			if w.Next != nil && !(still && waits(frozenWorkloads[name])) {
				busy = name + ": " + w.Summary
			}
			now += fmt.Sprintln(name, w.Phase)
		}
		if busy == "" && now == before && len(all) == len(frozenWorkloads) {
			return
		}
		before = now
	}
	t.Fatalf("they never are at rest: %s\n%s", busy, before)
}

// judge holds what rsmap said of a workload against what was done to it: numbers of pods
// that were asked for, or asked to go if negative, in order.
func (f frozen) judge(t *testing.T, w rollout.Workload, done []int32) {
	said := ""
	left := slices.Clone(done)
	var last int32
	if w.Next != nil {
		said = fmt.Sprintf("+%d -%d", w.Next.MayCreate, w.Next.MayDelete)
		for _, n := range []int32{w.Next.MayCreate, -w.Next.MayDelete} {
			for sum := int32(0); sum != n; {
				if len(left) == 0 {
					t.Fatalf("rsmap says %q, but the controllers do %v", said, done)
				}
				last = left[0]
				sum += last
				left = left[1:]
			}
		}
	}
	if said != f.next && labVersion() == "1.37" { // where all fields of the manifests are known
		t.Errorf("rsmap says %q, want %q; %s: %s", said, f.next, w.Phase, w.Summary)
	}
	// A Deployment that was let delete pods goes on without them at once.
	if goesOn := strings.Contains(f.manifest, "kind: Deployment") && last < 0; len(left) > 0 && !goesOn {
		t.Errorf("rsmap says %q, but the controllers do %v", said, done)
	}
}

// maps returns what kubectl-rsmap reports of all workloads, by name.
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

// actRecorder keeps what the controllers do: they resize ReplicaSets, and make and
// delete pods of StatefulSets and DaemonSets.
type actRecorder struct {
	mu    sync.Mutex
	sizes map[types.UID]int32 // of the ReplicaSets
	gone  map[types.UID]bool  // pods that are to go
	acts  map[string][]int32  // by the workload's name, in order
}

// recordActs watches a namespace from now on.
func recordActs(t *testing.T, client kubernetes.Interface, namespace string) *actRecorder {
	t.Helper()
	r := &actRecorder{sizes: map[types.UID]int32{}, gone: map[types.UID]bool{}, acts: map[string][]int32{}}
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

func (r *actRecorder) take(e watch.Event) {
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

func (r *actRecorder) add(name string, n int32) {
	if n != 0 {
		r.acts[name] = append(r.acts[name], n)
	}
}

func (r *actRecorder) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.acts)
}

func (r *actRecorder) of(name string) []int32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.acts[name])
}
