// Package thrash is the kubectl plugin that shows which containers thrash, are
// blocked, gave up or recovered recently: why, and when the next start is due.
// It holds the command and its view; the packages backoff and diagnose compute
// what it shows.
package thrash

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

const long = `Show which containers thrash, why, and when they start next: crash loops and
containers that are blocked, gave up, or restarted lately and run well again.

Each verdict is a cause with its confidence, the evidence for it, what speaks
against it, and what would settle it. "undetermined" is an honest answer: the
evidence that can be seen carries no verdict.

The window of the next start is the kubelet's own back-off: not before its
first end, expected by its second. Without a name the namespace is listed, worst
first; a NAME is a pod, TYPE/NAME any workload: those are shown in full.
The plugin only reads.`

const example = `  # what thrashes in the namespace, worst first
  kubectl thrash

  # one pod or workload in full: verdict, evidence, windows, timeline, last words
  kubectl thrash web-7d4b9c-x2x9z
  kubectl thrash deploy/web

  # everywhere, without reading logs
  kubectl thrash -A --no-logs

  # fail a pipeline when something thrashes or cannot start
  kubectl thrash -l app=web --fail-on thrashing,blocked

  # kept current, with the windows counting down, until nothing thrashes
  kubectl thrash -w
  kubectl thrash deploy/web --until stable --timeout 15m

  # does anything crash anywhere?
  kubectl thrash --all-contexts -A

  # the same from a must-gather
  kubectl thrash -f must-gather.tar.gz`

// flags is what was typed.
type flags struct {
	*cli.Flags
	watch  cli.WatchFlags
	fleet  cli.FleetFlags
	list   cli.ListFlags
	since  time.Duration
	noLogs bool

	nodeConfig bool
	timeline   bool
}

// options is what the command needs to run.
type options struct {
	env       *cli.Env
	flags     *cli.Flags
	source    cli.Source
	members   []*cli.Member // of a fleet, instead of source and namespace
	context   string        // for the commands to copy; empty: the current one
	namespace string
	scope     []string // the flags that choose clusters and namespaces, for the title of a watch
	targets   []cli.Target
	since     time.Duration
	logs      bool
	watch     cli.WatchFlags
	labels    cli.ListFlags
	timeline  bool // list the events too, below the drawing

	nodeConfig bool // ask the kubelets of unhealthy pods for their back-off configuration
}

// findings are the values of --fail-on: statuses and categories.
var findings = []string{
	"thrashing", "blocked", "failed", "recovered", cli.Unreachable,
	"image-bug", "app-config", "dependency", "out-of-memory", "image-pull", "probe", "clean-exit", "node", "external-kill", "undetermined",
}

// NewCommand returns the command kubectl thrash.
func NewCommand(env *cli.Env) *cobra.Command {
	f := &flags{Flags: cli.NewFlags()}
	f.Formats = []string{"markdown"}
	f.Findings = findings
	f.Trimmed = true
	f.SelectorUsage = "label selector of pods, such as -l app=web"
	cmd := cli.NewCommand(env, cli.Command{
		Name: "thrash", Args: "[POD... | TYPE [NAME...] | TYPE/NAME...] [flags]",
		Short: "Show which containers thrash, why, and when they start next", Long: long, Example: example,
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.fleet.Check(cmd); err != nil {
			return err
		}
		o, err := f.options(env, args)
		if err != nil {
			return err
		}
		return o.run(cmd.Context())
	}
	f.Add(cmd)
	f.watch.Add(cmd, "stable, nothing thrashes or is blocked; exit code 3 as soon as something gave up", "stable")
	f.fleet.Add(cmd, f.Flags)
	f.list.Add(cmd, "pods", podFields...)
	cmd.Flags().DurationVar(&f.since, "since", 24*time.Hour, "show containers that run well again if they restarted in this `time`")
	cmd.Flags().
		BoolVar(&f.nodeConfig, "node-config", false, "ask the nodes of sick pods for their longest back-off, where get on nodes/proxy is allowed")
	cmd.Flags().BoolVar(&f.timeline, "timeline", false, "list in the full view what happened and when, below the picture of it")
	cmd.Flags().BoolVar(&f.noLogs, "no-logs", false, "read no logs: causes are judged without the last words of the programs")
	cli.Common(cmd,
		"all-contexts", "all-namespaces", "contexts", "fail-on", "filename", "namespace", "output", "selector", "since",
		"timeline", "until", "watch")
	cmd.ValidArgsFunction = f.CompleteTargets("pods", "deployment", "statefulset", "daemonset", "replicaset", "job", "cronjob", "pod")
	return cmd
}

func (f *flags) options(env *cli.Env, args []string) (*options, error) {
	if f.since <= 0 {
		return nil, cli.Usagef("--since %s: give a time such as 24h", f.since)
	}
	if err := f.watch.Check(f.Flags); err != nil {
		return nil, err
	}
	if f.nodeConfig && len(f.Filenames) > 0 {
		return nil, cli.Usagef("--node-config cannot be used with --filename: only a kubelet tells its configuration")
	}
	o := &options{
		env: env, flags: f.Flags, since: f.since, logs: !f.noLogs, watch: f.watch, labels: f.list, timeline: f.timeline, nodeConfig: f.nodeConfig,
	}
	var err error
	if o.targets, err = f.Targets(args); err != nil {
		return nil, err
	}
	if err = f.list.Check(o.targets); err != nil {
		return nil, err
	}
	if f.fleet.On() {
		o.scope = f.Scope(&f.fleet, *f.ConfigFlags.Namespace)
		o.members, err = f.fleet.Members(env, f.Flags)
		return o, err
	}
	o.context = *f.Context
	if o.namespace, err = f.Namespace(); err != nil {
		return nil, err
	}
	o.scope = f.Scope(nil, o.namespace)
	o.source, err = f.Source(env)
	return o, err
}

func (o *options) run(ctx context.Context) error {
	if o.watch.Watch {
		return o.follow(ctx)
	}
	if o.members != nil {
		return o.runFleet(ctx)
	}
	p, err := o.look(ctx)
	if err != nil {
		return err
	}
	cli.Warn(o.env, p.snapshot)
	if err := o.print(p); err != nil {
		return err
	}
	return o.verdict(p.found)
}

// verdict is the error that --fail-on asks for.
func (o *options) verdict(found findingsOf) error {
	for _, i := range found.items {
		if slices.Contains(o.flags.FailOn, string(i.Status)) || slices.Contains(o.flags.FailOn, string(i.Cause.Category)) {
			return &cli.ExitError{Code: cli.ExitFound}
		}
	}
	return nil
}

// print writes a reading in the format of --output.
func (o *options) print(p picture) error {
	report := view.NewReport("ThrashReport", p.snapshot, p.found.items)
	report.Redacted = p.hidden
	report.Common = p.common
	if done, err := o.flags.Print(o.env, report, itemName); done || err != nil {
		return err
	}
	return o.write(o.env.Out, o.flags.Style(o.env), p)
}

// picture is the result of one reading.
type picture struct {
	snapshot *snapshot.Snapshot
	found    findingsOf
	hidden   int // credentials that are not shown
	common   []view.Common
	waiting  []string // contexts of a fleet whose present state is not known
}

// look reads and judges once.
func (o *options) look(ctx context.Context) (picture, error) {
	p := picture{snapshot: &snapshot.Snapshot{}}
	var err error
	if p.found, err = o.read(ctx, p.snapshot); err != nil {
		return p, err
	}
	if !o.flags.ShowSecrets {
		p.hide()
	}
	labels := map[string]map[string]string{}
	for _, pod := range p.snapshot.Pods {
		labels[pod.Namespace+"/"+pod.Name] = pod.Labels
	}
	for n := range p.found.items {
		i := &p.found.items[n]
		i.Labels = labels[i.Namespace+"/"+i.Pod]
		i.At = p.snapshot.At
		i.NextSteps = inContext(i.NextSteps, o.context)
	}
	return p, nil
}

// write writes a reading as text.
func (o *options) write(w io.Writer, style view.Style, p picture) error {
	t := text{style: style, at: p.snapshot.At, everywhere: o.everywhere(p.found.items), labels: o.labels, unfolded: o.timeline}
	switch {
	case o.flags.Output == "markdown":
		return t.markdown(w, p, nothing(o, p.found))
	case o.flags.Output == "html":
		t.style = view.Style{Color: true}
		return t.page(w, p.snapshot, p.found.items, nothing(o, p.found), p.common)
	case len(p.found.items) == 0:
		if _, err := fmt.Fprintln(w, nothing(o, p.found)); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		return nil
	case o.named() && o.members == nil:
		return t.cases(w, p.found.items)
	}
	if err := view.WriteCommon(w, p.common, style); err != nil {
		return err
	}
	return t.list(w, p.found.items)
}

// everywhere reports whether names need their namespaces.
func (o *options) everywhere(items []diagnose.Item) bool {
	if o.members == nil {
		return o.namespace == ""
	}
	return o.flags.AllNamespaces || slices.ContainsFunc(items, func(i diagnose.Item) bool { return i.Namespace != items[0].Namespace })
}

// named reports whether single pods or workloads were asked for.
func (o *options) named() bool {
	return slices.ContainsFunc(o.targets, func(t cli.Target) bool { return t.Name != "" })
}

// itemName returns an item as kubectl names it: pod/web-1, or job.batch/backup
// if the pod is gone.
func itemName(item any) string {
	i, ok := item.(diagnose.Item)
	if !ok {
		return ""
	}
	if i.Pod != "" {
		return view.InContext(i.Context, "pod/"+i.Pod)
	}
	name := strings.ToLower(i.Workload.Kind)
	if group, _, grouped := strings.Cut(i.Workload.APIVersion, "/"); grouped {
		name += "." + group
	}
	return view.InContext(i.Context, name+"/"+i.Workload.Name)
}
