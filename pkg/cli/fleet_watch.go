package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/thrashkit/thrashkit/pkg/internal/await"
)

// settle is how long the view of a fleet waits after a change for those of other
// members that come with it. A view that takes long to make is made less often:
// at most 1/restShare of the time is spent on it.
const (
	settle    = 100 * time.Millisecond
	restShare = 5
)

// errPending stands for the answer of a member that has not answered yet.
var errPending = errors.New("no answer yet")

// FollowFleet is WatchFlags.Follow for several clusters: each has a watch of its
// own, and merge makes one update of the newest answers of all. A member that
// does not answer is a gap, and is asked again. read is called from several
// goroutines, merge from one at a time.
//
// On a terminal the answers are shown as they come. Elsewhere the first update
// is that of all members.
func FollowFleet[T any](
	ctx context.Context, env *Env, f *Flags, w *WatchFlags, title string, members []*Member,
	read func(context.Context, *Member) (T, error), merge func([]Answer[T]) (*Update, error),
) (err error) {
	ctx, cancel := w.limited(ctx)
	defer cancel()
	shown, err := w.display(env, f, title)
	if err != nil {
		return err
	}
	defer func() { err = closed(shown, err) }()
	all := watchFleet(ctx, env, members, read)
	defer onResize(all.wake)()
	view := follower{watch: w, out: shown}
	_, early := shown.(*screen)
	for {
		began := env.Now()
		answers, complete := all.current(early)
		if complete {
			if err := decided(w, f, answers); err != nil {
				return err
			}
			p, err := merge(answers)
			if done, err := view.show(p, err); done {
				return err
			}
		}
		if all.next(ctx, max(settle, (restShare-1)*env.Now().Sub(began))) != nil {
			return w.ended(ctx, view.last)
		}
	}
}

// decided returns the error of a single member that ends the watch of all: one
// that does not have what --until waits for, or that --fail-on does not allow to be
// unreachable.
func decided[T any](w *WatchFlags, f *Flags, answers []Answer[T]) error {
	for _, a := range answers {
		switch {
		case a.Err == nil || errors.Is(a.Err, errPending):
		case misuse(a.Err):
			return a.Err
		case apierrors.IsNotFound(a.Err):
			if w.Until != "" {
				return fmt.Errorf("%s: %w", a.Member.Name, a.Err)
			}
		case slices.Contains(f.FailOn, Unreachable):
			return &ExitError{Code: ExitFound, Err: fmt.Errorf("%s could not be read: %s", a.Member.Name, a.Member.reason(a.Err))}
		}
	}
	return nil
}

// fleetWatch has the newest answer of each member of a watched fleet.
type fleetWatch[T any] struct {
	env     *Env
	read    func(context.Context, *Member) (T, error)
	changed chan struct{} // holds one: an answer is new
	turns   *turns        // of the members that have not answered yet

	mu      sync.Mutex
	answers []Answer[T]
}

// watchFleet begins to watch all members, until ctx ends.
func watchFleet[T any](ctx context.Context, env *Env, members []*Member, read func(context.Context, *Member) (T, error)) *fleetWatch[T] {
	v := &fleetWatch[T]{
		env: env, read: read, changed: make(chan struct{}, 1), turns: newTurns(),
		answers: make([]Answer[T], len(members)),
	}
	for i, m := range members {
		v.answers[i] = Answer[T]{Member: m, Err: errPending}
	}
	for i, m := range members {
		go v.follow(ctx, i, m, len(members))
	}
	return v
}

// follow reads a member and watches it, until ctx ends. A member that is overdue gives
// its turn to the next one, while its own read continues.
func (v *fleetWatch[T]) follow(ctx context.Context, i int, m *Member, members int) {
	done, err := v.turns.take(ctx, m)
	if err != nil {
		return
	}
	release := sync.OnceFunc(done)
	defer release()
	answered := v.patience(i, m, release)
	defer answered()
	server, err := m.connect(answered)
	if err != nil {
		var none T
		v.put(i, none, err)
		return
	}
	defer server.Close()
	source := server.Watch(ctx, v.env.Now)
	one := *m
	one.Source = source
	for {
		began := v.env.Now()
		value, err := v.read(ctx, &one)
		if ctx.Err() != nil {
			return
		}
		answered()
		v.put(i, value, err)
		release()
		took := v.env.Now().Sub(began)
		// At most 1/share of the time is spent on reading, however many members there are.
		if source.Next(ctx, max(tick, share*took*time.Duration(members))) != nil {
			return
		}
	}
}

// patience notes a member as overdue, and gives its turn away by release, unless the returned
// function is called before the time limit of the member has passed.
func (v *fleetWatch[T]) patience(i int, m *Member, release func()) (answered func()) {
	if m.wait <= 0 {
		return func() {}
	}
	timer := time.AfterFunc(m.wait+slack, func() {
		v.overdue(i)
		v.turns.silence(m)
		release()
	})
	return func() { timer.Stop() }
}

// put notes what a member answered. If it cannot be read again, its last answer
// is kept as one that is not current.
func (v *fleetWatch[T]) put(i int, value T, err error) {
	v.mu.Lock()
	last := &v.answers[i]
	if err != nil && last.Err == nil && !apierrors.IsNotFound(err) {
		last.Stale = err
	} else {
		*last = Answer[T]{Member: last.Member, Value: value, Err: err}
	}
	v.mu.Unlock()
	v.wake()
}

// overdue notes that a member has not answered in time. It may still answer.
func (v *fleetWatch[T]) overdue(i int) {
	v.mu.Lock()
	if errors.Is(v.answers[i].Err, errPending) {
		v.answers[i].Err = errNoAnswer
	}
	v.mu.Unlock()
	v.wake()
}

// current returns the newest answers in the order of the members, and whether
// they can be shown: all of them have come, or early is set and one has.
func (v *fleetWatch[T]) current(early bool) (answers []Answer[T], complete bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	answered := false
	pending := false
	for _, a := range v.answers {
		answered = answered || a.Err == nil
		pending = pending || errors.Is(a.Err, errPending)
	}
	return slices.Clone(v.answers), !pending || (early && answered)
}

// wake ends a wait as a new answer does.
func (v *fleetWatch[T]) wake() {
	select {
	case v.changed <- struct{}{}:
	default: // somebody is to wake up already
	}
}

// next waits for an answer, and then a pause for those that come with it. Its
// error is that of ctx.
func (v *fleetWatch[T]) next(ctx context.Context, pause time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-v.changed:
	}
	return await.Sleep(ctx, pause)
}
