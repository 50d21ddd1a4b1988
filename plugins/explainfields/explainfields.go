// Package explainfields is the kubectl plugin that explains every field of a
// manifest or a live object: what it means, its default, whether it can be
// changed, what is wrong with it, and who set it. It holds the command and its
// view; what it shows is computed by the packages fielddoc, provenance and
// annotate.
package explainfields

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

const long = `Explain every field of a manifest or a live object, in plain words: what it
means, its default, whether it can be changed, what is wrong, and who set it.

The output is the object's own YAML with comments. It parses back to the same
object; values of Secrets and what looks like a credential are redacted unless
--show-secrets is given. Files keep their order, quotes and comments.

With a TYPE alone the whole kind is shown as a documented manifest, required
fields first. With -f no cluster is asked: documentation is built in for all
kinds of Kubernetes itself; that of custom kinds is taken from the
CustomResourceDefinitions among the files, or from --crd. For pipelines -o junit,
-o sarif and -o github report only what is wrong in files, by line. With --against live or
--verify-defaults the cluster is asked, too. With --contexts or --all-contexts
one object is read in several clusters, or files, and each field in which they
differ has a comment. The plugin stores nothing: it only
reads, and with --verify-defaults it sends the objects as a dry-run.`

const example = `  # a live object
  kubectl explainfields deploy/web

  # a manifest, with what is wrong in it; no cluster needed
  kubectl explainfields -f deployment.yaml
  kubectl explainfields -f deployment.yaml --fail-on unknown,invalid,missing
  kubectl explainfields -f manifests/ -o github     # also junit and sarif

  # a kind, and a part of it
  kubectl explainfields deployment
  kubectl explainfields deployment --path spec.strategy

  # what is not the default, and what a controller set
  kubectl explainfields deploy/web --only set
  kubectl explainfields deploy/web --only controller

  # which versions of Kubernetes serve a manifest; would 1.30 do?
  kubectl explainfields -f manifests/ --needs
  kubectl explainfields -f manifests/ --target 1.30 --fail-on target

  # where the cluster differs from a manifest, and who changed it
  kubectl explainfields -f deployment.yaml --against live

  # where the clusters differ from each other
  kubectl explainfields deploy/web --contexts 'prod-*'

  # counts alone; the whole text; a table
  kubectl explainfields deploy/web --summary
  kubectl explainfields deploy/web --path spec.template --long
  kubectl explainfields deploy/web -o table`

// flags is what was typed.
type flags struct {
	*cli.Flags
	long        bool
	path        string
	depth       int
	only        []string
	summary     bool
	unset       string
	showManaged bool
	crds        []string
	against     string
	verify      bool
	width       int
	repeat      bool
	target      string
	needs       bool
	fleet       cli.FleetFlags
}

