package rsmap

import (
	"strconv"
	"time"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// flags is what was typed: those of all plugins, of those that watch, list and read several
// clusters, and its own.
type flags struct {
	*cli.Flags
	watch     cli.WatchFlags
	fleet     cli.FleetFlags
	list      cli.ListFlags
	revisions string // a number or all
	pods      string // a number, all or some
	diff      diffFlag
	since     time.Duration
	sortBy    string // a JSONPath, with or without braces
}

// options is what the command needs to run.
type options struct {
	env       *cli.Env
	flags     *cli.Flags
	source    cli.Source
	members   []*cli.Member // of a fleet, instead of source and namespace
	listed    bool          // a fleet, or a member of one, is shown as a list
	context   string        // for the commands to copy; empty: the current one
	namespace string
	scope     []string // the flags that choose clusters and namespaces, for the title of a watch
	targets   []cli.Target
	revisions int        // shown without pods, -1 for all
	pods      int        // shown of each revision, or everyPod, or chosenPods
	diff      *diffRange // which revisions to compare; nil: none
	watch     cli.WatchFlags
	list      cli.ListFlags
	since     time.Duration // only what was rolled out in this time, 0 for all
	sortBy    string        // a JSONPath into the items; empty: worst first
}

// options validates the flags and arguments, and returns the options that they
// stand for. Only then it opens a kubeconfig or files, so that a usage error needs neither.
func (f *flags) options(env *cli.Env, args []string) (*options, error) {
	var err error
	if err = f.watch.Check(f.Flags); err != nil {
		return nil, err
	}
	if err = f.checkDiff(); err != nil {
		return nil, err
	}
	o := &options{env: env, flags: f.Flags, watch: f.watch, list: f.list, since: f.since, sortBy: f.sortBy}
	if o.revisions, err = number("--revisions", f.revisions); err != nil {
		return nil, err
	}
	if o.pods, err = f.podCount(); err != nil {
		return nil, err
	}
	if err = o.takeArguments(f, args); err != nil {
		return nil, err
	}
	if o.since < 0 || (o.since > 0 && o.named()) { // a workload that was named must not vanish
		return nil, cli.Usagef("--since selects from a list: give a duration such as 1h, and no name")
	}
	if !f.diff.on { // several bundles would be a fleet, which --diff does not take
		f.fleet.Take(f.Flags)
	}
	if f.fleet.On() {
		return o, f.openFleet(o)
	}
	return o, f.open(o)
}

// takeArguments sets the targets, and the range of --diff if there is one among the arguments.
func (o *options) takeArguments(f *flags, args []string) error {
	args, err := o.takeDiff(f, args)
	if err != nil {
		return err
	}
	if o.targets, err = f.Targets(args); err != nil {
		return err
	}
	if err := f.list.Check(o.targets); err != nil {
		return err
	}
	return checkTypes(o.targets)
}

// checkDiff returns a usage error for what cannot be combined with --diff.
func (f *flags) checkDiff() error {
	switch {
	case !f.diff.on:
		return nil
	case f.watch.Watch:
		return cli.Usagef("--diff cannot be combined with --watch")
	case f.fleet.On():
		return cli.Usagef("--diff shows one cluster: give --context instead of --contexts or --all-contexts")
	// Only a person needs the change as lines: scripts have it in the revisions.
	case f.Output != "text" && f.Output != "wide":
		return cli.Usagef("--diff prints text: omit -o %s, or omit --diff, because that format has the changes of every revision", f.Output)
	}
	return nil
}

// openFleet sets what to read from several clusters.
func (f *flags) openFleet(o *options) error {
	o.scope = f.Scope(&f.fleet, *f.ConfigFlags.Namespace)
	o.listed = true // the members read for a list, too: they inherit it
	var err error
	o.members, err = f.fleet.Members(o.env, f.Flags)
	return err
}

// open sets what to read from one cluster or from files, and in which namespace.
func (f *flags) open(o *options) error {
	o.context = *f.Context
	var err error
	if o.namespace, err = f.Namespace(); err != nil {
		return err
	}
	o.scope = f.Scope(nil, o.namespace)
	o.source, err = f.Source(o.env)
	return err
}

// number reads the count that a flag takes, "all" as -1. 0 is a count: none are shown.
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
	everyPod   = -1 // all
	chosenPods = -2 // all of a few pods; of many, those in trouble and some healthy ones
)

// podCount reads --pods: a number, everyPod or chosenPods.
func (f *flags) podCount() (int, error) {
	if f.pods == "some" {
		return chosenPods, nil
	}
	return number("--pods", f.pods)
}
