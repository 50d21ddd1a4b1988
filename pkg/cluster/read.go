package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const (
	readsAtOnce = 16 // requests for objects under way
	logsAtOnce  = 8  // requests for logs under way: each is passed on to a kubelet
)

// found is the outcome of one read.
type found struct {
	objects  []runtime.Object
	gaps     []snapshot.Gap
	version  string // of the list: where a watch continues
	complete bool   // everything of the resource and namespace is in objects
	read     snapshot.Read
	key      *snapshot.LogKey // of a log
	log      snapshot.Log
	kubelet  *snapshot.KubeletConfig
	usage    *snapshot.PodUsage
	err      error         // of a required read
	cause    error         // why it failed, also if it is not required: see unanswered
	pause    time.Duration // what the server asked to wait, if it was too long
}

// addTo adds what was found to a snapshot.
func (f *found) addTo(s *snapshot.Snapshot) {
	for _, o := range f.objects {
		s.Add(o)
	}
	for _, g := range f.gaps {
		s.AddGap(g)
	}
	if f.complete {
		s.MarkComplete(f.read.Resource, f.read.Namespace)
	}
	if f.kubelet != nil {
		if s.KubeletConfigs == nil {
			s.KubeletConfigs = map[string]*snapshot.KubeletConfig{}
		}
		s.KubeletConfigs[f.kubelet.Node] = f.kubelet
	}
	if f.usage != nil {
		if s.PodUsages == nil {
			s.PodUsages = map[snapshot.PodKey]*snapshot.PodUsage{}
		}
		s.PodUsages[snapshot.PodKey{Namespace: f.read.Namespace, Name: f.read.Name}] = f.usage
	}
	if f.key != nil {
		if s.Logs == nil {
			s.Logs = map[snapshot.LogKey]snapshot.Log{}
		}
		s.Logs[*f.key] = f.log
	}
}

// read sends all of q and returns the outcomes in its order. A required read
// that fails ends the others; the error is that of the first in q. If the server
// has not answered anything yet, every read is required: gaps alone would look
// like an empty cluster.
func (c *Cluster) read(ctx context.Context, q snapshot.Query) ([]*found, error) {
	reads := unique(q.Reads)
	out := make([]*found, len(reads)+len(q.Logs))
	// Not errgroup.WithContext: its cause would appear in the errors of the reads
	// that it cancels, as if they had failed themselves.
	asking, end := c.server.ask(ctx)
	defer end()
	one, cancel := context.WithCancel(asking)
	defer cancel()
	retries := newGate(requiredOf(reads))
	var group, logs errgroup.Group
	group.SetLimit(readsAtOnce)
	logs.SetLimit(logsAtOnce)
	group.Go(func() error { // beside the objects, with a limit of their own
		for i, r := range q.Logs {
			logs.Go(func() error {
				out[len(reads)+i] = c.readLog(within(one, retries, false), r)
				return nil
			})
		}
		return logs.Wait()
	})
	for i, r := range reads {
		group.Go(func() error {
			asking := within(one, retries, r.Required)
			defer questionOf(asking).answered() // also if it fails: the others need not wait for it
			out[i] = c.readObjects(asking, r)
			if out[i].err != nil {
				cancel()
			}
			return out[i].err
		})
	}
	failed := group.Wait()
	if ctx.Err() != nil { // the errors of the reads only follow from it
		return nil, context.Cause(ctx)
	}
	if failed != nil {
		return nil, firstError(out, failed)
	}
	if !c.server.answered.Load() {
		return out, unanswered(out)
	}
	return out, nil
}

// requiredOf counts the reads that are required.
func requiredOf(reads []snapshot.Read) int {
	n := 0
	for _, r := range reads {
		if r.Required {
			n++
		}
	}
	return n
}

// unanswered returns the error of the first read that failed, nil if none did.
func unanswered(out []*found) error {
	for _, f := range out {
		if f.cause != nil && f.read.Resource != "" {
			return &ReadError{Read: f.read, Err: f.cause, Pause: f.pause}
		}
	}
	return nil
}

// firstError returns the error of the first read that failed by itself, and not
// because another one had failed.
func firstError(out []*found, failed error) error {
	for _, f := range out {
		if f != nil && f.err != nil && !errors.Is(f.err, context.Canceled) {
			return f.err
		}
	}
	return failed
}

// unique drops duplicate reads.
func unique(reads []snapshot.Read) []snapshot.Read {
	seen := map[snapshot.Read]bool{}
	return slices.DeleteFunc(slices.Clone(reads), func(r snapshot.Read) bool {
		again := seen[r]
		seen[r] = true
		return again
	})
}

