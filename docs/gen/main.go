// Command gen writes what is generated under docs: the reference page and the
// manual page of each plugin from its flags, the pictures of its output from a
// recorded cluster, and that of the back-off from recorded restarts. The same sources give the same bytes. Run it as "go run ./docs/gen"
// from the top of the repository.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/explainfields"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

var plugins = []struct {
	name       string
	newCommand func(*cli.Env) *cobra.Command
}{
	{"rsmap", rsmap.NewCommand},
	{"thrash", thrash.NewCommand},
	{"explainfields", explainfields.NewCommand},
}

const recording = "examples/synergychat/recording"

// picture is the output of one command as docs/img/NAME.svg.
type picture struct {
	name, command string // command is what follows "kubectl"
	lines         int    // the most lines to show
}

var pictures = []picture{
	{"rsmap", "rsmap synergychat-web -f " + recording, 40},
	{"rsmap-namespace", "rsmap -f " + recording, 20},
	{"thrash", "thrash -f " + recording, 30},
	{"thrash-why", "thrash deployment/synergychat-web -f " + recording, 60},
	{"explainfields", "explainfields deployment/synergychat-web --path spec -f " + recording, 50},
}

// demo is the film of the README: the three questions of an incident.
var demo = []picture{
	{"", "rsmap -f " + recording, 20},
	{"", "thrash -f " + recording, 20},
	{"", "explainfields deployment/synergychat-web --path spec.strategy -f " + recording, 20},
}

// columns is how wide the terminal in the pictures is.
const columns = 120

func main() {
	if err := generate(context.Background(), "docs"); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// generate writes everything under dir.
func generate(ctx context.Context, dir string) error {
	if err := writePages(dir); err != nil {
		return err
	}
	chart, err := backoffChart(gaps)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(dir, "img", "backoff.svg"), chart); err != nil {
		return err
	}
	for _, p := range pictures {
		screen, err := run(ctx, p.command)
		if err != nil {
			return fmt.Errorf("run kubectl %s: %w", p.command, err)
		}
		if err := write(filepath.Join(dir, "img", p.name+".svg"), svg("kubectl "+p.command, screen, p.lines)); err != nil {
			return err
		}
	}
	return writeDemo(ctx, dir)
}

// writePages writes the reference and the manual page of each plugin.
func writePages(dir string) error {
	for _, p := range plugins {
		cmd := p.newCommand(environment(io.Discard))
		if err := write(filepath.Join(dir, "reference", p.name+".md"), reference(cmd)); err != nil {
			return err
		}
		if err := write(filepath.Join(dir, "man", cmd.Name()+".1"), man(cmd)); err != nil {
			return err
		}
	}
	return nil
}

// writeDemo writes the animation that shows one command after the other.
func writeDemo(ctx context.Context, dir string) error {
	var scenes []scene
	for _, p := range demo {
		screen, err := run(ctx, p.command)
		if err != nil {
			return fmt.Errorf("run kubectl %s: %w", p.command, err)
		}
		scenes = append(scenes, scene{"kubectl " + p.command, screen, p.lines})
	}
	return write(filepath.Join(dir, "img", "demo.svg"), film("The three plugins on a recorded cluster, one after the other", scenes))
}

// run returns what a terminal shows of a command, its warnings included.
func run(ctx context.Context, command string) (string, error) {
	args := strings.Fields(command)
	for _, p := range plugins {
		if p.name == args[0] {
			var screen bytes.Buffer
			cmd := p.newCommand(environment(&screen))
			cmd.SetArgs(append(args[1:], "--color=always"))
			err := cmd.ExecuteContext(ctx)
			return screen.String(), err
		}
	}
	return "", fmt.Errorf("no plugin %s", args[0])
}

// environment is the same on every machine: a terminal of the pictures' width,
// no variables, a clock that does not move.
func environment(out io.Writer) *cli.Env {
	return &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: out, ErrOut: out},
		Now:       func() time.Time { return time.Unix(0, 0) },
		Getenv:    func(string) string { return "" },
		Width:     func() int { return columns },
	}
}

// write writes a file, with its folder.
func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
