package cli

import (
	"bytes"
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"
)

// scripts writes the completion scripts that "completion SHELL" asks for. The
// one for kubectl serves every shell in which kubectl itself completes; the
// others are for those who type the program's own name.
var scripts = map[string]func(cmd *cobra.Command, to io.Writer) error{
	"kubectl": func(cmd *cobra.Command, to io.Writer) error {
		_, err := io.WriteString(to, kubectlScript(cmd.Name(), runtime.GOOS))
		return err
	},
	"bash":       func(cmd *cobra.Command, to io.Writer) error { return cmd.GenBashCompletionV2(to, true) },
	"zsh":        (*cobra.Command).GenZshCompletion,
	"fish":       func(cmd *cobra.Command, to io.Writer) error { return cmd.GenFishCompletion(to, true) },
	"powershell": (*cobra.Command).GenPowerShellCompletionWithDesc,
}

// completionAsked returns the function that prints the script that the arguments
// ask for, nil if they name objects. There is no subcommand for it, because a
// workload may be called "completion".
func completionAsked(args []string) func(*cobra.Command, []string) error {
	if len(args) != 2 || args[0] != "completion" || scripts[args[1]] == nil {
		return nil
	}
	return func(cmd *cobra.Command, _ []string) error {
		var all bytes.Buffer
		if err := scripts[args[1]](cmd, &all); err != nil {
			return fmt.Errorf("write completion for %s: %w", args[1], err)
		}
		_, err := all.WriteTo(cmd.OutOrStdout())
		return err
	}
}

// kubectlScript returns the program that kubectl runs to complete the arguments
// of a plugin (lookupCompletionExec in k8s.io/kubectl v0.37
// pkg/cmd/plugin/plugin_completion.go), with installation instructions.
func kubectlScript(program, system string) string {
	plugin := program[len("kubectl-"):]
	if system == "windows" {
		return fmt.Sprintf(":: Completes kubectl %[1]s. Create it in a directory of your PATH, from cmd.exe:\r\n"+
			"::   kubectl %[1]s completion kubectl > %%USERPROFILE%%\\.krew\\bin\\kubectl_complete-%[1]s.cmd\r\n"+
			"@kubectl-%[1]s __complete %%*\r\n", plugin)
	}
	return fmt.Sprintf("#!/bin/sh\n"+
		"# Completes kubectl %[1]s. Create it in a directory of your PATH:\n"+
		"#   kubectl %[1]s completion kubectl > ~/.krew/bin/kubectl_complete-%[1]s\n"+
		"#   chmod +x ~/.krew/bin/kubectl_complete-%[1]s\n"+
		"exec kubectl-%[1]s __complete \"$@\"\n", plugin)
}
