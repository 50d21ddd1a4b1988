package bundle

import (
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// roomToRead is the memory limit while files are read, as long as little of them is kept. It holds the texts
// of the three large files that are in memory at a time, and what becomes of a bundle of 1 GB.
const roomToRead = 200 << 20

// holdMemory gives the collector a limit for all memory of the process. The text of a large file is garbage as
// soon as its objects are decoded; without a limit the process keeps the room of several. The limit grows
// with what is kept: one below that would have the collector run all the time.
func holdMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return // the user has set another
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetMemoryLimit(max(roomToRead, int64(live[0].Value.Uint64())*5/4))
}

// releaseMemory ends what holdMemory has begun, and gives back what the texts took.
func releaseMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.FreeOSMemory()
	}
}
