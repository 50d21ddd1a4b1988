package backoff

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// figures count how often windows that were computed at many times were right.
type figures struct {
	waits    int             // times at which a window was asked for
	windowed int             // of these, those that got one
	inside   int             // of these, those whose window holds the start
	excess   []time.Duration // width over half the wait and 4 s
	missed   []string        // windows that do not hold the start, in words
}

func (f *figures) add(g figures) {
	f.waits += g.waits
	f.windowed += g.windowed
	f.inside += g.inside
	f.excess = append(f.excess, g.excess...)
	f.missed = append(f.missed, g.missed...)
}

// check compares the figures with the promise: 97 % of the waits get a window,
// the start lies in at least `inside` percent of these, and the median width is
// at most half the wait and 4 s. It fails if nothing was compared.
func (f *figures) check(t *testing.T, inside int) {
	t.Helper()
	if f.waits == 0 {
		t.Fatal("no wait was compared")
	}
	if f.windowed*100 < f.waits*97 {
		t.Errorf("%d of %d waits got a window", f.windowed, f.waits)
	}
	if f.inside*100 < f.windowed*inside {
		t.Errorf("%d of %d windows held the start, want %d %%; such as\n%s", f.inside, f.windowed, inside, f.missed[len(f.missed)/2])
	}
	slices.Sort(f.excess)
	if len(f.excess) > 0 && f.excess[len(f.excess)/2] > 0 {
		t.Errorf("the median window is %s too wide", f.excess[len(f.excess)/2])
	}
}

// forecast predicts the next start every few seconds of each wait, from the exit
// number `from` on, and compares the window with the start that followed.
func (k *kubelet) forecast(from int, o Options) figures {
	const every = 7 * time.Second
	var f figures
	for i := from; i+1 < len(k.runs); i++ {
		end := k.runs[i].finished
		started := k.runs[i+1].started.Truncate(time.Second)
		for at := end.Add(k.some(every)); at.Before(k.runs[i+1].started); at = at.Add(every) {
			status := k.at(at)
			if status.State.Running != nil || int(status.RestartCount) != i {
				continue // the API does not show the exit yet
			}
			s := Compute(k.pod(status), "c", k.node(), nil, at, o).Schedule
			f.waits++
			if s.NotBefore == nil || s.ExpectedBy == nil {
				continue
			}
			f.windowed++
			f.excess = append(f.excess, s.ExpectedBy.Sub(s.NotBefore.Time)-started.Sub(end.Truncate(time.Second))/2-4*time.Second)
			if started.Before(s.NotBefore.Add(-time.Second)) || started.After(s.ExpectedBy.Add(time.Second)) {
				f.missed = append(
					f.missed,
					fmt.Sprintf("exit %d, %s after it: %s to %s (%s, max %s), started after %s", i, at.Sub(end).Round(time.Second),
						s.NotBefore.Sub(end), s.ExpectedBy.Sub(end), s.Basis, s.Policy.Max, started.Sub(end)),
				)
				continue
			}
			f.inside++
		}
	}
	return f
}

// lives returns eleven lifetimes of about that many seconds, or of random
// length if seconds is negative.
func (k *kubelet) lives(seconds int) []time.Duration {
	out := make([]time.Duration, 11)
	for i := range out {
		out[i] = time.Duration(seconds)*time.Second + k.some(300*time.Millisecond)
		if seconds < 0 {
			out[i] = time.Duration(k.random.Intn(700_000)) * time.Millisecond
		}
	}
	return out
}

var lengths = []int{0, 1, 3, 20, 45, 66, 299, 301, 310, 450, 660, -1}

func forecasts(aimed bool, limit time.Duration, kill bool, life, from int, o Options) figures {
	var f figures
	for seed := range int64(12) {
		k := newKubelet(seed*1000+int64(life), limit, aimed)
		k.kill = kill
		k.play(k.lives(life))
		f.add(k.forecast(from, o))
	}
	return f
}

// For both algorithms of the kubelet, with crashes and probe kills: at any time
// during any wait, the window contains the start.
func TestWindowsHoldTheStarts(t *testing.T) {
	for _, aimed := range []bool{false, true} {
		for _, kill := range []bool{false, true} {
			for _, life := range lengths {
				t.Run(fmt.Sprintf("aimed=%v/kill=%v/life=%d", aimed, kill, life), func(t *testing.T) {
					f := forecasts(aimed, maxWait, kill, life, 0, Options{})
					if kill && life > int(maxWait.Seconds()) { // the back-off counts from the exit before, and has passed
						if f.waits > 0 {
							t.Errorf("%d waits, want none: the kubelet restarts at once", f.waits)
						}
						return
					}
					f.check(t, 99)
				})
			}
		}
	}
}

// The same if the node has a maximum of its own that the caller knows.
func TestWindowsWithAKnownMaximum(t *testing.T) {
	for _, aimed := range []bool{false, true} {
		for _, limit := range []time.Duration{2 * time.Second, 20 * time.Second, time.Minute} {
			for _, life := range lengths {
				t.Run(fmt.Sprintf("aimed=%v/max=%s/life=%d", aimed, limit, life), func(t *testing.T) {
					f := forecasts(aimed, limit, false, life, 0, Options{Policy: capped(limit, PolicyNode)})
					f.check(t, 99)
				})
			}
		}
	}
}

// If the caller does not know it, the pauses show it once they differ from the
// built-in curve. A pause of 80 to 90 s is still the fifth step of that curve.
func TestWindowsWithAMaximumThatOnlyPausesShow(t *testing.T) {
	for _, aimed := range []bool{false, true} {
		for limit, from := range map[time.Duration]int{2 * time.Second: 3, time.Minute: 6} {
			for _, life := range []int{1, 20, 45, 66, 240} {
				t.Run(fmt.Sprintf("aimed=%v/max=%s/life=%d", aimed, limit, life), func(t *testing.T) {
					f := forecasts(aimed, limit, false, life, from, Options{})
					f.check(t, 97)
				})
			}
		}
	}
}

// A node's own maximum of a minute is met unawares once, in the fifth wait: its
// window is open for that.
func TestFirstWaitAtAMaximumOfOneMinute(t *testing.T) {
	const fifth = 4
	for _, aimed := range []bool{false, true} {
		for _, life := range []int{0, 1, 20, 45, 66} {
			t.Run(fmt.Sprintf("aimed=%v/life=%d", aimed, life), func(t *testing.T) {
				var f figures
				for seed := range int64(40) {
					k := newKubelet(seed, commonMaximum, aimed)
					k.play(k.lives(life)[:fifth+1])
					f.add(k.forecast(fifth, Options{}))
				}
				f.check(t, 99)
			})
		}
	}
}