// NewCommand returns the command kubectl explainfields.
func NewCommand(env *cli.Env) *cobra.Command {
	f := &flags{Flags: cli.NewFlags()}
	f.Formats = append([]string{"table", "markdown"}, findingFormats...)
	f.Findings = []string{"unknown", "invalid", "missing", "deprecated", "target", cli.Unreachable}
	f.SelectorUsage = "label selector of objects, such as -l app=web"
	cmd := cli.NewCommand(env, cli.Command{
		Name: "explainfields", Args: "TYPE | TYPE/NAME... | TYPE NAME... | -f FILE [flags]",
		Short: "Explain every field of a manifest or a live object", Long: long, Example: example,
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
	f.fleet.Add(cmd, f.Flags)
	set := cmd.Flags()
	set.BoolVar(&f.long, "long", false, "show whole texts above the fields, not first sentences beside them")
	set.StringVar(&f.path, "path", "", "show only this field and what is in it, such as spec.template.spec.containers")
	set.IntVar(&f.depth, "depth", 0, "explain only so many levels of fields; 0 for all (of a TYPE: 3)")
	set.StringSliceVar(&f.only, "only", nil, "show only `fields` of some kinds: "+strings.Join(filters, ", ")+", or manager=NAME")
	set.BoolVar(&f.summary, "summary", false, "show only counts")
	set.StringVar(&f.unset, "unset", "", "tell also which fields are not set: required or common")
	set.BoolVar(&f.showManaged, "show-managed-fields", false, "show metadata.managedFields, too")
	set.StringArrayVar(&f.crds, "crd", nil, "read CustomResourceDefinitions from these files, for kinds that are not built in")
	set.StringVar(&f.against, "against", "", "compare files with the cluster: live tells where the live object differs, and who set that")
	set.IntVar(&f.width, "width", 0, "columns for text; defaults to $COLUMNS, the terminal's width, or 80")
	set.BoolVar(&f.repeat, "repeat", false, "show each sentence as often as it applies, not once per document")
	set.StringVar(&f.target, "target", "",
		"judge objects as this minor `version` of Kubernetes would, such as 1.30: fields and API versions that it does not have")
	set.BoolVar(
		&f.needs,
		"needs",
		false,
		"show only the lowest and the highest version of Kubernetes that serve each object, and the field that decides",
	)
	set.BoolVar(
		&f.verify,
		"verify-defaults",
		false,
		"only compare the defaults told here with what the cluster fills in for the objects of the files, by dry-run: nothing is stored",
	)
	cli.CompleteFlag(cmd, "only", append(filters[:len(filters):len(filters)], byManager)...)
	cli.CompleteFlag(cmd, "unset", "required", "common")
	cli.CompleteFlag(cmd, "against", "live")
	cli.CompleteFlag(cmd, "target", targets()...)
	cli.Common(cmd, "against", "fail-on", "filename", "long", "namespace", "needs", "only", "output", "path", "target")
	cmd.ValidArgsFunction = f.CompleteTargets("", "deployment", "statefulset", "daemonset", "pod", "service", "configmap", "job",
		"cronjob", "ingress")
	return cmd
}

// filters are the values of --only, beside those that name a manager.
var filters = []string{
	"user", "set", "default", "controller", "admission", "server", "status", "deprecated", "immutable",
	"required", "wrong", "unknown", onlyDifferent,
}

// onlyDifferent is the value of --only for fields that are not the same in the cluster
// or in all contexts.
const onlyDifferent = "different"

// byManager begins a value of --only that names a manager.
const byManager = "manager="

// options checks what was typed and makes what the command needs.
func (f *flags) options(env *cli.Env, args []string) (*options, error) {
	o := &options{env: env, flags: f}
	var ok bool
	if o.path, ok = fielddoc.ParsePath(f.path); !ok {
		return nil, cli.Usagef("--path %q: write a path as spec.template.spec.containers[0].image", f.path)
	}
	if f.width < 0 {
		return nil, cli.Usagef("--width %d: give 1 or more columns", f.width)
	}
	if f.depth < 0 {
		return nil, cli.Usagef("--depth %d: give 0 (all) or more", f.depth)
	}
	for _, only := range f.only {
		if !slices.Contains(filters, only) && !strings.HasPrefix(only, byManager) {
			return nil, cli.Usagef("--only %q: use %s or manager=NAME", only, strings.Join(filters, ", "))
		}
	}
	if !slices.Contains([]string{"", "required", "common"}, f.unset) {
		return nil, cli.Usagef("--unset %q: use required or common", f.unset)
	}
	if f.against != "" && f.against != "live" {
		return nil, cli.Usagef("--against %q: use live", f.against)
	}
	if (f.against != "" || f.verify) && len(f.Filenames) == 0 {
		return nil, cli.Usagef("--against and --verify-defaults need -f: they take the objects of files to the cluster")
	}
	if f.verify && (f.against != "" || f.Output != "text") {
		return nil, cli.Usagef("--verify-defaults prints its own lines: leave out --against and -o")
	}
	if err := f.checkFindings(); err != nil {
		return nil, err
	}
	if err := f.checkVersions(o); err != nil {
		return nil, err
	}
	if f.summary && (f.Output == "html" || f.Output == "markdown") {
		return nil, cli.Usagef("--summary prints text: leave out -o %s", f.Output)
	}
	if len(args) == 0 && len(f.Filenames) == 0 {
		return nil, cli.Usagef("name what to explain: TYPE/NAME, TYPE, or -f FILE")
	}
	var err error
	if o.targets, err = cli.ParseTypedArgs(args); err != nil {
		return nil, err
	}
	if err = f.CheckTargets(o.targets); err != nil {
		return nil, err
	}
	if o.namespace, err = f.Namespace(); err != nil {
		return nil, err
	}
	if f.fleet.On() {
		if err = f.checkFleet(o.targets); err != nil {
			return nil, err
		}
		o.members, err = f.fleet.Members(env, f.Flags)
	}
	return o, err
}
