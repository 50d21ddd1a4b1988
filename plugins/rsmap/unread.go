package rsmap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
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
		return // what a cluster does not give is a gap already
	}
	type key struct{ resource, namespace string }
	owners := map[key][]string{}
	for _, w := range found {
		for _, resource := range w.Unread {
			if s.HasGap(resource, w.Ref.Namespace) {
				continue
			}
			k := key{resource, w.Ref.Namespace}
			if w.NotRead && resource == ownerOf(w) {
				owners[k] = append(owners[k], w.Ref.Name)
				continue
			}
			s.AddGap(snapshot.Gap{
				Resource: resource, Namespace: k.namespace, Impact: unreadEffects[resource],
				Reason: "the files do not hold all of those that the status of the workloads counts",
			})
		}
	}
	keys := make([]key, 0, len(owners))
	for k := range owners {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.resource, b.resource))
	})
	for _, k := range keys {
		names := owners[k]
		const most = 3
		if more := len(names) - most; more > 0 {
			names = append(names[:most:most], fmt.Sprintf("%d more", more))
		}
		s.AddGap(snapshot.Gap{
			Resource: k.resource, Namespace: k.namespace, Reason: "the files do not hold " + strings.Join(names, ", "),
			Impact: "they are known by what they own alone",
		})
	}
}

// ownerOf names the resource of an owner that was not read.
func ownerOf(w *rollout.Workload) string { return snapshot.Plural(w.Ref.Kind) }

// verdict is the error that --fail-on asks for: exit code 3 if a workload is in
// one of the phases. If none is, but what was not read could reveal one, the
// check was not made: that is a failure, not a success.
func (o *options) verdict(s *snapshot.Snapshot, found []*rollout.Workload) error {
	phases := slices.DeleteFunc(slices.Clone(o.flags.FailOn), func(f string) bool { return f == cli.Unreachable })
	if len(phases) == 0 {
		return nil
	}
	fatal := func(p rollout.Phase) bool { return slices.Contains(phases, strings.ToLower(string(p))) }
	var unsure []string
	for _, w := range found {
		other := slices.ContainsFunc(w.CouldBe, func(p rollout.Phase) bool { return !fatal(p) })
		if fatal(w.Phase) && (!other || w.Phase == rollout.Failed) { // what has failed has failed
			return &cli.ExitError{Code: cli.ExitFound}
		}
		if w.Phase == "" || fatal(w.Phase) || slices.ContainsFunc(w.CouldBe, fatal) {
			unsure = append(unsure, view.InContext(w.Context, itemShort(w)))
		}
	}
	for _, g := range s.Gaps {
		k := snapshot.KindNamed(g.Resource)
		if k != nil && k.Role >= snapshot.Controller && !o.named() && s.Source.Type != "files" {
			unsure = append(unsure, g.Resource+" that were not read")
		}
	}
	unsure = slices.Compact(unsure)
	if len(unsure) == 0 {
		return nil
	}
	const most = 3
	if more := len(unsure) - most; more > 0 {
		unsure = append(unsure[:most], fmt.Sprintf("%d more", more))
	}
	return fmt.Errorf(
		"--fail-on %s is not decided for %s: not everything was read",
		strings.Join(phases, ","),
		strings.Join(unsure, ", "),
	)
}
