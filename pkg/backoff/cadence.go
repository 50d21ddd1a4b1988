package backoff

import (
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/version"
)

// How soon a kubelet comes back to a pod (pkg/kubelet/pod_workers.go
// completeWork, pkg/kubelet/kubelet.go syncLoop).
const (
	retryPeriod = 10 * time.Second // backOffPeriod
	syncPeriod  = 60 * time.Second // default of syncFrequency
	tick        = time.Second      // due pods are looked for once a second
	// detection is how long the kubelet may take to notice an exit: the relist
	// of the pod lifecycle event generator, and the sync that follows.
	detection = 2 * time.Second
	grid      = 500 * time.Millisecond // resolution of the tables of lateness
)

// cadence is how a kubelet returns to a pod one of whose containers waits. Of
// an unknown version both are possible.
type cadence struct {
	fixed bool // up to 1.34: every 10 to 15 s
	aimed bool // from 1.35: at the end of the wait, at most 60 s ahead, each put off by up to one half
}

// cadenceOf reads the cadence off the node's kubelet version.
func cadenceOf(node *corev1.Node) cadence {
	v := versionOf(node)
	if v == nil {
		return cadence{fixed: true, aimed: true}
	}
	aimed := v.AtLeast(version.MajorMinor(1, 35))
	return cadence{fixed: !aimed, aimed: aimed}
}

// tunable reports whether the node may have a maximum of its own: the gate
// KubeletCrashLoopBackOffMax is there from 1.32 on.
func tunable(node *corev1.Node) bool {
	v := versionOf(node)
	return v == nil || v.AtLeast(version.MajorMinor(1, 32))
}

// versionOf returns the version of the node's kubelet, nil if it is not known.
func versionOf(node *corev1.Node) *version.Version {
	if node == nil {
		return nil
	}
	v, err := version.ParseGeneric(strings.TrimPrefix(node.Status.NodeInfo.KubeletVersion, "v"))
	if err != nil {
		return nil
	}
	return v
}

// lateness returns how long after the end of a wait the kubelet may come, at
// worst. A pod is quiet if nothing but the wait itself makes the kubelet
// look at it; each other reason to look starts a new round at any time.
func (c cadence) lateness(wait time.Duration, quiet bool) time.Duration {
	late := max(0, detection-wait)
	for _, table := range c.tables() {
		end := min(int(wait/grid), len(table.quiet)-1)
		if !quiet {
			late = max(late, table.loud[end])
			continue
		}
		for i := max(int((wait-detection)/grid), 1); i <= end; i++ {
			late = max(late, table.quiet[i])
		}
	}
	return late
}

// earliest returns how soon after an exit the kubelet can end a wait: not in
// the sync that notices the exit, and up to 1.34 not within the 10 s after it.
func (c cadence) earliest(wait time.Duration, quiet bool) time.Duration {
	if c.fixed && !c.aimed && quiet && wait >= detection {
		return max(wait, retryPeriod)
	}
	return wait
}

// round returns the longest time between two checks of a pod that waits.
func (c cadence) round() time.Duration {
	if c.aimed {
		return syncPeriod*3/2 + tick
	}
	return retryPeriod*3/2 + tick
}

// lags are bounds of lateness by the rest of a wait, on the grid: after one
// look at that time, and after looks at any time from then on.
type lags struct{ quiet, loud []time.Duration }

// tables returns the bounds of lateness for each way in which the kubelet may return.
func (c cadence) tables() []lags {
	var out []lags
	if c.fixed {
		out = append(out, fixedLags())
	}
	if c.aimed {
		out = append(out, aimedLags())
	}
	return out
}

var (
	fixedLags = sync.OnceValue(func() lags {
		return worst(func(time.Duration) time.Duration { return retryPeriod })
	})
	aimedLags = sync.OnceValue(func() lags {
		return worst(func(rest time.Duration) time.Duration { return min(rest, syncPeriod) })
	})
)

// worst returns, for each rest of a wait on the grid, how late the kubelet can
// be if it looks at the pod at that time and puts the next look off by
// delay(rest) times 1 to 1.5 (wait.Jitter with workerBackOffPeriodJitterFactor
// 0.5) and a tick. The first cell stands for an instant before the end.
func worst(delay func(rest time.Duration) time.Duration) lags {
	table := make([]time.Duration, maxWait/grid+1)
	for i := range table {
		rest := time.Duration(i) * grid
		least := delay(rest)
		most := least*3/2 + tick
		table[i] = max(0, most-rest)
		for put := max(least, grid); put <= min(rest, most); put += grid {
			if put < rest || put > least {
				table[i] = max(table[i], table[int((rest-put)/grid)])
			}
		}
	}
	loud := make([]time.Duration, len(table))
	for i := 1; i < len(table); i++ {
		loud[i] = max(loud[i-1], table[i])
	}
	return lags{table, loud}
}
