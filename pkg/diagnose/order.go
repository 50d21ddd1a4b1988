package diagnose

import (
	"cmp"
	"slices"
	"time"
)

// rankOf orders statuses, worst first.
func rankOf(s Status) int { return slices.Index([]Status{Thrashing, Blocked, Failed, Recovered}, s) }

// terminated returns when the container last terminated, zero if that is not
// known.
func (i Item) terminated() time.Time {
	if i.LastTermination == nil || i.LastTermination.FinishedAt == nil {
		return time.Time{}
	}
	return i.LastTermination.FinishedAt.Time
}

func (i Item) group() string {
	if i.Workload == nil {
		return i.Context + "/" + i.Namespace + "/Pod/" + i.Pod
	}
	return i.Context + "/" + i.Namespace + "/" + i.Workload.Kind + "/" + i.Workload.Name
}

// Sort sorts the items of several reports as Report sorts those of one. Items of
// different clusters can have the same names; then their contexts decide.
func Sort(items []Item) { order(items) }

// order sorts items: the worst status first, in it the workloads that others
// fail on, and then what terminated last. What belongs to one workload stands
// together.
func order(items []Item) {
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(rankOf(a.Status), rankOf(b.Status)),
			b.terminated().Compare(a.terminated()),
			cmp.Compare(a.group(), b.group()), cmp.Compare(a.Pod, b.Pod), cmp.Compare(a.Container, b.Container),
		)
	})
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

// blamed returns how many other workloads fail on each, by its group.
func blamed(items []Item) map[string]int {
	counted := map[[2]string]bool{}
	out := map[string]int{}
	for _, i := range items {
		c := i.Cause.Culprit
		if c == nil || i.Cause.Category != Dependency {
			continue
		}
		pair := [2]string{i.Context + "/" + c.Namespace + "/" + c.Kind + "/" + c.Name, i.group()}
		if pair[0] != pair[1] && !counted[pair] {
			counted[pair] = true
			out[pair[0]]++
		}
	}
	return out
}
