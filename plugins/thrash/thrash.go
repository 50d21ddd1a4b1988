// Package thrash is the kubectl plugin that shows which containers thrash, are
// blocked, gave up or recovered recently: why, and when the next start is due.
// It holds the command and its view; the packages backoff and diagnose compute
// what it shows.
package thrash

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// long is the help of the command. Its first paragraph alone is the short help.
const long = `Show which containers thrash, why, and when they start next: crash loops and
containers that are blocked, gave up, or recovered after recent restarts.

Each verdict is a cause with its confidence, the evidence for and against it,
and what would confirm it. "undetermined" means that the available evidence
does not decide.

The window of the next start follows the kubelet's back-off: not before the
first time, expected by the second. Without a name the namespace is listed, worst
first; a NAME is a pod, TYPE/NAME any workload: those are shown in full.
The plugin only reads.`

// example has the examples of the help, of which the short help shows the first ones: the most common
// come first.
const example = `  # what thrashes in the namespace, worst first
  kubectl thrash

  # one pod or workload in full: verdict, evidence, windows, timeline, last log lines
  kubectl thrash web-7d4b9c-x2x9z
  kubectl thrash deploy/web

  # everywhere, without reading logs
  kubectl thrash -A --no-logs

  # fail a pipeline when something thrashes or cannot start
  kubectl thrash -l app=web --fail-on thrashing,blocked

  # watch, with the windows counting down, until nothing thrashes
  kubectl thrash -w
  kubectl thrash deploy/web --until stable --timeout 15m

  # does anything crash anywhere?
  kubectl thrash --all-contexts -A

  # the same from a must-gather
  kubectl thrash -f must-gather.tar.gz`

// flags is what was typed: those of all plugins, of those that watch, list and read several
// clusters, and its own.
type flags struct {
	*cli.Flags
	watch  cli.WatchFlags
	fleet  cli.FleetFlags
	list   cli.ListFlags
	since  time.Duration // how long ago a recovered container may have restarted
	noLogs bool

	nodeConfig bool // ask kubelets
	timeline   bool // list what happened, too
}

// options is what the command needs to run: what was typed, checked and opened.
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
	logs      bool // read them
	watch     cli.WatchFlags
	labels    cli.ListFlags
	timeline  bool // list the events too, below the drawing

	nodeConfig bool // ask the kubelets of unhealthy pods for their back-off configuration

	again []snapshot.Read // of a watch: lists that the last reading needed
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
	f.Add(cmd, env)
	f.watch.Add(cmd, "stable, nothing thrashes or is blocked; exit code 3 as soon as something gave up", "stable")
	f.fleet.Add(cmd, f.Flags)
	f.list.Add(cmd, "pods", podFields...)
	f.addOwn(cmd.Flags())
	cli.Common(cmd,
		"all-contexts", "all-namespaces", "contexts", "fail-on", "filename", "namespace", "output", "selector", "since",
		"timeline", "until", "watch")
	cmd.ValidArgsFunction = f.CompleteTargets("pods", "deployment", "statefulset", "daemonset", "replicaset", "job", "cronjob", "pod")
	return cmd
}

// addOwn registers the flags that only this command has.
func (f *flags) addOwn(set *pflag.FlagSet) {
	set.DurationVar(&f.since, "since", 24*time.Hour, "also list recovered containers that restarted within this `duration`")
	set.BoolVar(&f.nodeConfig, "node-config", false,
		"ask the nodes of unhealthy pods for their maximum back-off; requires get on nodes/proxy")
	set.BoolVar(&f.timeline, "timeline", false, "list what happened and when in the full view, below the drawn timeline")
	set.BoolVar(&f.noLogs, "no-logs", false, "read no logs: causes are judged without the last lines of the programs")
}

// options checks what was typed and returns what the command needs. It returns a
// usage error for flags that cannot be combined, and an error if the kubeconfig or
// the files cannot be used.
func (f *flags) options(env *cli.Env, args []string) (*options, error) {
	if err := f.check(); err != nil {
		return nil, err
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
	// Several bundles are a fleet, too: each is judged by its own time.
	f.fleet.Take(f.Flags)
	if f.fleet.On() {
		o.scope = f.Scope(&f.fleet, *f.ConfigFlags.Namespace)
		o.members, err = f.fleet.Members(env, f.Flags)
		return o, err
	}
	return o, f.open(o)
}

// open sets what to read from one cluster or from files.
func (f *flags) open(o *options) error {
	o.context = *f.Context
	var err error
	if o.namespace, err = f.Namespace(); err != nil {
		return err
	}
	o.scope = f.Scope(nil, o.namespace) // without contexts: there is one
	o.source, err = f.Source(o.env)
	return err
}

// check returns a usage error for values and flags that cannot be used together.
func (f *flags) check() error {
	if f.since <= 0 {
		return cli.Usagef("--since %s: give a duration such as 24h", f.since)
	}
	if err := f.watch.Check(f.Flags); err != nil {
		return err
	}
	if f.nodeConfig && len(f.Filenames) > 0 {
		return cli.Usagef("--node-config cannot be used with --filename: only a kubelet reports its configuration")
	}
	return nil
}

// run shows what thrashes: once, for several clusters, or until a watch ends. The exit code comes
// last, when all is printed.
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
	return o.verdict(p)
}
