package cluster

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const (
	// quiet is how long nothing may change before a burst of changes is over;
	// burst is how long one may last before it is shown as far as it got.
	quiet = 150 * time.Millisecond
	burst = time.Second
	// forgotten is how long a watch continues after it was last asked for.
	forgotten = time.Minute
)

// Watch reads from a cluster and keeps what it has read up to date. A read is
// listed once and then watched with its own selectors; the same read later is
// answered from memory, without a request. A caller loads a snapshot, waits with
// Next, and loads the next one.
//
// A watch that ends continues where it ended; if its version is too old (410), it
// lists again. While the server cannot be reached, snapshots hold the last known
// state and a gap of the resource "changes" with the time since when. After a
// suspend of the machine all watches are restarted at once: see ring.
//
// It keeps its own store and retries, because a client-go Reflector has no place
// for the error and the age of each list that a view must show, for reads that
// are not watched, and for the end of single watches that nobody asks for.
//
// Logs, the events of a single pod and the configuration of a kubelet are not
// watched: the first two are read again when the state of a container of the pod
// changes.
type Watch struct {
	cluster *Cluster
	ctx     context.Context // ends the watches
	clock   *runningClock
	changed chan struct{} // holds one: something is not as it was
	slots   chan struct{} // of the lists under way
	alarm   alarm         // of Next alone
	left    time.Time     // when Next returned last; of Next alone

	mu       sync.Mutex
	wrong    *snapshot.Gap // the dates of the answers are wrong, see correctClock
	feeds    map[snapshot.Read]*feed
	evidence map[any]*evidence // by LogRead or Read
}

// Watch returns a watch of the cluster, which ends with ctx. local measures time
// between the responses of the server. It sends nothing.
func (c *Cluster) Watch(ctx context.Context, local func() time.Time) *Watch {
	w := &Watch{
		cluster: c, clock: &runningClock{local: local, wall: func() time.Time { return local().Round(0) }},
		changed: make(chan struct{}, 1), slots: make(chan struct{}, readsAtOnce),
		feeds: map[snapshot.Read]*feed{}, evidence: map[any]*evidence{},
	}
	w.ctx = context.WithValue(ctx, clockKey{}, w.clock)
	return w
}

// Load adds the current state of what q asks for to s; see cli.Source. Objects
// are shared with later snapshots; a change creates a new object. Limits of reads
// are ignored, because a watch has no first objects. The time of a snapshot is
// the server's clock, which continues between its responses.
func (w *Watch) Load(ctx context.Context, s *snapshot.Snapshot, q snapshot.Query) error {
	out, err := w.answers(ctx, q)
	if err != nil {
		return err
	}
	if s.At.IsZero() {
		if err := unanswered(out); err != nil && !w.cluster.server.answered.Load() {
			return err
		}
		if err := w.stamp(s); err != nil {
			return err
		}
	}
	for _, f := range out {
		f.addTo(s)
	}
	w.correctClock(s, out)
	if gap, stale := w.stale(); stale {
		s.AddGap(gap)
	}
	s.Sort()
	return nil
}

