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
	ages      []time.Duration
}

// watcher is a client that watches pods.
type watcher struct {
	labels labels.Selector
	frames chan []byte
}

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
		c.mu.Lock()
		c.watchers[in] = true
		c.mu.Unlock()
	}
	defer func() {
		c.mu.Lock()
		delete(c.watchers, in)
		c.mu.Unlock()
	}()
	for {
		select {
		case <-r.Context().Done():
			return
		case frame := <-in.frames:
			n, err := w.Write(frame)
			c.server.bytes.Add(int64(n))
			if err == nil && len(in.frames) == 0 {
				err = out.Flush()
			}
			if err != nil {
				return
			}
		}
	}
}

// measure has so many pods a second become ready or unready for a while, and returns
// what the process took.
func (c *changes) measure(pid, pace int, length time.Duration) (watching, error) {
	var r watching
	began := time.Now()
	spent, err := cpuOf(pid)
	if err != nil {
		return r, err
	}
	tick := time.NewTicker(time.Second / beats)
	defer tick.Stop()
	marks := []float64{0.1, 0.5, 1}
	pod := 0
	for beat := 0; len(marks) > 0; beat++ {
		<-tick.C
		for range pace / beats {
			if len(c.order) >= pace*int(heals/time.Second)/2 { // ready again after a while
				again := c.order[0]
				c.order = c.order[1:]
				delete(c.unready, again)
				if err := c.change(again, false); err != nil {
					return r, err
				}
				continue
			}
			pod = (pod + 7919) % c.server.shape.pods // all of them, far apart
			c.unready[pod] = true
			c.order = append(c.order, pod)
			if err := c.change(pod, beat%beats == 0 && !c.anySince(time.Second/2)); err != nil {
				return r, err
			}
		}
		if err := c.heal(); err != nil {
			return r, err
		}
		if time.Since(began) >= time.Duration(marks[0]*float64(length)) {
			r.memory[len(r.memory)-len(marks)] = memoryOf(pid, "VmRSS:")
			marks = marks[1:]
		}
	}
	after, err := cpuOf(pid)
	if err != nil {
		return r, err
	}
	r.cores = (after - spent).Seconds() / time.Since(began).Seconds()
	r.peak = memoryOf(pid, "VmHWM:")
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, at := range c.sent {
		if time.Since(at) > heals/2 {
			r.missed++
		}
	}
	r.ages = slices.Sorted(slices.Values(c.ages))
	return r, nil
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
	_, unhealthy := c.unhealthy[pod]
	if crash && !unhealthy && !s.shape.crashes(pod) {
		unhealthy = true
		c.unhealthy[pod] = time.Now()
		c.sent[fmt.Sprintf("%s-%010d-p%05d", appName(d), s.shape.sets, i)] = time.Now()
	}
	m := s.models[d][healthy]
	if unhealthy || s.shape.crashes(pod) {
		m = s.models[d][crashing]
	} else if c.unready[pod] {
		m = s.models[d][unready]
	}
	frame, err := frameOf(m.pod(nil, pod, i))
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
	_, after, _ := strings.Cut(string(data), ") ")
	const (
		user   = 11
		system = 12
		hertz  = 100
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
