package backoff

import (
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// pulls estimates the back-off of an image that cannot be pulled. No message
// states it: it counts from the last failed pull, doubling from 10 s to 300 s
// (pkg/kubelet/images/image_manager.go), and is looked at every 10 to 15 s in
// every version.
func (m model) pulls() Schedule {
	p := DefaultPolicy()
	out := Schedule{Kind: KindImagePull, Basis: BasisNone, Policy: p}
	failed := latest(m.h.pullFailed)
	if failed.IsZero() {
		return out
	}
	out.Basis = BasisSimulated
	took := m.pullTakes(failed)
	// Later pulls may have left no event: go on from the last that did.
	from := failed
	to := failed
	for n := m.failedPulls(p); ; n++ {
		wait := p.Wait(n)
		due := from.Add(wait)
		late := to.Add(wait + fixedLate(wait) + tick)
		if !late.Before(m.at) || n > 1000 {
			out.Current = snapshot.NewDuration(wait)
			out.Next = snapshot.NewDuration(p.after(wait))
			out.NotBefore = snapshot.NewTime(due)
			out.ExpectedBy = snapshot.NewTime(late)
			return out
		}
		from = due
		to = late.Add(2 * took)
	}
}

// pullTakes returns how long a pull takes to fail, by the events of the last one; 0 if they do not
// belong together.
func (m model) pullTakes(failed time.Time) time.Duration {
	took := failed.Sub(latest(m.h.pulling))
	if took < 0 || took > 2*time.Minute {
		return 0
	}
	return took
}

// failedPulls returns how many pulls have failed so far: what the events count,
// or as many as the time between the first and the last of them needs.
func (m model) failedPulls(p Policy) int {
	count := 0
	for _, f := range m.h.pullFailed {
		count += int(f.count)
	}
	elapsed := latest(m.h.pullFailed).Sub(earliest(m.h.pullFailed))
	return max(count, p.pullsWithin(elapsed))
}

// pullsWithin returns how many pulls fail at least in a time, if each comes as late as it can.
func (p Policy) pullsWithin(elapsed time.Duration) int {
	const most = 64
	n := 1
	for spent := time.Duration(0); n < most; n++ {
		wait := p.Wait(n)
		if spent += wait + fixedLate(wait); spent > elapsed+tick {
			break
		}
	}
	return n
}

// fixedLate returns how late the kubelet may look at an image again.
func fixedLate(wait time.Duration) time.Duration {
	return cadence{fixed: true}.lateness(wait, false)
}

// retries bounds the next try of a container that cannot be created: the
// kubelet retries at every sync, 10 to 15 s apart, without growth. If the
// container ran before, the crash back-off since its last exit also holds it,
// until that back-off has grown past 300 s.
func (m model) retries(last *run) Schedule {
	out := Schedule{Kind: KindRetry, Basis: BasisSimulated, Policy: m.policy}
	due := m.at
	by := m.at.Add(retryPeriod*3/2 + 2*tick)
	if tried := latest(m.h.failed); last == nil && m.at.Sub(tried) < retryPeriod {
		due = tried.Add(retryPeriod)
		by = tried.Add(retryPeriod*3/2 + 2*tick)
	}
	if end := m.heldUntil(last); !end.IsZero() {
		by = end
	}
	out.NotBefore = snapshot.NewTime(due)
	out.ExpectedBy = snapshot.NewTime(by)
	return out
}

// heldUntil returns how long the crash back-off since the last run may still hold a container: to the
// end of the first step that is not over, zero if all are or it never ran.
func (m model) heldUntil(last *run) time.Time {
	if last == nil {
		return time.Time{}
	}
	for _, wait := range m.policy.steps() {
		if end := m.pause(m.policy, last, wait); !end.latest.Before(m.at) {
			return end.latest.Add(m.cadence.round())
		}
	}
	return time.Time{}
}
