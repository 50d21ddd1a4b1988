package cluster

import (
	"context"
	"net/http"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// serverClock keeps the newest Date header of the responses to one load.
type serverClock struct {
	mu sync.Mutex
	at time.Time
}

// newest returns the latest date: nothing that was read is younger by more
// than the second that the header rounds to, so that no age is negative.
func (c *serverClock) newest() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *serverClock) see(date string) {
	at, err := http.ParseTime(date)
	if err != nil {
		return // absent or malformed: this response has no time
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at.UTC()
	}
}

// mostBehind is how far the date of an answer may be behind the objects in it: the
// second that it rounds to, and the clocks of several API servers.
const mostBehind = time.Minute

// correctClock moves the time of s to the newest creation among what was found if
// the dates of the answers are behind it, as they are from a proxy whose clock is
// wrong. API servers write both by the same clock.
func correctClock(s *snapshot.Snapshot, all []*found) {
	newest := s.At
	for _, f := range all {
		for _, object := range f.objects {
			if m, err := meta.Accessor(object); err == nil && m.GetCreationTimestamp().After(newest) {
				newest = m.GetCreationTimestamp().UTC()
			}
		}
	}
	behind := newest.Sub(s.At)
	if s.AtSource == snapshot.AtServer && behind > mostBehind {
		s.AtSource = snapshot.AtNewest
		s.AddGap(snapshot.Gap{
			Resource: "clock of the server", Reason: "its answers are dated " + wording.Age(behind) + " before the newest object",
			Impact: "ages and windows are as of the newest object",
		})
	}
	if s.AtSource == snapshot.AtNewest { // since this load or an earlier one
		s.At = newest
	}
}

// clock receives the Date headers of the responses to a context's requests.
type clock interface{ see(date string) }

type clockKey struct{}

// withClock returns a context whose responses set the clock to the server's time.
func withClock(ctx context.Context) (context.Context, *serverClock) {
	clock := &serverClock{}
	return context.WithValue(ctx, clockKey{}, clock), clock
}

// seeDate shows the date of a response to the clock of its context.
func seeDate(ctx context.Context, answer *http.Response) {
	if clock, ok := ctx.Value(clockKey{}).(clock); ok {
		clock.see(answer.Header.Get("Date"))
	}
}
