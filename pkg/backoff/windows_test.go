package backoff

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// figures are how the windows of many moments fare.
type figures struct {
	waits, said, inside int
	widths              []time.Duration // over half the wait and 4 s: positive
	missed              []string
}

// forecast predicts at every moment step apart while the container waits and compares
// with the start that came.
func (k *kubelet) forecast(step time.Duration, o Options) figures {
	var f figures
	for i := 0; i+1 < len(k.runs); i++ {
		end, started := k.runs[i].finished, k.runs[i+1].started.Truncate(time.Second)
		for at := end.Add(k.some(step)); at.Before(k.runs[i+1].started); at = at.Add(step) {
			status := k.at(at)
			if status.State.Running != nil || int(status.RestartCount) != i {
				continue // the API does not show the death yet
			}
			s := Compute(k.pod(status), "c", k.node(), nil, at, o).Schedule
			f.waits++
			if s.NotBefore == nil || s.ExpectedBy == nil {
				continue
			}
			f.said++
			width := s.ExpectedBy.Sub(s.NotBefore.Time)
			f.widths = append(f.widths, width-started.Sub(end)/2-4*time.Second)
			if started.Before(s.NotBefore.Add(-time.Second)) || started.After(s.ExpectedBy.Add(time.Second)) {
				f.missed = append(f.missed, fmt.Sprintf("death %d, %s after it: %s to %s (%s, max %s), started after %s", i, at.Sub(end).Round(time.Second),
					s.NotBefore.Sub(end), s.ExpectedBy.Sub(end), s.Basis, s.Policy.Max, started.Sub(end)))
				continue
			}
			f.inside++
		}
	}
	return f
}

func (f *figures) add(g figures) {
	f.waits, f.said, f.inside = f.waits+g.waits, f.said+g.said, f.inside+g.inside
	f.widths, f.missed = append(f.widths, g.widths...), append(f.missed, g.missed...)
}

func (f *figures) excess() time.Duration {
	slices.Sort(f.widths)
	return f.widths[len(f.widths)/2]
}

// Snapshots of simulated kubelets, old and new, at every few seconds of every wait.
func TestWindowsHoldTheStartsOfSimulatedKubelets(t *testing.T) {
	for _, aimed := range []bool{false, true} {
		for _, limit := range []time.Duration{2 * time.Second, 20 * time.Second, 60 * time.Second, 300 * time.Second} {
			for _, kill := range []bool{false, true} {
				for _, life := range []int{0, 1, 3, 20, 45, 66, 299, 301, 310, 450, 660, -1} {
					name := fmt.Sprintf("aimed=%v/max=%s/kill=%v/life=%d", aimed, limit, kill, life)
					t.Run(name, func(t *testing.T) {
						var f figures
						for seed := range int64(12) {
							k := newKubelet(seed*7+int64(life), limit, aimed)
							k.kill = kill
							lives := make([]time.Duration, 11)
							for i := range lives {
								lives[i] = time.Duration(life) * time.Second
								if life < 0 {
									lives[i] = time.Duration(k.random.Intn(400)) * time.Second
								}
								lives[i] += k.some(300 * time.Millisecond)
							}
							k.play(lives)
							f.add(k.forecast(7*time.Second, known(limit)))
						}
						inside := 100 * float64(f.inside) / float64(max(f.said, 1))
						said := 100 * float64(f.said) / float64(max(f.waits, 1))
						mark := ""
						if f.waits > 0 && inside < 99 || f.waits > 0 && said < 97 || len(f.widths) > 0 && f.excess() > 0 {
							mark = "BAD"
							for i, m := range f.missed {
								if i%(len(f.missed)/12+1) == 0 {
									t.Log(m)
								}
							}
						}
						t.Logf("%s: %d waits, said %.1f inside %.2f excess %s %s", name, f.waits, said, inside, func() string {
							if len(f.widths) > 0 {
								return f.excess().String()
							}
							return ""
						}(), mark)
					})
				}
			}
		}
	}
}

func known(limit time.Duration) Options {
	if os.Getenv("KNOWN") == "" {
		return Options{}
	}
	return Options{Policy: capped(limit, PolicyNode)}
}
