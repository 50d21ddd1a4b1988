// Command kubectl-explainfields is the kubectl plugin "kubectl explainfields".
package main

import (
	"os"

	_ "github.com/thrashkit/thrashkit/cmd/internal/early" // interrupts before main
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/explainfields"
)

func main() { os.Exit(cli.Main(explainfields.NewCommand)) }
