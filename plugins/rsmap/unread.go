package rsmap

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// unreadEffects are what a reader loses if a list that a workload needs was not read.
var unreadEffects = map[string]string{
	"pods":                "what blocks a rollout may be missing",
	"replicasets":         "revisions and what the controller does next are not known",
	"controllerrevisions": "revisions are not known",
	"jobs":                "runs are known from the status of their CronJob alone",
}

// addGaps records what the judgement of the workloads needed and what was not
// read, each list and each owner once.
func addGaps(s *snapshot.Snapshot, found []*rollout.Workload) {
	if s.Source.Type != "files" {
		return // what a cluster does not give is a gap already, recorded with the server's reason
	}
	owners := unreadOwners{}
	for _, w := range found {
		for _, resource := range w.Unread {
			if s.HasGap(resource, w.Ref.Namespace) {
				continue
			}
			if w.NotRead && resource == ownerOf(w) { // the workload itself, of which only what it owns was read
				owners.add(resource, w)
				continue
			}
			s.AddGap(missingIn(w.Ref.Namespace, resource))
		}
	}
	owners.addGaps(s)
}

// missingIn returns the gap of a list of which the files hold fewer objects than a status counts.
func missingIn(namespace, resource string) snapshot.Gap {
	return snapshot.Gap{
		Resource: resource, Namespace: namespace, Impact: unreadEffects[resource],
		Reason: "the files do not hold all of those that the status of the workloads counts",
	}
}

// unreadOwners are the names of owners that the files do not hold.
type unreadOwners map[ownerList][]string

// ownerList is the list that an owner would be in.
type ownerList struct{ namespace, resource string }

// compare orders lists by namespace and resource.
func (a ownerList) compare(b ownerList) int {
	return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.resource, b.resource))
}

// add records that w, an object of resource, is known by what it owns alone.
func (u unreadOwners) add(resource string, w *rollout.Workload) {
	k := ownerList{w.Ref.Namespace, resource}
	u[k] = append(u[k], w.Ref.Name)
}

// addGaps records one gap for each namespace and kind.
func (u unreadOwners) addGaps(s *snapshot.Snapshot) {
	for _, k := range slices.SortedFunc(maps.Keys(u), ownerList.compare) {
		s.AddGap(snapshot.Gap{
			Resource: k.resource, Namespace: k.namespace, Impact: "they are known by what they own alone",
			Reason: "the files do not hold " + strings.Join(wording.First(u[k], 3, "%d more"), ", "),
		})
	}
}

// ownerOf names the resource of an owner that was not read.
func ownerOf(w *rollout.Workload) string { return snapshot.Plural(w.Ref.Kind) }

// verdict is the error that --fail-on asks for: exit code 3 if a workload is in
// one of the phases. If none is, but what was not read could reveal one, the
// check was not made: that is a failure, not a success.
func (o *options) verdict(s *snapshot.Snapshot, found []*rollout.Workload) error {
	// Unreachable contexts are judged by cli.Fleet.FailOn: they are no phase of a workload.
	phases := slices.DeleteFunc(slices.Clone(o.flags.FailOn), func(f string) bool { return f == cli.Unreachable })
	if len(phases) == 0 {
		return nil
	}
	var unsure []string
	for _, w := range found {
		sure, possible := judgeByPhase(w, phases)
		if sure {
			return &cli.ExitError{Code: cli.ExitFound}
		}
		if possible {
			unsure = append(unsure, view.InContext(w.Context, itemShort(w)))
		}
	}
	unsure = slices.Compact(append(unsure, o.unreadLists(s)...))
	if len(unsure) == 0 {
		return nil
	}
	// No ExitError: exit code 1, which a pipeline can distinguish from a finding.
	return fmt.Errorf(
		"--fail-on %s is not decided for %s: not everything was read",
		strings.Join(phases, ","),
		strings.Join(wording.First(unsure, 3, "%d more"), ", "),
	)
}

// judgeByPhase reports whether a workload surely is in one of the phases of --fail-on, and if not,
// whether it could be: its phase is not known, or the lists that were not read could reveal another.
func judgeByPhase(w *rollout.Workload, phases []string) (sure, possible bool) {
	fatal := func(p rollout.Phase) bool { return slices.Contains(phases, strings.ToLower(string(p))) }
	other := slices.ContainsFunc(w.CouldBe, func(p rollout.Phase) bool { return !fatal(p) })
	if fatal(w.Phase) && (!other || w.Phase == rollout.Failed) { // what has failed has failed
		return true, true
	}
	return false, w.Phase == "" || fatal(w.Phase) || slices.ContainsFunc(w.CouldBe, fatal)
}

// unreadLists returns the lists that were not read and could hold a workload in trouble.
// Those that were asked for by name were found, and files hold what they hold.
func (o *options) unreadLists(s *snapshot.Snapshot) []string {
	if o.named() || s.Source.Type == "files" {
		return nil
	}
	var lists []string
	for _, g := range s.Gaps {
		if k := snapshot.KindNamed(g.Resource); k != nil && k.Role >= snapshot.Controller {
			lists = append(lists, g.Resource+" that were not read")
		}
	}
	return lists
}
