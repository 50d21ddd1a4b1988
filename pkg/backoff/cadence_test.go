package backoff

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// arrive plays the pod worker's queue by its rules, not by the tables: the
// lateness of one start after a wait.
func arrive(random *rand.Rand, aimed bool, wait time.Duration) time.Duration {
	some := func(most time.Duration) time.Duration { return time.Duration(random.Float64() * float64(most)) }
	now := some(1500 * time.Millisecond) // the kubelet notices the exit
	for now < wait {
		put := 10 * time.Second
		if aimed {
			put = min(wait-now, time.Minute)
		}
		now += put + some(put/2) + some(time.Second)
	}
	return now - wait
}

// The bound holds for every one of many starts, and the worst of them comes near it.
func TestLatenessIsBounded(t *testing.T) {
	random := rand.New(rand.NewSource(135))
	for _, c := range []struct {
		cadence cadence
		aimed   bool
	}{{cadence{fixed: true}, false}, {cadence{aimed: true}, true}} {
		for _, wait := range []time.Duration{2, 10, 20, 40, 60, 80, 160, 300} {
			wait *= time.Second
			t.Run(fmt.Sprintf("aimed=%v/%s", c.aimed, wait), func(t *testing.T) {
				worst := time.Duration(0)
				bound := c.cadence.lateness(wait, true)
				for range 20_000 {
					worst = max(worst, arrive(random, c.aimed, wait))
				}
				if worst > bound {
					t.Errorf("came %s late, bound %s", worst, bound)
				}
				if worst < bound*6/10 {
					t.Errorf("never more than %s late, bound %s is too wide", worst, bound)
				}
				if loud := c.cadence.lateness(wait, false); loud < bound {
					t.Errorf("a pod that is looked at for other reasons has a lower bound: %s, %s", loud, bound)
				}
			})
		}
	}
}

func TestCadenceOfVersions(t *testing.T) {
	for version, want := range map[string]cadence{
		"v1.24.17": {fixed: true}, "v1.34.4": {fixed: true}, "v1.34.9-gke.100": {fixed: true}, "v1.35.0": {aimed: true},
		"v1.35.0-rc.1": {aimed: true}, "v1.37.2+k3s1": {aimed: true}, "": {fixed: true, aimed: true}, "unknown": {fixed: true, aimed: true},
	} {
		node := &corev1.Node{}
		node.Status.NodeInfo.KubeletVersion = version
		if got := cadenceOf(node); got != want {
			t.Errorf("%q: %+v, want %+v", version, got, want)
		}
	}
	both := cadenceOf(nil)
	fixed := cadence{fixed: true}
	aimed := cadence{aimed: true}
	for _, wait := range []time.Duration{0, 10 * time.Second, 40 * time.Second, 300 * time.Second} {
		want := max(fixed.lateness(wait, true), aimed.lateness(wait, true))
		if got := both.lateness(wait, true); got != want {
			t.Errorf("unknown version, %s: %s late at most, want the wider: %s", wait, got, want)
		}
	}
}
