package rsmap

import (
	"context"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// mostCrashes bounds for how many workloads the evidence of a crash is read: each costs logs
// and other requests.
const mostCrashes = 3

// crashes adds one line to each workload that was asked for by name: why its
// pods crash, and when the next start is due. It is the verdict of kubectl
// thrash for the first of them. Lists of the whole namespace may be large; they
// are read only if the evidence of the pods themselves is not enough.
func (o *options) crashes(ctx context.Context, s *snapshot.Snapshot, found []*rollout.Workload) (map[*rollout.Workload]string, error) {
	crashing := crashingPods(found)
	if len(crashing) == 0 || !o.inFull() || o.diff != nil {
		return nil, nil
	}
	chosen := diagnose.Options{
		Select:    func(p *corev1.Pod) bool { return crashing[p.UID] != nil },
		SelectJob: func(j *batchv1.Job) bool { return ownsOne(j.UID, crashing) },
	}
	// Gaps of files are left to kubectl thrash: here they would hide the rollout.
	evidence := gather.Evidence{Load: o.loadQuietly, Options: chosen}
	evidence.Known(o.warnings())
	for _, lists := range []bool{false, true} { // first without whole lists, then with them
		forest, err := evidence.Read(ctx, s, func(r snapshot.Read) bool { return o.isEvidence(r, lists) })
		if err != nil {
			return nil, err
		}
		words, sure := verdicts(diagnose.Report(forest.Of(redact.Evidence(s)), chosen), crashing, s.At, o.context)
		// A watch does without lists: each would be watched.
		if sure || lists || o.watch.Watch {
			return words, nil
		}
	}
	return nil, nil
}

// crashingPods returns the first crashing pod of each of the first workloads that have one.
func crashingPods(found []*rollout.Workload) map[types.UID]*rollout.Workload {
	crashing := map[types.UID]*rollout.Workload{}
	for _, w := range found {
		if p := firstCrash(w); p != nil && len(crashing) < mostCrashes {
			crashing[p.UID] = w
		}
	}
	return crashing
}

// isEvidence reports whether rsmap reads something to explain a crash: whole lists only if lists is
// set, and no Secrets of a cluster (see configs).
func (o *options) isEvidence(r snapshot.Read, lists bool) bool {
	if r.Resource == "secrets" && len(o.flags.Filenames) == 0 {
		return false
	}
	return lists || r.Name != "" || r.Fields != ""
}

// verdicts returns what was judged of the first crash of each workload, and
// whether all of it is of high confidence.
func verdicts(
	items []diagnose.Item,
	crashing map[types.UID]*rollout.Workload,
	at time.Time,
	context string,
) (words map[*rollout.Workload]string, sure bool) {
	words = map[*rollout.Workload]string{}
	sure = true
	for _, item := range items {
		for _, w := range crashing {
			if isAbout(item, w) && words[w] == "" {
				words[w] = crashWords(item, at, context)
				sure = sure && item.Cause.Confidence == diagnose.High
			}
		}
	}
	return words, sure
}

// isAbout reports whether a verdict is about the first crash of a workload. Of a Job the latest pod
// that failed is judged, which need not be the first here: then the names of the workloads decide.
func isAbout(item diagnose.Item, w *rollout.Workload) bool {
	p := firstCrash(w).Object()
	same := item.Pod == p.Name || (item.Workload != nil && item.Workload.Kind == w.Ref.Kind && item.Workload.Name == w.Ref.Name)
	return same && p.Namespace == item.Namespace
}

// ownsOne reports whether the object of that UID is the controller of one of the pods.
func ownsOne(uid types.UID, crashing map[types.UID]*rollout.Workload) bool {
	for pod, w := range crashing {
		p := firstCrash(w).Object()
		owner := metav1.GetControllerOfNoCopy(p)
		if p.UID == pod && owner != nil && owner.UID == uid {
			return true
		}
	}
	return false
}

// firstCrash returns the first pod, of the newest revision that has any, whose
// containers exit and are restarted, or which failed for good, as those of Jobs.
func firstCrash(w *rollout.Workload) *rollout.Pod {
	// Pods that ended long ago stay beside those that replaced them.
	over := w.Phase == rollout.Complete || w.Phase == rollout.ScaledToZero
	for _, r := range w.Revisions {
		for i, p := range r.Pods {
			ends := p.Restarts > 0 || (p.Phase == string(corev1.PodFailed) && !over)
			if p.Problem != "" && ends && p.UID != "" {
				return &r.Pods[i]
			}
		}
	}
	return nil
}

// crashWords returns a verdict and the window of the next start in one line.
func crashWords(i diagnose.Item, at time.Time, context string) string {
	cause := causeWords(i.Cause, at)
	start := startWords(i, at)
	between := ""
	if cause != "" && start != "" {
		between = "; "
	}
	if cause == "" && start == "" {
		return ""
	}
	shown, _ := redact.Text(cause + between + start) // the cause quotes a log
	return shown + moreCommand(i, context)
}

// moreCommand returns the command that shows the whole case, empty if no command can name the pod.
func moreCommand(i diagnose.Item, context string) string {
	line := command.Kubectl("thrash").Name(i.Pod).Namespace(i.Namespace).String()
	if line == "" {
		return ""
	}
	return "; more: " + command.InContext(line, context)
}

// causeWords returns why a container crashes, "OOMKilled (high): ...", empty if it is not known.
func causeWords(c diagnose.Cause, at time.Time) string {
	if c.Category == diagnose.Undetermined {
		return ""
	}
	words := string(c.Category) + " (" + string(c.Confidence) + "): " + c.Summary
	if when := c.When(at); when != "" {
		words += " (" + when + ")"
	}
	return words
}

// startWords returns when the kubelet starts the container again.
func startWords(i diagnose.Item, at time.Time) string {
	b := i.Backoff
	if b.NotBefore == nil || b.ExpectedBy == nil { // it waits for no back-off, or the window is not known
		return ""
	}
	from := b.NotBefore.Sub(at)
	by := b.ExpectedBy.Sub(at)
	if by <= 0 {
		return "next start overdue " + wording.Exact(-by)
	}
	if from <= 0 { // the window is open
		return "next start within " + wording.Exact(by)
	}
	return "next start in " + wording.Exact(from) + "–" + wording.Exact(by)
}
