package rollout_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// moment is the time as of which these tests compute.
var moment = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// herd returns the pods that words such as "2o!" describe: an ordinal, or the
// letter of a node; then o for the old template or n for the new one; then ! if
// the pod is not ready, - if it is being deleted, x if it failed.
func herd(words string, owner metav1.OwnerReference) []*corev1.Pod {
	var pods []*corev1.Pod
	for word := range strings.FieldsSeq(words) {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
			Name: "web-" + strings.TrimRight(word, "!-x"), Namespace: "shop", UID: types.UID(word), OwnerReferences: []metav1.OwnerReference{owner},
			CreationTimestamp: metav1.NewTime(moment.Add(-time.Hour)), Labels: map[string]string{"app": "web", "controller-revision-hash": "old"},
		}}
		p.Spec.NodeName = word[:1]
		if strings.Contains(word, "n") {
			p.Labels["controller-revision-hash"] = "new"
		}
		if owner.Kind == "StatefulSet" {
			p.Name = "web-" + word[:1]
		}
		p.Status.Phase = corev1.PodRunning
		ready := corev1.ConditionTrue
		if strings.Contains(word, "!") {
			ready = corev1.ConditionFalse
		}
		p.Status.Conditions = []corev1.PodCondition{
			{Type: corev1.PodReady, Status: ready, LastTransitionTime: metav1.NewTime(moment.Add(-time.Minute))},
		}
		if strings.Contains(word, "-") {
			p.DeletionTimestamp = new(metav1.NewTime(moment))
		}
		if strings.Contains(word, "x") {
			p.Status.Phase = corev1.PodFailed
			p.Status.Conditions[0].Status = corev1.ConditionFalse
		}
		pods = append(pods, p)
	}
	return pods
}

func controllerOf(kind string) metav1.OwnerReference {
	return metav1.OwnerReference{APIVersion: "apps/v1", Kind: kind, Name: "web", UID: "web", Controller: new(true)}
}

// history are two revisions, the newer one of which has the image that new ones have.
func history(kind string) []*appsv1.ControllerRevision {
	var out []*appsv1.ControllerRevision
	for i, name := range []string{"old", "new"} {
		out = append(out, &appsv1.ControllerRevision{
			ObjectMeta: metav1.ObjectMeta{
				Name:            name,
				Namespace:       "shop",
				UID:             types.UID(name),
				OwnerReferences: []metav1.OwnerReference{controllerOf(kind)},
			},
			Revision: int64(
				i + 1,
			), Data: runtime.RawExtension{Raw: fmt.Appendf(nil, `{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"web:%s"}]}}}}`, name)},
		})
	}
	return out
}

func nextOf(t *testing.T, s *snapshot.Snapshot) string {
	t.Helper()
	s.At = moment
	all := rollout.Build(owners.Build(s))
	if len(all) != 1 {
		t.Fatalf("%d workloads", len(all))
	}
	n := all[0].Next
	if n == nil {
		return string(all[0].Phase)
	}
	return strings.TrimSpace(
		fmt.Sprintf("+%d -%d %s", n.MayCreate, n.MayDelete, strings.ReplaceAll(strings.Join(n.WaitingFor, " "), "web-", "")),
	)
}

func wants(image string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: image}}}}
}

