//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/resource"
)

// order is what a stage reads: a case and where it runs.
type order struct {
	Study  study  `json:"study"`
	Root   string `json:"root"`   // the read-only root
	Dir    string `json:"dir"`    // an empty folder of the case
	Cgroup string `json:"cgroup"` // folder of the memory cgroup, empty without a limit
	Out    string `json:"out"`    // where the recording goes
}

// selected returns the cases of the recipe that the flags name.
func (o options) selected() ([]study, error) {
	all, err := readRecipe(o.recipe)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(s study) bool { return !o.only.MatchString(s.ID) }), nil
}

// makeRoot makes the root, and installs the packages of the whole recipe in it.
func makeRoot(o options) error {
	studies, err := o.selected()
	if err != nil {
		return err
	}
	root := filepath.Join(o.work, "root")
	if _, err := os.Stat(filepath.Join(root, "etc")); errors.Is(err, fs.ErrNotExist) {
		if err := shell("debootstrap", "--variant=minbase", "bookworm", root); err != nil {
			return err
		}
	}
	noServices := []byte("#!/bin/sh\nexit 101\n")
	if err := os.WriteFile(filepath.Join(root, "usr/sbin/policy-rc.d"), noServices, 0o755); err != nil {
		return err
	}
	if err := shell("chroot", root, "apt-get", "update", "-q"); err != nil {
		return err
	}
	return install(root, studies)
}

// shell runs a command on the terminal.
func shell(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Stdout = os.Stderr
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	return nil
}

// runAll runs the selected cases, some at once, and writes them. What a case
// lacks is printed; the others go on.
func runAll(o options) error {
	studies, err := o.selected()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(o.work, "recordings"), 0o755); err != nil {
		return err
	}
	var jobs errgroup.Group
	jobs.SetLimit(o.jobs)
	for _, s := range studies {
		jobs.Go(func() error {
			if err := o.runOne(s); err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", s.ID, err)
			} else if err := o.wrapOne(s); err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", s.ID, err)
			}
			return nil
		})
	}
	return jobs.Wait()
}

// runOne runs one case in new namespaces and keeps its recording.
func (o options) runOne(s study) (err error) {
	dir, err := os.MkdirTemp(o.work, "case-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	in := order{Study: s, Root: filepath.Join(o.work, "root"), Dir: dir, Out: o.recordingFile(s.ID)}
	if s.Setup.Memory != "" {
		if in.Cgroup, err = memoryCgroup(filepath.Base(dir), s.Setup.Memory); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, removeCgroup(in.Cgroup)) }()
	}
	file := filepath.Join(o.work, filepath.Base(dir)+".json")
	if err := writeJSON(file, in); err != nil {
		return err
	}
	defer os.Remove(file)
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	defer stop()
	// Everything that the case starts is in its process namespace, and ends with it.
	cmd := exec.CommandContext(ctx, "/proc/self/exe", "stage-case", file)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC | syscall.CLONE_NEWPID,
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Stdout = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: %s", err, stderr.String())
	}
	if stderr.Len() > 0 {
		fmt.Fprintf(os.Stderr, "%s: %s\n", s.ID, strings.TrimSpace(stderr.String()))
	}
	return nil
}

const cgroups = "/sys/fs/cgroup/memory"

// memoryCgroup makes a cgroup (version 1) with a limit, as kubelets do.
func memoryCgroup(name, limit string) (string, error) {
	quantity, err := resource.ParseQuantity(limit)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cgroups, "harvest-"+name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	bytes := []byte(strconv.FormatInt(quantity.Value(), 10))
	return dir, os.WriteFile(filepath.Join(dir, "memory.limit_in_bytes"), bytes, 0o600)
}

// removeCgroup removes a cgroup when its processes are gone.
func removeCgroup(dir string) error {
	var err error
	for range 50 {
		if err = os.Remove(dir); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// killedForMemory reports whether the kernel killed a process of the cgroup.
func killedForMemory(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "memory.oom_control"))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if count, ok := strings.CutPrefix(strings.TrimSpace(line), "oom_kill "); ok {
			return count != "0"
		}
	}
	return false
}

// readOrder reads what a stage has to do.
func readOrder(file string) (order, error) {
	var in order
	text, err := os.ReadFile(file)
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(text, &in)
}
