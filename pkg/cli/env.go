package cli

import (
	"os"
	"time"

	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Env is what a command may know of the process that it runs in.
type Env struct {
	genericiooptions.IOStreams
	// Now is the local clock: for waiting and watching, never for judging.
	Now func() time.Time
	// Getenv returns an environment variable, empty where it is not set.
	Getenv func(string) string
	// Width returns the columns of the terminal that Out is, 0 where it is none.
	Width func() int
}

// systemEnv returns the environment of this process.
func systemEnv() *Env {
	return &Env{
		IOStreams: genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
		Now:       time.Now,
		Getenv:    os.Getenv,
		Width:     func() int { return columns(os.Stdout) },
	}
}

func columns(f *os.File) int {
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0 // not a terminal
	}
	return width
}
