package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// weather changes the nodes of a lab at random: they are lost or deleted and come
// back, lose their Lease, are cordoned, tainted, and labelled.
type weather struct {
	t      *testing.T
	lab    *Lab
	client kubernetes.Interface
	rng    *rand.Rand
	lost   map[string]bool // nodes whose kubelet does not run; true: the Node was deleted
	did    []string
}

func (w *weather) kubectl(args ...string) {
	w.did = append(w.did, strings.Join(args, " "))
	w.lab.Do(w.t, args...)
}

// node returns the name of one of the Nodes that are there.
func (w *weather) node() string {
	for {
		node := fmt.Sprintf("lab-node-%d", 1+w.rng.IntN(w.lab.Nodes))
		if !w.lost[node] {
			return node
		}
	}
}

// change does one thing to one node. At most one node is lost at a time.
func (w *weather) change() {
	w.t.Helper()
	node := w.node()
	switch w.rng.IntN(9) {
	case 0, 1, 2:
		w.loseOrFind(node)
	case 3:
		w.kubectl("cordon", node)
	case 4:
		w.kubectl("uncordon", node)
	case 5:
		w.kubectl("taint", "node", node, "storm=yes:"+[]string{"NoSchedule", "NoExecute", "PreferNoSchedule"}[w.rng.IntN(3)], "--overwrite")
	case 6:
		w.clear(node)
	case 7: // the kubelet makes another one
		w.kubectl("delete", "lease", node, "-n", "kube-node-lease", "--ignore-not-found")
	default:
		w.kubectl("label", "node", node, "zone="+[]string{"a", "b"}[w.rng.IntN(2)], "--overwrite")
	}
}

// clear removes the taints of a node that change may have set, and waits for the
// answer of the server, which may be that there is none.
func (w *weather) clear(node string) {
	w.did = append(w.did, "taint node "+node+" storm-")
	w.lab.Kubectl(w.t, "taint", "node", node, "storm-")
}

// loseOrFind ends the kubelet of a node, or starts the one that was ended, and waits
// until the node lifecycle controller has noticed. A Node that is lost may be deleted
// then, as a cloud does: its kubelet registers it again.
func (w *weather) loseOrFind(node string) {
	for found := range w.lost {
		w.did = append(w.did, "start "+found)
		w.lab.Start(w.t, "kubelet-"+found)
		w.ready(found, corev1.ConditionTrue)
		delete(w.lost, found)
		return
	}
	w.did = append(w.did, "lose "+node)
	w.lab.Kill(w.t, "kubelet-"+node)
	w.ready(node, corev1.ConditionUnknown)
	w.lost[node] = false
	if w.rng.IntN(3) == 0 {
		w.kubectl("delete", "node", node)
		w.lost[node] = true
	}
}

func (w *weather) ready(node string, want corev1.ConditionStatus) {
	w.t.Helper()
	w.lab.WaitFor(w.t, fmt.Sprintf("node %s to be ready: %s", node, want), func() bool {
		n, err := w.client.CoreV1().Nodes().Get(w.t.Context(), node, metav1.GetOptions{})
		if err != nil {
			return false
		}
		for _, c := range n.Status.Conditions {
			if c.Type == corev1.NodeReady {
				return c.Status == want
			}
		}
		return false
	})
}

// TestDaemonSetNodeHistories takes DaemonSets through random edits while nodes are lost,
// come back, are cordoned, tainted and labelled. Whenever the controller rests, rsmap has
// its counts, expects nothing more, agrees with rollout status, and names a node that is lost.
func TestDaemonSetNodeHistories(t *testing.T) {
	t.Parallel()
	rounds := amount(5, 12, 60)
	many := number(t, "THRASHKIT_HISTORIES", amount(6, 10, 10))
	seed := number(t, "THRASHKIT_SEED", int(time.Now().UnixNano()%1_000_000))
	t.Logf("seeds %d to %d; replay with THRASHKIT_SEED=%d", seed, seed+many-1, seed)
	// A kubelet renews its Lease every 10 s.
	const controllers = "kube-controller-manager"
	l := ownLab(t, "--nodes", "3", "--arg", controllers+"=--node-monitor-grace-period=14s", "--arg", controllers+"=--node-monitor-period=1s")
	l.NeedNodes(t)
	for image, words := range behaviours {
		l.Image(t, image, words...)
	}
	sky := &weather{t: t, lab: l, client: l.Client, rng: rand.New(rand.NewPCG(uint64(seed), 7)), lost: map[string]bool{}}
	var walks []*walk
	for i := range many {
		in := l.Namespace(t)
		w := &walk{t: t, lab: in, client: in.Client, rng: rand.New(rand.NewPCG(uint64(seed+i), 2)), workload: "daemonset/web"}
		image := w.one("sit/ok:1", "sit/ok:1", "sit/never:1")
		tolerations := w.one("", "tolerations: [{operator: Exists}]", "nodeSelector: {zone: a}")
		w.did = append(w.did, image+" "+tolerations)
		in.Apply(t, manifest("DaemonSet", image, "", tolerations, ""))
		walks = append(walks, w)
	}
	for round := range rounds {
		if round > 0 {
			sky.change()
		}
		var group sync.WaitGroup
		for _, w := range walks {
			group.Go(func() {
				if round > 0 {
					w.editOnNodes()
				}
				w.checkOnNodes(sky)
			})
		}
		group.Wait()
		if t.Failed() {
			break
		}
	}
	t.Logf("nodes: %s", strings.Join(sky.did, ", "))
}

