// Command kubectl-rsmap is the kubectl plugin "kubectl rsmap".
package main

import (
	"os"

	_ "github.com/thrashkit/thrashkit/cmd/internal/early" // interrupts before main
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
)

func main() { os.Exit(cli.Main(rsmap.NewCommand)) }
