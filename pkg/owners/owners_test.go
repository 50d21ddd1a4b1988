package owners_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func meta(name, uid string, owner *metav1.OwnerReference) metav1.ObjectMeta {
	m := metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID(uid)}
	if owner != nil {
		m.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	return m
}

func by(apiVersion, kind, name, uid string) *metav1.OwnerReference {
	return &metav1.OwnerReference{APIVersion: apiVersion, Kind: kind, Name: name, UID: types.UID(uid), Controller: new(true)}
}

func snap(objects ...runtime.Object) *snapshot.Snapshot {
	s := &snapshot.Snapshot{}
	for _, o := range objects {
		s.Add(o)
	}
	s.Sort()
	return s
}

func pod(name, uid string, owner *metav1.OwnerReference) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: meta(name, uid, owner)}
}

// outline draws a forest with one name a node.
func outline(f *owners.Forest) []string {
	var out []string
	var walk func(n *owners.Node, indent string)
	walk = func(n *owners.Node, indent string) {
		line := indent + n.Ref.String()
		if n.Gone {
			line += " (gone)"
		} else if n.Object == nil {
			line += " (not read)"
		}
		out = append(out, line)
		for _, c := range n.Children {
			walk(c, indent+"  ")
		}
	}
	for _, r := range f.Roots {
		walk(r, "")
	}
	return out
}

