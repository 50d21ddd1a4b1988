package cli

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

const (
	// completionWait is how long a shell waits for names.
	completionWait = 3 * time.Second
	// completionLimit bounds the names: nobody reads more.
	completionLimit = 500
)

// CompleteTargets returns the completion of a command's arguments: the names
// of implied ("deployments") as they are, those of the other types after
// "TYPE/", or after the type as a word of its own. What cannot be read
// completes to nothing.
func (f *Flags) CompleteTargets(implied string, types ...string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if kind, _, slash := strings.Cut(word, "/"); slash {
			return f.names(cmd.Context(), kind, kind+"/", word), cobra.ShellCompDirectiveNoFileComp
		}
		if len(args) > 0 && !strings.Contains(args[0], "/") && slices.Contains(types, args[0]) {
			return f.names(cmd.Context(), args[0], "", word), cobra.ShellCompDirectiveNoFileComp
		}
		var out []string
		if implied != "" {
			out = f.names(cmd.Context(), implied, "", word)
		}
		for _, kind := range types {
			if strings.HasPrefix(kind, word) {
				out = append(out, kind+"/")
			}
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		if len(out) > 0 && strings.HasSuffix(out[0], "/") {
			directive |= cobra.ShellCompDirectiveNoSpace // no name begins so: the types are all there is
		}
		return out, directive
	}
}

// names returns the names of objects of a type that begin with word, each
// after prefix.
func (f *Flags) names(ctx context.Context, kind, prefix, word string) []string {
	namespace, err := f.Namespace()
	if err != nil || len(f.Filenames) > 0 {
		return nil
	}
	cluster, err := f.Cluster()
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, completionWait)
	defer cancel()
	names, err := cluster.Names(ctx, kind, namespace, completionLimit)
	if err != nil {
		return nil
	}
	var out []string
	for _, name := range names {
		if strings.HasPrefix(prefix+name, word) {
			out = append(out, prefix+name)
		}
	}
	return out
}

// completeValues has the shell complete the values of the common flags.
func (f *Flags) completeValues(cmd *cobra.Command) {
	mustComplete(cmd, "color", colors)
	mustComplete(cmd, "output", f.formats())
	if len(f.Findings) > 0 {
		mustComplete(cmd, "fail-on", f.Findings)
	}
	completeWith(cmd, "namespace", func(ctx context.Context, word string) []string {
		return f.names(ctx, "namespaces", "", word)
	})
	completeWith(cmd, "context", func(context.Context, string) []string { return sortedKeys(f.kubeconfig().Contexts) })
	completeWith(cmd, "cluster", func(context.Context, string) []string { return sortedKeys(f.kubeconfig().Clusters) })
	completeWith(cmd, "user", func(context.Context, string) []string { return sortedKeys(f.kubeconfig().AuthInfos) })
}

func completeWith(cmd *cobra.Command, flag string, values func(ctx context.Context, word string) []string) {
	must(cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return values(cmd.Context(), word), cobra.ShellCompDirectiveNoFileComp
	}))
}

// kubeconfig returns what the kubeconfig files hold, nothing where they cannot
// be read: a completion has nowhere to say so.
func (f *Flags) kubeconfig() clientcmdapi.Config {
	config, err := f.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return clientcmdapi.Config{}
	}
	return config
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// mustComplete has the shell complete the values of a flag that is there.
func mustComplete(cmd *cobra.Command, flag string, values []string) {
	must(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
}

// must ends the program over a mistake in it: a flag that was not added.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
