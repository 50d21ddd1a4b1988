package cluster

import (
	"errors"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

const (
	// overslept is how much later than expected a wait must end to mean that the
	// machine or the process was suspended, and not just busy.
	overslept = 5 * time.Second
	// parting is how long the streams of before a sleep are given to end, so that
	// the connection that they shared is not used again.
	parting = 100 * time.Millisecond
	// firstPatience and lastPatience are how long a watch may take to come back.
	firstPatience = time.Second
	lastPatience  = 8 * time.Second
)

// errSlept is why a feed may be stale after a suspend, until its watch has been restarted.
var errSlept = errors.New("this computer or process slept")

// alarm holds both clocks' readings at the last check that found no suspend.
type alarm struct{ local, wall time.Time }

// ring checks for a suspend since the last check, or during a wait from began
// that should have lasted no longer than within. While a machine is suspended,
// its monotonic clock stops on Linux and macOS and its wall clock does not; a
// process that was stopped finds that its wait took too long. Connections may be
// dead then. HTTP/2 pings would find that after 45 seconds at client-go's
// defaults, in which the view would show a state from before the suspend as
// current: so all watches are restarted on new connections.
func (w *Watch) ring(began time.Time, within time.Duration) {
	last := w.alarm
	w.alarm = alarm{w.clock.local(), w.clock.wall()}
	if last.local.IsZero() {
		return
	}
	measured := w.alarm.local.Sub(last.local)
	unmeasured := w.alarm.wall.Sub(last.wall) - measured
	if unmeasured < overslept && w.alarm.local.Sub(began) < within+burst+overslept {
		return // a wall clock that was set back is no sign of a suspend
	}
	since := w.clock.now().Add(-measured)
	if unmeasured >= overslept {
		w.clock.slept(unmeasured)
	}
	w.mu.Lock()
	for _, f := range w.feeds {
		if f.err == nil && f.staleSince.IsZero() {
			f.staleSince = since
			f.staleFor = errSlept
		}
	}
	w.mu.Unlock()
	w.Wake()
	go w.rouse()
}

// rouse restarts the watches from before a suspend on new connections. A restart
// that is too early gets an old connection again and no error, so it is repeated
// after longer and longer waits.
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
