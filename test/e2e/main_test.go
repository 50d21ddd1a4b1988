package e2e

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// parallel is how many tests run at a time unless -parallel says otherwise: they wait more than they work.
const parallel = "10"

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if err := flag.Set("test.parallel", parallel); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := stopShared(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}
