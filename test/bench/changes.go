//go:build linux

package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

const (
	// heals is how long a pod crashes before it is well again.
	heals = 10 * time.Second
	// beats is how often in a second pods change.
	beats = 50
	// ahead is how many changes a slow client may be behind.
	ahead = 100_000
)

// changes makes the pods of a server change, and notes when a crash was shown.
type changes struct {
	server *server

	mu        sync.Mutex
	watchers  map[*watcher]bool
	sent      map[string]time.Time // crashes that were not shown yet, by the name of the pod
	unhealthy map[int]time.Time    // pods that crash for a while
	unready   map[int]bool         // pods that run and are not ready
	order     []int                // those, the oldest first
	last      int                  // the pod that became unready last
	ages      []time.Duration      // how old each crash was when a plugin printed it
}

// watcher is a client that watches pods.
type watcher struct {
	labels labels.Selector
	frames chan []byte
}

// newChanges returns the changes of a server of which all pods are as their models.
func newChanges(s *server) *changes {
	return &changes{
		server: s, watchers: map[*watcher]bool{}, sent: map[string]time.Time{}, unhealthy: map[int]time.Time{}, unready: map[int]bool{},
	}
}

// serve streams the changes of pods, and none of any other resource.
func (c *changes) serve(w http.ResponseWriter, r *http.Request, plural string) {
	w.Header().Set("Content-Type", runtime.ContentTypeProtobuf+";stream=watch")
	out := http.NewResponseController(w)
	byLabel, err := labels.Parse(r.URL.Query().Get("labelSelector"))
	if err != nil || out.Flush() != nil {
		return
	}
	in := &watcher{labels: byLabel, frames: make(chan []byte, ahead)}
	if plural == "pods" {
		c.enter(in)
		defer c.leave(in)
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case frame := <-in.frames:
			n, err := w.Write(frame)
			c.server.bytes.Add(int64(n))
			if err == nil && len(in.frames) == 0 { // else the next frame flushes this one too
				err = out.Flush()
			}
			if err != nil {
				return
			}
		}
	}
}

// enter has a client receive the changes of pods from now on.
func (c *changes) enter(in *watcher) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchers[in] = true
}

// leave ends what enter began: change would block on the full channel of a client that has gone.
func (c *changes) leave(in *watcher) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.watchers, in)
}

// measure has so many pods a second become ready or unready for a while, and returns
// what the process took.
func (c *changes) measure(pid, pace int, length time.Duration) (watching, error) {
	began := time.Now()
	before, err := cpuOf(pid)
	if err != nil {
		return watching{}, err
	}
	memory, err := c.beatFor(pid, pace, length)
	if err != nil {
		return watching{}, err
	}
	after, err := cpuOf(pid)
	if err != nil {
		return watching{}, err
	}
	r := watching{memory: memory, peak: memoryOf(pid, "VmHWM:")}
	r.cores = (after - before).Seconds() / time.Since(began).Seconds()
	r.missed, r.ages = c.shown()
	return r, nil
}

// beatFor makes changes for a while. It returns the resident memory of the process after a tenth,
// half and all of that time: growth between them would be a leak.
func (c *changes) beatFor(pid, pace int, length time.Duration) (memory [3]int64, err error) {
	began := time.Now()
	tick := time.NewTicker(time.Second / beats)
	defer tick.Stop()
	beat := 0
	for i, share := range []float64{0.1, 0.5, 1} {
		for time.Since(began) < time.Duration(share*float64(length)) {
			<-tick.C
			if err := c.beat(beat, pace); err != nil {
				return memory, err
			}
			beat++
		}
		memory[i] = memoryOf(pid, "VmRSS:")
	}
	return memory, nil
}

// beat makes the changes of the beat n: at a pace of 500 a second these are 10. Half
// of what changes in the time of heals is unready at once; from then on each pod that
// becomes ready again makes room for another one.
func (c *changes) beat(n, pace int) error {
	for range pace / beats {
		var err error
		if len(c.order) >= pace*int(heals/time.Second)/2 {
			err = c.readyAgain()
		} else {
			err = c.nextUnready(n%beats == 0)
		}
		if err != nil {
			return err
		}
	}
	return c.heal()
}

// readyAgain makes the pod ready that has been unready for longest.
func (c *changes) readyAgain() error {
	pod := c.order[0]
	c.order = c.order[1:]
	delete(c.unready, pod)
	return c.change(pod, false)
}

