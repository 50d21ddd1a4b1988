package cli

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
)

// queue lets count members of a server ask for their turns, and returns the ends of
// the turns that were given.
func queue(ctx context.Context, t *turns, server string, count int) <-chan func() {
	given := make(chan func(), count)
	for range count {
		go func() {
			if done, err := t.take(ctx, &Member{Server: server}); err == nil {
				given <- done
			}
		}()
	}
	return given
}

func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		turns := newTurns()
		one := queue(ctx, turns, "https://one", 40)
		synctest.Wait()
		if len(one) != membersOfServer {
			t.Fatalf("%d members of one server have their turn, want %d", len(one), membersOfServer)
		}
		(<-one)()
		synctest.Wait()
		if len(one) != membersOfServer {
			t.Fatalf("after one has ended %d have their turn, want %d again", len(one), membersOfServer)
		}
		others := 0
		for n := range 6 {
			given := queue(ctx, turns, fmt.Sprint("https://other-", n), 40)
			synctest.Wait()
			others += len(given)
		}
		if others+len(one) != membersAtOnce {
			t.Fatalf("%d members in all have their turn, want %d", others+len(one), membersAtOnce)
		}
		cancel(errors.New("enough"))
		if _, err := turns.take(ctx, &Member{Server: "https://one"}); err == nil || err.Error() != "enough" {
			t.Errorf("error %v, want why the wait ended", err)
		}
	})
}

// The members of a server that does not answer wait for it together, and not one
// after the other.
func TestTurnsOfASilentServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		turns := newTurns()
		given := queue(ctx, turns, "https://silent", membersAtOnce)
		synctest.Wait()
		turns.silence(&Member{Server: "https://silent"})
		synctest.Wait()
		if len(given) != membersAtOnce {
			t.Errorf("%d members wait for it, want all %d", len(given), membersAtOnce)
		}
	})
}
