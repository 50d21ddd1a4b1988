// Command kubectl-thrash is the kubectl plugin "kubectl thrash".
package main

import (
	"os"

	_ "github.com/thrashkit/thrashkit/cmd/internal/early" // interrupts before main
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

func main() { os.Exit(cli.Main(thrash.NewCommand)) }
