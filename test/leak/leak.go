// Package leak finds goroutines that are left when the tests of a package have ended.
package leak

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience is how long goroutines may take to end by themselves, on a busy machine.
const patience = 20 * time.Second

// lasting are functions whose goroutines last as long as the process: the logger of
// client-go, the loop that the runtime starts for signals, and the tests themselves.
var lasting = []string{"k8s.io/klog/v2.(*flushDaemon)", "os/signal.loop", "os/signal.signal_recv", "test/leak.Left(", "testing.Main(", "runtime.goexit0"}

// Main runs the tests of a package and returns the exit code: 1 also if goroutines are left.
func Main(m *testing.M) int {
	code := m.Run()
	if code != 0 {
		return code
	}
	if left := Left(); len(left) > 0 {
		fmt.Fprintf(os.Stderr, "%d goroutines are left:\n\n%s\n", len(left), strings.Join(left, "\n\n"))
		return 1
	}
	return 0
}

// Left returns the stacks of goroutines that do not end, beside those that last.
func Left() []string {
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		left := running()
		if len(left) == 0 || time.Now().After(end) {
			return left
		}
	}
}

// running returns the stacks of the goroutines of now, but those that last.
func running() []string {
	var left []string
	for stack := range strings.SplitSeq(stacks(), "\n\n") {
		if !lasts(stack) {
			left = append(left, stack)
		}
	}
	return left
}

// stacks returns the stacks of all goroutines. runtime.Stack cuts them without a
// word if the buffer is too small: a full one may be cut.
func stacks() string {
	for buffer := make([]byte, 1<<20); ; buffer = make([]byte, 2*len(buffer)) {
		if n := runtime.Stack(buffer, true); n < len(buffer) {
			return string(buffer[:n])
		}
	}
}

// lasts reports whether the goroutine of a stack lasts as long as the process.
func lasts(stack string) bool {
	for _, function := range lasting {
		if strings.Contains(stack, function) {
			return true
		}
	}
	return false
}
