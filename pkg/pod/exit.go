package pod

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// signals are Linux's numbers of the signals that end programs (signal(7), the
// same on amd64 and arm64), with what each means.
var signals = map[int32]struct{ name, meaning string }{
	1:  {"SIGHUP", "hung up"},
	2:  {"SIGINT", "interrupted"},
	3:  {"SIGQUIT", "quit, with a stack dump of many runtimes"},
	4:  {"SIGILL", "illegal instruction: often a binary for another CPU"},
	5:  {"SIGTRAP", "trap: a debugger's breakpoint or a runtime's assertion"},
	6:  {"SIGABRT", "aborted itself: abort or a failed assertion"},
	7:  {"SIGBUS", "bus error: bad memory access, or a mapped file that shrank"},
	8:  {"SIGFPE", "arithmetic error, such as a division by zero"},
	9:  {"SIGKILL", "killed"},
	10: {"SIGUSR1", "ended by the user signal 1"},
	11: {"SIGSEGV", "segmentation fault: bad memory access"},
	12: {"SIGUSR2", "ended by the user signal 2"},
	13: {"SIGPIPE", "wrote to a closed pipe or connection"},
	14: {"SIGALRM", "ended by an alarm clock"},
	15: {"SIGTERM", "asked to terminate, and did"},
	24: {"SIGXCPU", "exceeded its CPU time limit"},
	25: {"SIGXFSZ", "exceeded its file size limit"},
	31: {"SIGSYS", "made a system call that is not allowed"},
}

// statuses are Windows' NTSTATUS codes that end programs.
var statuses = map[uint32]string{
	0xC0000005: "access violation",
	0xC0000017: "out of memory",
	0xC00000FD: "stack overflow",
	0xC0000135: "a DLL was not found",
	0xC0000139: "an entry point was not found in a DLL",
	0xC000013A: "interrupted by Ctrl-C or at shutdown",
	0xC0000142: "a DLL could not be initialised",
	0xC0000409: "stack buffer overrun, or a fail-fast of the runtime",
	0xE0434352: "unhandled .NET exception",
}

// reasons are the terminations that a runtime or the kubelet names itself,
// whatever the code.
var reasons = map[string]string{
	"OOMKilled":               "out of memory: the kernel killed a process over the container's memory limit",
	"StartError":              "never started: the runtime could not run its command",
	"ContainerCannotRun":      "never started: the runtime could not run its command",
	"ContainerStatusUnknown":  "unknown: the kubelet lost the container, the exit code is made up",
	"RestartingAllContainers": "removed because a restart rule restarts every container of the pod; the exit code is made up",
	"Unknown":                 "unknown: the runtime lost the container, as after a reboot of the node",
	"DeadlineExceeded":        "stopped: the pod ran longer than its deadline",
	"seccomp killed":          "killed for a system call that its seccomp profile forbids",
}

// Signal returns the signal that an exit code stands for by the convention of
// shells and runtimes, 128+n, empty for none.
func Signal(code int32) string { return signals[code-128].name }

// Meaning returns the signal that the exit code stands for by convention, empty
// for none, and what the termination means. windows is whether the code comes
// from a Windows node, where the convention does not hold.
func Meaning(t *corev1.ContainerStateTerminated, windows bool) (signal, meaning string) {
	code := t.ExitCode
	if !windows && (t.Signal > 0 || (code > 128 && code < 128+65)) {
		number := t.Signal
		if number == 0 {
			number = code - 128
		}
		signal = signals[number].name
	}
	if meaning, ok := reasons[t.Reason]; ok {
		switch t.Reason {
		case "ContainerStatusUnknown", "RestartingAllContainers", "StartError", "Unknown":
			signal = "" // no process ended with it
		case "OOMKilled":
			if code != 128+9 && !windows {
				meaning += fmt.Sprintf(" (a child, perhaps: the main process ended with %d)", code)
			}
		}
		return signal, meaning
	}
	switch {
	case code == 0:
		return "", "finished without error"
	case windows || code < 0:
		return "", windowsMeaning(code)
	case signal == "SIGKILL":
		return signal, "killed by SIGKILL, and no out-of-memory kill was recorded: by a process of its own, by the node's memory shortage, " +
			"or after a grace period"
	case signal != "":
		for _, s := range signals {
			if s.name == signal {
				return signal, s.meaning + " (" + signal + ", if 128+n stands for a signal)"
			}
		}
	}
	return signal, codeMeaning(code)
}

// codeMeaning returns what an exit code means by the conventions of shells
// (pubs.opengroup.org/onlinepubs/9799919799, Exit Status for Commands) and of many programs.
func codeMeaning(code int32) string {
	switch code {
	case 1:
		return "the program reported an error"
	case 2:
		return "the program reported an error; often wrong arguments, or a Go panic"
	case 126:
		return "a shell found the command but could not execute it"
	case 127:
		return "a shell did not find the command"
	case 128:
		return "the program reported an error, or a shell got a bad exit code"
	case 255:
		return "the program reported an error (exit -1)"
	}
	return "the program reported an error of its own"
}

// windowsMeaning returns what an exit code of a Windows container means: small ones are the program's own,
// large ones are NTSTATUS codes.
func windowsMeaning(code int32) string {
	if code > 0 && code < 0x10000 {
		return "the program reported an error of its own"
	}
	if code == -1 {
		return "no exit code is known (-1), or the program reported it"
	}
	if meaning, ok := statuses[uint32(code)]; ok {
		return fmt.Sprintf("%s (0x%08X)", meaning, uint32(code))
	}
	return fmt.Sprintf("Windows status 0x%08X", uint32(code))
}
