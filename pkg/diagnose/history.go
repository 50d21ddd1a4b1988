package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// history compares the revision of an unhealthy pod with those before it.
type history struct {
	container string    // its name
	asOf      time.Time // when it is judged
	workload  *rollout.Workload
	now       *rollout.Revision // the pod's, nil if it is not known
	at        time.Time         // when that was rolled out

	// former is the newest older revision that is not known to have crashed in
	// this container, nil if there is none.
	former *rollout.Revision
	change rollout.Change // from former to now
	ranFor time.Duration  // how long former is known to have served, 0 if that is not known
	enough time.Duration  // how long it must have served to count as good
	well   []*corev1.Pod  // pods of former that run the container well now

	crashed []rollout.Revision // older revisions that crash, or crashed, too: newer than former
	crashes string             // how that is known, of the newest of them: "pod web-6d8f4-k2x9z"

	healthy   []*corev1.Pod // pods of the same revision that run the container well
	unhealthy []*corev1.Pod // pods of the same revision that do not

	runsOn, crashesOn map[string]bool      // the nodes of the two
	drifts            map[string][2]string // the image IDs of the two, by the image of a pod, once they were compared
}

// histories are those of all cases: the containers of one name in the pods of one revision have the same, and a
// revision may have very many pods.
type histories struct {
	s         *snapshot.Snapshot
	revisions map[*rollout.Workload]map[podKey]*rollout.Revision
	known     map[historyKey]*history
	changes   map[[2]*rollout.Revision]rollout.Change
}

// podKey identifies a pod within its workload.
type podKey struct {
	uid  types.UID
	name string
}

// historyKey is what a history is about.
type historyKey struct {
	now       *rollout.Revision
	container string
}

func newHistories(s *snapshot.Snapshot) *histories {
	return &histories{
		s: s, revisions: map[*rollout.Workload]map[podKey]*rollout.Revision{}, known: map[historyKey]*history{},
		changes: map[[2]*rollout.Revision]rollout.Change{},
	}
}

// of compares the revision of a container's pod with the older ones. A Job has no revisions
// to compare: its template cannot be changed.
func (all *histories) of(w *rollout.Workload, c pod.Container) history {
	none := history{container: c.Spec.Name, asOf: all.s.At, workload: w, drifts: map[string][2]string{}}
	if w == nil || w.Ref.Kind == "Job" || w.Ref.Kind == "CronJob" {
		return none
	}
	now := all.revisionOf(w, c.Pod)
	if now == nil {
		return none
	}
	key := historyKey{now, c.Spec.Name}
	if all.known[key] == nil {
		h := none // with what is found out later of all pods of the revision
		h.now = now
		h.at = rolledOut(*now)
		h.healthy, h.unhealthy = sides(*now, c.Spec.Name, all.s.At)
		h.runsOn = nodesOf(h.healthy)
		h.crashesOn = nodesOf(h.unhealthy)
		h.lookBack(all, c)
		all.known[key] = &h
	}
	h := *all.known[key]
	h.enough = trial(all.s, c)
	return h
}

// revisionOf returns the revision that a pod is of, nil if it is not known.
func (all *histories) revisionOf(w *rollout.Workload, p *corev1.Pod) *rollout.Revision {
	if all.revisions[w] == nil {
		byPod := map[podKey]*rollout.Revision{}
		for i := range slices.Backward(w.Revisions) { // of two with one pod the first counts
			for j := range w.Revisions[i].Pods {
				member := &w.Revisions[i].Pods[j]
				byPod[podKey{member.UID, member.Name}] = &w.Revisions[i]
			}
		}
		all.revisions[w] = byPod
	}
	return all.revisions[w][podKey{p.UID, p.Name}]
}

// change returns what a revision changed of an older one.
func (all *histories) change(old, now *rollout.Revision) rollout.Change {
	key := [2]*rollout.Revision{old, now}
	change, known := all.changes[key]
	if !known && old.Template != nil && now.Template != nil {
		change = rollout.Diff(old.Template, now.Template)
		all.changes[key] = change
	}
	return change
}

// lookBack goes through the older revisions, the newest first, to the first one that is not known to
// have crashed: what changed since then may be the cause.
func (h *history) lookBack(known *histories, c pod.Container) {
	all := h.workload.Revisions
	at := slices.IndexFunc(all, func(r rollout.Revision) bool { return r.Name == h.now.Name })
	for i := at + 1; i < len(all); i++ {
		how := crashedIn(known.s, all[i], c)
		if how == "" {
			h.compare(known, &all[i], i == at+1)
			return
		}
		h.crashed = append(h.crashed, all[i])
		h.crashes = cmp.Or(h.crashes, how)
	}
}

// compare compares with old, the last revision that ran well. next is whether the
// pod's revision came right after it.
func (h *history) compare(known *histories, old *rollout.Revision, next bool) {
	h.former = old
	h.change = known.change(old, h.now)
	h.well, _ = sides(*old, h.container, h.asOf)
	for _, p := range h.well {
		if other, ok := pod.Find(p, h.container); ok {
			h.ranFor = max(h.ranFor, other.RunningFor(h.asOf))
		}
	}
	if len(h.well) == 0 && next {
		h.ranFor = h.served(*old)
	}
}

