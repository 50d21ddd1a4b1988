package explainfields

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// options checks what was typed and returns what the command needs. It returns a
// usage error for values that a flag does not accept, and for flags that cannot be
// combined.
func (f *flags) options(env *cli.Env, args []string) (*options, error) {
	// First what needs neither a kubeconfig nor files: a mistake in a flag is reported at once.
	o := &options{env: env, flags: f}
	var ok bool
	if o.path, ok = fielddoc.ParsePath(f.path); !ok {
		return nil, cli.Usagef("--path %q: write a path as spec.template.spec.containers[0].image", f.path)
	}
	for _, check := range []func() error{f.checkValues, f.checkCluster, f.checkFindings, f.checkVersions, f.checkSummary} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	o.target, _ = fielddoc.ParseTarget(f.target) // checkVersions refused what is none
	if len(args) == 0 && len(f.Filenames) == 0 {
		return nil, cli.Usagef("name what to explain: TYPE/NAME, TYPE, or -f FILE")
	}
	if err := f.addTargets(o, args); err != nil {
		return nil, err
	}
	if !f.fleet.On() {
		return o, nil
	}
	if err := f.checkFleet(o.targets); err != nil {
		return nil, err
	}
	var err error
	o.members, err = f.fleet.Members(env, f.Flags)
	return o, err
}

// checkValues checks the flags that accept only some numbers or words.
func (f *flags) checkValues() error {
	if err := f.checkNumbers(); err != nil {
		return err
	}
	if err := f.checkOnly(); err != nil {
		return err
	}
	if !slices.Contains([]string{"", "required", "common"}, f.unset) {
		return cli.Usagef("--unset %q: use required or common", f.unset)
	}
	return nil
}

// checkNumbers checks the numbers of columns and levels. 0 stands for the default of each.
func (f *flags) checkNumbers() error {
	if f.width < 0 {
		return cli.Usagef("--width %d: give 1 or more columns", f.width)
	}
	if f.depth < 0 {
		return cli.Usagef("--depth %d: give 0 (all) or more", f.depth)
	}
	return nil
}

// checkOnly checks the values of --only. Any name of a manager is accepted: managers choose
// their names themselves.
func (f *flags) checkOnly() error {
	for _, only := range f.only {
		if !slices.Contains(filters, only) && !strings.HasPrefix(only, byManager) {
			return cli.Usagef("--only %q: use %s or manager=NAME", only, strings.Join(filters, ", "))
		}
	}
	return nil
}

// checkCluster checks the flags that take the objects of files to a cluster.
func (f *flags) checkCluster() error {
	if f.against != "" && f.against != "live" {
		return cli.Usagef("--against %q: use live", f.against)
	}
	// Without files there is nothing that the cluster could differ from.
	if (f.against != "" || f.verify) && len(f.Filenames) == 0 {
		return cli.Usagef("--against and --verify-defaults need -f: they take the objects of files to the cluster")
	}
	// It is a test of this command's own tables, not a view of the objects.
	if f.verify && (f.against != "" || f.Output != "text") {
		return cli.Usagef("--verify-defaults prints its own lines: leave out --against and -o")
	}
	return nil
}

// checkSummary refuses --summary in the formats that have no form for counts alone.
func (f *flags) checkSummary() error {
	if f.summary && (f.Output == "html" || f.Output == "markdown") {
		return cli.Usagef("--summary prints text: leave out -o %s", f.Output)
	}
	return nil
}

// addTargets parses the arguments into the targets and namespace of o. A target without a name
// is a kind, which no namespace has.
func (f *flags) addTargets(o *options, args []string) error {
	var err error
	if o.targets, err = cli.ParseTypedArgs(args); err != nil {
		return err
	}
	if err = f.CheckTargets(o.targets); err != nil {
		return err
	}
	o.namespace, err = f.Namespace()
	return err
}
