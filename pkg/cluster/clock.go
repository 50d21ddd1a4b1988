package cluster

import (
	"context"
	"net/http"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

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

// correctClock moves the time of s to the newest creation of the objects if the
// dates of the answers are behind it, as they are from a proxy whose clock is wrong.
// API servers write both by the same clock.
func correctClock(s *snapshot.Snapshot, objects []runtime.Object) {
	if s.AtSource != snapshot.AtServer && !s.HasGap(clockResource, "") {
		return
	}
	newest := s.At
	for _, object := range objects {
		if m, err := meta.Accessor(object); err == nil && m.GetCreationTimestamp().After(newest) {
			newest = m.GetCreationTimestamp().UTC()
		}
	}
	behind := newest.Sub(s.At)
	if behind <= mostBehind {
		return
	}
	s.At, s.AtSource = newest, snapshot.AtNewest
	s.AddGap(snapshot.Gap{
		Resource: clockResource, Reason: "its answers are dated " + wording.Age(behind) + " before the newest object",
		Impact: "ages and windows are as of the newest object",
	})
}

// clockResource is what a gap about the time calls it.
const clockResource = "clock of the server"

// clock receives the Date headers of the responses to a context's requests.
type clock interface{ see(date string) }

type clockKey struct{}

// withClock returns a context whose responses set the clock to the server's time.
func withClock(ctx context.Context) (context.Context, *serverClock) {
	clock := &serverClock{}
	return context.WithValue(ctx, clockKey{}, clock), clock
}

// watchClock wraps a transport so that it shows answers to their context's clock.
func watchClock(next http.RoundTripper) http.RoundTripper { return clockTransport{next} }

type clockTransport struct{ next http.RoundTripper }

// RoundTrip sends the request on.
func (t clockTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.next.RoundTrip(r)
	if clock, ok := r.Context().Value(clockKey{}).(clock); ok && err == nil {
		clock.see(answer.Header.Get("Date"))
	}
	return answer, err
}

// WrappedRoundTripper returns the transport behind this one, for client-go.
func (t clockTransport) WrappedRoundTripper() http.RoundTripper { return t.next }
