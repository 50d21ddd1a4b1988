package cli

import (
	"context"
	"net"
	"os"
	"time"

	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Env is the environment of a command: streams, clock, variables, terminal.
type Env struct {
	genericiooptions.IOStreams
	// Now is the local clock: for waiting and watching, never for evaluating objects.
	Now func() time.Time
	// Getenv returns an environment variable, empty if it is not set.
	Getenv func(string) string
	// Width returns the columns of the terminal that Out is, 0 if it is none.
	Width func() int
	// Height returns the lines of that terminal, 0 if unknown; nil counts as 0.
	Height func() int
	// ErrWidth returns the columns of the terminal that ErrOut is, 0 if it is none;
	// nil counts as 0.
	ErrWidth func() int
	// Dial connects to a server; nil uses the network. Tests replace it to run a
	// command and its server on the clock of testing/synctest.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	helped error // of writing help

	// What restores the streams if the command is interrupted.
	outUndo, errUndo undo
}

// systemEnv returns the environment of this process.
func systemEnv() *Env {
	return &Env{
		IOStreams: genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
		Now:       time.Now,
		Getenv:    os.Getenv,
		Width:     func() int { return columns(os.Stdout) },
		Height:    func() int { _, height := size(os.Stdout); return height },
		ErrWidth:  func() int { return columns(os.Stderr) },
	}
}

// columns returns the columns of a terminal, 0 if f is none.
func columns(f *os.File) int {
	width, _ := size(f)
	return width
}

// size returns the columns and lines of a terminal, zeros if f is none.
func size(f *os.File) (width, height int) {
	width, height, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}
