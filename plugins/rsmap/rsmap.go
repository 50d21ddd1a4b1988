// Package rsmap is the kubectl plugin that shows the state of a rollout: each
// workload with its revisions, what changed between them, the pods of each with
// the columns of kubectl get pods, what the strategy allows next, what blocks
// it, and how to roll back. It holds the command and its view; the packages
// owners and rollout compute what it shows.
package rsmap

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// long is the help of the command. Its first paragraph alone is the short help.
const long = `Show where a rollout stands and why: revisions newest first, what changed in
each, their pods, what the strategy allows next, what blocks it, how to roll back.

Without a name, every workload of the namespace gets one line, worst first. A
bare NAME is a Deployment; if there is none, a StatefulSet, DaemonSet, Job,
CronJob or Argo Rollout. A pod or ReplicaSet stands for its workload.
Pods and ReplicaSets are found by their owners, never by labels alone.

Phases, worst first: Failed, Stalled, Degraded, Progressing, Paused, Complete,
ScaledToZero. The plugin only reads.`

// example has the examples of the help, of which the short help shows the first ones: the most common
// come first.
const example = `  # every rollout of the namespace, worst first
  kubectl rsmap

  # one Deployment with its revisions and pods
  kubectl rsmap web

  # what changed in the current revision, and between two others
  kubectl rsmap web --diff
  kubectl rsmap web --diff 2..4
  kubectl rsmap web --diff=-3..-1

  # what was rolled out in the last hour, in all namespaces
  kubectl rsmap -A --since 1h

  # the oldest first
  kubectl rsmap --sort-by .metadata.creationTimestamp

  # wait for a rollout, and fail as soon as it hangs
  kubectl rsmap web --until complete --timeout 10m

  # fail a pipeline when something hangs
  kubectl rsmap -l app=web --fail-on stalled,failed

  # is anything stuck anywhere?
  kubectl rsmap --contexts 'prod-*' -A

  # the same from a must-gather
  kubectl rsmap -f must-gather.tar.gz`

// NewCommand returns the command kubectl rsmap.
func NewCommand(env *cli.Env) *cobra.Command {
	f := &flags{Flags: cli.NewFlags()}
	f.Formats = []string{"markdown", "dot", "mermaid"}
	f.Findings = []string{"stalled", "degraded", "failed", "paused", "progressing", cli.Unreachable}
	f.Trimmed = true
	f.SelectorUsage = "label selector of workloads, by their own labels, such as -l app=web"
	cmd := cli.NewCommand(env, cli.Command{
		Name: "rsmap", Args: "[NAME... | TYPE [NAME...] | TYPE/NAME...] [flags]",
		Short: "Show where a rollout stands: revisions, pods, what changed, what blocks", Long: long, Example: example,
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.fleet.Check(cmd); err != nil {
			return err
		}
		o, err := f.options(env, args)
		if err != nil {
			return err
		}
		if o.watch.Watch {
			return o.follow(cmd.Context())
		}
		return o.run(cmd.Context())
	}
	f.add(cmd, env)
	f.complete(cmd)
	return cmd
}

// add adds the flags to cmd; each section of the help lists its own in this order. A word in backquotes
// names the value of a flag there: "--revisions number".
func (f *flags) add(cmd *cobra.Command, env *cli.Env) {
	f.Add(cmd, env)
	f.watch.Add(cmd, "complete, all is rolled out and available; or stable, nothing is under way, which paused and degraded ones allow; "+
		"exit code 3 as soon as a rollout stalls or fails", "complete", "stable")
	cmd.Flags().StringVar(&f.revisions, "revisions", "2", "show this `number` of older revisions that have no pods; all for every one")
	cmd.Flags().
		StringVar(&f.pods, "pods", "some", "show this `number` of pods of each revision, those in trouble first; all for every one, some "+
			"for up to ten, of more those in trouble and a few")
	f.fleet.Add(cmd, f.Flags)
	f.list.Add(cmd, "workloads", "metadata.name", "metadata.namespace")
	f.diff.add(cmd.Flags())
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return diffHint(err) })
	cmd.Flags().DurationVar(&f.since, "since", 0, "list only workloads whose current revision is younger than this `time`, as in 1h")
	cmd.Flags().
		StringVar(&f.sortBy, "sort-by", "", "list by this `path` into an item of -o json, as .workload.name or .metadata.creationTimestamp, "+
			"not worst first")
	cli.Common(cmd,
		"all-contexts", "all-namespaces", "contexts", "diff", "fail-on", "filename", "namespace", "output", "selector", "since", "until", "watch")
}

// complete sets what the shell completes: the values of flags, and as arguments the types that own pods,
// or names of Deployments, which a bare NAME stands for.
func (f *flags) complete(cmd *cobra.Command) {
	cli.CompleteFlag(cmd, "revisions", "all")
	cli.CompleteFlag(cmd, "pods", "all", "some")
	cli.CompleteFlag(cmd, "sort-by", ".metadata.name", ".metadata.creationTimestamp", ".phase", ".desired", ".ready", ".available")
	cmd.ValidArgsFunction = f.CompleteTargets("deployments", "deployment", "statefulset", "daemonset", "replicaset", "job", "cronjob", "pod")
}

