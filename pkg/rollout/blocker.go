package rollout

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

var digits = regexp.MustCompile(`[0-9]+`)

// block records the troubles of pods as blockers, equal ones as one. The objects that cause them, such
// as nodes and claims, come behind them, each once.
func (w *Workload) block(pods []Pod) {
	index := map[string]int{}
	var roots []Blocker
	for _, p := range pods {
		if p.trouble == nil {
			continue
		}
		if root := p.trouble.root; root != nil && !slices.ContainsFunc(roots, root.same) {
			roots = append(roots, *root)
		}
		key := p.trouble.key(p.Name)
		if i, seen := index[key]; seen {
			w.BlockedBy[i].more(p.trouble)
			continue
		}
		index[key] = len(w.BlockedBy)
		w.BlockedBy = append(w.BlockedBy, p.trouble.blocker(p.Name))
	}
	w.BlockedBy = append(w.BlockedBy, roots...)
}

// key returns what the troubles of several pods have in common: equal ones differ in the pod's name, and
// in numbers such as ports and times.
func (t *trouble) key(pod string) string {
	return t.reason + digits.ReplaceAllString(strings.ReplaceAll(t.words, pod, ""), "")
}

// more counts another pod with the same trouble, which may be older.
func (b *Blocker) more(t *trouble) {
	b.Count++
	if since := snapshot.NewTime(t.since); since != nil && (b.Since == nil || since.Before(b.Since.Time)) {
		b.Since = since
	}
}

// same reports whether two blockers are the same object.
func (b *Blocker) same(other Blocker) bool { return b.Kind == other.Kind && b.Name == other.Name }

// blocker returns the trouble of the pod of that name as a blocker.
func (t *trouble) blocker(pod string) Blocker {
	return Blocker{
		Kind: "Pod", Name: pod, Reason: t.reason, Message: cmp.Or(t.detail, t.words),
		Since: snapshot.NewTime(t.since), Count: 1, words: t.words, timed: t.timed, at: t.at,
	}
}

// blockCreation puts first that no pods can be created for an object.
func (b *builder) blockCreation(w *Workload, kind, name, reason, message string, since time.Time) {
	w.BlockedBy = slices.Insert(w.BlockedBy, 0, Blocker{
		Kind: kind, Name: name, Reason: reason, Message: message, Since: snapshot.NewTime(since), Count: 1,
		words: deniedWords(kind, reason, message), creation: true, at: b.s.At,
	})
}

// unblockIfDone drops the blockers of a rollout that is over: what is wrong with a pod, such
// as one that is being deleted, is not in its way any more.
func (w *Workload) unblockIfDone() {
	if w.Phase == Complete || w.Phase == ScaledToZero {
		w.BlockedBy = []Blocker{}
	}
}

// creationFails reports whether pods of the workload cannot be created.
func (w *Workload) creationFails() bool { return len(w.BlockedBy) > 0 && w.BlockedBy[0].creation }

// Words returns the trouble in few words, for a pod those of its line.
func (b Blocker) Words() string { return cmp.Or(b.words, brief(b.Message)) }

// subject names what is in trouble in a sentence.
func (b Blocker) subject() string {
	if b.Count > 1 {
		return wording.Count(b.Count, "pod")
	}
	if b.Kind == "Pod" {
		return b.Name
	}
	return b.Kind + " " + b.Name
}

// sentence returns the trouble in few words, and for how long it has lasted.
func (b Blocker) sentence() string {
	words := b.subject() + ": " + b.Words()
	if b.timed || b.Since == nil || b.at.Sub(b.Since.Time) < time.Second {
		return words
	}
	return words + " (for " + wording.Age(b.at.Sub(b.Since.Time)) + ")"
}

// conclude composes the summary: how far the rollout is, then what holds it up.
func (w *Workload) conclude() {
	if w.Cause == "" && len(w.BlockedBy) > 0 {
		w.Cause = w.BlockedBy[0].sentence()
	}
	w.Summary = w.State
	if w.Cause != "" {
		w.Summary += "; " + w.Cause
	}
}

// failedDelete is the reason of the condition ReplicaFailure while there are more pods than are
// wanted (calculateStatus in k8s.io/kubernetes pkg/controller/replicaset/replica_set_utils.go, 1.37).
const failedDelete = "FailedDelete"

// deniedWords returns in few words why the API server refused what an object of
// that kind creates or deletes.
func deniedWords(kind, reason, message string) string {
	so := "pods cannot be created"
	switch {
	case reason == "":
		so = "its status reports ReplicaFailure"
	case reason == failedDelete:
		so = "pods cannot be deleted"
	case kind == "CronJob":
		so = "Jobs cannot be created"
	}
	if message == "" {
		return so
	}
	return so + ": " + whyDenied(message)
}

// whyDenied returns the part of a refusal that names its reason: the message begins with the names of
// the objects, which the reader knows. `pods "web-1" is forbidden: exceeded quota: team, …` becomes
// "exceeded quota team, …".
func whyDenied(message string) string {
	if _, rest, quota := strings.Cut(message, "exceeded quota: "); quota {
		return "exceeded quota " + brief(rest)
	}
	if _, rest, failed := strings.Cut(message, "failed calling webhook "); failed {
		name, why, _ := strings.Cut(rest, ": ")
		return "webhook " + name + " does not answer: " + brief(strings.TrimPrefix(why, "failed to call webhook: "))
	}
	if _, rest, denied := strings.Cut(message, "admission webhook "); denied {
		return "webhook " + brief(rest)
	}
	return brief(message)
}

// overQuota reports whether a quota refuses the pods that is free again when others
// end. One that allows less than a single pod asks for never is.
func (w *Workload) overQuota() bool {
	return w.creationFails() && strings.Contains(w.BlockedBy[0].Message, "exceeded quota") && !neverFits(w.BlockedBy[0].Message)
}

// quotaParts are what the refusal of a quota lists (k8s.io/apiserver
// pkg/admission/plugin/resourcequota/controller.go checkRequest, 1.37).
var quotaParts = regexp.MustCompile(`requested: (\S+), used: \S+, limited: (\S+)`)

// neverFits reports whether one object asks for more than the whole quota.
func neverFits(message string) bool {
	m := quotaParts.FindStringSubmatch(message)
	if m == nil {
		return false
	}
	limits := quantities(m[2])
	for name, asked := range quantities(m[1]) {
		limit, limited := limits[name]
		if limited && asked.Cmp(limit) > 0 {
			return true
		}
	}
	return false
}

// quantities parses a list such as "pods=1,requests.cpu=200m".
func quantities(list string) map[string]resource.Quantity {
	found := map[string]resource.Quantity{}
	for item := range strings.SplitSeq(list, ",") {
		name, value, _ := strings.Cut(item, "=")
		if q, err := resource.ParseQuantity(value); err == nil {
			found[name] = q
		}
	}
	return found
}
