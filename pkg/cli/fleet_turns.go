package cli

import (
	"context"
	"sync"
)

const (
	// membersAtOnce is how many members of a fleet are read at a time.
	membersAtOnce = 32
	// membersOfServer is how many of them may be contexts of one server. Each has up
	// to 16 requests under way, and an API server takes 100 on one connection
	// (MaxConcurrentStreams in apiserver/pkg/server/secure_serving.go, v1.37); for
	// each one more, Go would open a connection.
	membersOfServer = 6
)

// turns bounds how many members of a fleet are read at a time.
type turns struct {
	all chan struct{}

	mu      sync.Mutex
	servers map[string]*serverTurns
}

// serverTurns are the turns of the members of one server.
type serverTurns struct {
	taken  chan struct{}
	silent chan struct{} // closed when a member had no answer: the others need not queue for one
	once   sync.Once
}

// newTurns returns turns that nobody has taken yet.
func newTurns() *turns {
	return &turns{all: make(chan struct{}, membersAtOnce), servers: map[string]*serverTurns{}}
}

// take waits for the turn of m and returns what ends it, or the reason why ctx ended.
func (t *turns) take(ctx context.Context, m *Member) (done func(), err error) {
	leave := func() {}
	if m.Server != "" {
		s := t.of(m.Server)
		select {
		case s.taken <- struct{}{}:
			leave = func() { <-s.taken }
		case <-s.silent:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	select {
	case t.all <- struct{}{}:
		return func() { <-t.all; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
}

// silence lets the members of a server that does not answer wait for it together.
func (t *turns) silence(m *Member) {
	s := t.of(m.Server)
	s.once.Do(func() { close(s.silent) })
}

// of returns the turns at one server.
func (t *turns) of(server string) *serverTurns {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.servers[server]
	if !ok {
		s = &serverTurns{taken: make(chan struct{}, membersOfServer), silent: make(chan struct{})}
		t.servers[server] = s
	}
	return s
}
