package diagnose

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// startFailure is one way in which a container runtime cannot start a process.
type startFailure struct {
	words    *lazyregexp.Regexp // its first group, if any, is what failed
	category Category
	sure     Confidence // Medium if the words can stand for another reason
	means    string     // the summary; %s stands for the group
	check    string     // what to look at to confirm it, "" for nothing
}

// starts makes a row of the table; words are matched in any case.
func starts(words string, category Category, sure Confidence, means, check string) startFailure {
	return startFailure{words: lazyregexp.New(`(?i)` + words), category: category, sure: sure, means: means, check: check}
}

// startFailures are the errors with which runc, crun, containerd, CRI-O and the
// Windows host compute service refuse to start a process, special before general.
// Sources: runc 1.3 libcontainer (process_linux.go, init_linux.go,
// standard_init_linux.go, rootfs_linux.go, apparmor, cgroups/fs and fs2);
// containerd 2.1 (cmd/containerd-shim-runc-v2, pkg/oci); hcsshim 0.13
// internal/hcserror; libnvidia-container 1.17 src/cli.
var startFailures = []startFailure{
	// Memory: the runtime's own process needs some megabytes of the limit.
	starts(`container init was OOM-killed|memory limit too low`, OutOfMemory, High,
		"its memory limit is too low even to start the process", ""),
	starts(`memory\.(?:limit_in_bytes|max|memsw\.limit_in_bytes).{0,12}: device or resource busy`, OutOfMemory, High,
		"its memory limit is too low even to start the process", ""),

	// GPU libraries are injected before the process starts.
	starts(
		`nvidia-container-cli: requirement error: (unsatisfied condition: [^,:]+)`,
		Node,
		High,
		"the GPU driver of the node is too old for the image (%s)",
		"the driver version on the node (nvidia-smi), beside the CUDA version of the image",
	),
	starts(`nvidia-container-cli: \w+ error: (.+?)(?:\\n|: unknown|\s*$)`, Node, Medium,
		"the node cannot give the container its GPU: %s", "the GPU driver and the NVIDIA container toolkit on the node"),
	starts(`nvidia-container-cli|nvidia-container-runtime|libnvidia-ml|libcuda\.so`, Node, Medium,
		"the node cannot give the container its GPU", "the GPU driver and the NVIDIA container toolkit on the node"),

	// Confinement.
	starts(
		`apparmor.{0,60}(?:failed to apply profile|profile not found|not found|no such file)|unable to apply apparmor profile`,
		Node,
		Medium,
		"the AppArmor profile of the container cannot be applied on the node",
		"that the profile is loaded on the node, and its name in the manifest",
	),
	starts(
		`seccomp`,
		Node,
		Medium,
		"the seccomp profile of the container cannot be loaded on the node",
		"the seccompProfile in the manifest, and kernel and runtime versions of the node",
	),
	starts(`selinux|failed to set .{0,30}label`, Node, Medium,
		"the SELinux label of the container cannot be set on the node", "seLinuxOptions in the manifest, and the policy of the node"),
	starts(`unknown capability "?(\w+)`, AppConfig, High,
		"the manifest asks for the capability %s, which the runtime does not know", "securityContext.capabilities"),
	starts(`capset|unable to (?:apply|set) capabilit`, AppConfig, Medium,
		"the capabilities that the manifest asks for cannot be set", "securityContext.capabilities"),
	starts(`(?:sysctl key |open /proc/sys/)"?([\w./-]+)`, AppConfig, Medium,
		"the sysctl %s that the manifest asks for cannot be set", "securityContext.sysctls, and that the node allows it"),
	starts(`sysctl`, AppConfig, Medium,
		"a sysctl that the manifest asks for cannot be set", "securityContext.sysctls, and that the node allows them"),
	starts(`unable to find (?:user|group) ([^:\s]+)|no matching entries in (?:passwd|group) file`, AppConfig, High,
		"the user or group %s does not exist in the image", "runAsUser in the manifest, or USER of the image"),

	// Where the process would run.
	starts(`(?:chdir to cwd|mkdir) \(?"([^"]+)"\)?.{0,40}(?:permission denied|no such file|not a directory)`, AppConfig, High,
		"its working directory %s cannot be used", "workingDir in the manifest, and the rights of its user"),
	starts(`error gathering device information while adding custom device "([^"]+)"`, Node, High,
		"the node has no device %s", ""),

	// The node.
	starts(
		`no space left on device`,
		Node,
		Medium,
		"the node has no space left, or no more inotify watches",
		"the disks and inotify limits of the node",
	),
	starts(`too many open files`, Node, Medium, "the node has no more open files or inotify instances", "the limits of the node"),
	starts(
		`error (?:setting|applying) cgroup|unable to apply cgroup|cgroup.{0,80}(?:invalid argument|no such file|permission denied|not supported)`,
		Node,
		Medium,
		"the node cannot set up the cgroup of the container",
		"the cgroup version and driver of kubelet and container runtime on the node",
	),
	starts(`cannot allocate memory|resource temporarily unavailable`, Node, Medium,
		"the node has no memory or process IDs left to start the process", "memory and PID pressure of the node"),
	starts(
		`container operating system does not match|image operating system .{0,40}(?:cannot be used|does not match)`,
		AppConfig,
		High,
		"the image is for another operating system or Windows build than the node's",
		"nodeSelector kubernetes.io/os and node.kubernetes.io/windows-build",
	),
	starts(`context deadline exceeded|ttrpc: closed|transport is closing|failed to start shim|shim .{0,20}(?:exited|died)`, Node, Medium,
		"the container runtime of the node does not answer", "the log of the container runtime on the node"),
}

// executed is the program that an error of exec names, whose path is no word of
// the error.
var executed = lazyregexp.New(`exec:? "?/?[^"\s]*"?: (?:stat \S+: )?`)

// startFailureOf returns the known failure that a message names, with its words,
// and false if it names none.
func startFailureOf(message string) (startFailure, string, bool) {
	message = executed.ReplaceAllString(message, "exec: ")
	for _, f := range startFailures {
		if m := f.words.FindStringSubmatch(message); m != nil {
			return f, f.filled(m[1:]), true
		}
	}
	return startFailure{}, "", false
}

// filled returns the meaning with what failed in it. An alternative of the pattern may leave the group
// empty: then the sentence does without.
func (f startFailure) filled(groups []string) string {
	if !strings.Contains(f.means, "%s") {
		return f.means
	}
	what := strings.Join(groups[:min(1, len(groups))], "")
	means := strings.Join(strings.Fields(strings.ReplaceAll(f.means, "%s", what)), " ")
	return strings.ReplaceAll(means, " ()", "")
}
