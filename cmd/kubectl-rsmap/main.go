// Command kubectl-rsmap is the kubectl plugin "kubectl rsmap".
package main

import (
	"os"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
)

func main() { os.Exit(cli.Main(rsmap.NewCommand)) }