// What the StatefulSet controller does next, for states that are hard to lead a
// real one into. test/e2e holds others against the controller itself.
func TestNextOfAStatefulSet(t *testing.T) {
	two := new(intstr.FromInt32(2))
	tests := map[string]struct {
		replicas    int32
		parallel    bool
		unavailable *intstr.IntOrString
		partition   int32
		pods, want  string
	}{
		"highest first":                      {replicas: 3, pods: "0o 1o 2o", want: "+0 -1"},
		"goes on below":                      {replicas: 3, pods: "0o 1o 2n", want: "+0 -1"},
		"waits for the new one":              {replicas: 3, pods: "0o 1o 2n!", want: "+0 -0 2"},
		"waits for one that goes":            {replicas: 3, pods: "0o 1o- 2n", want: "+0 -0 1"},
		"makes it anew":                      {replicas: 3, pods: "0o 1o", want: "+1 -0"},
		"a broken old one holds it":          {replicas: 3, pods: "0o! 1o 2o", want: "+0 -0 0"},
		"the lowest one first":               {replicas: 3, pods: "0o 1n! 2n!", want: "+0 -0 1"},
		"a failed one is replaced":           {replicas: 3, pods: "0o 1ox 2n", want: "+0 -1"},
		"partition":                          {replicas: 3, partition: 2, pods: "0o 1o 2o", want: "+0 -1"},
		"partition reached":                  {replicas: 3, partition: 2, pods: "0o 1o 2n!", want: "+0 -0 2"},
		"partition beyond":                   {replicas: 3, partition: 9, pods: "0o 1o 2o!", want: "+0 -0 2"},
		"too many":                           {replicas: 1, pods: "0o 1o 2o", want: "+0 -1"},
		"too many, the first of them broken": {replicas: 1, pods: "0o 1o! 2o", want: "+0 -1"},
		"too many, two broken":               {replicas: 1, pods: "0o 1o! 2o!", want: "+0 -0 1"},
		"too many, one goes":                 {replicas: 1, pods: "0o 1o 2o-", want: "+0 -0 2"},
		"two at a time":                      {replicas: 4, unavailable: two, pods: "0o 1o 2o 3o", want: "+0 -2"},
		"in parallel":                        {replicas: 4, parallel: true, pods: "0o 1o", want: "+2 -0"},
		"in parallel, one is missing":        {replicas: 3, parallel: true, unavailable: new(intstr.FromInt32(1)), pods: "0o 1o", want: "+1 -0"},
		"in parallel, broken ones":           {replicas: 4, parallel: true, unavailable: two, pods: "0o! 1o! 2o! 3o", want: "+0 -3"},
		"in parallel, one broken":            {replicas: 4, parallel: true, unavailable: two, pods: "0o! 1o 2o 3o", want: "+0 -2"},
		"in parallel, new ones broken":       {replicas: 4, parallel: true, unavailable: two, pods: "0o 1o 2n! 3n!", want: "+0 -0 2 3"},
		"in parallel, one at a time":         {replicas: 3, parallel: true, pods: "0o! 1o! 2o!", want: "+0 -1 0 1 2"},
		"in parallel, too many":              {replicas: 1, parallel: true, pods: "0n 1o 2o", want: "+0 -2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := &appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", UID: "web", Generation: 2}}
			d.Spec.Replicas = &test.replicas
			d.Spec.Template = wants("web:new")
			d.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
			if test.parallel {
				d.Spec.PodManagementPolicy = appsv1.ParallelPodManagement
			}
			d.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateStatefulSetStrategy{
				Partition:      &test.partition,
				MaxUnavailable: test.unavailable,
			}
			d.Status = appsv1.StatefulSetStatus{ObservedGeneration: 1, CurrentRevision: "old", UpdateRevision: "old"} // the edit was not seen yet
			got := nextOf(t, &snapshot.Snapshot{
				StatefulSets: []*appsv1.StatefulSet{d}, ControllerRevisions: history("StatefulSet"), Pods: herd(test.pods, controllerOf("StatefulSet")),
			})
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What the DaemonSet controller does next. Nodes are letters.
func TestNextOfADaemonSet(t *testing.T) {
	one := intstr.FromInt32(1)
	none := intstr.FromInt32(0)
	tests := map[string]struct {
		desired            int32
		surge, unavailable intstr.IntOrString
		pods, want         string
	}{
		"one at a time":                  {3, none, one, "ao bo co", "+0 -1"},
		"waits for the new one":          {3, none, one, "an! bo co", "+0 -0 an"},
		"goes on":                        {3, none, one, "an bo co", "+0 -1"},
		"waits for one that goes":        {3, none, one, "ao- bo co", "+0 -0 ao"},
		"makes it anew":                  {3, none, one, "bo co", "+1 -0"},
		"broken old ones go at once":     {3, none, one, "ao! bo! co", "+0 -2"},
		"failed ones are replaced":       {3, none, one, "anx bo co", "+0 -1"},
		"two of a node":                  {2, none, one, "ao an bo", "+0 -1"},
		"surges":                         {3, one, none, "ao bo co", "+1 -0"},
		"surge waits":                    {3, one, none, "ao an! bo co", "+0 -0 an"},
		"surge over":                     {3, one, none, "ao an bo co", "+1 -1"},
		"surge replaces broken old ones": {3, one, none, "ao! bo! co", "+3 -0"},
		"surge beside one that goes":     {2, one, none, "ao- bn", "+1 -0"},
		"old one broke during the surge": {2, one, none, "ao! an! bo", "+0 -1 an"},
		"percent rounds up":              {3, none, intstr.FromString("34%"), "ao bo co", "+0 -2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", UID: "web", Generation: 2}}
			d.Spec.Template = wants("web:new")
			d.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
			d.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateDaemonSet{MaxSurge: &test.surge, MaxUnavailable: &test.unavailable}
			d.Status = appsv1.DaemonSetStatus{ObservedGeneration: 2, DesiredNumberScheduled: test.desired, CurrentNumberScheduled: test.desired}
			pods := herd(test.pods, controllerOf("DaemonSet"))
			var nodes []*corev1.Node
			for _, p := range pods {
				nodes = append(nodes, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: p.Spec.NodeName}})
			}
			s := &snapshot.Snapshot{DaemonSets: []*appsv1.DaemonSet{d}, ControllerRevisions: history("DaemonSet"), Pods: pods, Nodes: nodes}
			if got := nextOf(t, s); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			// A node that was not read may not exist: the controller stops at an old pod that is not available
			// there, and does not follow a pod that leaves.
			s.Nodes = nil
			replaced := strings.Contains(test.pods, "o!") || strings.Contains(test.pods, "o-")
			broken := replaced && !strings.Contains(test.pods, "n!") && test.surge != none
			if got := nextOf(t, s); (got == test.want) == broken {
				t.Errorf("without nodes: got %q, with them %q", got, test.want)
			}
		})
	}
}

