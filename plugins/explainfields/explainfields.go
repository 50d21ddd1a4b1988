// Package explainfields is the kubectl plugin that explains every field of a
// manifest or a live object: what it means, its default, whether it can be
// changed, what is wrong with it, and who set it. It holds the command and its
// view; what it shows is computed by the packages fielddoc, provenance and
// annotate.
package explainfields

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// long is the help of the command. Its first paragraph alone is the short help.
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

// example has the examples of the help, of which the short help shows the first ones: the most
// common come first.
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

// flags is what was typed. A zero value is a flag that was left out.
type flags struct {
	*cli.Flags
	long        bool     // whole texts above the fields
	path        string   // "spec.template", empty for all
	depth       int      // levels below path, 0 for all
	only        []string // of filters, or manager=NAME
	summary     bool     // counts alone
	unset       string   // required or common: also list these fields that are not set
	showManaged bool     // metadata.managedFields of live objects
	crds        []string // files with CustomResourceDefinitions
	against     string   // live: compare files with the cluster
	verify      bool     // compare the documented defaults with those of the server
	width       int      // columns, 0: see options.width
	repeat      bool     // each sentence as often as it applies
	target      string   // the minor version to judge as, "1.30"
	needs       bool     // which versions serve the objects
	fleet       cli.FleetFlags
}

// NewCommand returns the command kubectl explainfields.
func NewCommand(env *cli.Env) *cobra.Command {
	f := &flags{Flags: cli.NewFlags()}
	// Those that all plugins have, text and json among them, are in cli.
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
	f.Add(cmd, env)
	f.fleet.Add(cmd, f.Flags)
	f.addOwn(cmd.Flags())
	f.complete(cmd)
	return cmd
}

// addOwn registers the flags that only this command has.
func (f *flags) addOwn(set *pflag.FlagSet) {
	f.addShown(set)
	f.addRead(set)
	f.addVersions(set)
	set.IntVar(&f.width, "width", 0, "columns for text; defaults to $COLUMNS, the terminal's width, or 80")
	set.BoolVar(&f.repeat, "repeat", false, "show each sentence as often as it applies, not once per document")
}

// addShown registers the flags that choose what is shown of each object.
func (f *flags) addShown(set *pflag.FlagSet) {
	set.BoolVar(&f.long, "long", false, "show whole texts above the fields, not first sentences beside them")
	set.StringVar(&f.path, "path", "", "show only this field and what is in it, such as spec.template.spec.containers")
	set.IntVar(&f.depth, "depth", 0, "levels of fields to explain; 0 for all (of a TYPE: 3)")
	set.StringSliceVar(&f.only, "only", nil, "show only `fields` of some kinds: "+strings.Join(filters, ", ")+", or manager=NAME")
	set.BoolVar(&f.summary, "summary", false, "show only counts")
	set.StringVar(&f.unset, "unset", "", "also list fields that are not set: required or common")
	set.BoolVar(&f.showManaged, "show-managed-fields", false, "show metadata.managedFields, too")
}

// addRead registers the flags that name what is read beside the objects, and sent to the server.
func (f *flags) addRead(set *pflag.FlagSet) {
	set.StringArrayVar(&f.crds, "crd", nil, "read CustomResourceDefinitions from these files, for kinds that are not built in")
	set.StringVar(&f.against, "against", "",
		"compare files with the cluster: live shows which fields differ in the live object, and who set them")
	set.BoolVar(&f.verify, "verify-defaults", false,
		"only compare the defaults that this command documents with those that the cluster fills in for the objects of the files, by "+
			"dry-run: nothing is stored")
}

// addVersions registers the flags that judge objects by other versions of Kubernetes.
func (f *flags) addVersions(set *pflag.FlagSet) {
	set.StringVar(&f.target, "target", "",
		"judge objects as this minor `version` of Kubernetes would, such as 1.30: fields and API versions that it does not have")
	set.BoolVar(&f.needs, "needs", false,
		"show only the lowest and the highest version of Kubernetes that serve each object, and the field that decides")
}

// complete sets what the shell completes for the flags and arguments, and which
// flags the short help lists.
func (f *flags) complete(cmd *cobra.Command) {
	cli.CompleteFlag(cmd, "only", append(filters[:len(filters):len(filters)], byManager)...) // a copy: filters stays
	cli.CompleteFlag(cmd, "unset", "required", "common")
	cli.CompleteFlag(cmd, "against", "live")
	cli.CompleteFlag(cmd, "target", targets()...)
	cli.Common(cmd, "against", "fail-on", "filename", "long", "namespace", "needs", "only", "output", "path", "target")
	cmd.ValidArgsFunction = f.CompleteTargets("", "deployment", "statefulset", "daemonset", "pod", "service", "configmap", "job",
		"cronjob", "ingress")
}

// filters are the values of --only, beside those that name a manager. user, default, controller,
// admission and server are origins (provenance.Origin); matches has the meaning of all others.
var filters = []string{
	"user", "set", "default", "controller", "admission", "server", "status", "deprecated", "immutable",
	"required", "wrong", "unknown", onlyDifferent,
}

// onlyDifferent is the value of --only for fields that are not the same in the cluster
// or in all contexts.
const onlyDifferent = "different"

// byManager begins a value of --only that names a manager.
const byManager = "manager="
