package cli

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const (
	// completionWait is the time limit for reading names: the shell is blocked until they come.
	completionWait = 3 * time.Second
	// completionLimit is the maximum number of names to complete: the first page of a list.
	completionLimit = 5000
)

// CompleteTargets returns the completion of a command's arguments: the names
// of the implied type ("deployments"), and those of other types after "TYPE/" or
// after the type as a separate word. Without an implied type the first word is
// always a type. With -f the names come from the files. If they cannot be read,
// there are no completions.
func (f *Flags) CompleteTargets(implied string, types ...string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		ctx := cmd.Context()
		if kind, _, slash := strings.Cut(word, "/"); slash {
			return without(f.names(ctx, kind, kind+"/", word), args), cobra.ShellCompDirectiveNoFileComp
		}
		if len(args) > 0 && !strings.Contains(args[0], "/") {
			return f.completeNames(ctx, implied, args, word), cobra.ShellCompDirectiveNoFileComp
		}
		var out []string
		if implied != "" && len(args) == 0 {
			out = f.names(ctx, implied, "", word)
		}
		for _, kind := range slices.Concat(types, f.otherTypes(ctx, implied, word, types)) {
			if strings.HasPrefix(kind, word) {
				out = append(out, kind+"/")
			}
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		if len(out) > 0 && strings.HasSuffix(out[0], "/") {
			directive |= cobra.ShellCompDirectiveNoSpace // only types match, and a name follows the slash
		}
		return out, directive
	}
}

// completeNames returns the names that may follow the first argument: of the type that
// it is, or of the implied type if it is a name.
func (f *Flags) completeNames(ctx context.Context, implied string, args []string, word string) []string {
	if snapshot.KindNamed(args[0]) != nil || implied == "" {
		return without(f.names(ctx, args[0], "", word), args[1:])
	}
	return without(f.names(ctx, implied, "", word), args)
}

// otherTypes returns the other types of the server that begin with word, for
// commands that take every type.
func (f *Flags) otherTypes(ctx context.Context, implied, word string, types []string) []string {
	if implied != "" || word == "" || len(f.Filenames) > 0 {
		return nil
	}
	server, err := f.Cluster()
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, completionWait)
	defer cancel()
	served, err := server.Types(ctx)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(served, func(name string) bool {
		if !completable(name) {
			return true
		}
		known := snapshot.KindNamed(name)
		return known != nil && slices.Contains(types, strings.ToLower(known.Kind))
	})
}

// without returns the names that are not among the given ones.
func without(names, given []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(given, name) })
}

// names returns the names of objects of a type that begin with word, each
// after prefix.
func (f *Flags) names(ctx context.Context, kind, prefix, word string) []string {
	namespace, err := f.Namespace()
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, completionWait)
	defer cancel()
	var names []string
	if len(f.Filenames) > 0 {
		names = f.namesInFiles(ctx, kind, namespace)
	} else if server, err := f.Cluster(); err == nil {
		names, _ = server.Names(ctx, kind, namespace, completionLimit) // completion cannot report errors
	}
	var out []string
	for _, name := range names {
		if strings.HasPrefix(prefix+name, word) && completable(name) {
			out = append(out, prefix+name)
		}
	}
	return out
}

// completable reports whether a name can be put on a command line as it is: shells
// insert completions without quotes, so that "a;b" would run b, and "-rf" be a flag.
// The server does not accept such names; files and kubeconfigs can have any.
func completable(name string) bool {
	for _, r := range name {
		letter := (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9')
		if !letter && !strings.ContainsRune("-_./:=,@%+", r) {
			return false
		}
	}
	return name != "" && !strings.ContainsRune("-=%+,@.", rune(name[0]))
}

// namesInFiles returns the names of a type in the files of -f; an empty
// namespace stands for all. Standard input and URLs are not read, because the
// command itself will read them.
func (f *Flags) namesInFiles(ctx context.Context, kind, namespace string) []string {
	known := snapshot.KindNamed(kind)
	if known == nil || slices.ContainsFunc(f.Filenames, func(name string) bool { return name == "-" || strings.Contains(name, "://") }) {
		return nil
	}
	documents, _, err := bundle.New(f.Filenames, bundle.Options{}).Documents(ctx)
	if err != nil {
		return nil
	}
	var names []string
	for _, d := range documents {
		for _, o := range d.Objects {
			if o.Kind == known.Kind && (namespace == "" || o.Namespace == namespace) {
				names = append(names, o.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// completeValues registers completions for the values of the common flags.
func (f *Flags) completeValues(cmd *cobra.Command) {
	CompleteFlag(cmd, "color", colors...)
	CompleteFlag(cmd, "output", f.formats()...)
	if len(f.Findings) > 0 {
		CompleteFlag(cmd, "fail-on", f.Findings...)
	}
	completeWith(cmd, "namespace", func(ctx context.Context, word string) []string {
		return f.names(ctx, "namespaces", "", word)
	})
	completeWith(cmd, "context", func(context.Context, string) []string { return sortedKeys(f.kubeconfig().Contexts) })
	completeWith(cmd, "cluster", func(context.Context, string) []string { return sortedKeys(f.kubeconfig().Clusters) })
	completeWith(cmd, "user", func(context.Context, string) []string { return sortedKeys(f.kubeconfig().AuthInfos) })
}

// completeWith registers the completion of a flag whose values are read when they are asked for.
func completeWith(cmd *cobra.Command, flag string, values func(ctx context.Context, word string) []string) {
	must(cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		names := slices.DeleteFunc(values(cmd.Context(), word), func(name string) bool { return !completable(name) })
		return names, cobra.ShellCompDirectiveNoFileComp
	}))
}

// kubeconfig returns the merged kubeconfig, an empty one if it cannot be read,
// because completion cannot report errors.
func (f *Flags) kubeconfig() clientcmdapi.Config {
	config, err := f.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return clientcmdapi.Config{}
	}
	return config
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// CompleteFlag registers completions for the values of a flag of cmd, also after
// a comma if the flag takes several. Values that end in "=" expect more text. It
// panics if cmd has no such flag, which is a programming error.
func CompleteFlag(cmd *cobra.Command, flag string, values ...string) {
	several := cmd.Flag(flag) != nil && cmd.Flag(flag).Value.Type() == "stringSlice"
	must(cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		out := begun(word, values)
		if several {
			out = continued(word, values)
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		if len(out) == 1 && strings.HasSuffix(out[0], "=") {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		return out, directive
	}))
}

// begun returns the values that begin with word.
func begun(word string, values []string) []string {
	var out []string
	for _, value := range values {
		if strings.HasPrefix(value, word) {
			out = append(out, value)
		}
	}
	return out
}

// continued is begun for the last value of a list with commas; values that
// stand before it are left out.
func continued(word string, values []string) []string {
	before := word[:strings.LastIndex(word, ",")+1]
	var out []string
	for _, value := range without(begun(word[len(before):], values), strings.Split(before, ",")) {
		out = append(out, before+value)
	}
	return out
}

// must panics on a programming error: completion for a flag that was not added.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
