package memory_test

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/memory"
)

// limit returns the memory limit in force.
func limit() int64 { return debug.SetMemoryLimit(-1) }

func TestHoldUntilRelease(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	memory.Hold(1 << 40)
	if got := limit(); got != 1<<40 {
		t.Errorf("the limit is %d", got)
	}
	runtime.GC() // what is kept is known after a collection
	memory.Hold(1)
	if got := limit(); got <= 1 {
		t.Errorf("the limit is %d, below what is kept", got)
	}
	memory.Release()
	if got := limit(); got != math.MaxInt64 {
		t.Errorf("the limit is %d after the release", got)
	}
}

func TestTheLimitOfTheUserStays(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "1GiB")
	before := limit()
	memory.Hold(1 << 40)
	memory.Release()
	if got := limit(); got != before {
		t.Errorf("the limit was %d and is %d", before, got)
	}
}

// What is kept may grow while memory is held: the limit follows with the collections.
func TestTheLimitFollowsWhatIsKept(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	memory.Hold(1 << 20)
	kept := make([]byte, 64<<20)
	for limit() < int64(len(kept)) { // without following, this does not end
		runtime.GC()
	}
	runtime.KeepAlive(kept)
	memory.Release()
	for range 3 {
		runtime.GC()
		runtime.Gosched()
	}
	if got := limit(); got != math.MaxInt64 {
		t.Errorf("the limit is %d after the release", got)
	}
}
