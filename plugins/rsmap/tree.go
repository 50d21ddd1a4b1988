package rsmap

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// revisionColumns are the columns of revisions and pods: those of kubectl get pods, which the pods
// fill as it does. On a narrow terminal the node goes first.
var revisionColumns = []view.Column{
	{Head: "revision", Shrink: 20},
	{Head: "ready"},
	{Head: "status"},
	{Head: "restarts"},
	{Head: "age"},
	{Head: "node", Drop: 1},
	{Head: "name", WideOnly: true},   // of the ReplicaSet, ControllerRevision or Job
	{Head: "images", WideOnly: true}, // of its template
}

// table returns the revisions of a workload with their pods.
func (t text) table(w *rollout.Workload) *view.Table {
	table := view.NewTable(revisionColumns...)
	empty := 0 // revisions that nothing runs of
	folded := 0
	for _, r := range w.Revisions { // newest first: the oldest are folded
		if idle(r) {
			empty++
			if t.revisions >= 0 && empty > t.revisions {
				folded++
				continue
			}
		}
		t.revision(table, w, r)
	}
	if folded > 0 {
		table.Row(t.style.Dim(fmt.Sprintf("+%s (--revisions all)", wording.Count(folded, "older "+unit(w)))))
	}
	return table
}

// idle reports whether no pod runs a revision and none should: it is kept for a rollback, or as
// the record of a run.
func idle(r rollout.Revision) bool { return !r.Current && len(r.Pods) == 0 && deref(r.Replicas) == 0 }

// unit returns what one row of the table is: a revision of the template, or one run of a CronJob.
func unit(w *rollout.Workload) string {
	if w.Ref.Kind == "CronJob" {
		return "run"
	}
	return "revision"
}

// revision adds a revision, what changed in it, and its pods.
func (t text) revision(table *view.Table, w *rollout.Workload, r rollout.Revision) {
	made := ""
	if r.CreatedAt != nil {
		made = age(t.at, r.CreatedAt.Time)
	}
	if r.StateWords == w.State { // of a Job: the first lines have it
		r.StateWords = ""
	}
	row := table.Row(t.revisionName(w, r), revisionReady(r), t.revisionState(r), "", made, "", r.Name, imageList(r))
	if words := t.changeWords(r); words != "" {
		row.Note(words)
	}
	t.podRows(row, r.Pods)
}

// podRows adds the pods of a revision, and a line that counts those that are not shown.
func (t text) podRows(row *view.Row, pods []rollout.Pod) {
	shown, folded := t.fold(pods)
	last := "" // pods in the same trouble follow each other, and it is written once
	for _, p := range shown {
		last = t.pod(row, p, last)
	}
	if len(folded) > 0 {
		row.Row(t.style.Dim(fmt.Sprintf("+%s: %s (--pods all)", wording.Count(len(folded), "more pod"), statuses(folded))))
	}
}

// fold divides the pods of a revision into those to show, in their order, and
// others. Pods in trouble come before healthy ones, and only a few of many
// healthy ones are shown.
func (t text) fold(pods []rollout.Pod) (shown, folded []rollout.Pod) {
	const (
		few  = 10 // pods that are shown whatever their state; --pods documents it
		some = 3  // healthy ones that are shown of more
	)
	// A number that was given is one of all pods, healthy or not.
	total := t.pods
	healthy := t.pods
	switch {
	case t.pods == everyPod:
		return pods, nil
	case t.pods == chosenPods && len(pods) <= few:
		return pods, nil
	case t.pods == chosenPods:
		total = 2 * few
		healthy = some
	}
	keep := chosen(pods, total, healthy)
	for i, p := range pods {
		if keep[i] {
			shown = append(shown, p)
		} else {
			folded = append(folded, p)
		}
	}
	return shown, folded
}

// chosen marks up to total pods: those in trouble before healthy ones, and no more healthy ones
// than healthy.
func chosen(pods []rollout.Pod, total, healthy int) []bool {
	keep := make([]bool, len(pods))
	// Two rounds, without changing the order in which kubectl get pods has them.
	for _, unhealthy := range []bool{true, false} {
		for i, p := range pods {
			if (p.Problem != "") != unhealthy || total == 0 || (!unhealthy && healthy == 0) {
				continue
			}
			keep[i] = true
			total--
			if !unhealthy {
				healthy--
			}
		}
	}
	return keep
}

// statuses counts pods by their STATUS in kubectl get pods, the most frequent
// first: "7 Running, 2 Pending".
func statuses(pods []rollout.Pod) string {
	counts := map[string]int{}
	for _, p := range pods {
		counts[p.Status]++
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", counts[name], name)
	}
	return strings.Join(names, ", ")
}

// revisionName returns the name of a revision with its former numbers: after a rollback a revision
// gets a new number, and people remember the old one.
func (t text) revisionName(w *rollout.Workload, r rollout.Revision) string {
	name := r.Name
	if r.Number != nil {
		name = fmt.Sprintf("revision %d", *r.Number)
	}
	name += formerNumbers(r)
	if r.Current && w.Ref.Kind != "CronJob" { // whose runs are no versions of it
		return t.style.Bold(name)
	}
	return name
}