// served returns how long a revision served whose pods are gone: from its creation until the pod's
// revision came. Of one that was rolled back to that is not known: it is older than its service.
func (h *history) served(old rollout.Revision) time.Duration {
	if len(old.FormerNumbers) > 0 || old.CreatedAt == nil {
		return 0
	}
	return max(0, h.at.Sub(old.CreatedAt.Time))
}

// rolledOut returns when a revision was rolled out. One that was rolled back to
// is older than that: then its oldest pod dates it.
func rolledOut(r rollout.Revision) time.Time {
	var first time.Time
	for _, p := range r.Pods {
		first = earliest(first, p.Object().CreationTimestamp.Time)
	}
	if r.CreatedAt == nil || (len(r.FormerNumbers) > 0 && !first.IsZero()) {
		return first
	}
	return r.CreatedAt.Time
}

// sides parts the pods of a revision by whether they run the container well. A pod that is too young
// to show either is on no side.
func sides(r rollout.Revision, name string, at time.Time) (well, unhealthy []*corev1.Pod) {
	for i := range r.Pods {
		p := r.Pods[i].Object()
		c, ok := pod.Find(p, name)
		switch {
		case !ok || p.DeletionTimestamp != nil: // a pod that is being deleted is stopped in any case
		case c.Healthy(at):
			well = append(well, p)
		case c.Status.RestartCount > 0 || c.Last() != nil:
			unhealthy = append(unhealthy, p)
		}
	}
	return well, unhealthy
}

// nodesOf returns the names of the nodes that pods are on.
func nodesOf(pods []*corev1.Pod) map[string]bool {
	nodes := map[string]bool{}
	for _, p := range pods {
		nodes[p.Spec.NodeName] = true
	}
	return nodes
}

// crashedIn returns how it is known that an older revision crashed in the same
// container, "" if it is not known.
func crashedIn(s *snapshot.Snapshot, r rollout.Revision, c pod.Container) string {
	if _, unhealthy := sides(r, c.Spec.Name, s.At); len(unhealthy) > 0 {
		return "pod " + unhealthy[0].Name
	}
	if r.Kind != "ReplicaSet" { // pods of StatefulSets keep their names over revisions
		return ""
	}
	if _, yes := backedOff(s, c.Pod.Namespace, r.Name+"-", c.Spec.Name); yes {
		return "events BackOff of its former pods"
	}
	return ""
}

// trial returns for how long a revision must have served without a crash to
// count as good: ten times as long as the crashing run, in which it would have
// crashed again and again, but one to two minutes. Without events no crash of pods
// that are gone would be seen: then the two.
func trial(s *snapshot.Snapshot, c pod.Container) time.Duration {
	const (
		shortest = time.Minute
		longest  = 2 * time.Minute
	)
	life, known := pod.RanFor(c.Last())
	if !known || s.HasGap("events", c.Pod.Namespace) {
		return longest
	}
	return min(max(shortest, 10*life), longest)
}

// good reports whether former is known to have gone well: by pods that still
// do, or by a time of service without a crash.
func (h history) good() bool {
	return h.former != nil && (len(h.well) > 0 || h.ranFor >= h.enough)
}

// formerWell returns how the former revision did, as part of a sentence: "3 pods of revision 4 still
// run it without trouble, for up to 2d3h".
func (h history) formerWell() string {
	if h.former == nil {
		return "no former revision is known"
	}
	name := revision(h.former)
	lasted := wording.Lasted(h.ranFor)
	if n := len(h.well); n > 0 {
		return fmt.Sprintf("%s of %s still run it without trouble, for up to %s", wording.Count(n, "pod"), name, lasted)
	}
	if h.ranFor > 0 {
		return fmt.Sprintf("%s served for %s before, and no crash of it is known (its pods are gone)", name, lasted)
	}
	return fmt.Sprintf("no crash of %s is known (its pods are gone)", name)
}

// source is the source of what the history shows.
func (h history) source() string {
	if h.workload == nil {
		return "pod template"
	}
	return h.workload.Ref.String()
}

// wellClaim states how the former revision did.
func (h history) wellClaim() Claim { return claim(h.source(), "%s", h.formerWell()) }

// blame adds what the pod's revision changed to the evidence for a cause that
// the manifest can bring about.
func (h history) blame(cause *Cause) *Cause {
	if h.good() && len(h.change.Items) > 0 {
		cause.addEvidence(claim(h.source(), "%s: %s; %s", revision(h.now), wording.List(h.change.Words()), h.formerWell()))
	}
	return cause
}

// dated records in a cause that the trouble began with the rollout of the pod's
// revision.
func (h history) dated(cause *Cause) *Cause {
	cause.Since = snapshot.NewTime(h.at)
	cause.Onset = OnsetChange
	return cause
}

// revision returns the name of a revision for people: "revision 4", or "revision web-6d8f4" if it
// has no number.
func revision(r *rollout.Revision) string {
	if r.Number != nil {
		return fmt.Sprintf("revision %d", *r.Number)
	}
	return "revision " + r.Name
}
