package diagnose

import (
	"strings"
	"testing"
)

// startExamples are messages of container runtimes, each with a part of what it
// means. Every row of startFailures must be needed by one.
var startExamples = []struct{ message, means string }{
	{"container init was OOM-killed (memory limit too low?): unknown", "memory limit is too low"},
	{
		`setting cgroup config for procHooks process: failed to write "10485760": write /sys/fs/cgroup/memory/kubepods/pod0/memory.limit_in_bytes: device or resource busy`,
		"memory limit is too low",
	},
	{
		"nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.4, please update your driver",
		"too old for the image (unsatisfied condition",
	},
	{"nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file", "GPU: load library failed: libnvidia"},
	{
		"nvidia-container-cli: initialization error: nvml error: driver/library version mismatch: unknown",
		"GPU: nvml error: driver/library version mismatch",
	},
	{"error running prestart hook #0: exit status 1, stdout: , stderr: nvidia-container-runtime: no devices", "cannot give the container its GPU"},
	{
		"unable to apply apparmor profile: apparmor failed to apply profile: write /proc/thread-self/attr/apparmor/exec: no such file or directory",
		"AppArmor",
	},
	{"error loading seccomp filter into kernel: error loading seccomp filter: errno 524", "seccomp"},
	{"failed to set /proc/self/attr/keycreate label on procfs: SELinux: invalid argument", "SELinux"},
	{"unable to apply caps: operation not permitted: unable to set capability", "capabilities"},
	{`error during container init: unknown capability "CAP_NET_RAWW"`, "capability CAP_NET_RAWW"},
	{"error during container init: open /proc/sys/net/core/somaxconn: no such file or directory", "sysctl net/core/somaxconn"},
	{"write sysctl key kernel.shm_rmid: no such file or directory", "sysctl kernel.shm_rmid"},
	{"error during container init: sysctl \"user.x\" is not in a separate kernel namespace", "a sysctl"},
	{"unable to start container process: unable to find user appuser: no matching entries in passwd file", "user or group appuser"},
	{`error during container init: chdir to cwd ("/app") set in config.json failed: permission denied`, "/app"},
	{`error gathering device information while adding custom device "/dev/fuse": no such file or directory`, "/dev/fuse"},
	{"failed to create shim task: mkdir /run/containerd/x: no space left on device", "no space left"},
	{"failed to start exec: pipe2: too many open files", "open files"},
	{"error setting cgroup config for procHooks process: load program: invalid argument", "cgroup"},
	{"fork/exec /proc/self/exe: resource temporarily unavailable", "process IDs"},
	{"The container operating system does not match the host operating system", "Windows build"},
	{"failed to start shim: start failed: context deadline exceeded", "does not answer"},
}

func TestStartFailures(t *testing.T) {
	needed := map[string]bool{}
	for _, e := range startExamples {
		failure, means, known := startFailureOf("failed to create containerd task: " + e.message)
		if !known || !contains(means, e.means) {
			t.Errorf("%s: %q, want … %s …", e.message, means, e.means)
		}
		needed[failure.words.String()] = true
	}
	for _, f := range startFailures {
		if !needed[f.words.String()] {
			t.Errorf("no example needs %s", f.words)
		}
	}
	for _, other := range []string{
		`exec: "/app/run.sh": permission denied`, `exec: "web": executable file not found in $PATH`,
		"exec /seccomp/web: exec format error", `exec: "seccomp-loader": executable file not found in $PATH`,
		`exec: "/usr/bin/cgroup-tool": stat /usr/bin/cgroup-tool: no such file or directory`,
	} {
		if _, means, known := startFailureOf("OCI runtime create failed: runc create failed: unable to start container process: " + other); known {
			t.Errorf("%s is taken for: %s", other, means)
		}
	}
}

// setupExamples are messages of kubelets and storage, with a part of what each means.
var setupExamples = []struct{ reason, message, means string }{
	{"FailedAttachVolume", `Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-1`, "attached to another node"},
	{"FailedMount", "driver name ebs.csi.aws.com not found in the list of registered CSI drivers", "CSI driver"},
	{
		"FailedMount",
		`MountVolume.SetUp failed for volume "conf": write /var/lib/kubelet/pods/x/volumes/conf/..data: no space left on device`,
		"node has no space",
	},
	{"FailedMount", "mkfs.ext4 failed: /dev/rbd0: No space left on device", "volume is full"},
	{"FailedMount", "mount: /data: cannot remount: Read-only file system", "read-only"},
	{"FailedMount", "mount.nfs: access denied by server while mounting nas:/export", "refuses the mount"},
	{"FailedMount", "mount.nfs: Connection timed out", "cannot be reached"},
	{"FailedMount", "mount: wrong fs type, bad option, bad superblock on /dev/sdb", "file system of a volume"},
	{"FailedMount", "hostPath type check failed: /srv/data is not a directory", "hostPath"},
	{"FailedMount", "failed to prepare subPath for volumeMount", "as the manifest asks"},
	{"FailedMount", "stat /srv/data: no such file or directory", "as the manifest asks"},
	{"FailedCreatePodSandBox", `no runtime for "gvisor" is configured`, "RuntimeClass"},
	{"FailedCreatePodSandBox", "add cmd: failed to assign an IP address to container", "no IP address"},
	{"FailedCreatePodSandBox", `plugin type="calico" failed (add): error getting ClusterInformation`, "network plugin"},
}

func TestSetupFailures(t *testing.T) {
	f := &caseFile{node: nodeFacts{name: "n1"}}
	needed := map[string]bool{}
	for _, e := range setupExamples {
		cause := knownSetup(f.Container, f.config, f.node, reported{reason: e.reason, message: e.message})
		if cause == nil || !contains(cause.Summary, e.means) {
			t.Errorf("%s: %+v, want … %s …", e.message, cause, e.means)
			continue
		}
		needed[cause.Summary] = true
	}
	if rows := len(setupFailures) + len(sandboxFailures); len(setupExamples) != rows {
		t.Errorf("%d examples for %d rows: each row has one", len(setupExamples), rows)
	}
}

func contains(text, part string) bool { return strings.Contains(text, part) }
