package cli

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/thrashkit/thrashkit/pkg/bundle"
)

// Unreachable is the value of --fail-on for a cluster that could not be read.
const Unreachable = "unreachable"

// fleetTimeout is the default of --request-timeout when several clusters are
// read: one that hangs must not keep the others from the screen.
const fleetTimeout = 10 * time.Second

// FleetFlags are the flags of commands that can read several clusters, or
// several bundles, at once: a fleet. Its members are called contexts, as in a
// kubeconfig; the context of a bundle is its base name.
type FleetFlags struct {
	Contexts    []string // names, in which * stands for any text
	AllContexts bool

	together func() bool // reports whether --all-contexts=false was given
}

// Add registers --contexts and --all-contexts on cmd.
func (w *FleetFlags) Add(cmd *cobra.Command, f *Flags) {
	cmd.Flags().StringSliceVar(&w.Contexts, "contexts", nil,
		"read several `contexts` of the kubeconfig at once, as in a,'prod-*'; with -f, the files of these names, each by itself")
	cmd.Flags().BoolVar(&w.AllContexts, "all-contexts", false,
		"read all contexts of the kubeconfig at once; with -f, each file by itself, as several bundles are unless this is false")
	w.together = func() bool { return cmd.Flags().Changed("all-contexts") && !w.AllContexts }
	must(cmd.RegisterFlagCompletionFunc("contexts", func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return continued(word, f.contextNames()), cobra.ShellCompDirectiveNoFileComp
	}))
}

// On reports whether several clusters or bundles were asked for.
func (w *FleetFlags) On() bool { return w.AllContexts || len(w.Contexts) > 0 }

// Take chooses all files of -f if several of them are bundles: those are of several
// clusters, or of several times. Manifests stay one cluster, as kubectl reads them.
func (w *FleetFlags) Take(f *Flags) {
	if w.On() || len(f.Filenames) < 2 || w.together() {
		return
	}
	bundles := 0
	for _, path := range f.Filenames {
		if bundle.IsBundle(path) {
			bundles++
		}
	}
	w.AllContexts = bundles > 1
}

// Scope returns the flags that choose the clusters and the namespace, for the
// title of a watch. fleet is nil for one cluster.
func (f *Flags) Scope(fleet *FleetFlags, namespace string) []string {
	var words []string
	switch {
	case fleet == nil:
	case fleet.AllContexts:
		words = append(words, "--all-contexts")
	default:
		words = append(words, "--contexts", strings.Join(fleet.Contexts, ","))
	}
	if f.AllNamespaces {
		words = append(words, "-A")
	} else if namespace != "" {
		words = append(words, "-n", namespace)
	}
	return words
}

// alone are the flags that name one cluster or the credentials for it.
var alone = []string{
	"context", "cluster", "user", "server", "tls-server-name", "token", "certificate-authority", "client-certificate", "client-key",
}

// Check returns a usage error for combinations of flags that contradict each
// other.
func (w *FleetFlags) Check(cmd *cobra.Command) error {
	if !w.On() {
		return nil
	}
	if w.AllContexts && len(w.Contexts) > 0 {
		return Usagef("--contexts and --all-contexts: give one of them")
	}
	for _, name := range alone {
		if flag := cmd.Flag(name); flag != nil && flag.Changed {
			return Usagef("--%s is for one cluster: it cannot be used with --contexts or --all-contexts", name)
		}
	}
	return nil
}

// contextNames returns the names that --contexts can choose from, sorted.
func (f *Flags) contextNames() []string {
	if len(f.Filenames) > 0 {
		return sortedKeys(bundleNames(f.Filenames))
	}
	return sortedKeys(f.kubeconfig().Contexts)
}

// chosen returns the names that --contexts or --all-contexts chooses, sorted.
func (w *FleetFlags) chosen(all []string, in string) ([]string, error) {
	if w.AllContexts {
		if len(all) == 0 {
			return nil, Usagef("--all-contexts: %s has no contexts", in)
		}
		return all, nil
	}
	out := map[string]bool{}
	for _, pattern := range w.Contexts {
		found := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return !matchesName(pattern, name) })
		if slices.Contains(all, pattern) { // a context whose own name has a * in it
			found = []string{pattern}
		}
		if len(found) == 0 {
			return nil, Usagef("--contexts %q: %s has no such context; it has %s", pattern, in, some(all))
		}
		for _, name := range found {
			out[name] = true
		}
	}
	return slices.Sorted(maps.Keys(out)), nil
}

// some returns the first of a list of names.
func some(names []string) string {
	const most = 10
	if len(names) == 0 {
		return "none"
	}
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// matchesName reports whether name is pattern, in which * stands for any text,
// also with slashes, which the names of contexts often have.
func matchesName(pattern, name string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	name, ok := strings.CutPrefix(name, first)
	if !star || !ok {
		return ok && name == ""
	}
	for at := range len(name) + 1 {
		if matchesName(rest, name[at:]) {
			return true
		}
	}
	return false
}

// bundleNames returns the files by the name of the context that each is read
// as: the base name without its extension, or all of the path if several have
// the same one.
func bundleNames(files []string) map[string]string {
	count := map[string]int{}
	for _, file := range files {
		count[bundleName(file)]++
	}
	out := map[string]string{}
	for _, file := range files {
		name := bundleName(file)
		if count[name] > 1 {
			name = file
		}
		out[name] = file
	}
	return out
}

// bundleName returns the name under which a bundle is shown: that of its file, without the folder
// and the extension.
func bundleName(file string) string {
	if file == "-" {
		return "stdin"
	}
	file = strings.TrimRight(file, "/")
	if _, address, web := strings.Cut(file, "://"); web {
		file, _, _ = strings.Cut(address, "?") // a query may hold a signature
	}
	base := file[strings.LastIndexAny(file, `/\`)+1:]
	for _, extension := range []string{".tar.gz", ".tgz", ".tar", ".zip", ".yaml", ".yml", ".json"} {
		if name, cut := strings.CutSuffix(base, extension); cut && name != "" {
			return name
		}
	}
	return cmp.Or(base, file)
}

// serverOf returns the address of the cluster of a context, empty if unknown.
func serverOf(raw *clientcmdapi.Config, name string) string {
	c := raw.Contexts[name]
	if c == nil || raw.Clusters[c.Cluster] == nil {
		return ""
	}
	return raw.Clusters[c.Cluster].Server
}
