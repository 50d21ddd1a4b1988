package load

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
		if f.again != nil {
			f.again()
		}
	}
	w.mu.Unlock()
	time.AfterFunc(parting/2, func() { utilnet.CloseIdleConnectionsFor(w.cluster.client.Transport) })
	w.Wake()
}
