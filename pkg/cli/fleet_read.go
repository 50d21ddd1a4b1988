package cli

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/internal/await"
)

// slack is how much longer than the time limit of its request an answer is waited for, so
// that the error of the request is reported and not that of the wait.
const slack = time.Second

// Answer is what one member of a fleet answered.
type Answer[T any] struct {
	Member *Member
	Value  T     // if Err is nil
	Err    error // why the member could not be read
	// Stale is why Value is not current, in a watch that could not read it again.
	Stale error
}

// ReadFleet reads all members in parallel and returns their answers in the order
// of the members. The error of one member is in its answer, unless it would
// be that of all: a usage error, an unreadable file, the end of ctx.
func ReadFleet[T any](
	ctx context.Context, env *Env, members []*Member, read func(context.Context, *Member) (T, error),
) ([]Answer[T], error) {
	out := make([]Answer[T], len(members))
	done := fleetProgress(env, len(members))
	var group errgroup.Group
	turns := newTurns()
	for i, m := range members {
		group.Go(func() error {
			value, err := readInTurn(ctx, turns, m, read)
			out[i] = Answer[T]{Member: m, Value: value, Err: err}
			done(i)
			// The files of all members were given at once: a mistake in one is one in the command. That a
			// bundle lacks the namespace is no mistake, since another may have it.
			_, elsewhere := errors.AsType[*bundle.NamespaceError](err)
			if (m.files != nil && !elsewhere) || misuse(err) {
				return err
			}
			return nil
		})
	}
	err := group.Wait() // for all of them: the group has no context that the first error would end
	done(-1)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return out, err
}

// misuse reports whether an error is a usage error, which concerns all members alike.
func misuse(err error) bool {
	code, _ := exitCode(err)
	return code == ExitMisused
}

// fleetProgress returns a function that shows on a terminal how many members
// have answered; -1 erases the line.
func fleetProgress(env *Env, total int) func(int) {
	shown := newProgress(env)
	if shown == nil {
		return func(int) {}
	}
	var mu sync.Mutex
	count := int64(0)
	return func(i int) {
		mu.Lock()
		defer mu.Unlock()
		if i < 0 {
			shown.Done()
			return
		}
		count++
		shown.Page("contexts", count, int64(total))
	}
}

// readInTurn reads one member when it is its turn.
func readInTurn[T any](ctx context.Context, t *turns, m *Member, read func(context.Context, *Member) (T, error)) (T, error) {
	done, err := t.take(ctx, m)
	if err != nil {
		var none T
		return none, err
	}
	defer done()
	var heard atomic.Bool
	value, err := readMember(ctx, m, func() { heard.Store(true) }, read)
	if err != nil && !heard.Load() {
		t.silence(m)
	}
	return value, err
}

// readMember reads one member and calls heard at each of its answers. The wait for
// the first one ends even if a credential plugin or a resolver ignores the time
// limit of the request.
func readMember[T any](
	ctx context.Context, m *Member, heard func(), read func(context.Context, *Member) (T, error),
) (T, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	answered := heard
	if m.wait > 0 {
		patience := time.AfterFunc(m.wait+slack, func() { cancel(errNoAnswer) })
		defer patience.Stop()
		answered = func() {
			heard()
			patience.Stop()
		}
	}
	source, closing, err := m.open(answered)
	if err != nil {
		var none T
		return none, err
	}
	defer closing()
	one := *m // the source is of this read alone, and closed after it
	one.Source = source
	return await.Func(ctx, func() (T, error) { return read(ctx, &one) })
}
