package rollout

import (
	"fmt"
	"math"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// deploymentSummary says in one sentence why a Deployment is in its phase: the
// counts, then after a semicolon what holds it up.
func deploymentSummary(w *Workload, d *appsv1.Deployment, now Revision, b *builder) string {
	replicas, st := *w.Desired, d.Status
	so := updatedWords(d, now)
	switch w.Phase {
	case ScaledToZero:
		return "scaled to zero, no pods left"
	case Complete:
		return fmt.Sprintf("%s is rolled out, all %s available", now.Title(), wording.Count(int(replicas), "pod"))
	case Paused:
		if !now.Current {
			return "paused: the template was changed and is not rolled out before it is resumed"
		}
		so = "paused: " + so
	case Degraded:
		so = fmt.Sprintf("%s is rolled out, %d of %d pods available", now.Title(), st.AvailableReplicas, replicas)
		if st.AvailableReplicas == replicas {
			so += " at this moment"
		}
	case Stalled:
		if c := deploymentCondition(d, appsv1.DeploymentProgressing); c != nil && c.Reason == "ProgressDeadlineExceeded" {
			so += ", progress deadline exceeded " + duration.HumanDuration(b.s.At.Sub(c.LastTransitionTime.Time)) + " ago"
		}
	case Failed:
		if c := deploymentCondition(d, appsv1.DeploymentProgressing); c != nil {
			return brief(c.Message)
		}
	case Progressing:
		if st.ObservedGeneration == 0 {
			return "no status yet: the controller has not seen it"
		}
		if st.ObservedGeneration < d.Generation {
			return "the controller has not seen the last change yet"
		}
	}
	if cause := w.cause(); cause != "" {
		return so + "; " + cause
	}
	if (w.Phase == Progressing || w.Phase == Stalled) && len(now.Pods) == 0 && b.s.HasGap("pods", w.Ref.Namespace) {
		return so + "; the pods could not be read"
	}
	return so
}

// updatedWords says how far a rollout is, and whether the old pods still serve.
func updatedWords(d *appsv1.Deployment, now Revision) string {
	st := d.Status
	available := min(now.Available, st.AvailableReplicas)
	old := max(0, st.Replicas-st.UpdatedReplicas)
	so := fmt.Sprintf("%d of %d pods updated", st.UpdatedReplicas, deref(d.Spec.Replicas, 1))
	if st.UpdatedReplicas > 0 {
		so += fmt.Sprintf(", %d of them available", available)
	}
	left, serving := wording.Count(int(old), "old pod"), st.AvailableReplicas-available
	switch {
	case old == 0:
		return so
	case serving >= old && old == 1:
		return so + ", " + left + " still serves"
	case serving >= old:
		return so + ", " + left + " still serve"
	case serving <= 0:
		return so + ", " + left + " left, none available"
	default:
		return so + fmt.Sprintf(", %s left, %d available", left, serving)
	}
}

// Title names a revision in a sentence.
func (r Revision) Title() string {
	if r.Number == nil {
		return strings.ToLower(r.Kind[:min(1, len(r.Kind))]) + r.Kind[min(1, len(r.Kind)):] + " " + r.Name
	}
	return fmt.Sprintf("revision %d", *r.Number)
}

func (w *Workload) deploymentNotes(d *appsv1.Deployment, now Revision) {
	c := deploymentCondition(d, appsv1.DeploymentProgressing)
	restarts := slices.ContainsFunc(now.Pods, func(p Pod) bool { return p.Restarts > 1 && p.trouble != nil })
	if w.Deadline != nil && restarts && c != nil && c.LastUpdateTime.After(c.LastTransitionTime.Time) {
		w.note("each start of a crash-looping pod may count as progress and move the deadline: it may never pass")
	}
	if len(now.FormerNumbers) > 0 {
		w.note(fmt.Sprintf("%s is a return to revision %d: its ReplicaSet is older than its number", now.Title(), now.FormerNumbers[len(now.FormerNumbers)-1]))
	}
	for _, r := range w.Revisions {
		if !r.Current && now.Template != nil && r.Template != nil && r.Name != now.Name && SameTemplate(r.Template, now.Template) {
			w.note(fmt.Sprintf("%s has the same template as the current one (%s): the controller uses the older ReplicaSet", r.Title(), now.Title()))
		}
	}
	unfinished := w.Phase == Progressing || w.Phase == Stalled
	switch {
	case w.Phase == Degraded && c != nil && c.Reason == "NewReplicaSetAvailable":
		w.note("the rollout was complete before: no progress deadline counts any more")
	case unfinished && deref(d.Spec.ProgressDeadlineSeconds, math.MaxInt32) == math.MaxInt32:
		w.note("no progress deadline is set: this can last for ever")
	}
	if w.Phase == Paused {
		w.note("no progress deadline counts while it is paused; kubectl rollout undo is refused")
	}
}
