package diagnose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// history is how the revision of a sick pod stands to those before it.
type history struct {
	workload *rollout.Workload
	now      *rollout.Revision // the pod's; nil: not known
	at       time.Time         // when it was rolled out

	// former is the newest older revision that is not known to have crashed in
	// this container; nil where there is none.
	former *rollout.Revision
	change rollout.Change // from former to now
	ranFor time.Duration  // how long former is known to have served; 0: not known
	enough time.Duration  // how long it must have, to be said to have gone well
	well   []*corev1.Pod  // pods of former that run the container well now

	crashed []rollout.Revision // older revisions that crash, or crashed, too
	crashes string             // how that is known

	healthy []*corev1.Pod // pods of the same revision that run the container well
	sick    []*corev1.Pod // pods of the same revision that do not
}

// newHistory compares the revision of a container's pod with the older ones.
func newHistory(s *snapshot.Snapshot, w *rollout.Workload, c pod.Container) history {
	h := history{workload: w}
	if w == nil || w.Ref.Kind == "Job" || w.Ref.Kind == "CronJob" {
		return h
	}
	now, found := rollout.RevisionOf(w, c.Pod)
	if !found {
		return h
	}
	h.now, h.at, h.enough = &now, since(now), trial(s, c)
	h.healthy, h.sick = sides(now, c.Spec.Name, s.At)
	at := slices.IndexFunc(w.Revisions, func(r rollout.Revision) bool { return r.Name == now.Name })
	for i := at + 1; i < len(w.Revisions); i++ {
		old := w.Revisions[i]
		if how := crashedIn(s, old, c); how != "" {
			h.crashed, h.crashes = append(h.crashed, old), cmp.Or(h.crashes, how)
			continue
		}
		h.compare(s, old, c, i == at+1)
		break
	}
	return h
}

// compare takes old for the revision that last went well.
func (h *history) compare(s *snapshot.Snapshot, old rollout.Revision, c pod.Container, next bool) {
	h.former = &old
	if old.Template != nil && h.now.Template != nil {
		h.change = rollout.Diff(old.Template, h.now.Template)
	}
	h.well, _ = sides(old, c.Spec.Name, s.At)
	for _, p := range h.well {
		if other, ok := pod.Find(p, c.Spec.Name); ok {
			h.ranFor = max(h.ranFor, other.RunningFor(s.At))
		}
	}
	// Its pods are gone: it served from its making until the next came.
	if len(h.well) == 0 && next && len(old.FormerNumbers) == 0 && old.CreatedAt != nil && h.at.After(old.CreatedAt.Time) {
		h.ranFor = h.at.Sub(old.CreatedAt.Time)
	}
}

// since returns when a revision was rolled out. One that was rolled back to is
// older than that: its oldest pod tells then.
func since(r rollout.Revision) time.Time {
	var first time.Time
	for _, p := range r.Pods {
		if made := p.Object().CreationTimestamp.Time; first.IsZero() || made.Before(first) {
			first = made
		}
	}
	if r.CreatedAt == nil || (len(r.FormerNumbers) > 0 && !first.IsZero()) {
		return first
	}
	return r.CreatedAt.Time
}

// sides parts the pods of a revision by whether they run the container well.
func sides(r rollout.Revision, name string, at time.Time) (well, sick []*corev1.Pod) {
	for _, p := range r.Pods {
		p := p.Object()
		c, ok := pod.Find(p, name)
		switch {
		case !ok || p.DeletionTimestamp != nil:
		case c.Healthy(at):
			well = append(well, p)
		case c.Status.RestartCount > 0 || c.Last() != nil:
			sick = append(sick, p)
		}
	}
	return well, sick
}

// crashedIn tells how it is known that an older revision crashed in the same
// container, "" where it is not.
func crashedIn(s *snapshot.Snapshot, r rollout.Revision, c pod.Container) string {
	if _, sick := sides(r, c.Spec.Name, s.At); len(sick) > 0 {
		return "pod " + sick[0].Name
	}
	if r.Kind != "ReplicaSet" { // pods of StatefulSets keep their names over revisions
		return ""
	}
	if _, yes := backedOff(s, c.Pod.Namespace, r.Name+"-", c.Spec.Name); yes {
		return "events BackOff of its former pods"
	}
	return ""
}

