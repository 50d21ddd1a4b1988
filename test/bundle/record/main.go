// Record writes a running cluster as a must-gather:
//
//	record -kubectl "kubectl" -out DIRECTORY NAMESPACE...
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/thrashkit/thrashkit/test/bundle"
)

func main() {
	kubectl := flag.String("kubectl", "kubectl", "command that runs kubectl")
	out := flag.String("out", "", "directory to write")
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	command := strings.Fields(*kubectl) // it may have arguments of its own, as "kubectl --context test"
	run := func(args ...string) ([]byte, error) {
		return exec.Command(command[0], append(command[1:], args...)...).Output()
	}
	if err := bundle.MustGather(run, *out, flag.Args()...); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
