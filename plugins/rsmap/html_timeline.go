package rsmap

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// The symbols in the timeline of a rollout.
var (
	signMade    = view.Sign{Shape: view.Diamond, Class: "accent", Words: "revision made"}
	signReady   = view.Sign{Shape: view.Solid, Class: "good", Words: "pod ready"}
	signWaiting = view.Sign{Shape: view.Dashed, Class: "warn", Words: "not ready yet"}
	signUnready = view.Sign{Shape: view.Solid, Class: "bad", Words: "not ready, in trouble"}
	signEarlier = view.Sign{Shape: view.Thin, Class: "dim", Words: "earlier, not recorded"}
	signDone    = view.Sign{Shape: view.Thin, Class: "good", Words: "completed"}
	signRestart = view.Sign{Shape: view.Cross, Class: "bad", Words: "last restart"}
)

// mostLanes is the number of pods for which a timeline has room.
const mostLanes = 16

// happened returns the timeline of a rollout: when its revisions were created,
// and when their pods were created, became ready, restarted and ended. It lacks
// objects that no longer exist.
func (t text) happened(w *rollout.Workload) view.Timeline {
	made := revisionLane(w)
	line := view.Timeline{Name: "Revisions and pods of " + titleOf(w) + " over time", Now: w.At, Lanes: []view.Lane{made}}
	pods := allPods(w)
	if len(pods) == 0 && len(made.Marks) < 2 {
		return view.Timeline{} // one mark on an axis shows less than the words of the page
	}
	line.Lanes = append(line.Lanes, podLanes(w.At, pods)...)
	return line.Fit()
}

// allPods returns the pods of a workload, those of the newest revision first.
func allPods(w *rollout.Workload) []rollout.Pod {
	var pods []rollout.Pod
	for _, r := range w.Revisions {
		pods = append(pods, r.Pods...)
	}
	return pods
}

// podLanes returns the lanes of the first pods, and one that counts the others.
func podLanes(at time.Time, pods []rollout.Pod) []view.Lane {
	var lanes []view.Lane
	for _, p := range pods[:min(mostLanes, len(pods))] {
		lanes = append(lanes, podLane(at, p))
	}
	if more := len(pods) - mostLanes; more > 0 {
		lanes = append(lanes, view.Lane{Label: fmt.Sprintf("+%s, see the table", wording.Count(more, "more pod"))})
	}
	return lanes
}

// revisionLane marks when each revision was created, oldest first.
func revisionLane(w *rollout.Workload) view.Lane {
	lane := view.Lane{Label: "revisions"}
	for _, r := range w.Revisions {
		if r.CreatedAt != nil {
			lane.Marks = append(lane.Marks, revisionMark(r, r.CreatedAt.Time))
		}
	}
	slices.SortFunc(lane.Marks, func(a, b view.Mark) int { return a.At.Compare(b.At) })
	return lane
}

// revisionMark marks when a revision was created. Its guide goes through the lanes of the pods, which
// show what came of it.
func revisionMark(r rollout.Revision, made time.Time) view.Mark {
	return view.Mark{At: made, Sign: signMade, Label: shortName(r), Words: r.Title() + " made " + clock(made), Guide: true}
}

// shortName is what stands beside the mark of a revision: its number, or its name.
func shortName(r rollout.Revision) string { return cmp.Or(numberOf(r), r.Name) }

// clock returns the time of day in UTC, which the heading of the timeline names.
func clock(at time.Time) string { return at.UTC().Format("15:04:05") }

// podLane draws the life of a pod: since when it is ready or not by its
// condition, which keeps only the last change, and its last restart.
func podLane(at time.Time, p rollout.Pod) view.Lane {
	lane := view.Lane{Label: p.Name + "   " + p.Status}
	if p.Object().CreationTimestamp.IsZero() {
		return lane
	}
	lane.Bars = podBars(at, p)
	if p.LastRestartAt != nil {
		lane.Marks = append(lane.Marks, restartMark(p, p.LastRestartAt.Time))
	}
	return lane
}

// restartMark marks the last restart of a pod with the number of all: the times of those before it are
// not recorded.
func restartMark(p rollout.Pod, last time.Time) view.Mark {
	return view.Mark{
		At: last, Sign: signRestart, Label: fmt.Sprintf("%d×", p.Restarts),
		Words: fmt.Sprintf("%s, the last one %s", wording.Count(int(p.Restarts), "restart"), clock(last)),
	}
}

// podBars returns the times of a pod in its states, from its creation to its end or to at. Its condition
// Ready keeps only the last change: what was before is drawn as unknown, unless it can be deduced.
func podBars(at time.Time, p rollout.Pod) []view.Bar {
	object := p.Object()
	made := object.CreationTimestamp.Time
	end, over := podEnd(at, object)
	since, ready := readiness(object)
	switch {
	case over && object.Status.Phase == corev1.PodSucceeded:
		return []view.Bar{barOf(made, end, signDone)}
	case over || since.IsZero() || !since.After(made): // one state, as far as is recorded
		return []view.Bar{barOf(made, end, stateSign(p, ready))}
	case ready && p.Restarts == 0: // most likely it became ready once, and was not before
		return []view.Bar{barOf(made, since, signWaiting), barOf(since, end, signReady)}
	default:
		return []view.Bar{barOf(made, since, signEarlier), barOf(since, end, stateSign(p, ready))}
	}
}

// podEnd returns when a pod ended, and at for one that goes on, or whose containers have no
// recorded termination.
func podEnd(at time.Time, p *corev1.Pod) (end time.Time, over bool) {
	over = p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
	if ended := lastEnd(p); over && !ended.IsZero() {
		return ended, over
	}
	return at, over
}

// barOf returns a bar with its words, for those who cannot see the drawing:
// "pod ready, 10:02:11–10:15:40".
func barOf(from, to time.Time, sign view.Sign) view.Bar {
	return view.Bar{From: from, To: to, Sign: sign, Words: sign.Words + ", " + clock(from) + "–" + clock(to)}
}

// stateSign returns the symbol of a pod's present state. One that is not ready after a restart is
// in trouble, even if nothing else was noticed.
func stateSign(p rollout.Pod, ready bool) view.Sign {
	if ready {
		return signReady
	}
	if p.Problem != "" || p.Restarts > 0 {
		return signUnready
	}
	return signWaiting
}

// readiness returns since when a pod is ready or not.
func readiness(p *corev1.Pod) (since time.Time, ready bool) {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.LastTransitionTime.Time, c.Status == corev1.ConditionTrue
		}
	}
	return time.Time{}, false
}

// lastEnd returns when the last container of a pod ended.
func lastEnd(p *corev1.Pod) time.Time {
	var end time.Time
	for _, c := range p.Status.ContainerStatuses {
		if c.State.Terminated != nil && c.State.Terminated.FinishedAt.After(end) {
			end = c.State.Terminated.FinishedAt.Time
		}
	}
	return end
}
