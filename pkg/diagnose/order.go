package diagnose

import (
	"cmp"
	"slices"
	"time"
)

// worstFirst are the statuses in the order of a report: what still goes wrong, what waits, what is
// over, and what runs well again.
var worstFirst = []Status{Thrashing, Blocked, Failed, Recovered}

// rankOf orders statuses, worst first.
func rankOf(s Status) int { return slices.Index(worstFirst, s) }

// terminated returns when the container last terminated, zero if that is not
// known.
func (i Item) terminated() time.Time {
	if i.LastTermination == nil || i.LastTermination.FinishedAt == nil {
		return time.Time{}
	}
	return i.LastTermination.FinishedAt.Time
}

// group names the workload of an item, or its bare pod, within its cluster: "prod/shop/Deployment/web".
func (i Item) group() string {
	if i.Workload == nil {
		return i.Context + "/" + i.Namespace + "/Pod/" + i.Pod
	}
	return i.Context + "/" + i.Namespace + "/" + i.Workload.Kind + "/" + i.Workload.Name
}

// blames names the workload that an item fails on in the form of group, "" if it fails on none.
func (i Item) blames() string {
	c := i.Cause.Culprit
	if c == nil || i.Cause.Category != Dependency {
		return ""
	}
	return i.Context + "/" + c.Namespace + "/" + c.Kind + "/" + c.Name
}

// Sort sorts the items of several reports as Report sorts those of one. Items of
// different clusters can have the same names; then their contexts decide.
func Sort(items []Item) { order(items) }

// order sorts items: the worst status first, in it the workloads that others
// fail on, and then what terminated last. What belongs to one workload stands
// together: that needs the places of a first sorting, and so a second one.
func order(items []Item) {
	slices.SortStableFunc(items, byTermination)
	first := firstOfGroups(items)
	fail := blamed(items)
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(rankOf(a.Status), rankOf(b.Status)),
			cmp.Compare(fail[b.group()], fail[a.group()]),
			cmp.Compare(first[groupPlace{a.Status, a.group()}], first[groupPlace{b.Status, b.group()}]),
		)
	})
}

// byTermination compares items by status and by what terminated last, with names to decide between equals.
func byTermination(a, b Item) int {
	return cmp.Or(
		cmp.Compare(rankOf(a.Status), rankOf(b.Status)),
		b.terminated().Compare(a.terminated()),
		cmp.Compare(a.group(), b.group()), cmp.Compare(a.Pod, b.Pod), cmp.Compare(a.Container, b.Container),
	)
}

// groupPlace is where the items of one workload stand that have the same status.
type groupPlace struct {
	status Status
	group  string
}

// firstOfGroups returns the index of the first item of each group.
func firstOfGroups(items []Item) map[groupPlace]int {
	first := map[groupPlace]int{}
	for n, i := range items {
		at := groupPlace{i.Status, i.group()}
		if _, seen := first[at]; !seen {
			first[at] = n
		}
	}
	return first
}

// blamed returns how many other workloads fail on each, by its group. The pods of one workload
// count once.
func blamed(items []Item) map[string]int {
	type pair struct{ culprit, victim string }
	counted := map[pair]bool{}
	out := map[string]int{}
	for _, i := range items {
		p := pair{i.blames(), i.group()}
		if p.culprit != "" && p.culprit != p.victim && !counted[p] {
			counted[p] = true
			out[p.culprit]++
		}
	}
	return out
}
