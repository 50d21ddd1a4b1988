// Package rsmap is the kubectl plugin that shows where a rollout stands: each
// workload with its revisions, what changed between them, the pods of each in
// the words of kubectl get pods, what the strategy allows next, what blocks
// it, and the way back. It holds the command and its view; what it shows is
// computed by the packages owners and rollout.
package rsmap

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/load"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const long = `Show where a rollout stands and why: revisions newest first, what changed in
each, their pods, what the strategy allows next, what blocks it, the way back.

Without a name, every workload of the namespace gets one line, worst first. A
bare NAME is a Deployment; where there is none, a StatefulSet, DaemonSet, Job,
CronJob or Argo Rollout. A pod or ReplicaSet stands for its workload.
Pods and ReplicaSets are found by their owners, never by labels alone.

Phases, worst first: Failed, Stalled, Degraded, Progressing, Paused, Complete,
ScaledToZero. The plugin only reads.`

const example = `  # every rollout of the namespace, worst first
  kubectl rsmap

  # one Deployment with its revisions and pods
  kubectl rsmap web

  # what changed in the current revision, and between two others
  kubectl rsmap web --diff
  kubectl rsmap web --diff 2..4
  kubectl rsmap web --diff -3..-1

  # what was rolled out in the last hour, in all namespaces
  kubectl rsmap -A --since 1h

  # the oldest first
  kubectl rsmap --sort-by .metadata.creationTimestamp

  # wait for a rollout, and fail as soon as it hangs
  kubectl rsmap web --until complete --timeout 10m

  # fail a pipeline when something hangs
  kubectl rsmap -l app=web --fail-on stalled,failed

  # the same from a must-gather
  kubectl rsmap -f must-gather.tar.gz`

// flags is what was typed.
type flags struct {
	*cli.Flags
	watch     cli.WatchFlags
	revisions string
	pods      string
	diff      diffFlag
	since     time.Duration
	sortBy    string
}

// options is what the command needs to run.
type options struct {
	env       *cli.Env
	flags     *cli.Flags
	source    load.Source
	namespace string
	targets   []cli.Target
	revisions int // shown without pods, -1 for all
	pods      int // shown of each revision, or everyPod, or sickPods
	diff      *diffRange
	watch     cli.WatchFlags
	since     time.Duration // only what was rolled out in this time, 0 for all
	sortBy    string        // a JSONPath into the items; empty: worst first
}

// NewCommand returns the command kubectl rsmap.
func NewCommand(env *cli.Env) *cobra.Command {
	f := &flags{Flags: cli.NewFlags()}
	f.Formats = []string{"dot", "mermaid"}
	f.Findings, f.Trim = []string{"stalled", "degraded", "failed", "paused", "progressing"}, snapshot.Trim
	f.SelectorUsage = "label selector of workloads, by their own labels, such as -l app=web"
	cmd := cli.NewCommand(env, cli.Command{
		Name: "rsmap", Args: "[NAME... | TYPE [NAME...] | TYPE/NAME...] [flags]",
		Short: "Show where a rollout stands: revisions, pods, what changed, what blocks", Long: long, Example: example,
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o, err := f.options(env, args)
		if err != nil {
			return err
		}
		if o.watch.Watch {
			return o.follow(cmd.Context())
		}
		return o.run(cmd.Context())
	}
	f.Add(cmd)
	f.watch.Add(cmd, "complete, all is rolled out and available; or stable, nothing is under way, which paused and degraded ones allow; "+
		"exit code 3 as soon as a rollout stalls or fails", "complete", "stable")
	cmd.Flags().StringVar(&f.revisions, "revisions", "2", "show this `number` of older revisions that have no pods; all for every one")
	cmd.Flags().StringVar(&f.pods, "pods", "some", "show this `number` of pods of each revision, those in trouble first; all for every one, some for up to ten, of more those in trouble and a few")
	f.diff.add(cmd.Flags())
	cmd.Flags().DurationVar(&f.since, "since", 0, "list only workloads whose current revision is younger than this `time`, as in 1h")
	cmd.Flags().StringVar(&f.sortBy, "sort-by", "", "list by this `path` into an item of -o json, as .workload.name or .metadata.creationTimestamp, not worst first")
	cli.CompleteFlag(cmd, "revisions", "all")
	cli.CompleteFlag(cmd, "pods", "all", "some")
	cli.CompleteFlag(cmd, "sort-by", ".metadata.name", ".metadata.creationTimestamp", ".phase", ".desired", ".ready", ".available")
	cmd.ValidArgsFunction = f.CompleteTargets("deployments", "deployment", "statefulset", "daemonset", "replicaset", "job", "cronjob", "pod")
	return cmd
}

func (f *flags) options(env *cli.Env, args []string) (*options, error) {
	var err error
	if err = f.watch.Check(f.Flags); err != nil {
		return nil, err
	}
	if f.diff.on && f.watch.Watch {
		return nil, cli.Usagef("--diff and --watch: what changed does not change; leave one of them out")
	}
	if f.diff.on && f.Output != "text" && f.Output != "wide" {
		return nil, cli.Usagef("--diff writes text: leave -o %s out, or --diff, as it has the change of every revision", f.Output)
	}
	o := &options{env: env, flags: f.Flags, watch: f.watch, since: f.since, sortBy: f.sortBy}
	if o.revisions, err = number("--revisions", f.revisions); err != nil {
		return nil, err
	}
	if o.pods, err = f.podCount(); err != nil {
		return nil, err
	}
	if args, err = o.takeDiff(f, args); err != nil {
		return nil, err
	}
	if o.targets, err = f.Targets(args); err != nil {
		return nil, err
	}
	if err = checkTypes(o.targets); err != nil {
		return nil, err
	}
	if o.since < 0 || o.since > 0 && o.named() {
		return nil, cli.Usagef("--since selects from a list: give a time such as 1h, and no name")
	}
	if o.namespace, err = f.Namespace(); err != nil {
		return nil, err
	}
	o.source, err = f.Source(env)
	return o, err
}

// number reads a count, "all" as -1.
func number(flag, text string) (int, error) {
	if text == "all" {
		return -1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, cli.Usagef("%s %q: give a number or all", flag, text)
	}
	return n, nil
}

// The values of --pods that are no number.
const (
	everyPod = -1 // all
	sickPods = -2 // all of a few, of many those in trouble and some sound ones
)

func (f *flags) podCount() (int, error) {
	if f.pods == "some" {
		return sickPods, nil
	}
	return number("--pods", f.pods)
}

func (o *options) run(ctx context.Context) error {
	m, err := o.read(ctx)
	if err != nil {
		return err
	}
	cli.Warn(o.env, m.snapshot)
	if err := o.print(m); err != nil {
		return err
	}
	return o.verdict(m.found)
}

// picture is what one reading found.
type picture struct {
	snapshot *snapshot.Snapshot
	found    []*rollout.Workload
	crashes  map[*rollout.Workload]string // why pods crash, and when they start again
	hidden   int                          // credentials that are not shown
}

// read reads what was asked for and judges it.
func (o *options) read(ctx context.Context) (*picture, error) {
	m := &picture{snapshot: &snapshot.Snapshot{}}
	if err := o.load(ctx, m.snapshot); err != nil {
		return nil, err
	}
	forest := owners.Build(m.snapshot)
	var err error
	if m.found, err = o.choose(forest, m.snapshot, rollout.Build(forest, m.snapshot)); err != nil {
		return nil, err
	}
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
		for _, w := range m.found {
			m.hidden += hide(w)
		}
	}
	return m, nil
}

// recent reports whether the current revision came after a moment. One that was
// returned to is older than the return: then its author's write tells.
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

// verdict is the error that --fail-on asks for.
func (o *options) verdict(found []*rollout.Workload) error {
	for _, w := range found {
		if slices.Contains(o.flags.FailOn, strings.ToLower(string(w.Phase))) {
			return &cli.ExitError{Code: cli.ExitFound}
		}
	}
	return nil
}

// hide takes what looks like credentials out of what is shown, and returns how
// many there were.
func hide(w *rollout.Workload) int {
	sum := 0
	clean := func(s *string) {
		shown, n := redact.Text(*s)
		*s = shown
		sum += n
	}
	clean(&w.Summary)
	for i := range w.Notes {
		clean(&w.Notes[i])
	}
	for i := range w.BlockedBy {
		clean(&w.BlockedBy[i].Message)
	}
	for i := range w.Revisions {
		r := &w.Revisions[i]
		clean(&r.ChangeCause)
		for p := range r.Pods {
			clean(&r.Pods[p].Problem)
		}
		if r.Change != nil {
			sum += hideChange(r.Change)
		}
	}
	return sum
}
