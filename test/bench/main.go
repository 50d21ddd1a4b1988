//go:build linux

// The command bench measures the plugins beside kubectl on a large cluster: a
// real API server whose etcd was filled with pods, without controllers or
// kubelets. It prints a table of requests, time and memory. With the argument
// "served" the cluster is made up by a server in this process, in several shapes,
// and the plugins are compared with a client that decodes pods page by page. With
// "fleet" several such clusters are read at once, one that hangs among them; with
// "watched" such a cluster changes all the time, and the plugins watch it.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// questions are the commands that are measured: each of ours below the one of
// kubectl that it is compared with.
var questions = []string{
	"kubectl get pods -A",
	"kubectl-thrash -A",
	"kubectl-rsmap -A",
	"kubectl get deployment,replicaset,pod -n load -l app=load-00007",
	"kubectl-rsmap load-00007 -n load",
	"kubectl-thrash -n load -l app=load-00007",
}

// bench measures on a lab: where its programs are, and the environment that they run in.
type bench struct {
	lab, plugins, dir string
	times             int
	env               []string
}

// commands are the benchmarks that the first argument names; without one it is onLab.
var commands = map[string]func(args []string, out io.Writer) error{
	"fleet":   fleet,
	"floor":   floor,
	"served":  served,
	"watched": watched,
}

// run runs the benchmark that the first argument names.
func run(args []string, out io.Writer) error {
	command := onLab
	if len(args) > 0 && commands[args[0]] != nil {
		command = commands[args[0]]
		args = args[1:]
	}
	err := command(args, out)
	if errors.Is(err, flag.ErrHelp) {
		return nil // the flags were printed
	}
	return err
}

// onLab measures the questions on a real API server and prints a table.
func onLab(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	pods := flags.Int("pods", 100_000, "pods of the cluster")
	crashing := flags.Int("crashing", 5_000, "one pod in so many crashes")
	b := bench{}
	flags.StringVar(&b.lab, "lab", "bin/lab-1.37", "the local Kubernetes")
	flags.StringVar(&b.plugins, "plugins", "bin", "folder of the plugins")
	flags.IntVar(&b.times, "times", 3, "how often each command runs; the median counts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, path := range []*string{&b.lab, &b.plugins} { // PATH holds them, and a link in another folder points at the lab
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return err
		}
		*path = absolute
	}
	fmt.Fprintf(out, "%d pods in Deployments of 100, one in %d crashes\n\n", *pods, *crashing)
	return b.run(*pods, *crashing, out)
}

// run fills a cluster, measures it, and ends it again.
func (b *bench) run(pods, crashing int, out io.Writer) (err error) {
	if b.dir, err = os.MkdirTemp("", "bench"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if err := b.fill(pods, crashing); err != nil {
		return err
	}
	defer func() { // the programs of the cluster would run on without an end
		if down := b.labCommand("down"); err == nil {
			err = down
		}
	}()
	return b.table(out)
}

// table measures each question and prints its row.
func (b *bench) table(out io.Writer) error {
	fmt.Fprintf(out, "| command | requests | time | memory |\n|---|---|---|---|\n")
	for _, q := range questions {
		r, err := b.measure(strings.Fields(q))
		if err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
		fmt.Fprintf(
			out,
			"| `%s` | %d | %s | %d MB |\n",
			strings.Replace(q, "kubectl-", "kubectl ", 1),
			r.requests,
			r.time.Round(10*time.Millisecond),
			r.memory>>20,
		)
	}
	return nil
}

// fill starts the cluster and writes its pods. The environment finds the lab's own
// kubectl first, and caches nothing in the home directory.
func (b *bench) fill(pods, crashing int) error {
	if err := b.labCommand("up", "--no-controllers"); err != nil {
		return err
	}
	if err := b.labCommand("seed", "--pods", strconv.Itoa(pods), "--crashing", strconv.Itoa(crashing)); err != nil {
		return err
	}
	if err := os.Symlink(b.lab+"-kubectl", filepath.Join(b.dir, "kubectl")); err != nil {
		return err
	}
	b.env = append(
		os.Environ(),
		"PATH="+b.dir+":"+b.plugins,
		"KUBECONFIG="+filepath.Join(b.dir, "lab", "kubeconfig"),
		"KUBECACHEDIR="+filepath.Join(b.dir, "cache"),
		"KUBERC=off",
	)
	return nil
}

// labCommand runs the local Kubernetes with a verb: up, seed or down.
func (b *bench) labCommand(verb string, args ...string) error {
	out, err := exec.Command(b.lab, append([]string{verb, "--dir", filepath.Join(b.dir, "lab")}, args...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("lab %s: %w\n%s", verb, err, out)
	}
	return nil
}

// cost is what a command took: the time is the median, the memory the most that
// was resident at a time, in bytes.
type cost struct {
	requests int
	time     time.Duration
	memory   int64
}

// measure runs a command once to count its requests, then several times without the
// log that this takes, which would be measured too.
func (b *bench) measure(command []string) (cost, error) {
	var c cost
	log, err := b.do(append(slices.Clone(command), "-v=6"), &cost{}) // also warms the caches of discovery
	if err != nil {
		return c, err
	}
	c.requests = strings.Count(log, `"Response" verb=`)
	var times []time.Duration
	for range b.times {
		var one cost
		if _, err := b.do(command, &one); err != nil {
			return c, err
		}
		times = append(times, one.time)
		c.memory = max(c.memory, one.memory)
	}
	slices.Sort(times)
	c.time = times[len(times)/2]
	return c, nil
}

// do runs a command, sets its time and memory, and returns what it wrote to standard error.
func (b *bench) do(command []string, c *cost) (string, error) {
	program := filepath.Join(b.plugins, command[0])
	if command[0] == "kubectl" {
		program = filepath.Join(b.dir, "kubectl")
	}
	var stderr bytes.Buffer
	cmd := exec.Command(program, command[1:]...)
	cmd.Env = b.env
	cmd.Stdout = io.Discard
	cmd.Stderr = &stderr
	begin := time.Now()
	err := cmd.Run()
	c.time = time.Since(begin)
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.memory = usage.Maxrss << 10 // kilobytes, on Linux
	}
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return stderr.String(), nil
}
