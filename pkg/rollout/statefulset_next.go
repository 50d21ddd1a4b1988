package rollout

import (
	"cmp"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// setTurn is one sync of the StatefulSet controller with the pods as they are:
// updateStatefulSet of k8s.io/kubernetes pkg/controller/statefulset (1.37).
type setTurn struct {
	set       *appsv1.StatefulSet
	wanted    int    // replicas
	slots     []slot // by ordinal, from 0 to wanted
	condemned []*Pod // beyond the ordinals, highest first
	fresh     func(*Pod) bool
	up        func(*Pod) bool // available, and not on its way out
	next      Next
}

// slot is the pod of one ordinal, or a run of ordinals whose pods are missing:
// a manifest may ask for a billion replicas, which must cost nothing.
type slot struct {
	at    int  // the first ordinal, less the start of the set's ordinals
	count int  // 1 for a pod
	pod   *Pod // nil if missing
}

// slotsOf returns the slots of ordinals 0 to wanted with pods in them.
func slotsOf(pods map[int]*Pod, wanted int) []slot {
	var slots []slot
	next := 0
	for _, at := range slices.Sorted(maps.Keys(pods)) {
		if at > next {
			slots = append(slots, slot{at: next, count: at - next})
		}
		slots = append(slots, slot{at: at, count: 1, pod: pods[at]})
		next = at + 1
	}
	if next < wanted {
		slots = append(slots, slot{at: next, count: wanted - next})
	}
	return slots
}

// statefulSetNext returns what the controller does next with the pods of d.
// fresh reports whether a pod has the template of d.
func (b *builder) statefulSetNext(d *appsv1.StatefulSet, pods []Pod, fresh func(Pod) bool) *Next {
	t := &setTurn{
		set: d, wanted: int(max(0, deref(d.Spec.Replicas, 1))), next: Next{WaitingFor: []string{}},
		fresh: func(p *Pod) bool { return fresh(*p) },
		up: func(p *Pod) bool {
			return p != nil && p.object.DeletionTimestamp == nil && p.object.Status.Phase == corev1.PodRunning &&
				b.available(*p, d.Spec.MinReadySeconds)
		},
	}
	t.place(pods)
	if d.DeletionTimestamp == nil {
		t.play()
	}
	return &t.next
}

// place puts pods into the slots of their ordinals; those with other ordinals are condemned.
func (t *setTurn) place(pods []Pod) {
	first := firstOrdinal(t.set)
	present := map[int]*Pod{}
	for i := range pods {
		switch at := ordinal(pods[i].Name) - first; {
		case ordinal(pods[i].Name) < 0: // not of its making
		case at >= 0 && at < t.wanted:
			present[at] = &pods[i]
		default:
			t.condemned = append(t.condemned, &pods[i])
		}
	}
	t.slots = slotsOf(present, t.wanted)
	slices.SortFunc(t.condemned, func(x, y *Pod) int { return cmp.Compare(ordinal(y.Name), ordinal(x.Name)) })
}

// firstOrdinal returns the ordinal of the first pod, 0 unless spec.ordinals sets another.
func firstOrdinal(d *appsv1.StatefulSet) int {
	if d.Spec.Ordinals == nil {
		return 0
	}
	return int(d.Spec.Ordinals.Start)
}

// play computes the sync. Unless pods are managed in parallel it ends at the
// first pod that has to be changed or waited for.
func (t *setTurn) play() {
	if t.set.Spec.UpdateStrategy.Type == appsv1.RecreateStatefulSetStrategyType && t.clear() {
		return
	}
	ordered := t.set.Spec.PodManagementPolicy != appsv1.ParallelPodManagement
	if busy := t.fill(ordered); busy && ordered {
		return
	}
	if busy := t.shrink(ordered); busy && ordered {
		return
	}
	if s := t.set.Spec.UpdateStrategy; s.Type == "" || s.Type == appsv1.RollingUpdateStatefulSetStrategyType {
		t.replaceStale(s.RollingUpdate, ordered)
	}
}

// replaceStale replaces pods of other revisions as the strategy lets it.
func (t *setTurn) replaceStale(rolling *appsv1.RollingUpdateStatefulSetStrategy, ordered bool) {
	if rolling == nil || rolling.MaxUnavailable == nil {
		t.updateOne() // a server that knows no maxUnavailable leaves it unset: before 1.37, unless asked
		return
	}
	t.update(int(max(1, scaled(rolling.MaxUnavailable, int32(t.wanted), false))), ordered)
}

// clear removes all pods of other revisions, which Recreate does before it
// creates any, and reports whether there were some (recreateDeleteAndWait).
func (t *setTurn) clear() (busy bool) {
	var pods []*Pod
	for _, s := range t.slots {
		if s.pod != nil {
			pods = append(pods, s.pod)
		}
	}
	for _, p := range append(pods, t.condemned...) {
		if t.fresh(p) {
			continue
		}
		busy = true
		if p.object.DeletionTimestamp != nil {
			t.wait(p)
		} else {
			t.next.MayDelete++
		}
	}
	return busy
}

// fill creates missing pods, lowest ordinal first, removes those that ended, and
// waits for those that are not available. It reports whether there were any.
func (t *setTurn) fill(ordered bool) (busy bool) {
	for _, s := range t.slots {
		p := s.pod
		switch {
		case t.up(p):
			continue
		case p == nil && ordered:
			t.next.MayCreate++
		case p == nil:
			t.next.MayCreate += int32(s.count)
		case ended(p) && p.object.DeletionTimestamp == nil:
			t.next.MayDelete++
		default:
			t.wait(p)
		}
		if ordered {
			return true
		}
		busy = true
	}
	return busy
}

// ended reports whether all containers of a pod have ended for good.
func ended(p *Pod) bool {
	return p.Phase == string(corev1.PodFailed) || p.Phase == string(corev1.PodSucceeded)
}

// shrink removes pods beyond the ordinals, highest first. In order it removes
// an unavailable one only when no lower one is unavailable.
func (t *setTurn) shrink(ordered bool) (busy bool) {
	var unhealthy *Pod // the lowest one
	for _, p := range t.condemned {
		if !t.up(p) {
			unhealthy = p
		}
	}
	for _, p := range t.condemned {
		switch {
		case p.object.DeletionTimestamp != nil && !ordered:
			continue
		case p.object.DeletionTimestamp != nil:
			t.wait(p)
		case ordered && !t.up(p) && p != unhealthy:
			t.wait(unhealthy)
		default:
			t.next.MayDelete++
		}
		if ordered {
			return true
		}
		busy = true
	}
	return busy
}

// stale reports whether a pod is there, has not ended, and is to be replaced.
func (t *setTurn) stale(p *Pod) bool {
	return p != nil && p.object.DeletionTimestamp == nil && !ended(p) && !t.fresh(p)
}

// updatable returns the pods that the partition lets be replaced, highest
// ordinal first; nil for each run of missing ones.
func (t *setTurn) updatable() []*Pod {
	partition := 0
	if r := t.set.Spec.UpdateStrategy.RollingUpdate; r != nil {
		partition = int(deref(r.Partition, 0))
	}
	var pods []*Pod
	for _, s := range slices.Backward(t.slots) {
		if s.at+s.count > partition {
			pods = append(pods, s.pod)
		}
	}
	return pods
}

// updateOne replaces the highest stale pod, if all above it are available.
func (t *setTurn) updateOne() {
	for _, p := range t.updatable() {
		if t.stale(p) {
			t.next.MayDelete++
			return
		}
		if !t.up(p) {
			return
		}
	}
}

// update replaces stale pods: in parallel all that are unavailable anyway, then
// as many more as may be unavailable (updateStatefulSetAfterInvariantEstablished).
func (t *setTurn) update(maxUnavailable int, ordered bool) {
	for _, s := range t.slots {
		if !t.up(s.pod) {
			maxUnavailable -= s.count
		}
	}
	for _, p := range t.updatable() {
		switch {
		case !t.stale(p):
		case !ordered && !t.up(p):
			t.next.MayDelete++
			t.next.WaitingFor = slices.DeleteFunc(t.next.WaitingFor, func(name string) bool { return name == p.Name })
		case maxUnavailable > 0:
			t.next.MayDelete++
			maxUnavailable--
		}
	}
}

// wait records a pod that must become available, or go, before more may happen.
func (t *setTurn) wait(p *Pod) { t.next.WaitingFor = append(t.next.WaitingFor, p.Name) }
