package cluster_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// wire lets bytes through until it is cut: then who is connected hears nothing
// any more, not even an end, as after a sleep. New connections are well.
type wire struct {
	net.Listener
	to string

	mu   sync.Mutex
	far  []net.Conn // the ends at the server
	made int
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	in, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: in, to: to}
	t.Cleanup(func() { in.Close() })
	go func() {
		for {
			near, err := in.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			t.Cleanup(func() { near.Close(); far.Close() })
			w.mu.Lock()
			w.made++
			w.far = append(w.far, far)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(near, far) }()
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
	return w
}

// cut ends what there is at the server's end, and returns how many connections
// there have been.
func (w *wire) cut() (made int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, far := range w.far {
		far.Close()
	}
	w.far = nil
	return w.made
}

func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.made
}

// After a suspend the view is current again on new connections, and its clock
// is the server's; what came meanwhile is in it.
func TestWatchWakesUp(t *testing.T) {
	pods := newWorld("a")
	date := atomic.Pointer[string]{}
	set := func(at time.Time) { text := at.UTC().Format(http.TimeFormat); date.Store(&text) }
	began := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	set(began)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Date", *date.Load())
		pods.ServeHTTP(out, r)
	}))
	server.EnableHTTP2 = true // one connection for all, as to a real API server
	server.StartTLS()
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	line := newWire(t, strings.TrimPrefix(server.URL, "https://"))

	flags := genericclioptions.NewConfigFlags(true)
	address := "https://" + line.Addr().String()
	insecure := true
	none := ""
	cache := t.TempDir()
	flags.APIServer = &address
	flags.Insecure = &insecure
	flags.KubeConfig = &none
	flags.CacheDir = &cache
	cluster, err := cluster.New(flags, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := follower{
		cluster.Watch(t.Context(), time.Now),
		snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Namespace: "shop", Required: true}}},
	}
	asleep := atomic.Int64{}
	f.SetWall(func() time.Time { return time.Now().Round(0).Add(time.Duration(asleep.Load())) })
	f.load(t)
	pods.events <- event(watch.Modified, "a", "8") // the stream is up
	f.until(t, "the stream", func(*snapshot.Snapshot) bool { _, watches := pods.counts(); return watches == 1 })

	// Two hours pass at once.
	if err := f.Next(t.Context(), 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	made := line.cut()
	set(began.Add(2 * time.Hour))
	asleep.Store(int64(2*time.Hour + 5*time.Minute)) // this computer's clock is not quite right
	if err := f.Next(t.Context(), 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	s := f.load(t)
	if len(s.Gaps) != 1 || !strings.HasPrefix(s.Gaps[0].Reason, "not current since 12:00:0") ||
		!strings.HasSuffix(s.Gaps[0].Reason, ": this computer or process slept") {
		t.Errorf("just awake: gaps %v, want one that names the suspend", s.Gaps)
	}
	if passed := s.At.Sub(began); passed < 2*time.Hour {
		t.Errorf("just awake it is %s later, want two hours at least", passed)
	}
	s = f.until(t, "the picture without a gap", func(s *snapshot.Snapshot) bool { return len(s.Gaps) == 0 })
	if passed := s.At.Sub(began); passed < 2*time.Hour || passed > 2*time.Hour+time.Minute {
		t.Errorf("it is %s later, want the two hours of the server", passed)
	}
	pods.events <- event(watch.Added, "b", "9")
	f.until(t, "a pod of after the sleep", named("a b"))
	if lists, _ := pods.counts(); lists != 1 || line.count() == made {
		t.Errorf("%d lists and %d connections more, want one list in all and a new connection", lists, line.count()-made)
	}
}
