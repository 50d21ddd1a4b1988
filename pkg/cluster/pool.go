package cluster

import (
	"context"
	"net/http"
	"sync"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// Pool keeps the number of connections small if many clusters are read at once.
// client-go shares a transport between clients with the same TLS options
// (transport/cache.go, v0.37), and an API server is read over one HTTP/2
// connection. Two things open more: requests that are sent before the first one
// has made that connection, and closing it while another cluster uses it.
type Pool struct {
	mu    sync.Mutex
	users map[http.RoundTripper]int // clusters by the transport that client-go gave them
	lines map[lineKey]*line
}

// lineKey is a server and the transport that it is read over.
type lineKey struct {
	transport http.RoundTripper
	host      string
}

// NewPool returns a pool without clusters.
func NewPool() *Pool {
	return &Pool{users: map[http.RoundTripper]int{}, lines: map[lineKey]*line{}}
}

// join makes client share the connections of the pool, and returns what closes
// those that nobody uses any more. Without a pool the client has its own.
func (p *Pool) join(client *http.Client) (leave func()) {
	if p == nil {
		return func() { utilnet.CloseIdleConnectionsFor(client.Transport) }
	}
	base := innermost(client.Transport)
	client.Transport = inLine{next: client.Transport, of: func(host string) *line { return p.line(lineKey{base, host}) }}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[base]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.users[base]--; p.users[base] > 0 {
			return
		}
		for key := range p.lines {
			if key.transport == base {
				delete(p.lines, key)
			}
		}
		utilnet.CloseIdleConnectionsFor(base)
	}
}

// innermost returns the transport behind all wrappers.
func innermost(t http.RoundTripper) http.RoundTripper {
	for {
		wrapper, ok := t.(utilnet.RoundTripperWrapper)
		if !ok {
			return t
		}
		t = wrapper.WrappedRoundTripper()
	}
}

// line is the queue of the requests that need a connection.
type line struct {
	turn chan struct{} // held by the request that is under way alone
	open chan struct{} // closed when a request has an answer
	once sync.Once
}

// line returns the queue of a server, a new one at the first request.
func (p *Pool) line(key lineKey) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.lines[key]
	if !ok {
		l = &line{turn: make(chan struct{}, 1), open: make(chan struct{})}
		p.lines[key] = l
	}
	return l
}

// inLine sends one request to a server at a time until one has an answer. Without
// one, a server that hangs would get a connection for each request.
type inLine struct {
	next http.RoundTripper
	of   func(host string) *line
}

// WrappedRoundTripper returns the transport behind this one, for client-go.
func (t inLine) WrappedRoundTripper() http.RoundTripper { return t.next }

// RoundTrip sends a request when it is its turn.
func (t inLine) RoundTrip(r *http.Request) (*http.Response, error) {
	l := t.of(r.URL.Host)
	select {
	case <-l.open:
		return t.next.RoundTrip(r)
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
	response, err := t.next.RoundTrip(r)
	if err == nil { // there is a connection now, which the others find
		l.once.Do(func() { close(l.open) })
	}
	return response, err
}
