package cluster_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// world is the pods of a server that can be watched.
type world struct {
	mu      sync.Mutex
	pods    *corev1.PodList
	down    bool
	lists   int
	watches int
	events  chan watch.Event // to the watch that is open; a nil object ends it
}

func newWorld(names ...string) *world {
	w := &world{pods: pods(names...), events: make(chan watch.Event)}
	w.pods.ResourceVersion = "7"
	return w
}

func (w *world) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	down := w.down
	watching := r.URL.Query().Get("watch") != ""
	if watching {
		w.watches++
	} else {
		w.lists++
	}
	list := w.pods.DeepCopy()
	w.mu.Unlock()
	switch {
	case down:
		refusal(apierrors.NewServiceUnavailable("shutting down"))(out, r)
	case watching:
		w.stream(out, r)
	default:
		write(out, r, http.StatusOK, list)
	}
}

// stream writes events until the client goes or an event has no object.
func (w *world) stream(out http.ResponseWriter, r *http.Request) {
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	out.Header().Set("Content-Type", runtime.ContentTypeJSON)
	out.WriteHeader(http.StatusOK)
	out.(http.Flusher).Flush()
	encoder := scheme.Codecs.EncoderForVersion(info.Serializer, corev1.SchemeGroupVersion)
	frames := streaming.NewEncoder(
		info.StreamSerializer.NewFrameWriter(out),
		scheme.Codecs.EncoderForVersion(info.StreamSerializer.Serializer, corev1.SchemeGroupVersion),
	)
	for {
		select {
		case <-r.Context().Done():
			return
		case event := <-w.events:
			if event.Object == nil {
				return
			}
			raw, err := runtime.Encode(encoder, event.Object)
			if err != nil {
				panic(err)
			}
			if err := frames.Encode(&metav1.WatchEvent{Type: string(event.Type), Object: runtime.RawExtension{Raw: raw}}); err != nil {
				return
			}
			out.(http.Flusher).Flush()
		}
	}
}

func (w *world) set(change func(*world)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(w)
}

func (w *world) counts() (lists, watches int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lists, w.watches
}

// follower loads snapshots of the pods of a world.
type follower struct {
	*cluster.Watch
	query snapshot.Query
}

func follow(t *testing.T, w *world) follower {
	t.Helper()
	a := serve(t, map[string]http.HandlerFunc{"/api/v1/namespaces/shop/pods": w.ServeHTTP})
	watched := a.cluster(t, cluster.Options{}).Watch(t.Context(), time.Now)
	// Streams that are open would keep the server from closing.
	t.Cleanup(a.CloseClientConnections)
	return follower{watched, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Namespace: "shop", Required: true}}}}
}

func (f follower) load(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	s := &snapshot.Snapshot{}
	if err := f.Load(t.Context(), s, f.query); err != nil {
		t.Fatal(err)
	}
	return s
}

// until loads snapshots until one is as wanted.
func (f follower) until(t *testing.T, what string, is func(*snapshot.Snapshot) bool) *snapshot.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		s := f.load(t)
		if is(s) {
			return s
		}
		if err := f.Next(ctx, 20*time.Millisecond); err != nil {
			t.Fatalf("waited for %s: pods %s, gaps %v", what, podNames(s), s.Gaps)
		}
	}
}

func named(want string) func(*snapshot.Snapshot) bool {
	return func(s *snapshot.Snapshot) bool { return podNames(s) == want }
}

func event(kind watch.EventType, name, version string) watch.Event {
	p := pod(name)
	p.ResourceVersion = version
	return watch.Event{Type: kind, Object: &p}
}

func TestWatchListsOnceAndThenTakesChangesIn(t *testing.T) {
	w := newWorld("a", "b")
	f := follow(t, w)
	first := f.load(t)
	if podNames(first) != "a b" || !first.Complete("pods", "shop") || first.At.Before(moment) {
		t.Fatalf("pods %s at %s", podNames(first), first.At)
	}
	w.events <- event(watch.Added, "c", "8")
	f.until(t, "an added pod", named("a b c"))
	w.events <- event(watch.Deleted, "a", "9")
	f.until(t, "a deleted pod", named("b c"))
	changed := event(watch.Modified, "b", "10")
	changed.Object.(*corev1.Pod).Status.Phase = corev1.PodRunning
	w.events <- changed
	s := f.until(t, "a modified pod", func(s *snapshot.Snapshot) bool { return s.Pods[0].Status.Phase == corev1.PodRunning })
	if podNames(first) != "a b" || first.Pods[1].Status.Phase != "" {
		t.Error("a change reached a snapshot from before it")
	}
	w.events <- watch.Event{Type: watch.Modified} // the stream ends, as it does after minutes
	w.events <- event(watch.Added, "d", "11")
	f.until(t, "a pod of the next stream", named("b c d"))
	if lists, watches := w.counts(); lists != 1 || watches != 2 || len(s.Gaps) != 0 {
		t.Errorf("%d lists, %d watches, gaps %v, want one list and two streams", lists, watches, s.Gaps)
	}
}

func TestWatchListsAgainWhereItsPlaceIsTooOld(t *testing.T) {
	w := newWorld("a")
	f := follow(t, w)
	f.load(t)
	w.set(func(w *world) { w.pods = pods("x", "y"); w.pods.ResourceVersion = "90" })
	expired := apierrors.NewResourceExpired("too old resource version").Status()
	w.events <- watch.Event{Type: watch.Error, Object: &expired}
	s := f.until(t, "the new list", named("x y"))
	if lists, _ := w.counts(); lists != 2 || len(s.Gaps) != 0 {
		t.Errorf("%d lists, gaps %v, want two and none", lists, s.Gaps)
	}
}

func TestWatchSaysSinceWhenItIsNotCurrentAndRecovers(t *testing.T) {
	w := newWorld("a")
	f := follow(t, w)
	f.load(t)
	w.events <- event(watch.Modified, "a", "8") // the stream is open
	w.set(func(w *world) { w.down = true })
	w.events <- watch.Event{}
	stale := f.until(t, "a gap", func(s *snapshot.Snapshot) bool { return len(s.Gaps) == 1 })
	if g := stale.Gaps[0]; podNames(stale) != "a" || g.Resource != "changes" || len(g.Reason) < len("not current since ") ||
		g.Reason[:18] != "not current since " {
		t.Errorf("pods %s, gap %v, want what was known and since when", podNames(stale), g)
	}
	w.set(func(w *world) { w.down = false })
	w.events <- event(watch.Added, "b", "8")
	f.until(t, "the picture without a gap", func(s *snapshot.Snapshot) bool { return podNames(s) == "a b" && len(s.Gaps) == 0 })
}
