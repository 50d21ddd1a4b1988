// Package early ends the process with the exit code of an interrupt while the
// other packages are still being initialized, which takes some time: the tables
// of the Kubernetes API are large. Without it the signal would kill the process.
// cli.Main takes over. Import it for its effect, in main only.
package early

import (
	"os"
	"os/signal"
	"syscall"
)

// Go initializes packages in the order of their import paths as far as their own
// imports allow (since 1.21): this one needs little, so it comes before most.
func init() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		code := 1
		if number, ok := (<-signals).(syscall.Signal); ok {
			code = 128 + int(number)
		}
		os.Exit(code)
	}()
}