// A node that is not ready gets no pod by a surge.
func TestNextOfADaemonSetOnADownNode(t *testing.T) {
	one := intstr.FromInt32(1)
	none := intstr.FromInt32(0)
	for name, test := range map[string]struct {
		surge, unavailable intstr.IntOrString
		pods, want         string
	}{
		"surge":                        {one, none, "ao- bn!", "+0 -0 bn"},
		"one may be to have none":      {one, none, "ao bn!", "Stalled"}, // nothing is foreseen
		"it counts against the budget": {none, one, "ao- bo", "+0 -0 ao"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", UID: "web", Generation: 2}}
			d.Spec.Template = wants("web:new")
			d.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
			d.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateDaemonSet{MaxSurge: &test.surge, MaxUnavailable: &test.unavailable}
			d.Status = appsv1.DaemonSetStatus{ObservedGeneration: 2, DesiredNumberScheduled: 1, CurrentNumberScheduled: 1, NumberMisscheduled: 1}
			pods := herd(test.pods, controllerOf("DaemonSet"))
			down := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: pods[0].Spec.NodeName}}
			down.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionUnknown}}
			got := nextOf(t, &snapshot.Snapshot{
				DaemonSets: []*appsv1.DaemonSet{d}, ControllerRevisions: history("DaemonSet"), Pods: pods, Nodes: []*corev1.Node{down},
			})
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A Deployment that was scaled is resized before it rolls out further.
func TestNextOfAScaledDeployment(t *testing.T) {
	tests := map[string]struct {
		replicas, old, current int32
		desired                string // by the annotation
		want                   string
	}{
		"grows in proportion":       {8, 4, 2, "4", "+4 -0"},
		"shrinks in proportion":     {2, 4, 2, "4", "+0 -2"},
		"only the old one has pods": {5, 3, 0, "3", "+2 -0"},
		"to zero":                   {0, 4, 2, "4", "+0 -6"},
		"sizes are right":           {4, 4, 2, "5", "+0 -0"},
		"nobody scaled":             {4, 4, 2, "4", "+0 -0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := deployment("b", test.replicas, intstr.FromInt32(2), none, updated)
			w.d.Generation = 2
			w.d.Status.ObservedGeneration = 1
			w.set("1", "a", test.old, test.old, test.old).Annotations["deployment.kubernetes.io/desired-replicas"] = test.desired
			w.set("2", "b", test.current, test.current, 0).Annotations["deployment.kubernetes.io/desired-replicas"] = test.desired
			got := "none"
			if n := w.build(t).Next; n != nil {
				got = fmt.Sprintf("+%d -%d", n.MayCreate, n.MayDelete)
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
