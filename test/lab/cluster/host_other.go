//go:build !linux

package cluster

import (
	"errors"
	"net/netip"
	"os"
	"syscall"
)

var errLinux = errors.New("the kubelet needs Linux")

// childAttr returns nil: no other system ends the children when the supervisor is
// killed. They stay, and their process IDs are in the directory pids of the lab.
func childAttr() *syscall.SysProcAttr { return nil }

func supervisorAttr(bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// self is the path of this binary.
func self() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

func unmountBelow(string) error { return nil }

func nodesPossible(string) error { return errLinux }

func isolate(layout) error { return errLinux }

func takeSubnet() (netip.Prefix, error) { return netip.Prefix{}, errLinux }

func giveSubnet(netip.Prefix) error { return errLinux }

// alive reports whether the process pid runs. Its arguments cannot be read
// here: with a dir it reports false rather than risk to take a stranger for ours.
func alive(pid int, dir string) bool {
	p, err := os.FindProcess(pid)
	return dir == "" && err == nil && p.Signal(syscall.Signal(0)) == nil
}
