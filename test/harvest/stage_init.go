//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// capabilities are what container runtimes leave to root.
const capabilities = "+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod," +
	"+audit_write,+setfcap"

// stageInit runs as process 1 of the program's namespaces and becomes the program.
func stageInit(file string) error {
	in, err := readOrder(file)
	if err != nil {
		return err
	}
	root := filepath.Join(in.Dir, "root")
	s := in.Study.Setup
	if in.Cgroup != "" {
		if err := os.WriteFile(filepath.Join(in.Cgroup, "cgroup.procs"), []byte("0"), 0o600); err != nil {
			return err
		}
	}
	if err := syscall.Mount("proc", root+"/proc", "proc", 0, ""); err != nil {
		return err
	}
	if s.ReadOnly {
		if err := syscall.Mount("", root, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			return fmt.Errorf("make the root read-only: %w", err)
		}
	}
	if err := syscall.Chroot(root); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	become := []string{"setpriv", "--bounding-set=-all," + capabilities, "--inh-caps=-all"}
	if s.User != nil {
		user := strconv.FormatInt(*s.User, 10)
		become = append(become, "--reuid="+user, "--regid="+user, "--clear-groups")
	}
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return s.User != nil && strings.HasPrefix(v, "HOME=") })
	if s.User != nil {
		env = append(env, "HOME=/")
	}
	return syscall.Exec("/usr/bin/setpriv", append(append(become, "--"), s.Command...), env)
}
