//go:build linux

// Command harvest records how real server programs fail.
//
//	go run ./test/harvest root             make the throw-away root with every program of the recipe
//	go run ./test/harvest run [-only RE]   run the cases in it and write them to testdata/harvest
//	go run ./test/harvest wrap [-only RE]  write them again from the recordings that are kept beside the root
//	go run ./test/harvest incidents        write testdata/incidents from the table in incidents/*.yaml
//	go run ./test/harvest sources          write testdata/sources from the tables in sources/*.yaml
//
// The recipe (recipe/*.yaml) names the programs, how each failure is made, and
// the label that follows from it. A case runs as process 1 of namespaces of its
// own, without a way out of the machine. Both commands need root on Linux, and
// debootstrap; root also needs Debian's package mirror, npm with its registry, and the proxy of Go modules.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
)

// options are the flags that the commands share.
type options struct {
	recipe string // folder of the recipe
	work   string // folder of the root and the recordings
	out    string // folder of the cases
	only   *regexp.Regexp
	jobs   int
}

var commands = map[string]func(options) error{
	"root": makeRoot, "run": runAll, "wrap": wrapAll, "incidents": rebuildAll, "sources": rebuildSources,
}

// stages run in new namespaces, started by the commands themselves.
var stages = map[string]func(file string) error{"stage-case": stageCase, "stage-init": stageInit}

func main() {
	if err := start(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func start(args []string) error {
	if len(args) == 2 && stages[args[0]] != nil {
		return stages[args[0]](args[1])
	}
	if len(args) == 0 || commands[args[0]] == nil {
		return errors.New("usage: harvest root|run|wrap|incidents|sources [flags]; harvest COMMAND -h lists them")
	}
	var o options
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.StringVar(&o.recipe, "recipe", "test/harvest/recipe", "folder of the recipe")
	flags.StringVar(&o.work, "work", "/var/tmp/harvest", "folder of the root and the recordings")
	flags.StringVar(&o.out, "out", "testdata/harvest", "folder of the cases")
	flags.IntVar(&o.jobs, "jobs", 2, "cases to run at once")
	only := flags.String("only", "", "only the cases whose name matches this regular expression")
	err := flags.Parse(args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.only, err = regexp.Compile(*only); err != nil {
		return err
	}
	return commands[args[0]](o)
}
