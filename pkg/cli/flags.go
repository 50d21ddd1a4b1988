package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/util/homedir"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// Flags are the flags that all plugins take, as they were typed. Set the first
// group before Add; the second is filled by the command line and checked
// before the command runs.
type Flags struct {
	// Formats are the values of --output beside those of every plugin: "dot".
	Formats []string
	// Findings are the values of --fail-on; without any there is no such flag.
	Findings []string
	// SelectorUsage describes in help what --selector selects.
	SelectorUsage string
	// Trimmed reads objects without what snapshot.Trim removes.
	Trimmed bool

	*genericclioptions.ConfigFlags
	Filenames     []string
	AllNamespaces bool
	MaxInput      string   // a quantity of bytes; see InputLimit
	Selector      string   // a label selector that parses
	ChunkSize     int64    // objects a page of a list, 0 for one page
	At            string   // empty or RFC 3339; see JudgedAt
	Output        string   // one of the formats: "text" if none was given
	NoHeaders     bool     // tables without their first line
	Color         string   // "auto", "always" or "never"
	ShowSecrets   bool     // print credentials
	FailOn        []string // values of Findings

	plugin  string // "kubectl-rsmap"
	helpAll bool   // --help-all: help replaces the command
}

// defaultChunkSize is the page size of lists. kubectl's 500 costs a round trip
// for each 500 objects: a list of 100,000 pods from a real API server took 42 s
// in such pages and 1.9 s in pages of 5,000, at some MB of memory a page.
const defaultChunkSize = 5000

// NewFlags returns the flags with their defaults.
func NewFlags() *Flags {
	config := genericclioptions.NewConfigFlags(true)
	if homedir.HomeDir() == "" && os.Getenv("KUBECACHEDIR") == "" {
		noCache := os.DevNull // else the cache of discovery is put into the working directory
		config.CacheDir = &noCache
	}
	return &Flags{
		ConfigFlags:   config,
		SelectorUsage: "show what has these `labels`, as in -l app=web,tier!=cache",
	}
}

// Add registers the flags on cmd, completes their values, and has them checked
// before cmd runs. The clients connect as env does.
func (f *Flags) Add(cmd *cobra.Command, env *Env) {
	f.plugin = cmd.Name()
	f.WrapConfigFn = f.wrapConfig(env)
	f.addConnection(cmd.Flags())
	f.addOwn(cmd.Flags())
	f.addLogging(cmd.Flags())
	f.completeValues(cmd)
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if f.helpAll {
			cmd.RunE = func(cmd *cobra.Command, _ []string) error {
				_, err := fmt.Fprint(cmd.OutOrStdout(), help(cmd, true))
				return err
			}
			return nil
		}
		if write := completionAsked(args); write != nil {
			cmd.RunE = write
			return nil
		}
		return f.check()
	}
}

// addConnection adds the kubeconfig flags, which help lists by name only, except
// for --namespace, which people look for.
func (f *Flags) addConnection(to *pflag.FlagSet) {
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.AddFlags(set)
	set.VisitAll(func(flag *pflag.Flag) {
		if flag.Name == "namespace" {
			flag.Usage = "use the namespace of this `name`; defaults to the namespace of the kubeconfig context"
			return
		}
		flag.Annotations = map[string][]string{connection: {"true"}}
	})
	to.AddFlagSet(set)
}