// readObjects reads one object or a list. What fails is an error of a required
// read and a gap of any other; so are the rest of a list that breaks off.
func (c *Cluster) readObjects(ctx context.Context, r snapshot.Read) *found {
	f := &found{read: r}
	err := inTime(ctx, c.fill(ctx, f))
	f.pause = refusedPause(ctx)
	f.settle(err)
	return f
}

// inTime returns the time-out of a question in place of the error that a part of it
// made of its end.
func inTime(ctx context.Context, err error) error {
	late, ok := errors.AsType[*TimeoutError](context.Cause(ctx))
	if ok && errors.Is(err, context.DeadlineExceeded) {
		return late
	}
	return err
}

// settle classifies a read's error as fatal, ignorable or a gap.
func (f *found) settle(err error) {
	r := f.read
	f.cause = plain(err)
	switch {
	case err == nil, r.Resource == snapshot.PodUsageResource:
	case r.Optional && absent(err):
		f.complete = r.Name == "" // of a type that is not there, nothing is
	case r.Required:
		f.err = &ReadError{Read: r, Err: f.cause, Pause: f.pause}
	default:
		f.gaps = append(
			f.gaps,
			snapshot.Gap{
				Resource: r.Resource, Namespace: r.Namespace, Reason: reason(r, err) + later(f.pause), Impact: r.Impact, Names: names(r.Name),
			},
		)
	}
}

// fill reads what f asks for. A server also answers Forbidden for a kind that it does
// not have, so a refusal counts only if the kind is installed.
func (c *Cluster) fill(ctx context.Context, f *found) error {
	err := c.ask(ctx, f)
	if apierrors.IsForbidden(err) && !c.serves(ctx, f.read.Resource) {
		return &UnknownTypeError{Type: f.read.Resource, err: &meta.NoResourceMatchError{}}
	}
	return err
}

// ask reads what f is to hold. What the kubelet reports comes through the API server's proxy and
// the metrics API, all else is an object or a list.
func (c *Cluster) ask(ctx context.Context, f *found) (err error) {
	r := f.read
	if r.Resource == snapshot.KubeletConfigResource {
		f.kubelet, err = c.kubeletConfig(ctx, r.Name)
		return err
	}
	if r.Resource == snapshot.PodUsageResource {
		f.usage, err = c.podUsage(ctx, r)
		return err
	}
	in, err := c.reader(ctx, r)
	if err != nil {
		return err
	}
	if r.Name != "" {
		object, err := in.get(ctx, r.Name)
		if err != nil {
			return err
		}
		c.options.Trim(object)
		f.objects = []runtime.Object{object}
		return nil
	}
	more, err := c.pages(ctx, in, f)
	if err != nil {
		return err
	}
	f.complete = !more && r.Labels == "" && r.Fields == ""
	if more {
		f.gaps = []snapshot.Gap{{
			Resource: r.Resource, Namespace: r.Namespace,
			Reason: fmt.Sprintf("only %d are read, and there are more", r.Limit), Impact: r.Impact,
		}}
	}
	return nil
}

// reader returns the reader of a resource: typed if a snapshot has a list for it,
// otherwise unstructured.
func (c *Cluster) reader(ctx context.Context, r snapshot.Read) (reader, error) {
	if k := snapshot.KindOfResource(r.Resource); k != nil {
		return typedReader(c.typed, k, r.Namespace, c.options), nil
	}
	mapping, err := c.Resolve(ctx, r.Resource)
	if err != nil {
		return reader{}, err
	}
	return genericReader(c.resource(mapping, r.Namespace), c.options.Trim), nil
}

// progress reports a page of a list, unless it is the only one.
func (c *Cluster) progress(f *found, page metav1.ListInterface) {
	if c.options.Progress == nil || (page.GetContinue() == "" && int64(len(f.objects)) <= c.options.ChunkSize) {
		return
	}
	read := int64(len(f.objects))
	total := int64(0)
	if left := page.GetRemainingItemCount(); left != nil {
		total = read + *left
	}
	c.options.Progress.Page(f.read.Resource, read, total)
}

// trim drops objects beyond the limit, which a server without paging sends, and
// reports whether there were any.
func (f *found) trim() bool {
	if f.read.Limit == 0 || int64(len(f.objects)) <= f.read.Limit {
		return false
	}
	f.objects = f.objects[:f.read.Limit]
	return true
}
