//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// usage is what one run of a command took.
type usage struct {
	wall, cpu       time.Duration
	memory          int64 // the most that was resident at a time, in bytes
	requests, bytes int64
}

// served measures the plugins on made-up clusters and prints a table.
func served(args []string, out io.Writer) error {
	set := flag.NewFlagSet("bench served", flag.ContinueOnError)
	names := set.String("shapes", "large", "the shapes to measure, divided by commas; all for every one")
	plugins := set.String("plugins", "bin", "folder of the plugins")
	times := set.Int("times", 3, "how often each command runs; the medians count")
	one := shape{name: "own"}
	one.addFlags(set)
	if err := set.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*names)
	if err != nil {
		return err
	}
	if one.pods > 0 {
		chosen = []shape{one}
	}
	fmt.Fprintf(out, "| shape | command | requests | MB read | wall | CPU | memory |\n|---|---|---|---|---|---|---|\n")
	for _, s := range chosen {
		if err := s.measure(out, *plugins, *times); err != nil {
			return fmt.Errorf("shape %s: %w", s.name, err)
		}
	}
	return nil
}

// addFlags adds the flags of a shape of the caller's own.
func (s *shape) addFlags(set *flag.FlagSet) {
	set.IntVar(&s.pods, "pods", 0, "measure a shape of so many pods, and of the flags below")
	set.IntVar(&s.deployment, "deployment", 100, "pods of one Deployment")
	set.IntVar(&s.namespaces, "namespaces", 1, "namespaces")
	set.IntVar(&s.sets, "sets", 0, "old ReplicaSets of each Deployment")
	set.IntVar(&s.crashing, "crashing", 5_000, "one pod in so many crashes, 0 for none")
	set.IntVar(&s.containers, "containers", 1, "containers of one pod")
	set.IntVar(&s.bytes, "bytes", 0, "size of an annotation of each pod")
	set.IntVar(&s.events, "events", 0, "events")
}

// choose returns the shapes of those names.
func choose(names string) ([]shape, error) {
	if names == "all" {
		return shapes, nil
	}
	var out []shape
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(shapes, func(s shape) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("--shapes %s: there is no shape %q", names, name)
		}
		out = append(out, shapes[i])
	}
	return out, nil
}

// measure prints a row for each command on a cluster of the shape.
func (s shape) measure(out io.Writer, plugins string, times int) error {
	handler := newServer(s)
	web := httptest.NewServer(handler)
	defer web.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	compared := []compared{
		{"client-go, page by page", []string{self, "floor", web.URL}},
		{"kubectl thrash -A", []string{filepath.Join(plugins, "kubectl-thrash"), "-A", "--server", web.URL}},
		{"kubectl rsmap -A", []string{filepath.Join(plugins, "kubectl-rsmap"), "-A", "--server", web.URL}},
	}
	runs, err := handler.runInTurn(compared, times)
	if err != nil {
		return err
	}
	for i, c := range compared {
		u := median(runs[i])
		fmt.Fprintf(out, "| %s | `%s` | %d | %d | %.1f s | %.1f s | %d MB |\n",
			s.name, c.name, u.requests, u.bytes>>20, u.wall.Seconds(), u.cpu.Seconds(), u.memory>>20)
	}
	return nil
}

// compared is a command of which a row is printed.
type compared struct {
	name    string
	command []string
}

// runInTurn runs each command so many times and returns what they took, by command.
// They take turns, so that a time at which the machine is busy affects all.
func (s *server) runInTurn(commands []compared, times int) ([][]usage, error) {
	runs := make([][]usage, len(commands))
	for range times {
		for i, c := range commands {
			u, err := s.run(c.command)
			if err != nil {
				return nil, err
			}
			runs[i] = append(runs[i], u)
		}
	}
	return runs, nil
}

// median returns the medians of times and the most memory.
func median(runs []usage) usage {
	out := runs[0]
	var walls, cpus []time.Duration
	for _, u := range runs {
		walls = append(walls, u.wall)
		cpus = append(cpus, u.cpu)
		out.memory = max(out.memory, u.memory)
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	out.wall = walls[len(walls)/2]
	out.cpu = cpus[len(cpus)/2]
	return out
}

// run runs a command once against the server.
func (s *server) run(command []string) (usage, error) {
	s.requests.Store(0)
	s.bytes.Store(0)
	u, err := timed(command)
	u.requests = s.requests.Load()
	u.bytes = s.bytes.Load()
	return u, err
}

// timed runs a command once.
func timed(command []string) (usage, error) {
	var stderr bytes.Buffer
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "KUBECONFIG=/nonexistent")
	cmd.Stdout = io.Discard
	cmd.Stderr = &stderr
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	memory := watchMemory(cmd.Process.Pid)
	err := cmd.Wait()
	u := usage{wall: time.Since(begin), memory: memory()}
	if err != nil {
		return u, fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, stderr.String())
	}
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return u, nil
}

// watchMemory reads the peak of a process's memory until the returned function is
// called. The usage that wait returns would include this process, which the child
// is a copy of before it runs the command.
func watchMemory(pid int) func() int64 {
	end := make(chan struct{})
	peak := make(chan int64)
	go func() {
		most := int64(0)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-end:
				peak <- most
				return
			case <-tick.C:
				most = max(most, peakOf(pid))
			}
		}
	}()
	return func() int64 {
		close(end)
		return <-peak
	}
}

// peakOf returns the most memory that a process had, 0 if it has ended.
func peakOf(pid int) int64 { return memoryOf(pid, "VmHWM:") }

// memoryOf returns a line of the status of a process in bytes (proc_pid_status(5)),
// 0 if it has ended.
func memoryOf(pid int, line string) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(data), line)
	var kilobytes int64
	if _, err := fmt.Sscan(after, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}

// floor reads all pods as any program with client-go does, and drops them page
// by page.
func floor(args []string, _ io.Writer) error {
	if len(args) != 1 {
		return errors.New("floor takes one argument, the address of a server")
	}
	c, err := kubernetes.NewForConfig(&rest.Config{
		Host: args[0], QPS: -1, // no rate limit, which the plugins do not have either
		ContentConfig: rest.ContentConfig{ContentType: runtime.ContentTypeProtobuf, AcceptContentTypes: runtime.ContentTypeProtobuf},
	})
	if err != nil {
		return err
	}
	o := metav1.ListOptions{Limit: 5_000}
	for {
		page, err := c.CoreV1().Pods("").List(context.Background(), o)
		if err != nil {
			return err
		}
		if o.Continue = page.Continue; o.Continue == "" {
			return nil
		}
	}
}
