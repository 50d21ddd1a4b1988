package cluster

import (
	"errors"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

const (
	// overslept is how much later than expected a wait must end to tell that the
	// machine or the process slept, and not only had much to do.
	overslept = 5 * time.Second
	// parting is how long the streams of before a sleep are given to end, so that
	// the connection that they shared is not used again.
	parting = 100 * time.Millisecond
	// firstPatience and lastPatience are how long a watch may take to come back.
	firstPatience = time.Second
	lastPatience  = 8 * time.Second
)

var errSlept = errors.New("this computer or process slept")

// alarm is what two clocks showed when there was last no sleep to be told of.
type alarm struct{ local, wall time.Time }

// ring looks whether there was a sleep since the last time, or in a wait from
// began that was to last no longer than within. While a machine sleeps, the clock
// that times the process stands still on Linux and macOS and the wall clock does
// not; a process that was stopped finds that its wait lasted too long. Connections may be
// dead then, which can take a minute to find out: all watches are taken up again
// on new ones.
func (w *Watch) ring(began time.Time, within time.Duration) {
	last := w.alarm
	w.alarm = alarm{w.clock.local(), w.clock.wall()}
	if last.local.IsZero() {
		return
	}
	measured := w.alarm.local.Sub(last.local)
	unmeasured := w.alarm.wall.Sub(last.wall) - measured
	if unmeasured < overslept && w.alarm.local.Sub(began) < within+burst+overslept {
		return // a wall clock that was set back says nothing: nobody reads the time from it
	}
	since := w.clock.now().Add(-measured)
	if unmeasured >= overslept {
		w.clock.slept(unmeasured)
	}
	w.mu.Lock()
	for _, f := range w.feeds {
		if f.err == nil && f.staleSince.IsZero() {
			f.staleSince, f.staleFor = since, errSlept
		}
	}
	w.mu.Unlock()
	w.Wake()
	go w.rouse()
}

// rouse has the watches of before a sleep taken up again on new connections.
// One that is asked for too early gets an old connection again, and says nothing:
// it is asked for once more, with more patience each time.
func (w *Watch) rouse() {
	for patience := firstPatience; patience <= lastPatience; patience *= 2 {
		w.mu.Lock()
		waiting := false
		for _, f := range w.feeds {
			if f.again != nil && errors.Is(f.staleFor, errSlept) {
				f.again()
				waiting = true
			}
		}
		w.mu.Unlock()
		if !waiting {
			return
		}
		time.AfterFunc(parting/2, func() { utilnet.CloseIdleConnectionsFor(w.cluster.client.Transport) })
		select {
		case <-w.ctx.Done():
			return
		case <-time.After(patience):
		}
	}
}
