package cluster

import (
	"errors"
	"math/rand/v2"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

const (
	// The waits between attempts while a server does not answer double from the
	// first to the last. What it refuses it will refuse again in a second.
	firstRetry   = 250 * time.Millisecond
	lastRetry    = 5 * time.Second
	refusedRetry = time.Minute
	// steady is how long a watch must last to count as one that works.
	steady = time.Second
)

// errHungUp is the error of a watch that the server ended before it was one.
var errHungUp = errors.New("the server hung up")

// refusesVersion reports whether err means that the server cannot continue from
// a version, which it has compacted or never had. A busy server may still.
func refusesVersion(err error) bool {
	status, ok := errors.AsType[interface {
		error
		apierrors.APIStatus
	}](err)
	return ok && status.Status().Code != 0 && !apierrors.IsTooManyRequests(err)
}

// retry returns how long to wait after a number of failures in a row. Half of
// it is chance, so that not all who lost a server come back at once.
func retry(failures int, err error) time.Duration {
	wait := min(lastRetry, firstRetry<<min(failures, 10))
	if apierrors.IsForbidden(err) || absent(err) || apierrors.IsMethodNotSupported(err) {
		wait = refusedRetry
	}
	if seconds, ok := apierrors.SuggestsClientDelay(err); ok {
		wait = max(wait, min(refusedRetry, 2*time.Duration(seconds)*time.Second))
	}
	return wait/2 + rand.N(wait/2+1)
}

// expired reports whether err means that the server has compacted a version.
func expired(err error) bool { return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) }

// missed notes that changes of f are missed from now on, if that is new and
// there is something that they would change.
func (w *Watch) missed(f *feed, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.err != nil || !f.staleSince.IsZero() {
		return
	}
	f.staleSince = w.clock.now()
	f.staleFor = err
	w.Wake()
}

// current notes that nothing of f is missed any more. What could not be read of
// pods meanwhile may be read now.
func (w *Watch) current(f *feed) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.staleSince.IsZero() {
		return
	}
	f.staleSince = time.Time{}
	f.staleFor = nil
	for _, e := range w.evidence {
		e.again = e.again || (e.found != nil && len(e.found.gaps) > 0)
	}
	w.Wake()
}
