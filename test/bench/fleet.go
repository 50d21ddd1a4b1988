//go:build linux

package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// member is a cluster of the fleet that is measured.
type member struct {
	name  string
	delay time.Duration // before each answer
	hangs bool          // takes requests and never answers
	gone  bool          // refuses connections
}

// members are the clusters of the fleet: three at different distances, one that
// hangs and one that refuses.
var members = []member{
	{name: "near", delay: 20 * time.Millisecond},
	{name: "far", delay: 150 * time.Millisecond},
	{name: "slow", delay: 600 * time.Millisecond},
	{name: "hangs", hangs: true},
	{name: "refuses", gone: true},
}

// fleetBench is a fleet of made-up clusters with the connections that are open to
// all of them.
type fleetBench struct {
	plugins, dir, timeout string
	times                 int
	urls                  map[string]string
	open, most            atomic.Int64
}

// fleet measures the plugins on several clusters at once and prints a table: a
// fleet may take little longer than its slowest member alone.
func fleet(args []string, out io.Writer) error {
	set := flag.NewFlagSet("bench fleet", flag.ContinueOnError)
	b := &fleetBench{urls: map[string]string{}}
	set.StringVar(&b.plugins, "plugins", "bin", "folder of the plugins")
	set.StringVar(&b.timeout, "request-timeout", "3s", "time limit of a request, which the cluster that hangs uses up")
	set.IntVar(&b.times, "times", 3, "how often each command runs; the medians count")
	pods := set.Int("pods", 2_000, "pods of each cluster")
	contexts := set.Int("contexts", 200, "contexts of the large kubeconfig")
	if err := set.Parse(args); err != nil {
		return err
	}
	return b.run(*pods, *contexts, out)
}

// run starts the clusters and prints the table of both plugins.
func (b *fleetBench) run(pods, contexts int, out io.Writer) (err error) {
	if b.dir, err = os.MkdirTemp("", "fleet"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	defer b.serveMembers(pods)()
	fmt.Fprintf(out, "| command | contexts | wall | of the slowest | memory | connections |\n|---|---|---|---|---|---|\n")
	for _, plugin := range []string{"thrash", "rsmap"} {
		if err := b.compare(out, plugin, contexts); err != nil {
			return err
		}
	}
	return nil
}

// serveMembers starts the servers of all members. The returned function stops them.
func (b *fleetBench) serveMembers(pods int) (stop func()) {
	end := make(chan struct{})
	var servers []*httptest.Server
	for _, m := range members {
		web := b.serve(m, shape{name: m.name, pods: pods, deployment: 100, namespaces: 1, crashing: 100, containers: 1}, end)
		servers = append(servers, web)
		b.urls[m.name] = web.URL
	}
	return func() {
		close(end) // first: Close waits for all requests, and those to the cluster that hangs end with this alone
		for _, web := range servers {
			web.Close()
		}
	}
}

// serve starts the server of a member. A member that is gone has an address at which nobody listens any more.
func (b *fleetBench) serve(m member, s shape, end <-chan struct{}) *httptest.Server {
	answers := newServer(s)
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait := time.After(m.delay)
		if m.hangs {
			wait = nil // a nil channel is never ready
		}
		select {
		case <-wait:
			answers.ServeHTTP(w, r)
		case <-r.Context().Done():
		case <-end:
		}
	}))
	web.Config.ConnState = b.count
	web.EnableHTTP2 = true // as API servers do
	web.StartTLS()
	if m.gone {
		web.Close()
	}
	return web
}

// count keeps the most connections that were open at a time.
func (b *fleetBench) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		open := b.open.Add(1)
		for most := b.most.Load(); open > most && !b.most.CompareAndSwap(most, open); most = b.most.Load() {
		}
	case http.StateClosed, http.StateHijacked:
		b.open.Add(-1)
	case http.StateActive, http.StateIdle:
	}
}

