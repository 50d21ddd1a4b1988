package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// childAttr makes a child die with its parent.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// supervisorAttr takes the supervisor out of the caller's session and, if it
// will have nodes, gives it a mount namespace of its own.
func supervisorAttr(nodes bool) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if nodes {
		attr.Unshareflags = unix.CLONE_NEWNS
	}
	return attr
}

// self is the path of this binary, also where its directory is hidden.
func self() string { return "/proc/self/exe" }

// nodesPossible returns why kubelets cannot run here for a lab in dir; nil if they can.
func nodesPossible(dir string) error {
	for _, h := range hidden {
		if strings.HasPrefix(dir, h+"/") {
			return fmt.Errorf("the kubelet sees another %s, so the lab cannot be in %s", h, dir)
		}
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("the kubelet needs root (this is user %d)", os.Geteuid())
	}
	return nil
}

// alive reports whether the process pid runs; if dir is not empty, with dir in its arguments.
func alive(pid int, dir string) bool {
	args, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && len(args) > 0 && strings.Contains(string(args), dir)
}

// tunables are the kernel settings that a kubelet changes (kubernetes:
// pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables).
var tunables = []string{
	"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops",
	"kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes",
}

// hidden are the directories that a kubelet writes to outside of its own.
var hidden = []string{"/var/lib", "/var/log"}

// isolate hides from this process and its children what a kubelet changes on
// the machine: kernel settings become files in the lab, the system directories
// that it writes to become empty ones. It must run in a mount namespace of its own.
func isolate(l layout) error {
	for _, t := range tunables {
		if err := coverTunable(filepath.Join("/proc/sys", t), l.at("sysctl", t)); err != nil {
			return fmt.Errorf("isolate kubelet: %w", err)
		}
	}
	for _, dir := range hidden {
		if err := unix.Mount("none", dir, "tmpfs", 0, "size=64m,mode=755"); err != nil {
			return fmt.Errorf("isolate kubelet: hide %s: %w", dir, err)
		}
	}
	return nil
}

// coverTunable copies a kernel setting to a file and mounts that over it: the kubelet reads
// the value of the machine, and what it writes changes the file alone.
func coverTunable(path, file string) error {
	value, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(file, value, 0o600); err != nil {
		return err
	}
	if err := unix.Mount(file, path, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("hide %s: %w", path, err)
	}
	return nil
}

// unmountBelow takes away the mounts that a kubelet made in dir, the last one first.
func unmountBelow(dir string) error {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var errs []error
	for _, line := range slices.Backward(strings.Split(string(b), "\n")) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		if path := unescape.Replace(fields[4]); strings.HasPrefix(path, dir+"/") {
			if err := unix.Unmount(path, unix.MNT_DETACH); err != nil {
				errs = append(errs, fmt.Errorf("unmount %s: %w", path, err))
			}
		}
	}
	return errors.Join(errs...)
}

// subnets are the ranges out of which nodes are made: 198.18.0.0/15 in parts of a /24.
const subnets = 512

// takeSubnet gives the loopback interface a subnet that it does not have yet.
// All addresses of a subnet on that interface belong to the machine.
func takeSubnet() (netip.Prefix, error) {
	for i := range subnets {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{198, byte(18 + i/256), byte(i % 256), 0}), 24)
		err := address(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, p)
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, unix.EEXIST) {
			return netip.Prefix{}, fmt.Errorf("add %s to the loopback interface: %w", p, err)
		}
	}
	return netip.Prefix{}, errors.New("add a subnet to the loopback interface: none of 198.18.0.0/15 is free")
}

// giveSubnet takes a subnet off the loopback interface; one that is not there is no error.
func giveSubnet(p netip.Prefix) error {
	if err := address(unix.RTM_DELADDR, 0, p); err != nil && !errors.Is(err, unix.EADDRNOTAVAIL) {
		return fmt.Errorf("remove %s from the loopback interface: %w", p, err)
	}
	return nil
}

// address asks the kernel (rtnetlink(7)) to add or remove the node's address of a subnet.
func address(kind, flags uint16, p netip.Prefix) error {
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		return err
	}
	ip := nodeIP(p).As4()
	b := binary.NativeEndian
	msg := b.AppendUint32(nil, 0) // length, set below
	msg = b.AppendUint16(msg, kind)
	msg = b.AppendUint16(msg, flags|unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	msg = append(msg, make([]byte, 8)...) // sequence and port
	msg = append(msg, unix.AF_INET, byte(p.Bits()), 0, unix.RT_SCOPE_UNIVERSE)
	msg = b.AppendUint32(msg, uint32(lo.Index))
	for _, attr := range []uint16{unix.IFA_LOCAL, unix.IFA_ADDRESS} {
		msg = b.AppendUint16(msg, 8)
		msg = b.AppendUint16(msg, attr)
		msg = append(msg, ip[:]...)
	}
	b.PutUint32(msg, uint32(len(msg)))
	return netlink(msg)
}

// netlink sends one request and returns the error that the kernel answers.
func netlink(msg []byte) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer unix.Close(fd) // the answer is what counts
	if err := unix.Sendto(fd, msg, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, answer, 0)
	if err != nil {
		return err
	}
	if n < unix.SizeofNlMsghdr+4 {
		return errors.New("short answer of the kernel")
	}
	if code := int32(binary.NativeEndian.Uint32(answer[unix.SizeofNlMsghdr:])); code != 0 {
		return unix.Errno(-code)
	}
	return nil
}