// correctClock does what the function does, for this snapshot and the later ones:
// the time continues from the newest object.
func (w *Watch) correctClock(s *snapshot.Snapshot, all []*found) {
	if s.AtSource == snapshot.AtFlag {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if at, gap := trueTime(all, s.At, w.wrong != nil); gap != nil {
		w.clock.set(at)
		s.At = at
		if w.wrong == nil {
			w.wrong = gap
		}
	}
	if w.wrong != nil {
		s.AtSource = snapshot.AtNewest
		s.AddGap(*w.wrong)
	}
	nodesAhead(s, all)
}

// answers returns the outcomes of q in its order, or the error of the first
// required read that failed.
func (w *Watch) answers(ctx context.Context, q snapshot.Query) ([]*found, error) {
	var out []*found
	var again []snapshot.Read // evidence
	var feeds []*feed
	var watched []snapshot.Read
	for _, r := range unique(q.Reads) {
		if _, _, ofPod := podOf(r); ofPod || r.Resource == snapshot.KubeletConfigResource || r.Resource == snapshot.PodUsageResource {
			again = append(again, r)
			continue
		}
		feeds = append(feeds, w.feed(r))
		watched = append(watched, r)
	}
	for i, f := range feeds { // they list at the same time, in the background
		select {
		case <-f.ready:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		answer := w.answer(f, watched[i])
		if answer.err != nil {
			return nil, answer.err
		}
		out = append(out, answer)
	}
	more, err := w.renew(ctx, again, q.Logs)
	return append(out, more...), err
}

// stamp sets the time and the source of a snapshot that has none.
func (w *Watch) stamp(s *snapshot.Snapshot) error {
	s.Source = w.cluster.source()
	s.At = w.clock.now()
	s.AtSource = snapshot.AtServer
	if s.At.IsZero() {
		return errNoClock
	}
	return nil
}

// Next waits for a change and the end of the burst that it comes in, and returns at the latest after
// within. Its error is that of ctx.
func (w *Watch) Next(ctx context.Context, within time.Duration) error {
	w.forget()
	began := w.clock.local()
	defer w.ring(began, within)
	defer func() { w.left = w.clock.local() }()
	patience := time.NewTimer(within)
	defer patience.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-patience.C:
		return nil
	case <-w.changed:
	}
	return w.settle(ctx, w.patience(began))
}

// settle waits until nothing has changed for a while, but no longer than a burst may last.
func (w *Watch) settle(ctx context.Context, longest time.Duration) error {
	end := time.NewTimer(longest)
	defer end.Stop()
	for {
		calm := time.NewTimer(quiet)
		select {
		case <-ctx.Done():
			calm.Stop()
			return context.Cause(ctx)
		case <-end.C:
			calm.Stop()
			return nil
		case <-calm.C:
			return nil
		case <-w.changed:
			calm.Stop()
		}
	}
}

// patience returns how long a burst may last from now on. It is shorter by the
// time that was spent since Next returned, so that large clusters, whose reading
// takes long, are not shown late; but no less than that time is left idle.
func (w *Watch) patience(now time.Time) time.Duration {
	spent := now.Sub(w.left)
	if w.left.IsZero() || spent >= burst {
		return burst
	}
	return max(burst-spent, spent)
}

// Wake ends a wait as a change would.
func (w *Watch) Wake() {
	select {
	case w.changed <- struct{}{}:
	default: // somebody is to wake up already
	}
}

// forget ends the watches that have not been asked for in a while.
func (w *Watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.clock.local().Add(-forgotten)
	for key, f := range w.feeds {
		if f.asked.Before(before) {
			f.stop()
			delete(w.feeds, key)
		}
	}
	for key, e := range w.evidence {
		if e.asked.Before(before) {
			delete(w.evidence, key)
		}
	}
}

// stale returns the gap with the time since when changes are missed.
func (w *Watch) stale() (snapshot.Gap, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	first, missed := w.staleFeeds()
	if first == nil {
		return snapshot.Gap{}, false
	}
	effect := "what happened since then is not shown"
	if len(missed) < len(w.feeds) {
		effect = "what happened since then is not shown of " + list(slices.Compact(missed))
	}
	return snapshot.Gap{
		Resource: snapshot.ChangesResource, Namespace: first.read.Namespace,
		Reason: "not current since " + first.staleSince.Format("15:04:05Z") + ": " + reason(first.read, first.staleFor), Impact: effect,
	}, true
}

// staleFeeds returns the feed that has missed changes for longest, nil if none has, and the resources of
// all such feeds, sorted. The caller holds the lock.
func (w *Watch) staleFeeds() (first *feed, missed []string) {
	for _, f := range w.feeds {
		if f.staleSince.IsZero() {
			continue
		}
		missed = append(missed, f.read.Resource)
		if first == nil || f.staleSince.Before(first.staleSince) {
			first = f
		}
	}
	slices.Sort(missed)
	return first, missed
}

// list returns "a, b and c".
func list(words []string) string {
	out := words[0]
	for i, word := range words[1:] {
		if i == len(words)-2 {
			out += " and " + word
			continue
		}
		out += ", " + word
	}
	return out
}
