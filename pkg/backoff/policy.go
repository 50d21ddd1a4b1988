package backoff

import (
	"math/bits"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The kubelet's figures, all in k8s.io/kubernetes/pkg/kubelet/kubelet.go and
// the same from 1.24 to 1.37 unless said otherwise.
const (
	initialWait        = 10 * time.Second  // initialCrashLoopBackOff
	reducedInitialWait = time.Second       // reducedInitialCrashLoopBackOff, gate ReduceDefaultCrashLoopBackOffDecay
	maxWait            = 300 * time.Second // MaxCrashLoopBackOff; image pulls use the same
	reducedMaxWait     = 60 * time.Second  // reducedMaxCrashLoopBackOff, of the same gate
	// forgetAfter is how long after the last restart attempt an entry expires:
	// twice the maximum up to 1.31, fixed since.
	forgetAfter = pod.StableAfter
	collectLag  = 2 * time.Second // entries are collected by the housekeeping, every 2 s
)

// DefaultPolicy returns the kubelet's built-in curve: 10 s doubled to 300 s.
func DefaultPolicy() Policy {
	return Policy{Initial: snapshot.Duration(initialWait), Max: snapshot.Duration(maxWait), Source: PolicyDefault}
}

// capped returns the curve of a node with a known maximum. A maximum below the
// initial wait lowers that too (newCrashLoopBackOff).
func capped(limit time.Duration, source PolicySource) Policy {
	return Policy{Initial: snapshot.Duration(min(initialWait, limit)), Max: snapshot.Duration(limit), Source: source}
}

// Wait returns the wait after the given number of earlier restarts, if none of
// them was forgotten: 0 after none, Initial after one, then doubled up to Max.
func (p Policy) Wait(restarts int) time.Duration {
	if restarts <= 0 {
		return 0
	}
	wait := time.Duration(p.Initial)
	for range min(restarts-1, 32) {
		wait = p.after(wait)
	}
	return wait
}

// Sum returns the waits before the first n restarts together.
func (p Policy) Sum(n int) time.Duration {
	var sum time.Duration
	for i := range n {
		wait := p.Wait(i)
		if wait == time.Duration(p.Max) {
			return sum + time.Duration(n-i)*wait
		}
		sum += wait
	}
	return sum
}

// after returns the entry that a restart leaves behind if entry was in
// force; 0 stands for no entry.
func (p Policy) after(entry time.Duration) time.Duration {
	if entry == 0 {
		return time.Duration(p.Initial)
	}
	return min(2*entry, time.Duration(p.Max))
}

// steps returns the different waits of the curve, 0 first.
func (p Policy) steps() []time.Duration {
	out := []time.Duration{0}
	for wait := time.Duration(p.Initial); ; wait = p.after(wait) {
		out = append(out, wait)
		if wait >= time.Duration(p.Max) {
			return out
		}
	}
}

// ParseMessage reads the wait out of the message of a container that waits as
// CrashLoopBackOff: "back-off 2m40s restarting failed container=…"
// (pkg/kubelet/kuberuntime/kuberuntime_manager.go doBackOff, 1.24 to 1.37).
func ParseMessage(message string) (wait time.Duration, ok bool) {
	rest, ok := strings.CutPrefix(message, "back-off ")
	if !ok {
		return 0, false
	}
	word, _, ok := strings.Cut(rest, " restarting failed container=")
	if !ok {
		return 0, false
	}
	wait, err := time.ParseDuration(word)
	return wait, err == nil && wait > 0
}

// statements are the waits that messages state on one node; true if the
// short curve, whose first wait is a second, has just that wait at that restart.
type statements map[time.Duration]bool

// add keeps a wait that a message states, and whether the restarts of a container fit the
// curve that begins at reducedInitialWait.
func (st statements) add(wait time.Duration, restarts int) {
	st[wait] = st[wait] || (restarts > 2 && isStep(wait, reducedInitialWait) && bits.Len(uint(wait/reducedInitialWait)) == restarts)
}

// longest returns the longest of the waits.
func (st statements) longest() time.Duration {
	var out time.Duration
	for wait := range st {
		out = max(out, wait)
	}
	return out
}

// curve returns the curve that the waits prove. The steps of the built-in curve
// prove nothing, but for its last. One other wait is the maximum; several are
// steps of the short curve. The gate of that makes the longest wait a minute
// too, unless the kubelet fills in a maximum, as it does from 1.35 on (aimed).
func (st statements) curve(aimed bool) (Policy, bool) {
	limit := time.Duration(0)
	others := 0
	short := false
	for wait, exact := range st {
		if isStep(wait, initialWait) {
			continue
		}
		others++
		short = short || exact
		if !isStep(wait, reducedInitialWait) {
			limit = max(limit, wait)
		}
	}
	switch {
	case others == 0:
		return Policy{}, false
	case !short && others == 1:
		return capped(st.other(), PolicyMessage), true
	case limit == 0 && !aimed && st.longest() <= reducedMaxWait:
		limit = reducedMaxWait
	case limit == 0:
		limit = maxWait
	}
	return Policy{Initial: snapshot.Duration(reducedInitialWait), Max: snapshot.Duration(limit), Source: PolicyMessage}, true
}

// other returns the longest wait that is no step of the built-in curve.
func (st statements) other() time.Duration {
	var out time.Duration
	for wait := range st {
		if !isStep(wait, initialWait) {
			out = max(out, wait)
		}
	}
	return out
}

// isStep reports whether wait is first doubled some times.
func isStep(wait, first time.Duration) bool {
	return wait%first == 0 && bits.OnesCount(uint(wait/first)) == 1
}
