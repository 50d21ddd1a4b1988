package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// cellLabel names the part of a matrix that a node is.
const cellLabel = "matrix"

// row is one line of a recording: what was seen at one time. A pod comes
// without its status when it is new or its spec changed, then its statuses do.
type row struct {
	At     time.Time         `json:"t"`
	Node   *corev1.Node      `json:"node,omitempty"`
	Event  *corev1.Event     `json:"event,omitempty"`
	Pod    *corev1.Pod       `json:"pod,omitempty"`
	UID    types.UID         `json:"uid,omitempty"`
	Status *corev1.PodStatus `json:"status,omitempty"`
	Gone   bool              `json:"gone,omitempty"` // the pod is being deleted
	// Broken is a node whose kubelet restarted and of which no event reports that.
	Broken string `json:"-"`
}

// recorder keeps rows as they come, by the object that they describe.
type recorder struct {
	mu   sync.Mutex
	rows map[string][]row
	last map[string]string // the JSON of the last row, by object and kind
	err  error
}

// record watches a cluster until it is interrupted and writes what the windows depend on.
func record(args []string, _ io.Writer) error {
	flags := flag.NewFlagSet("record", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", os.Getenv("KUBECONFIG"), "cluster to watch")
	file := flags.String("o", "", "recording to write, .jsonl.gz")
	if err := flags.Parse(args); err != nil {
		return err
	}
	cfg, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r := &recorder{rows: map[string][]row{}, last: map[string]string{}}
	return errors.Join(r.watch(ctx, client), r.err, r.save(*file))
}

// save writes the rows of one object after the other, which takes half the room.
func (r *recorder) save(file string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	zipped, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	out := json.NewEncoder(zipped)
	for _, key := range slices.Sorted(maps.Keys(r.rows)) {
		for _, line := range r.rows[key] {
			err = errors.Join(err, out.Encode(line))
		}
	}
	return errors.Join(err, zipped.Close(), f.Close())
}

// watch feeds the updates of informers to the recorder until ctx ends. Their queue keeps every change.
func (r *recorder) watch(ctx context.Context, client kubernetes.Interface) error {
	factory := informers.NewSharedInformerFactory(client, 0)
	core := factory.Core().V1()
	for _, informer := range []cache.SharedIndexInformer{core.Nodes().Informer(), core.Pods().Informer(), core.Events().Informer()} {
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    r.see,
			UpdateFunc: func(_, obj any) { r.see(obj) },
		})
		if err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	factory.Shutdown()
	return nil
}

// see keeps an object, unless nothing changed that matters.
func (r *recorder) see(obj any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now().UTC().Truncate(time.Millisecond)
	switch o := obj.(type) {
	case *corev1.Node:
		r.keep("node "+o.Name, "", row{At: now, Node: plainNode(o)})
	case *corev1.Event:
		if e := plainEvent(o); e != nil {
			r.keep("event "+string(o.InvolvedObject.UID)+e.Name, "", row{At: now, Event: e})
		}
	case *corev1.Pod:
		r.pod(now, plainPod(o))
	}
}

// pod keeps a pod, or only its status if its spec is known.
func (r *recorder) pod(now time.Time, p *corev1.Pod) {
	key := "pod " + string(p.UID)
	if p.DeletionTimestamp != nil {
		r.keep(key, "gone", row{At: now, UID: p.UID, Gone: true})
		return
	}
	status := p.Status
	p.Status = corev1.PodStatus{}
	r.keep(key, "spec", row{At: now, Pod: p})
	r.keep(key, "status", row{At: now, UID: p.UID, Status: &status})
}

// keep adds a row to those of an object if it differs from the last of its kind.
func (r *recorder) keep(object, kind string, line row) {
	what := line
	what.At = time.Time{} // the time alone is no difference
	text, err := json.Marshal(what)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	if r.last[object+kind] != string(text) {
		r.last[object+kind] = string(text)
		r.rows[object] = append(r.rows[object], line)
	}
}

// plainNode returns a node with its cell and the version of its kubelet alone. Its heartbeats
// would be most of a recording.
func plainNode(o *corev1.Node) *corev1.Node {
	n := &corev1.Node{}
	n.Name = o.Name
	n.Labels = map[string]string{cellLabel: o.Labels[cellLabel]}
	n.Status.NodeInfo.KubeletVersion = o.Status.NodeInfo.KubeletVersion
	return n
}

// plainEvent returns what a window may depend on, nil for other events.
func plainEvent(e *corev1.Event) *corev1.Event {
	if !matters(e) {
		return nil
	}
	out := &corev1.Event{
		InvolvedObject: e.InvolvedObject, Reason: e.Reason, Message: e.Message, Type: e.Type,
		FirstTimestamp: e.FirstTimestamp, LastTimestamp: e.LastTimestamp, Count: e.Count,
	}
	out.InvolvedObject.ResourceVersion = ""
	out.InvolvedObject.APIVersion = ""
	out.Name = e.Name
	out.Namespace = e.Namespace
	return out
}

// matters reports whether a window may depend on an event: a start, a wait, a kill or a
// pull, and the start of a kubelet. An image that is already present takes no time to pull.
func matters(e *corev1.Event) bool {
	switch e.Reason {
	case "Started", "BackOff", "Killing", "Pulling", "Failed", "Starting":
		return true
	case "Pulled":
		return !strings.Contains(e.Message, "already present")
	}
	return false
}

// plainPod returns a copy without what no window depends on.
func plainPod(p *corev1.Pod) *corev1.Pod {
	out := p.DeepCopy()
	out.ManagedFields = nil
	out.ResourceVersion = ""
	out.Generation = 0
	out.Annotations = nil
	out.Spec.Volumes = nil
	out.Spec.Tolerations = nil
	for _, list := range [][]corev1.Container{out.Spec.InitContainers, out.Spec.Containers} {
		for i := range list {
			list[i].VolumeMounts = nil
		}
	}
	out.Status = plainStatus(&out.Status)
	return out
}

// plainStatus returns the phase, the start and the containers of a status, and the one
// condition that shows when the init containers were done. It changes the containers in place.
func plainStatus(s *corev1.PodStatus) corev1.PodStatus {
	out := corev1.PodStatus{
		Phase: s.Phase, StartTime: s.StartTime, InitContainerStatuses: s.InitContainerStatuses, ContainerStatuses: s.ContainerStatuses,
	}
	for _, c := range s.Conditions {
		if c.Type == corev1.PodInitialized {
			c.ObservedGeneration = 0
			out.Conditions = append(out.Conditions, c)
		}
	}
	for _, list := range [][]corev1.ContainerStatus{out.InitContainerStatuses, out.ContainerStatuses} {
		for i := range list {
			trim(&list[i])
		}
	}
	return out
}

// trim removes from the status of a container what no window depends on.
func trim(c *corev1.ContainerStatus) {
	c.ImageID = ""
	c.AllocatedResources = nil
	c.Resources = nil
	c.VolumeMounts = nil
	c.User = nil
	short(&c.ContainerID)
	for _, t := range []*corev1.ContainerStateTerminated{c.State.Terminated, c.LastTerminationState.Terminated} {
		if t != nil {
			short(&t.ContainerID)
		}
	}
}

// short cuts the ID of a container to what identifies it.
func short(id *string) {
	const prefix = len("containerd://")
	*id = (*id)[min(len(*id), prefix):min(len(*id), prefix+12)]
}
