//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// onResize calls wake when the size of the terminal changes or a stopped process
// continues, until stop is called.
func onResize(wake func()) (stop func()) {
	sizes := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(sizes, syscall.SIGWINCH, syscall.SIGCONT)
	go func() {
		for {
			select {
			case <-sizes:
				wake()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(sizes)
		close(done)
	}
}