// onset returns the shortest time that the pod must have run well before the
// known restarts began; 0 where they can have begun with the pod.
func onset(c pod.Container, at time.Time) time.Duration {
	life, known := pod.RanFor(c.Last())
	if c.Status.RestartCount == 0 || !known {
		return 0
	}
	n := time.Duration(c.Status.RestartCount)
	// Each restart takes at most the longest back-off and its lateness, and a
	// life like the last one with some slack.
	most := n * (life + life/2 + 30*time.Second)
	for i := range c.Status.RestartCount {
		most += min(10*time.Second<<min(i, 5), 5*time.Minute) * 5 / 4
	}
	age := at.Sub(c.Pod.CreationTimestamp.Time)
	if late := age - most; late > pod.StableAfter && late > age/4 {
		return late
	}
	return 0
}

// eventsLast is for how long all events of a pod are there, with some slack:
// an API server keeps them for an hour (--event-ttl).
const eventsLast = 55 * time.Minute

// ranWell returns how long at least the pod ran well before its restarts
// began; 0 where they can have begun with the pod. Of a young pod the first
// event of a back-off tells, of others how many restarts there were.
func (f *facts) ranWell() time.Duration {
	if late := onset(f.c, f.s.At); late > 0 {
		return late
	}
	made, first := f.c.Pod.CreationTimestamp.Time, f.happened.firstTrouble()
	life, known := pod.RanFor(f.death)
	if !known || first.IsZero() || f.s.At.Sub(made) > eventsLast {
		return 0
	}
	// The first restart comes without a back-off, so the trouble began a life earlier.
	if late := first.Sub(made) - life*3/2 - 10*time.Second; late > max(time.Minute, 3*life) {
		return late
	}
	return 0
}

// good reports whether former is known to have gone well: by pods that still
// do, or by a time of service without a sign of crashes.
func (h history) good() bool {
	return h.former != nil && (len(h.well) > 0 || h.ranFor >= h.enough)
}

// trial returns for how long a revision must have served without a sign of
// crashes for having gone well: ten lives of what crashes now, for in that
// time it would have crashed again and again, but one to two minutes. Without the
// events no such sign would be seen of pods that are gone: then the two.
func trial(s *snapshot.Snapshot, c pod.Container) time.Duration {
	const least, most = time.Minute, 2 * time.Minute
	life, known := pod.RanFor(c.Last())
	if !known || s.HasGap("events", c.Pod.Namespace) {
		return most
	}
	return min(max(least, 10*life), most)
}

// image returns what the rollout changed of the container's image.
func (h history) image(name string) (rollout.Item, bool) {
	for _, item := range h.change.Items {
		if item.Path == "spec.containers["+name+"].image" || item.Path == "spec.initContainers["+name+"].image" {
			return item, true
		}
	}
	return rollout.Item{}, false
}

// others returns the changes that can matter to the container beside its image.
func (h history) others(name string) []rollout.Item {
	var out []rollout.Item
	for _, item := range h.change.Items {
		in := strings.HasPrefix(item.Path, "spec.containers[") || strings.HasPrefix(item.Path, "spec.initContainers[")
		switch {
		case strings.HasPrefix(item.Path, "metadata."), in && !strings.Contains(item.Path, "["+name+"]"):
		case in && strings.HasSuffix(item.Path, "].image"), in && strings.HasSuffix(item.Path, "].imagePullPolicy"):
		default:
			out = append(out, item)
		}
	}
	return out
}

// drift returns the image IDs of the container in the pods that run it well
// and in those that do not, where all of the one differ from all of the other
// although the template names one image: its tag was pushed again.
func (h history) drift(c pod.Container) (well, sick string, ok bool) {
	ids := func(pods []*corev1.Pod) []string {
		var out []string
		for _, p := range pods {
			if other, found := pod.Find(p, c.Spec.Name); found && other.Spec.Image == c.Spec.Image && other.Status.ImageID != "" && !slices.Contains(out, other.Status.ImageID) {
				out = append(out, other.Status.ImageID)
			}
		}
		return out
	}
	good, bad := ids(slices.Concat(h.healthy, h.well)), ids(h.sick)
	if len(good) == 0 || len(bad) == 0 || slices.ContainsFunc(bad, func(id string) bool { return slices.Contains(good, id) }) {
		return "", "", false
	}
	return good[0], bad[0], true
}