// formerNumbers returns " (was 2, 5)" for a revision that was rolled back to twice.
func formerNumbers(r rollout.Revision) string {
	if len(r.FormerNumbers) == 0 {
		return ""
	}
	former := make([]string, 0, len(r.FormerNumbers))
	for _, n := range r.FormerNumbers {
		former = append(former, fmt.Sprint(n))
	}
	return " (was " + strings.Join(former, ", ") + ")"
}

// revisionReady returns how many pods of a revision are ready, of how many: "3/5".
func revisionReady(r rollout.Revision) string {
	if r.Kind == "Job" {
		return ratio(r.Available, r.Desired) // done of wanted
	}
	// Of an old ControllerRevision nothing is wanted any more: what it still runs is the whole.
	if r.Desired == nil || (r.Kind == "ControllerRevision" && !r.Current) {
		return ratio(r.Ready, r.Replicas)
	}
	return ratio(r.Ready, r.Desired)
}

// deref returns a count, 0 if it is not known.
func deref(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}

// revisionState returns whether a revision is the current one, or what it is instead.
func (t text) revisionState(r rollout.Revision) string {
	switch {
	case r.State != "":
		return r.State
	case len(r.Roles) > 0: // of an Argo Rollout: stable, canary, active, preview
		return t.style.Bold(strings.Join(r.Roles, ", "))
	case r.Current:
		return t.style.Bold("current")
	case r.Unranked: // without its controller nothing shows which one is current
		return ""
	}
	return t.style.Dim("old")
}

// changeWords returns what a revision changed, or its images if the change is
// not known or does not concern them.
func (t text) changeWords(r rollout.Revision) string {
	words, imaged := changePhrases(r)
	if images := firstImages(r); !imaged && images != "" {
		words = append(words, images)
	}
	if r.ChangeCause != "" {
		words = append(words, "cause: "+r.ChangeCause)
	}
	if r.Author != nil {
		words = append(words, "by "+r.Author.Manager+" "+wording.Age(t.at.Sub(r.Author.Time.Time))+" ago")
	}
	if r.ScaleDownAt != nil {
		words = append(words, t.scaleDown(r.ScaleDownAt.Time)) // Argo keeps an old one for a while
	}
	return strings.Join(words, "; ")
}

// changePhrases returns how a Job ended or continues, and the first of what a revision changed. It
// also reports whether the images need no mention: they are among the phrases, or a run of a
// CronJob has the same as the run before it.
func changePhrases(r rollout.Revision) (words []string, imaged bool) {
	if r.StateWords != "" {
		words = append(words, r.StateWords)
		imaged = r.Change != nil && r.Change.Verdict != rollout.First
	}
	if r.Change != nil && (r.Kind != "Job" || r.Change.Verdict == rollout.Changed) {
		all := r.Change.Words() // images first
		words = append(words, wording.First(all, 4, "%d more changes (--diff)")...)
		imaged = imaged || r.Change.ChangesImage()
	}
	return words, imaged
}

// firstImages returns the first images of a revision.
func firstImages(r rollout.Revision) string {
	const most = 3
	var images []string
	for _, i := range r.Images[:min(most, len(r.Images))] {
		images = append(images, rollout.ShortImage(i.Image))
	}
	if more := len(r.Images) - most; more > 0 {
		images = append(images, wording.Count(more, "more image"))
	}
	return strings.Join(images, ", ")
}

// scaleDown returns when a revision that serves no more is scaled down.
func (t text) scaleDown(at time.Time) string {
	if left := at.Sub(t.at); left > 0 {
		return "scaled down in " + wording.Age(left)
	}
	return "to be scaled down now"
}

// pod adds a pod under its revision, with its problem unless it is the same as
// last, the problem that was written before. It returns the problem that was
// written last.
func (t text) pod(row *view.Row, p rollout.Pod, last string) string {
	// The columns are those of kubectl get pods, to be compared with it.
	child := row.Row(p.Name, p.Ready, t.podStatus(p), t.restarts(p), age(t.at, p.Object().CreationTimestamp.Time), p.Node)
	if p.Problem == "" || p.Problem == last {
		return last
	}
	child.Note(p.Problem)
	return p.Problem
}

// podStatus returns the STATUS of a pod in the colour of its urgency. A pod that is neither in
// trouble nor serves yet, such as a Pending one, may become either.
func (t text) podStatus(p rollout.Pod) string {
	switch {
	case p.Problem != "":
		return t.style.Bad(p.Status)
	case p.Status == "Running" || p.Status == "Completed":
		return t.style.Good(p.Status)
	default:
		return t.style.Warn(p.Status)
	}
}

// restarts returns the RESTARTS of kubectl get pods: "3 (5m ago)".
func (t text) restarts(p rollout.Pod) string {
	words := fmt.Sprint(p.Restarts)
	if p.Restarts > 0 && p.LastRestartAt != nil {
		words += " (" + wording.Age(t.at.Sub(p.LastRestartAt.Time)) + " ago)"
	}
	return words
}
