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

// podLanes is the number of pods for which a timeline has room.
const podLanes = 16

// happened returns the timeline of a rollout: when its revisions were created,
// and when their pods were created, became ready, restarted and ended. It lacks
// objects that no longer exist.
func (t text) happened(w *rollout.Workload) view.Timeline {
	line := view.Timeline{Name: "Revisions and pods of " + titleOf(w) + " over time", Now: w.At}
	made := view.Lane{Label: "revisions"}
	pods := 0
	for _, r := range w.Revisions {
		if r.CreatedAt != nil {
			made.Marks = append(
				made.Marks,
				view.Mark{
					At:    r.CreatedAt.Time,
					Sign:  signMade,
					Label: shortName(r),
					Words: r.Title() + " made " + clock(r.CreatedAt.Time),
					Guide: true,
				},
			)
		}
		pods += len(r.Pods)
	}
	slices.SortFunc(made.Marks, func(a, b view.Mark) int { return a.At.Compare(b.At) })
	line.Lanes = append(line.Lanes, made)
	for _, r := range w.Revisions {
		for _, p := range r.Pods {
			if len(line.Lanes) > podLanes {
				break
			}
			line.Lanes = append(line.Lanes, podLane(w.At, p))
		}
	}
	if shown := len(line.Lanes) - 1; pods > shown {
		line.Lanes = append(line.Lanes, view.Lane{Label: fmt.Sprintf("+%s, see the table", wording.Count(pods-shown, "more pod"))})
	}
	if pods == 0 && len(made.Marks) < 2 {
		return view.Timeline{} // nothing to see
	}
	return line.Fit()
}

// shortName is what stands beside the mark of a revision: its number, or its name.
func shortName(r rollout.Revision) string { return cmp.Or(numberOf(r), r.Name) }

func clock(at time.Time) string { return at.UTC().Format("15:04:05") }

// podLane draws the life of a pod: since when it is ready or not by its
// condition, which keeps only the last change, and its last restart.
func podLane(at time.Time, p rollout.Pod) view.Lane {
	lane := view.Lane{Label: p.Name + "   " + p.Status}
	object := p.Object()
	made := object.CreationTimestamp.Time
	end := at
	if made.IsZero() {
		return lane
	}
	over := object.Status.Phase == corev1.PodSucceeded || object.Status.Phase == corev1.PodFailed
	if ended := lastEnd(object); over && !ended.IsZero() {
		end = ended
	}
	bar := func(from, to time.Time, sign view.Sign) {
		lane.Bars = append(lane.Bars, view.Bar{From: from, To: to, Sign: sign, Words: sign.Words + ", " + clock(from) + "–" + clock(to)})
	}
	since, ready := readiness(object)
	switch {
	case over && object.Status.Phase == corev1.PodSucceeded:
		bar(made, end, signDone)
	case over || since.IsZero() || !since.After(made):
		bar(made, end, stateSign(p, ready))
	case ready && p.Restarts == 0:
		bar(made, since, signWaiting)
		bar(since, end, signReady)
	default:
		bar(made, since, signEarlier)
		bar(since, end, stateSign(p, ready))
	}
	if p.LastRestartAt != nil {
		lane.Marks = append(lane.Marks, view.Mark{
			At: p.LastRestartAt.Time, Sign: signRestart, Label: fmt.Sprintf("%d×", p.Restarts),
			Words: fmt.Sprintf("%s, the last one %s", wording.Count(int(p.Restarts), "restart"), clock(p.LastRestartAt.Time)),
		})
	}
	return lane
}

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