func TestBuild(t *testing.T) {
	rollout := &unstructured.Unstructured{}
	rollout.SetAPIVersion("argoproj.io/v1alpha1")
	rollout.SetKind("Rollout")
	rollout.SetNamespace("shop")
	rollout.SetName("canary")
	rollout.SetUID("ro")
	mirror := pod("kube-proxy-a", "mirror", nil)
	mirror.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "hash"}
	mirror.Spec.NodeName = "node-a"
	tests := map[string]struct {
		snapshot *snapshot.Snapshot
		want     []string
	}{
		"a Deployment owns by UID, whatever the names": {
			snap(&appsv1.Deployment{ObjectMeta: meta("web", "d", nil)},
				&appsv1.ReplicaSet{ObjectMeta: meta("adopted", "r1", by("apps/v1", "Deployment", "web", "d"))},
				&appsv1.ReplicaSet{ObjectMeta: meta("web-old", "r2", by("apps/v1", "Deployment", "web", "the one before"))},
				pod("p", "p", by("apps/v1", "ReplicaSet", "adopted", "r1"))),
			[]string{"Deployment/web", "  ReplicaSet/adopted", "    Pod/p", "Deployment/web (not read)", "  ReplicaSet/web-old"},
		},
		"an ownerReference that is no controller owns nothing": {
			snap(&appsv1.ReplicaSet{ObjectMeta: meta("r", "r", nil)},
				pod("p", "p", &metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "r", UID: "r"})),
			[]string{"Pod/p", "ReplicaSet/r"},
		},
		"CronJob, Job, Pod": {
			snap(&batchv1.CronJob{ObjectMeta: meta("c", "c", nil)}, &batchv1.Job{ObjectMeta: meta("c-1", "j", by("batch/v1", "CronJob", "c", "c"))},
				pod("c-1-x", "p", by("batch/v1", "Job", "c-1", "j"))),
			[]string{"CronJob/c", "  Job/c-1", "    Pod/c-1-x"},
		},
		"StatefulSet with revisions": {
			snap(
				&appsv1.StatefulSet{ObjectMeta: meta("db", "s", nil)},
				&appsv1.ControllerRevision{
					ObjectMeta: meta("db-7", "c", by("apps/v1", "StatefulSet", "db", "s")),
				},
				pod("db-0", "p", by("apps/v1", "StatefulSet", "db", "s")),
			),
			[]string{"StatefulSet/db", "  ControllerRevision/db-7", "  Pod/db-0"},
		},
		"a custom resource owns a ReplicaSet, and is a node of its own where it was read": {
			snap(
				rollout,
				&appsv1.ReplicaSet{ObjectMeta: meta("canary-1", "r", by("argoproj.io/v1alpha1", "Rollout", "canary", "ro"))},
				pod("p", "p", by("x/v1", "Set", "set", "u")),
			),
			[]string{"Rollout/canary", "  ReplicaSet/canary-1", "Set/set (not read)", "  Pod/p"},
		},
		"a static pod belongs to its Node": {snap(mirror), []string{"Node/node-a (not read)", "  Pod/kube-proxy-a"}},
		"what a workload is made from stays above it": {
			snap(&appsv1.StatefulSet{ObjectMeta: meta("prometheus", "s", by("monitoring.coreos.com/v1", "Prometheus", "main", "pr"))}),
			[]string{"StatefulSet/prometheus"},
		},
		"files without UIDs go by name": {
			snap(
				&appsv1.Deployment{ObjectMeta: meta("web", "", nil)},
				&appsv1.ReplicaSet{ObjectMeta: meta("web-1", "", by("apps/v1beta1", "Deployment", "web", ""))},
			),
			[]string{"Deployment/web", "  ReplicaSet/web-1"},
		},
		"a reference with a UID never goes by name": {
			snap(
				&appsv1.Deployment{ObjectMeta: meta("web", "", nil)},
				&appsv1.ReplicaSet{ObjectMeta: meta("web-1", "r", by("apps/v1", "Deployment", "web", "d"))},
			),
			[]string{"Deployment/web", "Deployment/web (not read)", "  ReplicaSet/web-1"},
		},
		"a loop ends": {
			snap(
				&appsv1.ReplicaSet{ObjectMeta: meta("a", "a", by("apps/v1", "ReplicaSet", "b", "b"))},
				&appsv1.ReplicaSet{ObjectMeta: meta("b", "b", by("apps/v1", "ReplicaSet", "a", "a"))},
			),
			[]string{"ReplicaSet/b", "  ReplicaSet/a"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, outline(owners.Build(test.snapshot))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnOwnerIsGoneOnlyWhereAllOfItsKindWereRead(t *testing.T) {
	s := snap(pod("p", "p", by("apps/v1", "ReplicaSet", "r", "r")))
	if diff := cmp.Diff([]string{"ReplicaSet/r (not read)", "  Pod/p"}, outline(owners.Build(s))); diff != "" {
		t.Error(diff)
	}
	s.MarkComplete("replicasets", "shop")
	if diff := cmp.Diff([]string{"ReplicaSet/r (gone)", "  Pod/p"}, outline(owners.Build(s))); diff != "" {
		t.Error(diff)
	}
}

func TestOrphans(t *testing.T) {
	labels := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	set := func(name, uid string, own, template map[string]string, owner *metav1.OwnerReference) *appsv1.ReplicaSet {
		rs := &appsv1.ReplicaSet{ObjectMeta: meta(name, uid, owner)}
		rs.Labels = own
		rs.Spec.Template.Labels = template
		rs.Annotations = labels("deployment.kubernetes.io/revision", "1")
		return rs
	}
	d := &appsv1.Deployment{ObjectMeta: meta("web", "d", nil)}
	d.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels("app", "web")}
	stray := pod("web-1-abcde", "p1", nil)
	stray.GenerateName = "web-1-"
	done := pod("web-1-fghij", "p2", nil)
	done.Labels = labels("app", "web")
	done.Status.Phase = corev1.PodSucceeded
	s := snap(d,
		set("web-1", "r1", labels("app", "web"), labels("pod-template-hash", "1"), by("apps/v1", "Deployment", "web", "d")),
		set("web-2", "r2", labels("app", "web"), labels("pod-template-hash", "2"), nil),
		set("web-3", "r3", labels("app", "web-debug"), labels("pod-template-hash", "3"), nil),
		set("web-api-4", "r4", labels("app", "web-api"), labels("pod-template-hash", "4"), nil),
		stray, done, pod("web-9-alone", "p3", nil))
	f := owners.Build(s)
	var got []string
	orphans, _ := f.Orphans(f.Node(d))
	for _, o := range orphans {
		got = append(got, o.Node.Ref.String()+" "+string(o.Bond))
	}
	want := []string{"ReplicaSet/web-2 adoptable", "ReplicaSet/web-3 released", "Pod/web-1-abcde released"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOrphansAreInOrderInAnUnsortedSnapshot(t *testing.T) {
	app := map[string]string{"app": "web"}
	d := &appsv1.Deployment{ObjectMeta: meta("web", "d", nil)}
	d.Spec.Selector = &metav1.LabelSelector{MatchLabels: app}
	s := &snapshot.Snapshot{Deployments: []*appsv1.Deployment{d}}
	for _, name := range []string{"c", "a", "b"} {
		p := pod(name, "p-"+name, nil)
		p.Labels = app
		rs := &appsv1.ReplicaSet{ObjectMeta: meta(name, "r-"+name, nil)}
		rs.Labels = app
		s.Pods = append(s.Pods, p)
		s.ReplicaSets = append(s.ReplicaSets, rs)
	}
	f := owners.Build(s)
	var got []string
	orphans, _ := f.Orphans(f.Node(d))
	for _, o := range orphans {
		got = append(got, o.Node.Ref.String())
	}
	want := []string{"ReplicaSet/a", "ReplicaSet/b", "ReplicaSet/c", "Pod/a", "Pod/b", "Pod/c"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRivals(t *testing.T) {
	deployment := func(name string, selector map[string]string) *appsv1.Deployment {
		d := &appsv1.Deployment{ObjectMeta: meta(name, name, nil)}
		d.Spec.Selector = &metav1.LabelSelector{MatchLabels: selector}
		return d
	}
	labelled := func(name, owner string, labels map[string]string) *corev1.Pod {
		p := pod(name, name, by("apps/v1", "Deployment", owner, owner))
		p.Labels = labels
		return p
	}
	web := deployment("web", map[string]string{"app": "web"})
	canary := deployment("web-canary", map[string]string{"app": "web", "track": "canary"})
	s := snap(web, canary, deployment("idle", map[string]string{"app": "web"}),
		labelled("a", "web", map[string]string{"app": "web"}), labelled("b", "web-canary", map[string]string{"app": "web", "track": "canary"}))
	f := owners.Build(s)
	if got := rivalsOf(f, web); len(got) != 1 || got[0].Ref.Name != "web-canary" {
		t.Errorf("rivals of web: %v", got)
	}
	if got := rivalsOf(f, canary); len(got) != 0 {
		t.Errorf("rivals of web-canary: %v", got)
	}
}

// rivalsOf returns the rivals of a workload.
func rivalsOf(f *owners.Forest, d *appsv1.Deployment) []*owners.Node {
	rivals, _ := f.Rivals(f.Node(d))
	return slices.Collect(rivals)
}

func ExampleForest_Root() {
	p := pod("web-1-x", "p", by("apps/v1", "ReplicaSet", "web-1", "r"))
	s := snap(p, &appsv1.Deployment{ObjectMeta: meta("web", "d", nil)},
		&appsv1.ReplicaSet{ObjectMeta: meta("web-1", "r", by("apps/v1", "Deployment", "web", "d"))})
	fmt.Println(owners.Build(s).Root(p))
	// Output: Deployment/web
}
