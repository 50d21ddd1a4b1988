// Package await gives a context to calls that take none, like a read of standard input.
package await

import (
	"context"
	"time"
)

// Func calls f and returns its result, or the cause of ctx as soon as ctx ends.
// f then runs on in the background, and its result is dropped.
func Func[T any](ctx context.Context, f func() (T, error)) (T, error) {
	select {
	case o := <-start(f):
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// outcome is what a call returns.
type outcome[T any] struct {
	value T
	err   error
}

// start calls f in the background. The channel has room for its result: without it, a call that nobody waits for
// any more could never end.
func start[T any](f func() (T, error)) <-chan outcome[T] {
	done := make(chan outcome[T], 1)
	go func() {
		value, err := f()
		done <- outcome[T]{value, err}
	}()
	return done
}

// Sleep waits for d, or until ctx ends, and then returns its cause. time.Sleep would keep a command that the user
// has interrupted until the time is over.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
