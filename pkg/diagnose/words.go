package diagnose

import (
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// words says a duration in whole units: "2s", "4m", "9d".
func words(d time.Duration) string {
	if d < time.Second {
		return "less than 1s"
	}
	return duration.HumanDuration(d)
}

// signals are the signals that end programs, by Linux number.
var signals = map[int32]string{
	1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
	10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
}

// signalName returns the signal that an exit code stands for by convention.
func signalName(code int32) string { return signals[code-128] }
