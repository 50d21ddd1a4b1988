// Package cluster reads from an API server, with typed protobuf clients, paged
// and in parallel, and watches for changes. What it reads becomes part of a
// snapshot.Snapshot; what it cannot read becomes a gap there. It never writes to
// a cluster.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Options are the options of NewCluster. The zero value reads each list
// in one page and judges from the server's clock.
type Options struct {
	ChunkSize int64     // objects a page of a list, 0 for one page
	At        time.Time // the time to evaluate as of, zero for the server's clock
	Context   string    // requested kubeconfig context, empty for the current one
	// Trim may remove from each object, as it arrives, what will not be read, to
	// save memory; nil keeps everything.
	Trim func(runtime.Object)
	// Decoder returns what decodes the objects of one protobuf list, trimmed
	// already; nil decodes them whole and then trims them.
	Decoder func() Decoder
	// Pack returns what trims the pods of one watch, and may pack them; nil: they
	// are trimmed as by Trim.
	Pack func() func(*corev1.Pod) runtime.Object
	// Answered is called at each response of the server, from several goroutines;
	// nil calls nothing.
	Answered func()
	// Pool is shared by clusters that are read together; nil for a single one.
	Pool *Pool
	// Progress shows how far long lists have been read; nil shows nothing.
	Progress Progress
}

// Decoder decodes the objects of one list from protobuf; see snapshot.Decoder.
type Decoder interface {
	// Decode returns the object of a kind that data holds, and keeps nothing of data.
	Decode(kind *snapshot.Kind, data []byte) (runtime.Object, error)
}

// Progress shows how far long lists have been read. Its methods are called from
// several goroutines.
type Progress interface {
	// Page reports how many objects of a list were read so far, of total, which is
	// 0 if the server did not report it.
	Page(resource string, read, total int64)
	// Done reports that the reads of one query have ended.
	Done()
}

// Cluster reads from an API server: built-in kinds with typed clients, which use
// protobuf, all others as unstructured JSON. It gets and lists; Watch watches.
type Cluster struct {
	getter  genericclioptions.RESTClientGetter
	config  *rest.Config // with the transports that guard and observe
	client  *http.Client // of all typed and dynamic requests, so that they share connections
	typed   kubernetes.Interface
	dynamic dynamic.Interface
	server  *server
	options Options
	closing func() // see Close
	// finding is held while a type is looked up: the discovery cache of client-go writes to
	// what it returns (versioning.go of apimachinery, 0.37, while it encodes).
	finding sync.Mutex
}

// New returns the cluster that getter names. It sends nothing.
func New(getter genericclioptions.RESTClientGetter, o Options) (*Cluster, error) {
	config, err := getter.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("read kubeconfig: %w", err)
	}
	config = rest.CopyConfig(config) // the caller's is left as it is
	config.Wrap(observe(seeDate))    // inside the guard: each try has a date, also one that is refused
	config.Wrap(observe(seeFormat))
	Guard(config)
	known := &server{limit: config.Timeout, page: pageBudget}
	config.Timeout = 0 // it is that of a question, not of each try and page, nor of a watch
	if o.Answered != nil {
		config.Wrap(observe(func(context.Context, *http.Response) { o.Answered() }))
	}
	config.QPS = -1 // no client-side limit: the requests are few, and the server has priority and fairness
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", config.Host, err)
	}
	closing := sync.OnceFunc(o.Pool.join(client))
	typed, err := kubernetes.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", config.Host, err)
	}
	dyn, err := dynamic.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", config.Host, err)
	}
	if o.Trim == nil {
		o.Trim = func(runtime.Object) {}
	}
	if o.Context == "" {
		if raw, err := getter.ToRawKubeConfigLoader().RawConfig(); err == nil {
			o.Context = raw.CurrentContext
		}
	}
	return &Cluster{
		getter: getter, config: config, client: client, typed: typed, dynamic: dyn, server: known, options: o, closing: closing,
	}, nil
}

// Load adds what q asks for to s and sorts it; see cli.Source. If required reads
// fail, the error is that of the first one in q, and s is unchanged.
func (c *Cluster) Load(ctx context.Context, s *snapshot.Snapshot, q snapshot.Query) error {
	ctx, clock := withClock(ctx)
	found, err := c.read(ctx, q)
	if c.options.Progress != nil {
		c.options.Progress.Done()
	}
	if err != nil {
		return err
	}
	if s.At.IsZero() { // the first load of a snapshot dates it; later ones add to the same time
		if err := c.stamp(s, clock); err != nil {
			return err
		}
	}
	for _, f := range found {
		f.addTo(s)
	}
	correctClock(s, found)
	s.Sort()
	return nil
}

// stamp sets the time and the source of a snapshot that has none.
func (c *Cluster) stamp(s *snapshot.Snapshot, clock *serverClock) error {
	s.Source = c.source()
	s.At = c.options.At
	s.AtSource = snapshot.AtFlag
	if s.At.IsZero() {
		s.At = clock.newest()
		s.AtSource = snapshot.AtServer
	}
	if s.At.IsZero() {
		return errNoClock
	}
	return nil
}

// source describes the cluster in a snapshot, without a password in its address.
func (c *Cluster) source() snapshot.Source {
	server := c.config.Host
	if address, err := url.Parse(server); err == nil && address.User != nil {
		server = address.Redacted()
	}
	return snapshot.Source{Type: "cluster", Context: c.options.Context, Server: server}
}

// errNoClock is the error of a load without a time: ages and windows would be made up, for the clock of
// this computer may be wrong.
var errNoClock = errors.New("read the server's clock: no answer had a Date header; give the time with --at")

// discovery returns the discovery client of the getter, which caches on disk.
func (c *Cluster) discovery() (discovery.CachedDiscoveryInterfaceWithContext, error) {
	client, err := c.getter.ToDiscoveryClient()
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", c.config.Host, err)
	}
	return discovery.ToCachedDiscoveryInterfaceWithContext(client), nil
}
