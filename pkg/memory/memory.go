// Package memory keeps the process within a limit while it works on something large.
package memory

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// holder is what Hold has begun.
var holder struct {
	mu        sync.Mutex
	room      int64 // 0 after Release
	following bool  // follow runs after the next collection
}

// Hold gives the collector a limit for all memory of the process, of that many bytes as long as little is
// kept. Without one the heap grows to twice what is kept before it is collected, even if that is much. After each
// collection the limit follows what is kept: one below that would have the collector run all the time. A limit that
// the user has set in GOMEMLIMIT stays.
func Hold(room int64) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	holder.mu.Lock()
	defer holder.mu.Unlock()
	holder.room = room
	limit(room)
	if !holder.following {
		holder.following = true
		afterCollection(follow)
	}
}

// limit sets the limit to room, or a quarter more than is kept if that is more.
func limit(room int64) {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetMemoryLimit(max(room, int64(live[0].Value.Uint64())*5/4))
}

// follow sets the limit after each collection until Release.
func follow() {
	holder.mu.Lock()
	defer holder.mu.Unlock()
	holder.following = holder.room != 0
	if holder.following {
		limit(holder.room)
		afterCollection(follow)
	}
}

// afterCollection calls do once after the next collection: it finds that nothing points to the marker.
func afterCollection(do func()) {
	type marker struct{ _ [4]uintptr } // larger than what the runtime allocates together, and collects late
	runtime.AddCleanup(&marker{}, func(struct{}) { do() }, struct{}{})
}

// Release ends what Hold has begun, and gives back what is no longer used.
func Release() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	holder.mu.Lock()
	holder.room = 0
	debug.SetMemoryLimit(math.MaxInt64)
	holder.mu.Unlock()
	debug.FreeOSMemory()
}