// compare prints how long each member takes alone, then the fleet of those that
// answer, of all, and of many contexts.
func (b *fleetBench) compare(out io.Writer, plugin string, contexts int) error {
	slowest, err := b.alone(out, plugin)
	if err != nil {
		return err
	}
	for _, f := range fleets(contexts) {
		u, err := b.measure(plugin, f.contexts, f.names...)
		if err != nil {
			return err
		}
		b.row(out, plugin, f.title, u, slowest[f.hangs])
	}
	return nil
}

// alone prints how long each member takes by itself, and returns the longest of these
// times by whether the cluster that hangs counts: it takes the whole time limit.
func (b *fleetBench) alone(out io.Writer, plugin string) (map[bool]time.Duration, error) {
	slowest := map[bool]time.Duration{}
	for _, m := range members {
		u, err := b.measure(plugin, 1, m.name)
		if err != nil {
			return nil, err
		}
		if !m.hangs {
			slowest[false] = max(slowest[false], u.wall)
		}
		slowest[true] = max(slowest[true], u.wall)
		b.row(out, plugin, "only "+m.name, u, u.wall)
	}
	return slowest, nil
}

// fleetOf is a row of the table: contexts that take turns at some members.
type fleetOf struct {
	title    string
	contexts int
	names    []string
	hangs    bool // the cluster that hangs is among them
}

// fleets returns the fleets that are measured: a context for each member, and a large kubeconfig.
func fleets(contexts int) []fleetOf {
	var answering, all []string
	for _, m := range members {
		all = append(all, m.name)
		if !m.hangs && !m.gone {
			answering = append(answering, m.name)
		}
	}
	return []fleetOf{
		{"all that answer", len(answering), answering, false},
		{"all", len(all), all, true},
		{fmt.Sprintf("%d of those that answer", contexts), contexts, answering, false},
		{fmt.Sprintf("%d of all", contexts), contexts, all, true},
	}
}

// row prints a row; slowest is the time of the slowest member alone, which a fleet should not exceed by much.
func (b *fleetBench) row(out io.Writer, plugin, title string, u usage, slowest time.Duration) {
	fmt.Fprintf(
		out, "| `kubectl %s -A` | %s | %.2f s | %.2f × | %d MB | %d |\n",
		plugin, title, u.wall.Seconds(), u.wall.Seconds()/slowest.Seconds(), u.memory>>20, u.requests,
	)
}

// measure runs a plugin over so many contexts that take turns at the members of
// those names. What it returns as requests is the most connections at a time.
func (b *fleetBench) measure(plugin string, contexts int, names ...string) (usage, error) {
	file := filepath.Join(b.dir, "config")
	if err := clientcmd.WriteToFile(*b.kubeconfig(contexts, names), file); err != nil {
		return usage{}, err
	}
	var runs []usage
	for range b.times {
		b.most.Store(0)
		u, err := timed([]string{
			filepath.Join(b.plugins, "kubectl-"+plugin), "-A", "--all-contexts", "--kubeconfig", file, "--request-timeout", b.timeout,
		})
		// A plugin fails if none of its contexts answers, as when the member that hangs is measured alone.
		if unread := strings.Contains(fmt.Sprint(err), "no context could be read"); err != nil && !unread {
			return usage{}, err
		}
		u.requests = b.most.Load()
		runs = append(runs, u)
	}
	return median(runs), nil
}

// kubeconfig returns contexts that take turns at the members, as "near-000", "far-001", "near-002".
func (b *fleetBench) kubeconfig(contexts int, names []string) *clientcmdapi.Config {
	config := clientcmdapi.NewConfig()
	for _, name := range names {
		config.Clusters[name] = &clientcmdapi.Cluster{Server: b.urls[name], InsecureSkipTLSVerify: true}
	}
	for i := range contexts {
		name := names[i%len(names)]
		config.Contexts[fmt.Sprintf("%s-%03d", name, i)] = &clientcmdapi.Context{Cluster: name}
	}
	return config
}
