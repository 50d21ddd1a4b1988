package cluster

import (
	"net/http"
	"sync"
	"time"
)

// runningClock is the server's clock between its responses: the newest Date
// header plus the time that has passed since then. The local clock only measures
// durations.
type runningClock struct {
	local func() time.Time // differences are of the monotonic clock
	wall  func() time.Time // differences are of the wall clock

	mu     sync.Mutex
	at     time.Time // the server's, zero before its first answer
	seen   time.Time // the local one's, when at arrived
	unsure bool      // at was moved by the wall clock: the next header is better
	// objects is whether at is a time of the objects, see set.
	objects bool
}

// see sets the clock, unless it would go back: headers are cut to the second
// and take their time to arrive, so the one that is furthest on is the best.
func (c *runningClock) see(date string) {
	at, err := http.ParseTime(date)
	if err != nil {
		return // absent or malformed: this response has no time
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.local(); c.objects {
		return
	} else if c.at.IsZero() || c.unsure || at.After(c.at.Add(now.Sub(c.seen))) {
		c.at = at.UTC()
		c.seen = now
		c.unsure = false
	}
}

// now returns the server's time, the zero time before any of its answers.
func (c *runningClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return c.at
	}
	return c.at.Add(c.local().Sub(c.seen))
}

// set moves the clock to a time of the objects, since the dates of the answers are
// wrong: they no longer count.
func (c *runningClock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = c.local()
	c.at = at
	c.unsure = false
	c.objects = true
}

// slept adds a duration that the local clock did not measure, until the next
// response of the server.
func (c *runningClock) slept(unmeasured time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.at.IsZero() {
		c.at = c.at.Add(unmeasured)
		c.unsure = true
	}
}
