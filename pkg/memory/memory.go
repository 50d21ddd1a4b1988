// Package memory keeps the process within a limit while it works on something large.
package memory

import (
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// Hold gives the collector a limit for all memory of the process, of that many bytes as long as little is
// kept. Without one the heap grows to twice what is kept before it is collected, even if that is much. The
// limit grows with what is kept: one below that would have the collector run all the time. A limit that
// the user has set in GOMEMLIMIT stays.
func Hold(room int64) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetMemoryLimit(max(room, int64(live[0].Value.Uint64())*5/4))
}

// Release ends what Hold has begun, and gives back what is no longer used.
func Release() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.FreeOSMemory()
	}
}
