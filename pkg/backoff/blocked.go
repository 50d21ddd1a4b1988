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
	took := failed.Sub(latest(m.h.pulling)) // how long a pull takes to fail
	if took < 0 || took > 2*time.Minute {
		took = 0
	}
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

// failedPulls returns how many pulls have failed so far: what the events count,
// or as many as the time between the first and the last of them needs.
func (m model) failedPulls(p Policy) int {
	count := 0
	first := time.Time{}
	for _, f := range m.h.pullFailed {
		count += int(f.count)
		if first.IsZero() || f.first.Before(first) {
			first = f.first
		}
	}
	elapsed := latest(m.h.pullFailed).Sub(first)
	needed := 1
	for spent := time.Duration(0); needed < 64; needed++ {
		wait := p.Wait(needed)
		if spent += wait + fixedLate(wait); spent > elapsed+tick {
			break
		}
	}
	return max(count, needed)
}

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
	if last != nil {
		for _, wait := range m.policy.steps() {
			if end := m.pause(m.policy, last, wait); !end.latest.Before(m.at) {
				by = end.latest.Add(m.cadence.round())
				break
			}
		}
	}
	out.NotBefore = snapshot.NewTime(due)
	out.ExpectedBy = snapshot.NewTime(by)
	return out
}
