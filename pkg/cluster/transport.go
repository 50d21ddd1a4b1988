package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/rest"

	"github.com/thrashkit/thrashkit/pkg/internal/await"
)

// Guard makes the clients of config careful with the server: requests are sent at
// most three times, redirects to other hosts are refused, answers are bounded in
// size and may not stall. New does it for its own clients; it is exported for
// those that other packages make of the same configuration. Twice is once.
func Guard(config *rest.Config) {
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return guard{next} })
}

// guard sends requests for client-go, which would retry by itself: ten times,
// waiting as long as the server asks for (rest/with_retry.go, v0.37).
type guard struct{ next http.RoundTripper }

// WrappedRoundTripper returns the transport behind this one, for client-go.
func (g guard) WrappedRoundTripper() http.RoundTripper { return g.next }

// guardedKey marks a request that a guard has in hand: with two of them, each retry of the outer one would
// be several.
type guardedKey struct{}

// RoundTrip sends a request, if needed again, and returns the last answer.
func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	if ctx.Value(guardedKey{}) != nil {
		return g.next.RoundTrip(r)
	}
	ctx = context.WithValue(ctx, guardedKey{}, true)
	q := questionOf(ctx)
	if q == nil {
		q = &question{server: &server{page: pageBudget}}
	}
	if err := redirected(r); err != nil {
		return nil, err
	}
	if r.Response != nil { // a redirect: one more request
		if err := q.wait(ctx); err != nil {
			return nil, err
		}
	}
	if r.URL.Query().Get("watch") == "true" {
		answer, err := g.next.RoundTrip(r.WithContext(ctx)) // Watch retries in its own way
		if err == nil {
			answer.Header.Del("Retry-After")
			q.heard(answer)
		}
		return answer, err
	}
	return g.patiently(ctx, r, q)
}

// patiently sends a request up to mostTries times.
func (g guard) patiently(ctx context.Context, r *http.Request, q *question) (*http.Response, error) {
	for try := 1; ; try++ {
		answer, err := g.send(ctx, r)
		q.heard(answer)
		pause, again := q.again(ctx, try, r, answer, err)
		if !again {
			if answer != nil {
				answer.Header.Del("Retry-After") // else client-go waits and asks again
			}
			return answer, final(err, try)
		}
		if answer != nil { // of a server that is overloaded: a short Status
			_, _ = io.CopyN(io.Discard, answer.Body, 2<<10) // read to its end, the connection can be used again
			_ = answer.Body.Close()                         // given up
		}
		if failed := await.Sleep(ctx, pause); failed != nil {
			return nil, failed
		}
		if failed := q.wait(ctx); failed != nil {
			return nil, failed
		}
		if r.GetBody != nil {
			body, failed := r.GetBody()
			if failed != nil {
				return nil, fmt.Errorf("send request again: %w", failed)
			}
			r = r.Clone(ctx)
			r.Body = body
		}
	}
}

// send sends a request once. The answer may not fall silent.
func (g guard) send(ctx context.Context, r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	silence := time.AfterFunc(longestSilence, func() { cancel(&TimeoutError{}) })
	answer, err := g.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		silence.Stop()
		if late, ok := errors.AsType[*TimeoutError](context.Cause(ctx)); ok {
			err = late
		}
		cancel(nil)
		return nil, err
	}
	answer.Body = &body{ctx: ctx, in: answer.Body, left: budgetOf(ctx), silence: silence, cancel: cancel}
	return answer, nil
}

// heard records an answer that shows that the server works.
func (q *question) heard(answer *http.Response) {
	if answer == nil || answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode/100 == 3 {
		return // a proxy may have answered in its place
	}
	q.server.retries.Store(0)
	if answer.StatusCode != http.StatusUnauthorized { // client-go may get new credentials and ask again
		q.server.answered.Store(true)
		q.answered()
	}
}

// again reports whether to send a request again, and how long to wait before.
func (q *question) again(ctx context.Context, try int, r *http.Request, answer *http.Response, err error) (time.Duration, bool) {
	pause := backoff(try)
	worth := false
	if err != nil {
		worth = r.Method == http.MethodGet && broken(err) && ctx.Err() == nil
	} else {
		pause, worth = q.asked(ctx, pause, r, answer)
	}
	if !worth || try >= mostTries || q.server.retries.Add(1) > mostRetries {
		return 0, false
	}
	return min(pause, patience(ctx)), true
}

// asked returns how long to wait before a request is sent again that the server
// answered, and whether it is worth it: pause, or what the server asks for.
func (q *question) asked(ctx context.Context, pause time.Duration, r *http.Request, answer *http.Response) (time.Duration, bool) {
	asked, overloaded := pauseOf(answer)
	if !overloaded || (r.Body != nil && r.GetBody == nil) {
		return 0, false
	}
	if asked < 0 {
		return pause, true
	}
	if asked > patience(ctx) {
		q.refusePause(asked)
		return 0, false
	}
	return asked + rand.N(asked/4+firstPause), true
}

// firstPause is the wait before the first retry if the server names none.
const firstPause = 250 * time.Millisecond

// backoff returns the wait before a retry; half of it is chance.
func backoff(try int) time.Duration {
	longest := firstPause << try
	return longest/2 + rand.N(longest/2)
}

// patience returns how long a wait may be.
func patience(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline) //nolint:forbidigo // how long this process may wait, not a time of the cluster
	}
	return longestPause
}

// pauseOf returns how long the server asks to wait, -1 if it names no time, and
// whether it may answer later: it is overloaded, or not there behind a proxy.
func pauseOf(answer *http.Response) (time.Duration, bool) {
	code := answer.StatusCode
	if code != http.StatusTooManyRequests && code < 500 {
		return 0, false
	}
	text := answer.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return time.Duration(max(0, seconds)) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		if now, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
			return max(0, at.Sub(now)), true
		}
	}
	// 500 is the answer of the server itself: it would be the same again.
	return -1, code != http.StatusInternalServerError && code != http.StatusNotImplemented
}

// broken reports whether a connection broke before there was an answer.
func broken(err error) bool {
	return utilnet.IsConnectionReset(err) || utilnet.IsProbableEOF(err) || utilnet.IsHTTP2ConnectionLost(err)
}

// final returns the error of the last try. That of a broken connection hides
// its cause from client-go, which would send the request ten times more.
func final(err error, tries int) error {
	if err == nil || !broken(err) {
		return err
	}
	if tries == 1 {
		return errors.New("the server closed the connection without an answer")
	}
	return fmt.Errorf("the server closed the connection without an answer, %d times", tries)
}

// redirected refuses a request that a redirect would send to another server: the
// credentials are added to all requests. It also ends a chain of redirects.
func redirected(r *http.Request) error {
	if r.Response == nil || r.Response.Request == nil {
		return nil
	}
	from := r.Response.Request
	if !strings.EqualFold(from.URL.Host, r.URL.Host) || from.URL.Scheme != r.URL.Scheme {
		return fmt.Errorf("%s redirects to %s: refused, because the credentials are for the first only", origin(from.URL), origin(r.URL))
	}
	if from.Response != nil {
		return fmt.Errorf("%s redirects again and again", origin(from.URL))
	}
	return nil
}

// origin returns what a redirect may not change: "https://10.0.0.1:6443".
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }
