//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// layRoot mounts a writable layer over the root, with what a container finds in it.
func (in order) layRoot() (string, error) {
	root := filepath.Join(in.Dir, "root")
	if err := syscall.Mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC, ""); err != nil {
		return "", err
	}
	if err := syscall.Mount("tmpfs", in.Dir, "tmpfs", 0, "mode=755"); err != nil {
		return "", err
	}
	for _, name := range []string{"root", "upper", "work"} {
		if err := os.Mkdir(filepath.Join(in.Dir, name), 0o755); err != nil {
			return "", err
		}
	}
	layers := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", in.Root, in.Dir, in.Dir)
	if err := syscall.Mount("overlay", root, "overlay", 0, layers); err != nil {
		return "", err
	}
	mounts := []struct{ kind, at, data string }{
		{"proc", "proc", ""},
		{"tmpfs", "dev", "mode=755"},
		{"tmpfs", "dev/shm", "mode=1777,size=64m"},
	}
	for _, m := range mounts {
		at := filepath.Join(root, m.at)
		if err := errors.Join(os.MkdirAll(at, 0o755), syscall.Mount(m.kind, at, m.kind, 0, m.data)); err != nil {
			return "", fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	return root, in.layDevices(root)
}

func (in order) layDevices(root string) error {
	syscall.Umask(0)
	defer syscall.Umask(0o022)
	devices := map[string]int{"null": 1<<8 | 3, "zero": 1<<8 | 5, "full": 1<<8 | 7, "random": 1<<8 | 8, "urandom": 1<<8 | 9, "tty": 5 << 8}
	for name, number := range devices {
		if err := syscall.Mknod(filepath.Join(root, "dev", name), syscall.S_IFCHR|0o666, number); err != nil {
			return fmt.Errorf("make /dev/%s: %w", name, err)
		}
	}
	for name, to := range map[string]string{"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"} {
		if err := os.Symlink("/proc/self/fd"+to, filepath.Join(root, "dev", name)); err != nil {
			return err
		}
	}
	return nil
}

// layPod writes the files of the ConfigMap, makes the volumes and runs the
// scripts that make the image.
func (in order) layPod(root string) error {
	s := in.Study.Setup
	resolv := fmt.Sprintf("search %s.svc.cluster.local svc.cluster.local cluster.local\nnameserver %s\noptions ndots:5\n",
		in.Study.namespace(), dnsAddress)
	system := map[string]string{
		"/etc/resolv.conf": resolv,
		"/etc/hosts":       "127.0.0.1\tlocalhost\n" + podAddress + "\t" + in.Study.podName() + "\n",
		"/etc/hostname":    in.Study.podName() + "\n",
	}
	if err := syscall.Sethostname([]byte(in.Study.podName())); err != nil {
		return err
	}
	for path, text := range system {
		if err := writeFile(root+path, text); err != nil {
			return err
		}
	}
	if s.Prepare != "" {
		if out, err := output(root, s.Prepare); err != nil {
			return fmt.Errorf("prepare: %w: %s", err, out)
		}
	}
	for _, v := range s.Volumes {
		if err := v.lay(root); err != nil {
			return fmt.Errorf("volume %s: %w", v.Path, err)
		}
	}
	for path, text := range s.Files {
		if err := writeFile(root+path, text); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// lay makes a volume in the root.
func (v volume) lay(root string) error {
	at := root + v.Path
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	data := "mode=777"
	if v.Claim {
		data = "mode=755"
	}
	if v.Mode != "" {
		data = "mode=" + v.Mode
	}
	if v.Size != "" {
		data += ",size=" + v.Size
	}
	if err := syscall.Mount("tmpfs", at, "tmpfs", 0, data); err != nil {
		return err
	}
	script := v.Prepare
	if v.Owner != "" {
		script += "\nchown " + v.Owner + " " + v.Path
	}
	if v.Full {
		script += "\ndd if=/dev/zero of=" + v.Path + "/.older bs=4k 2>/dev/null || true"
	}
	if out, err := output(root, script); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if v.ReadOnly {
		return syscall.Mount("", at, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, data)
	}
	return nil
}
