package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a lab changes on the machine is gone when it is down, also after one of
// its kubelets was killed and started again.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	before := kernelSettings(t)
	l := ownLab(t, "--nodes", "2", "--name", "own")
	l.NeedNodes(t)
	l.Apply(t, Manifest("app", ""))
	running := func() bool { return l.Container(t, "app").State.Running != nil }
	l.WaitFor(t, "the pod to run", running)
	node := l.Pod(t, "app").Spec.NodeName
	l.Kill(t, "kubelet-"+node)
	l.Start(t, "kubelet-"+node)
	l.Do(t, "delete", "pod", "app")
	l.Apply(t, strings.Replace(Manifest("app", ""), "spec:", "spec:\n  nodeName: "+node, 1))
	l.WaitFor(t, "the pod to run after the kubelet's return", running)

	var ips []string
	for node := range strings.FieldsSeq(l.Do(t, "get", "nodes", "-o", "jsonpath={.items[*].status.addresses[?(@.type=='InternalIP')].address}")) {
		ips = append(ips, node)
	}
	if found := traces(t, l.Dir, ips); len(found) < 10 { // 9 processes and 2 addresses
		t.Errorf("while it is up there is only %q", found)
	}
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}
	if found := traces(t, l.Dir, ips); len(found) > 0 {
		t.Errorf("left behind: %q", found)
	}
	if after := kernelSettings(t); after != before {
		t.Errorf("kernel settings were %s and are %s", before, after)
	}
}

// traces lists what there is of a lab outside of its own files: processes, mounts, addresses.
func traces(t *testing.T, dir string, ips []string) []string {
	t.Helper()
	var found []string
	processes, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range processes {
		args, err := os.ReadFile(file) // the process may be gone by now
		if err == nil && strings.Contains(string(args), dir) {
			found = append(found, strings.ReplaceAll(string(args), "\x00", " "))
		}
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(mounts), dir) {
		found = append(found, "mounts")
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		for _, ip := range ips {
			if strings.HasPrefix(a.String(), ip+"/") {
				found = append(found, a.String())
			}
		}
	}
	if _, err := os.Stat(dir); err == nil {
		found = append(found, dir)
	}
	return found
}

// kernelSettings reads what a kubelet would change.
func kernelSettings(t *testing.T) string {
	t.Helper()
	var all []string
	for _, name := range []string{"kernel/panic", "kernel/panic_on_oops", "vm/overcommit_memory"} {
		b, err := os.ReadFile("/proc/sys/" + name)
		if err != nil {
			t.Skipf("SKIPPED: no kernel settings to compare: %v", err)
		}
		all = append(all, fmt.Sprintf("%s=%s", name, strings.TrimSpace(string(b))))
	}
	return strings.Join(all, " ")
}
