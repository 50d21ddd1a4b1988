package cluster

import (
	"context"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// watchTime is the requested duration of a watch; client-go asks
// for five to ten minutes (tools/cache/reflector.go, v0.37).
const watchTime = 5 * time.Minute

// feed keeps the objects of one read up to date. All fields but read, ready and
// stop are guarded by Watch.mu.
type feed struct {
	read  snapshot.Read      // without the fields that only matter to its caller
	ready chan struct{}      // closed when the first list has come or failed
	stop  context.CancelFunc // ends the feed
	again context.CancelFunc // ends the current attempt, to start another

	asked      time.Time // by the local clock
	objects    ordered
	pack       func(*corev1.Pod) runtime.Object // nil before the first pod
	err        error                            // why there are none: no list has succeeded
	staleSince time.Time                        // by the server's clock; zero: current
	staleFor   error
}

// feed returns the feed that answers r, a new one if there is none.
func (w *Watch) feed(r snapshot.Read) *feed {
	// Reads that differ in their impact or limit alone share a feed.
	key := snapshot.Read{Resource: r.Resource, Namespace: r.Namespace, Name: r.Name, Labels: r.Labels, Fields: r.Fields}
	w.mu.Lock()
	defer w.mu.Unlock()
	f, ok := w.feeds[key]
	if !ok {
		ctx, cancel := context.WithCancel(w.ctx)
		f = &feed{read: key, ready: make(chan struct{}), stop: cancel}
		w.feeds[key] = f
		go w.follow(ctx, f)
	}
	f.asked = w.clock.local()
	return f
}

// answer returns the outcome of r by its feed.
func (w *Watch) answer(f *feed, r snapshot.Read) *found {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := &found{read: r, complete: f.err == nil && r.Name == "" && r.Labels == "" && r.Fields == ""}
	out.objects = f.objects.list()
	err := f.err
	if err == nil && r.Name != "" && len(out.objects) == 0 {
		err = notFound(r)
	}
	out.settle(err)
	return out
}

// notFound is the server's word for a name that is not there.
func notFound(r snapshot.Read) error {
	resource := schema.ParseGroupResource(r.Resource)
	if k := snapshot.KindNamed(r.Resource); k != nil {
		resource = k.GroupResource()
	}
	return apierrors.NewNotFound(resource, r.Name)
}

// follow lists and then watches the objects of f until ctx ends.
func (w *Watch) follow(ctx context.Context, f *feed) {
	version := ""
	failures := 0
	for ctx.Err() == nil {
		attempt, cancel := context.WithCancel(ctx)
		w.mu.Lock()
		f.again = cancel
		w.mu.Unlock()
		version, failures = w.attempt(attempt, f, version, failures)
		if attempt.Err() != nil && ctx.Err() == nil { // asked to start again
			failures = 0
			time.Sleep(parting)
		}
		cancel()
	}
}

// attempt lists, unless there is a version to continue from, and watches until
// the stream ends or fails; then it waits before the next attempt. It returns the
// version to continue from and the number of consecutive failures.
func (w *Watch) attempt(ctx context.Context, f *feed, version string, failures int) (last string, failed int) {
	var err error
	if version == "" {
		version, err = w.list(ctx, f)
	}
	lived := false
	began := w.clock.local()
	if err == nil {
		version, lived, err = w.watch(ctx, f, version)
	}
	if ctx.Err() != nil {
		return version, failures
	}
	if lived && w.clock.local().Sub(began) >= steady {
		failures = 0
	}
	if err != nil && !lived && (failures > 0 || !expired(err)) { // a broken stream is resumed at once
		w.missed(f, err)
	}
	if err == nil && lived && failures == 0 {
		return version, w.ended(began) // the server ends each watch after a while
	}
	if version != "" && refusesVersion(err) {
		version = ""
		if failures == 0 && expired(err) { // usual after a pause; again at once, it is a fault of the server
			return version, 1
		}
	}
	select {
	case <-ctx.Done():
	case <-time.After(retry(failures, err)):
	}
	return version, failures + 1
}

// ended returns the number of failures after a watch that ended in order: one if
// it was so short that a server that ends all of them would be asked without pause.
func (w *Watch) ended(began time.Time) int {
	if w.clock.local().Sub(began) >= steady {
		return 0
	}
	return 1
}

// list reads all that f names, and returns the version to watch from.
func (w *Watch) list(ctx context.Context, f *feed) (string, error) {
	select {
	case w.slots <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-w.slots }()
	all := &found{
		read: snapshot.Read{Resource: f.read.Resource, Namespace: f.read.Namespace, Labels: f.read.Labels, Fields: fieldSelector(f.read)},
	}
	asking, end := w.cluster.server.ask(ctx)
	err := plain(w.cluster.fill(asking, all))
	end()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	objects := newOrdered()
	for _, object := range all.objects {
		if key, ok := keyOf(object); ok {
			objects.put(key, object)
		}
	}
	w.mu.Lock()
	if err == nil {
		f.objects = objects
		f.err = nil
	} else if f.objects.by == nil { // otherwise the last known state stays, and is stale
		f.err = err
	}
	w.mu.Unlock()
	select {
	case <-f.ready:
		w.Wake()
	default:
		close(f.ready)
	}
	return all.version, err
}

// fieldSelector returns the field selector of a list or watch that answers r.
func fieldSelector(r snapshot.Read) string {
	if r.Name == "" {
		return r.Fields
	}
	return fields.OneTermEqualSelector("metadata.name", r.Name).String()
}

// watch applies the changes after version until the stream ends. It returns the
// version to continue from and whether there was a stream.
func (w *Watch) watch(ctx context.Context, f *feed, version string) (last string, lived bool, err error) {
	in, err := w.cluster.reader(ctx, f.read)
	if err != nil {
		return version, false, err
	}
	seconds := int64((watchTime + rand.N(watchTime)) / time.Second) // by chance, so that not all watches end at once
	stream, err := in.watch(ctx, metav1.ListOptions{
		LabelSelector: f.read.Labels, FieldSelector: fieldSelector(f.read),
		ResourceVersion: version, AllowWatchBookmarks: true, TimeoutSeconds: &seconds,
	})
	if err != nil {
		return version, false, err
	}
	defer stream.Stop()
	// A server that hangs up at once has given no watch: client-go makes an
	// empty one of that (Request.Watch in rest/request.go, v0.37).
	proof := time.NewTimer(quiet)
	defer proof.Stop()
	for {
		select {
		case <-proof.C:
			lived = true
			w.current(f)
		case event, open := <-stream.ResultChan():
			switch {
			case !open && !lived:
				return version, false, errHungUp
			case !open:
				return version, true, nil
			case event.Type == watch.Error:
				return version, lived, apierrors.FromObject(event.Object)
			}
			lived = true
			w.current(f)
			if at := w.take(f, event); at != "" {
				version = at
			}
		}
	}
}

// take applies an event and returns its version.
func (w *Watch) take(f *feed, event watch.Event) string {
	object, err := meta.Accessor(event.Object)
	if err != nil {
		return "" // no object of the API
	}
	key := types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}
	if event.Type == watch.Bookmark { // nothing changed but the version to continue from
		return object.GetResourceVersion()
	}
	w.mu.Lock()
	if event.Type == watch.Deleted {
		f.objects.remove(key)
	} else {
		f.objects.put(key, w.kept(f, event.Object))
	}
	w.mu.Unlock()
	w.Wake()
	return object.GetResourceVersion()
}

// kept returns an object as f keeps it: trimmed, and a healthy pod packed, as in
// a list.
func (w *Watch) kept(f *feed, object runtime.Object) runtime.Object {
	pod, ok := object.(*corev1.Pod)
	if !ok || w.cluster.options.Pack == nil {
		w.cluster.options.Trim(object)
		return object
	}
	if f.pack == nil {
		f.pack = w.cluster.options.Pack()
	}
	return f.pack(pod)
}

// keyOf returns the namespace and the name of an object, and false if it has no metadata.
func keyOf(o runtime.Object) (types.NamespacedName, bool) {
	object, err := meta.Accessor(o)
	if err != nil {
		return types.NamespacedName{}, false
	}
	return types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}, true
}