// nextUnready makes another pod unready. With mayCrash it crashes, unless one began to
// a moment ago: a beat has several pods, and only one of them shall crash.
func (c *changes) nextUnready(mayCrash bool) error {
	const step = 7919 // a prime: neighbours in time are far apart, and every pod has its turn
	c.last = (c.last + step) % c.server.shape.pods
	c.unready[c.last] = true
	c.order = append(c.order, c.last)
	return c.change(c.last, mayCrash && !c.anySince(time.Second/2))
}

// shown returns how many crashes were not shown in time, and the sorted ages of the
// others. A crash of the last seconds counts as neither: it may still be on its way.
func (c *changes) shown() (missed int, ages []time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, at := range c.sent {
		if time.Since(at) > heals/2 {
			missed++
		}
	}
	return missed, slices.Sorted(slices.Values(c.ages))
}

// anySince reports whether a pod began to crash in the last time.
func (c *changes) anySince(last time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, at := range c.unhealthy {
		if time.Since(at) < last {
			return true
		}
	}
	return false
}

// heal makes the pods well that have crashed for long enough.
func (c *changes) heal() error {
	c.mu.Lock()
	var well []int
	for pod, at := range c.unhealthy {
		if time.Since(at) >= heals {
			delete(c.unhealthy, pod)
			well = append(well, pod)
		}
	}
	c.mu.Unlock()
	for _, pod := range well {
		if err := c.change(pod, false); err != nil {
			return err
		}
	}
	return nil
}

// change sends a pod as it is now; from now on it may crash.
func (c *changes) change(pod int, crash bool) error {
	s := c.server
	d := min(pod/s.shape.deployment, len(s.models)-1)
	i := pod - d*s.shape.deployment
	c.mu.Lock()
	defer c.mu.Unlock()
	if crash && c.stateOf(pod) != crashing {
		c.unhealthy[pod] = time.Now()
		c.sent[fmt.Sprintf("%s-%010d-p%05d", appName(d), s.shape.sets, i)] = time.Now()
	}
	frame, err := frameOf(s.models[d][c.stateOf(pod)].pod(nil, pod, i))
	if err != nil {
		return err
	}
	set := s.pod(pod).labels
	for in := range c.watchers {
		if in.labels.Matches(set) {
			in.frames <- frame
		}
	}
	return nil
}

// stateOf returns the state of a pod. One that crashes is not ready either: crashing
// comes first. The caller holds mu.
func (c *changes) stateOf(pod int) int {
	if _, unhealthy := c.unhealthy[pod]; unhealthy || c.server.shape.crashes(pod) {
		return crashing
	}
	if c.unready[pod] {
		return unready
	}
	return healthy
}

// frameOf returns a change of a pod as a watch sends it: its length, then the
// event (k8s.io/apimachinery pkg/runtime/serializer/protobuf and
// pkg/util/framer, 0.37).
func frameOf(pod []byte) ([]byte, error) {
	whole := runtime.Unknown{TypeMeta: runtime.TypeMeta{APIVersion: "v1", Kind: "Pod"}, Raw: pod}
	object, err := whole.Marshal()
	if err != nil {
		return nil, err
	}
	event := metav1.WatchEvent{Type: string(watch.Modified), Object: runtime.RawExtension{Raw: append([]byte("k8s\x00"), object...)}}
	data, err := event.Marshal()
	if err != nil {
		return nil, err
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...), nil
}

// see reads what a plugin prints, and notes how old each crash is when it is shown.
func (c *changes) see(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		c.mu.Lock()
		for name, at := range c.sent {
			if strings.Contains(lines.Text(), name) {
				c.ages = append(c.ages, time.Since(at))
				delete(c.sent, name)
			}
		}
		c.mu.Unlock()
	}
}

// cpuOf returns the time that a process has spent on processors (proc_pid_stat(5)).
func cpuOf(pid int) (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(data), ") ") // the name of the program, in parentheses, may have spaces
	const (
		user   = 11  // utime, field 14 of the line, of which the first two are cut
		system = 12  // stime, field 15
		hertz  = 100 // ticks a second, sysconf(_SC_CLK_TCK)
	)
	words := strings.Fields(after)
	if len(words) <= system {
		return 0, fmt.Errorf("read /proc/%d/stat: it has %d fields", pid, len(words))
	}
	ticks := 0
	for _, i := range []int{user, system} {
		n, err := strconv.Atoi(words[i])
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / hertz, nil
}
