//go:build linux

package main

import (
	"flag"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// warmUp is how long a watch may take to read the cluster before it is measured.
const warmUp = 30 * time.Second

// watched measures kubectl thrash -A -w and kubectl rsmap -A -w on a made-up
// cluster whose pods change all the time, and prints a table.
func watched(args []string, out io.Writer) error {
	set := flag.NewFlagSet("bench watched", flag.ContinueOnError)
	plugins := set.String("plugins", "bin", "folder of the plugins")
	only := set.String("only", "thrash,rsmap", "the plugins to measure, divided by commas")
	length := set.Duration("for", 10*time.Minute, "how long each plugin watches")
	pace := set.Int("changes", 500, "changes of pods a second")
	s := shape{name: "watched", namespaces: 1, crashing: 5_000, containers: 1}
	set.IntVar(&s.pods, "pods", 100_000, "pods")
	set.IntVar(&s.deployment, "deployment", 100, "pods of one Deployment")
	if err := set.Parse(args); err != nil {
		return err
	}
	printHead(out, s.pods, *pace)
	for plugin := range strings.SplitSeq(*only, ",") {
		r, err := s.watchWith(filepath.Join(*plugins, "kubectl-"+plugin), *pace, *length)
		if err != nil {
			return fmt.Errorf("%s: %w", plugin, err)
		}
		r.print(out, plugin, *length)
	}
	return nil
}

// printHead prints what changes, and the head of the table.
func printHead(out io.Writer, pods, pace int) {
	fmt.Fprintf(out, "%d pods, of which %d a second become ready or unready, and one begins to crash\n\n", pods, pace)
	fmt.Fprintf(out, "| command | for | cores | memory after a tenth | half | at the end | most | shown after: median | 95 %% | most |\n")
	fmt.Fprintf(out, "|---|---|---|---|---|---|---|---|---|---|\n")
}

// watching is what a watch took, and how old the crashes were that it showed.
type watching struct {
	cores  float64
	memory [3]int64 // resident after a tenth, half and all of the time, in bytes
	peak   int64
	ages   []time.Duration // sorted
	missed int             // crashes that it should have shown by the end, and did not
}

// print prints the row of a plugin, and a line if it did not show every crash.
func (r watching) print(out io.Writer, plugin string, length time.Duration) {
	fmt.Fprintf(out, "| `kubectl %s -A -w` | %s | %.2f | %d MB | %d MB | %d MB | %d MB | %.1f s | %.1f s | %.1f s |\n",
		plugin, length, r.cores, r.memory[0]>>20, r.memory[1]>>20, r.memory[2]>>20, r.peak>>20,
		r.age(0.5).Seconds(), r.age(0.95).Seconds(), r.age(1).Seconds())
	if r.missed > 0 {
		fmt.Fprintf(out, "\n%s never showed %d of the pods that crashed\n\n", plugin, r.missed)
	}
}

// age returns the age that a share of the crashes was not older than when it was shown.
func (r watching) age(share float64) time.Duration {
	if len(r.ages) == 0 {
		return 0
	}
	return r.ages[int(share*float64(len(r.ages)-1))]
}

// watchWith runs a plugin against a server of which so many pods change a second.
func (s shape) watchWith(plugin string, pace int, length time.Duration) (watching, error) {
	handler := newServer(s)
	handler.changes = newChanges(handler)
	web := httptest.NewServer(handler)
	defer web.Close()
	defer web.CloseClientConnections()
	cmd, stdout, err := startWatch(plugin, web.URL)
	if err != nil {
		return watching{}, err
	}
	var readers sync.WaitGroup
	readers.Go(func() { handler.changes.see(stdout) })
	time.Sleep(warmUp)
	r, err := handler.changes.measure(cmd.Process.Pid, pace, length)
	_ = cmd.Process.Signal(os.Interrupt)
	readers.Wait()
	_ = cmd.Wait() // which was interrupted
	return r, err
}

// startWatch starts a plugin that watches all pods of a server, and returns its output. Without a
// terminal it prints one line for each change.
func startWatch(plugin, server string) (*exec.Cmd, io.Reader, error) {
	cmd := exec.Command(plugin, "-A", "-w", "--server", server)
	cmd.Env = append(os.Environ(), "KUBECONFIG=/nonexistent")
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	return cmd, stdout, cmd.Start()
}