// addOwn registers the flags that all plugins share beside those of kubectl.
func (f *Flags) addOwn(to *pflag.FlagSet) {
	to.StringArrayVarP(&f.Filenames, "filename", "f", nil,
		"read `files` instead of a cluster: manifests, a directory, a .tar, .tar.gz or .zip, "+
			"a must-gather, support bundle or cluster-info dump, - for standard input; can be repeated")
	to.StringVar(&f.MaxInput, "max-input", "",
		"read at most this `size` of files, unpacked, such as 16Gi; defaults to 4Gi, and the limits of single files and documents grow with it")
	to.BoolVarP(&f.AllNamespaces, "all-namespaces", "A", false, "look at all namespaces")
	to.StringVarP(&f.Selector, "selector", "l", "", f.SelectorUsage)
	to.Int64Var(&f.ChunkSize, "chunk-size", defaultChunkSize, "page size, in `objects`, of list requests; 0 disables paging")
	to.StringVar(&f.At, "at", "",
		"evaluate as of this `time` (RFC 3339, as 2006-01-02T15:04:05Z); defaults to the server's clock or the bundle's capture time")
	to.StringVarP(&f.Output, "output", "o", "text", "output `format`: "+orList(f.formats()))
	to.BoolVar(&f.NoHeaders, "no-headers", false, "print tables without headers")
	to.StringVar(&f.Color, "color", "auto", "`when` to color the output: auto, always or never; auto honors NO_COLOR")
	to.BoolVar(&f.ShowSecrets, "show-secrets", false, "print the values of Secrets and what looks like a credential")
	to.BoolVar(&f.helpAll, "help-all", false, "explain all flags")
	if len(f.Findings) > 0 {
		to.StringSliceVar(&f.FailOn, "fail-on", nil,
			"exit with code 3 if there is any of these `findings`: "+strings.Join(f.Findings, ", "))
	}
}

// formats returns all values of --output in the order in which help lists them;
// those that end in "=" take a template.
func (f *Flags) formats() []string {
	return slices.Concat([]string{"text", "wide"}, view.Formats(), []string{"html"}, f.Formats)
}

// orList returns "a, b or c", with an ellipsis after values that take a template.
func orList(words []string) string {
	shown := make([]string, len(words))
	for i, w := range words {
		shown[i] = w
		if strings.HasSuffix(w, "=") {
			shown[i] += "…"
		}
	}
	last := len(shown) - 1
	if last < 1 {
		return strings.Join(shown, "")
	}
	return strings.Join(shown[:last], ", ") + " or " + shown[last]
}

// JudgedAt returns the time of --at, the zero time if it was not given.
func (f *Flags) JudgedAt() (time.Time, error) {
	if f.At == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, f.At)
	if err != nil {
		return time.Time{}, Usagef("--at %q: give a time such as 2006-01-02T15:04:05Z", f.At)
	}
	return at.UTC(), nil
}

// InputLimit returns the bytes of --max-input, 0 if it was not given.
func (f *Flags) InputLimit() (int64, error) {
	if f.MaxInput == "" {
		return 0, nil
	}
	size, err := resource.ParseQuantity(f.MaxInput)
	if err != nil || size.Value() <= 0 {
		return 0, Usagef("--max-input %q: give a size such as 16Gi", f.MaxInput)
	}
	return size.Value(), nil
}

// Files returns the reader of files, of -f or of another flag.
func (f *Flags) Files(env *Env, paths []string) (*bundle.Files, error) {
	at, err := f.JudgedAt()
	if err != nil {
		return nil, err
	}
	limit, err := f.InputLimit()
	if err != nil {
		return nil, err
	}
	if f.Trimmed { // most of what is read is garbage soon
		saveMemory()
	}
	return bundle.New(paths, bundle.Options{
		Stdin: env.In, At: at, MaxInput: limit, Timeout: f.RequestTimeout(), Trim: f.Trimmed,
	}), nil
}

// Namespace returns the namespace to read: that of -n, or else of the context.
// It is empty, which stands for all namespaces, with -A, and with -f without -n.
func (f *Flags) Namespace() (string, error) {
	given := *f.ConfigFlags.Namespace
	if len(f.Filenames) > 0 {
		return given, nil
	}
	if f.AllNamespaces {
		return "", nil
	}
	namespace, _, err := f.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return "", fmt.Errorf("read kubeconfig: %w", err)
	}
	return namespace, nil
}
