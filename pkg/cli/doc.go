// Package cli is the shell around the plugins: streams, signals, exit codes,
// the flags that all of them take, help, version and completion. It reads and
// computes nothing itself, and it is the only package that knows the process:
// its arguments, environment, clock and terminal.
package cli
