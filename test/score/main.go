// Command score measures the analysis on recorded clusters.
//
//	go run ./test/score windows [-testdata DIR] [-v]
//	go run ./test/score causes [-testdata DIR] [-set NAME] [-list open|kept]
//	go run ./test/score causes -vary all|NAME [-sample N] [-half open|kept] [-set NAME] [-list open|kept]
//	go run ./test/score redaction [-testdata DIR] [-v]
//	go run ./test/score record -kubeconfig FILE -o FILE
//
// windows replays every recording and compares the predicted window of each
// waiting container with the start that really followed. causes runs kubectl
// thrash on every labelled snapshot and compares its verdicts with the labels,
// the open and the kept half of each set apart; with -list it also prints the
// cases of a half that are not right; with -vary it compares the verdicts before
// and after variations that do not change the cause. redaction compares what pkg/redact hides
// with the marks in testdata/redaction.
// record makes a recording of a cluster until it is interrupted; matrix.sh lets
// containers end in many ways meanwhile.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// commands are what can be scored, by name.
var commands = map[string]func(args []string, out io.Writer) error{
	"causes":    causes,
	"record":    record,
	"redaction": redaction,
	"windows":   windows,
}

var errUsage = errors.New("usage: score windows|causes|redaction|record [flags]; score COMMAND -h lists them")

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// run runs the command that the first argument names. That its flags were printed is no error.
func run(args []string, out io.Writer) error {
	if len(args) == 0 || commands[args[0]] == nil {
		return errUsage
	}
	err := commands[args[0]](args[1:], out)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}