// run reads, prints and judges once.
func (o *options) run(ctx context.Context) error {
	if o.members != nil {
		return o.runFleet(ctx)
	}
	m, err := o.read(ctx)
	if err != nil {
		return err
	}
	m.snapshot = m.snapshot.WithoutObjects() // what is printed takes memory, too
	o.source = nil
	cli.Warn(o.env, m.snapshot)
	if err := o.print(m); err != nil {
		return err
	}
	return o.verdict(m.snapshot, m.found) // after the report, which shows why the exit code is 3
}

// result is what one read of the cluster or files gave.
type result struct {
	common   []view.Common                // images that fail in several contexts of a fleet
	snapshot *snapshot.Snapshot           // what was read, with its time and gaps
	found    []*rollout.Workload          // that were asked for, in the order in which they are shown
	crashes  map[*rollout.Workload]string // why pods crash, and when they start again
	hidden   int                          // credentials that are not shown
	waiting  []string                     // contexts of a fleet whose present state is not known
}

// read reads what was asked for and judges it.
func (o *options) read(ctx context.Context) (*result, error) {
	m := &result{snapshot: &snapshot.Snapshot{}}
	forest, err := o.load(ctx, m.snapshot)
	if err != nil {
		return nil, err
	}
	if m.found, err = o.judge(ctx, forest); err != nil {
		return nil, err
	}
	addGaps(m.snapshot, m.found) // before --since takes some of them away: they were needed for all
	if o.since > 0 {
		m.found = slices.DeleteFunc(m.found, func(w *rollout.Workload) bool { return !recent(w, m.snapshot.At.Add(-o.since)) })
	}
	if err := o.sort(m.found); err != nil {
		return nil, err
	}
	if m.crashes, err = o.crashes(ctx, m.snapshot, m.found); err != nil {
		return nil, err
	}
	if !o.flags.ShowSecrets {
		m.hide() // last, so that it covers what the verdicts quote
	}
	for _, w := range m.found { // each keeps its own, because a fleet puts those of several reads together
		w.At = m.snapshot.At
		inContext(w, o.context)
	}
	return m, nil
}

// judge returns the chosen workloads. If pods of them do not start, it reads
// what may explain that, and judges again.
func (o *options) judge(ctx context.Context, forest *owners.Forest) ([]*rollout.Workload, error) {
	build := o.build()
	found, err := o.choose(forest, build(forest))
	if err != nil || len(o.flags.Filenames) > 0 { // files are read whole
		return found, err
	}
	wanted := rollout.Wanted(found) // known only now: it depends on which pods hang, and how
	if o.watch.Watch {
		wanted.Reads = watchable(wanted.Reads)
	} else {
		wanted.Reads = gather.NodesAtOnce(wanted.Reads)
	}
	if wanted.Empty() {
		return found, nil
	}
	if err := o.source.Load(ctx, forest.Snapshot, wanted); err != nil {
		return nil, err
	}
	forest = forest.Refreshed()
	return o.choose(forest, build(forest))
}

// mostWatched is how many objects a watch follows to explain why pods do not start:
// each is a watch of its own.
const mostWatched = 100

// watchable returns the reads that a watch can afford: each list would be watched, with every
// object of the namespace, so that only what autoscalers report and the nodes remain lists.
func watchable(reads []snapshot.Read) []snapshot.Read {
	reads = slices.DeleteFunc(reads, func(r snapshot.Read) bool {
		return r.Name == "" && !slices.Contains(rollout.ScaleUps(r.Namespace), r)
	})
	reads = gather.NodesAtOnce(reads)
	if len(reads) > mostWatched {
		return reads[len(reads)-mostWatched:] // with the list of nodes, which is the last
	}
	return reads
}

// build returns the function that judges, for what is shown of it: what changed between the
// revisions is compared only for those that are printed with it.
func (o *options) build() func(*owners.Forest) []*rollout.Workload {
	if o.rows() {
		return func(f *owners.Forest) []*rollout.Workload { return rollout.Rows(f, o.watch.Watch) }
	}
	if o.diff == nil && slices.Contains([]string{"text", "wide"}, o.flags.Output) {
		return func(f *owners.Forest) []*rollout.Workload { return rollout.Shown(f, o.revisions) }
	}
	return rollout.Build
}

// rows reports whether each workload becomes one line of a table, without its pods.
// The lines of a watch need no more of healthy pods than their names.
func (o *options) rows() bool {
	return !o.named() && o.diff == nil && slices.Contains([]string{"text", "wide", "name"}, o.flags.Output)
}

// recent reports whether the current revision was rolled out after a time.
// After a rollback the ReplicaSet is older than the rollback; then the last
// write of its author counts.
func recent(w *rollout.Workload, after time.Time) bool {
	now, ok := w.Current()
	switch {
	case !ok:
		return false
	case len(now.FormerNumbers) > 0 && now.Author != nil:
		return now.Author.Time.After(after)
	default:
		return now.CreatedAt != nil && now.CreatedAt.After(after)
	}
}
