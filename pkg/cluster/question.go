package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// mostTries is how often one request is sent at most.
	mostTries = 3
	// mostRetries is how many retries in a row, of all requests together, may bring
	// no answer before failures are final.
	mostRetries = 16
	// longestPause is how long a server may ask to wait if there is no --request-timeout.
	longestPause = 30 * time.Second
	// longestSilence is how long a server may send nothing. An API server itself
	// gives up on a request after a minute (--request-timeout of kube-apiserver).
	longestSilence = 65 * time.Second
	// afterTimeout is the part of --request-timeout that later questions get if an
	// earlier one has used up all of it.
	afterTimeout = 20
)

// server is what is known of the server from all requests to it.
type server struct {
	limit    time.Duration // of a question: --request-timeout, 0 for none
	page     int64         // the most bytes of an answer
	answered atomic.Bool   // it has answered: also with a refusal, but not with 3xx, 401, 429 or 5xx
	retries  atomic.Int32  // since its last answer
	late     atomic.Bool   // a question was not answered in time
}

// question is what the requests of one question share.
type question struct {
	server *server

	mu    sync.Mutex
	pause time.Duration // the longest that the server asked to wait and that was not waited for
	gate  *gate         // nil: requests are retried at once
	opens bool          // an answer opens the gate
}

// questionKey is where a context has its question.
type questionKey struct{}

// questionOf returns the question that a request is part of, nil if it is of a client that another package
// made.
func questionOf(ctx context.Context) *question {
	q, _ := ctx.Value(questionKey{}).(*question)
	return q
}

// ask returns the context of one question: all its requests, their retries, pages
// and bodies, end together after --request-timeout. Call end when it is answered.
func (s *server) ask(ctx context.Context) (asking context.Context, end func()) {
	ctx = context.WithValue(ctx, questionKey{}, &question{server: s})
	if s.limit <= 0 {
		return ctx, func() {}
	}
	limit := s.limit
	if s.late.Load() { // a server that hangs would cost the whole limit for each question
		limit /= afterTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, &TimeoutError{Limit: s.limit})
	return ctx, func() {
		if _, late := errors.AsType[*TimeoutError](context.Cause(ctx)); late {
			s.late.Store(true)
		}
		cancel()
	}
}

// within returns the context of a part of a question: of one read. Only required
// reads are retried at once; others wait until these have got an answer, so that a
// server that fails is not asked again for what is not shown then.
func within(ctx context.Context, g *gate, required bool) context.Context {
	q := questionOf(ctx)
	if q == nil {
		return ctx
	}
	return context.WithValue(ctx, questionKey{}, &question{server: q.server, gate: g, opens: required})
}

// gate opens when all required reads have got an answer or have ended.
type gate struct {
	mu   sync.Mutex
	left int           // required reads that have no answer yet
	open chan struct{} // closed when there are none
}

// newGate returns a gate for a number of required reads, nil for none.
func newGate(required int) *gate {
	if required == 0 {
		return nil
	}
	return &gate{left: required, open: make(chan struct{})}
}

// pass counts a required read as answered.
func (g *gate) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.left--; g.left == 0 {
		close(g.open)
	}
}

// answered opens the gate, if it is for the question to open it. It may be called
// more than once.
func (q *question) answered() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.opens {
		q.opens = false
		q.gate.pass()
	}
}

// wait waits until the question may send a request again.
func (q *question) wait(ctx context.Context) error {
	q.mu.Lock()
	blocked := q.gate != nil && !q.opens
	q.mu.Unlock()
	if !blocked {
		return nil
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-q.gate.open:
		return nil
	}
}

// refusePause notes a wait that the server asked for and that is too long.
func (q *question) refusePause(d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pause = max(q.pause, d)
}

// refusedPause returns the longest wait that the server asked for and that was
// too long, 0 if there was none.
func refusedPause(ctx context.Context) time.Duration {
	q := questionOf(ctx)
	if q == nil {
		return 0
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pause
}

// TimeoutError is a question that the server did not answer in time.
type TimeoutError struct {
	Limit time.Duration // --request-timeout, 0 if the server fell silent
}

// Error returns how long it was waited for.
func (e *TimeoutError) Error() string {
	if e.Limit == 0 {
		return fmt.Sprintf("the server sent nothing for %s", longestSilence)
	}
	return fmt.Sprintf("no complete answer within %s (--request-timeout)", e.Limit)
}

// Is reports that it is a context.DeadlineExceeded too.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout reports that it is a time-out, for net.Error.
func (e *TimeoutError) Timeout() bool { return true }