// editOnNodes changes a DaemonSet, or leaves it to what the nodes do.
func (w *walk) editOnNodes() {
	switch w.rng.IntN(6) {
	case 0:
		w.kubectl("set", "image", w.workload, "main="+w.one("sit/ok:1", "sit/ok:2", "sit/never:1"))
	case 1:
		w.patch(w.one(
			`{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}`,
			`{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}`,
			`{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}}}`,
		))
	case 2:
		w.kubectl("rollout", "restart", w.workload)
	default:
		w.did = append(w.did, "nothing")
	}
}

// checkOnNodes waits until the controller rests, and compares what rsmap reports. It asks again if something has
// changed in between: the pods of a deleted node go at a time of their own.
func (w *walk) checkOnNodes(sky *weather) {
	story := fmt.Sprintf("nodes: %s; %s: %s", strings.Join(sky.did, ", "), w.lab.Current, w.story())
	for {
		d, pods := w.restOnNodes(sky, story)
		got := w.lab.mapOf(w.t, w.workload)
		answer := w.lab.rolloutStatus(w.t, w.workload)
		if w.restsStill(d, pods) {
			w.compareOnNodes(sky, story, d, pods, got, answer)
			return
		}
	}
}

// restsStill reports whether a DaemonSet and its pods are as they were read before.
func (w *walk) restsStill(set *appsv1.DaemonSet, pods []corev1.Pod) bool {
	d, err := w.client.AppsV1().DaemonSets(w.lab.Current).Get(w.t.Context(), "web", metav1.GetOptions{})
	if err != nil || d.ResourceVersion != set.ResourceVersion {
		return false
	}
	list, err := w.client.CoreV1().Pods(w.lab.Current).List(w.t.Context(), metav1.ListOptions{LabelSelector: "app=web"})
	if err != nil {
		return false
	}
	return slices.EqualFunc(list.Items, pods, func(a, b corev1.Pod) bool { return a.UID == b.UID })
}

// compareOnNodes compares what rsmap and rollout status report with the status and the pods of a DaemonSet at rest.
func (w *walk) compareOnNodes(sky *weather, story string, d *appsv1.DaemonSet, pods []corev1.Pod, got rollout.Workload, answer string) {
	fail := func(format string, args ...any) {
		there := w.lab.Do(w.t, "get", "pods", "-o", "wide")
		w.t.Errorf("%s\n%s\n%s\n%s\n%s", story, fmt.Sprintf(format, args...), w.lab.condensed(got), got.Summary, there)
	}
	for what, pair := range map[string]struct {
		have *int32
		want int32
	}{
		"desired": {got.Desired, d.Status.DesiredNumberScheduled}, "updated": {got.Updated, d.Status.UpdatedNumberScheduled},
		"ready": {got.Ready, d.Status.NumberReady}, "available": {got.Available, d.Status.NumberAvailable},
	} {
		if pair.have == nil || *pair.have != pair.want {
			fail("%s is %v, the controller reports %d", what, pair.have, pair.want)
		}
	}
	if n := got.Next; n != nil && n.MayCreate+n.MayDelete != 0 {
		fail("the controller rests, but rsmap expects +%d -%d", n.MayCreate, n.MayDelete)
	}
	rolls := d.Spec.UpdateStrategy.Type != appsv1.OnDeleteDaemonSetStrategyType // rollout status refuses others
	if rolls && !agree(got.Phase, answer) && !agreeOfNodes(string(got.Phase), answer) {
		fail("rollout status says %s", answer)
	}
	for node, deleted := range sky.lost {
		if deleted {
			continue // its pods are no DaemonSet's business; the garbage collector of pods deletes them
		}
		onIt := slices.ContainsFunc(pods, func(p corev1.Pod) bool { return p.Spec.NodeName == node && p.DeletionTimestamp == nil })
		if answer := fmt.Sprint(got.BlockedBy, got.Summary, got.Notes); onIt && !strings.Contains(answer, node) {
			fail("node %s is lost, and not named: %s", node, answer)
		}
	}
}

// agreeOfNodes reports whether a phase is no contradiction to rollout status where agree
// cannot tell: a DaemonSet that lost a pod after it was complete waits by its counts.
func agreeOfNodes(phase, answer string) bool {
	return answer == "waiting" && (phase == "Degraded" || phase == "Stalled")
}

// restOnNodes waits until the controller has nothing left to do: its status and the
// pods have been the same for a while, and no pod of a node with a kubelet is on its way.
func (w *walk) restOnNodes(sky *weather, story string) (*appsv1.DaemonSet, []corev1.Pod) {
	const longEnough = 4 * time.Second
	last := ""
	since := time.Now()
	var set *appsv1.DaemonSet
	var pods []corev1.Pod
	w.lab.WaitFor(w.t, "the controller to rest: "+story, func() bool {
		d, err := w.client.AppsV1().DaemonSets(w.lab.Current).Get(w.t.Context(), "web", metav1.GetOptions{})
		if err != nil {
			return false
		}
		list, err := w.client.CoreV1().Pods(w.lab.Current).List(w.t.Context(), metav1.ListOptions{LabelSelector: "app=web"})
		if err != nil {
			return false
		}
		set = d
		pods = list.Items
		moving := d.Status.ObservedGeneration < d.Generation
		now := fmt.Sprint(d.Status.DesiredNumberScheduled, d.Status.UpdatedNumberScheduled, d.Status.NumberReady, d.Status.NumberAvailable)
		for _, p := range pods {
			now += fmt.Sprint(p.UID, p.Status.Phase, podCondition(p, corev1.PodReady), p.DeletionTimestamp != nil)
			started := len(p.Status.ContainerStatuses) > 0 && p.Status.ContainerStatuses[0].State.Waiting == nil
			_, lost := sky.lost[p.Spec.NodeName]
			moving = moving || (!lost && (p.DeletionTimestamp != nil || !started))
		}
		if now != last || moving {
			last = now
			since = time.Now()
		}
		return time.Since(since) >= longEnough
	})
	return set, pods
}
