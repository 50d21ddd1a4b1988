package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/printers"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // the authentication plugins that kubeconfig files use
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// Source is where a command reads from: a cluster, its watch, or files.
type Source interface {
	// Load adds what q asks for to s and sorts it. The first load of a snapshot
	// sets its time and source. The error is that of a required read.
	Load(ctx context.Context, s *snapshot.Snapshot, q snapshot.Query) error
}

// Source returns where to read from: the files of -f, or else the cluster. It
// sends nothing.
func (f *Flags) Source(env *Env) (Source, error) {
	if len(f.Filenames) == 0 {
		return f.cluster(newProgress(env))
	}
	return f.Files(env, f.Filenames)
}

// Cluster returns the cluster that the kubeconfig flags select. It sends nothing.
func (f *Flags) Cluster() (*cluster.Cluster, error) { return f.cluster(nil) }

// cluster returns the cluster, which reports the progress of long lists; nil reports none.
func (f *Flags) cluster(progress cluster.Progress) (*cluster.Cluster, error) {
	o, err := f.clusterOptions()
	if err != nil {
		return nil, err
	}
	o.Context = *f.Context
	o.Progress = progress
	return cluster.New(f, o)
}

// clusterOptions returns the options that every cluster is read with.
func (f *Flags) clusterOptions() (cluster.Options, error) {
	at, err := f.JudgedAt()
	o := cluster.Options{ChunkSize: f.ChunkSize, At: at}
	if f.Trimmed {
		saveMemory()
		o.Trim = snapshot.Trim
		templates := &snapshot.Templates{}
		o.Decoder = func() cluster.Decoder { return &snapshot.Decoder{Templates: templates} }
		o.Pack = func() func(*corev1.Pod) runtime.Object { return (&snapshot.Decoder{}).Pack }
	}
	return o, err
}

// saveMemory has the garbage collector run more often. Of a large cluster or
// bundle little is kept and much is read: half as much garbage as usual costs
// little time.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// saveTime undoes saveMemory for a watch, which reads little and computes much.
func saveTime() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(100)
	}
}

// RequestTimeout returns the time of --request-timeout, 0 if there is no limit.
func (f *Flags) RequestTimeout() time.Duration {
	limit, _ := clientcmd.ParseTimeout(*f.Timeout) // checked before the command runs
	return limit
}

// wrapConfig sets how clients connect and their user agent, and prints the
// server's warnings.
func (f *Flags) wrapConfig(env *Env) func(*rest.Config) *rest.Config {
	warnings := &serverWarnings{out: env.ErrOut, color: printers.AllowsColorOutput(view.Unguarded(env.ErrOut))}
	return func(config *rest.Config) *rest.Config {
		config.Dial = env.Dial
		config.UserAgent = f.plugin + "/" + thisBuild().version
		config.WarningHandlerWithContext = warnings
		cluster.Guard(config)
		return config
	}
}

// serverWarnings prints each of a server's Warning headers once, as kubectl does.
type serverWarnings struct {
	out   io.Writer
	color bool
	mu    sync.Mutex
	seen  map[string]bool
}

// HandleWarningHeaderWithContext prints a warning of code 299, the only one
// that Kubernetes sends.
func (w *serverWarnings) HandleWarningHeaderWithContext(_ context.Context, code int, _, text string) {
	if code != 299 || text == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen[text] {
		return
	}
	if w.seen == nil {
		w.seen = map[string]bool{}
	}
	w.seen[text] = true
	// Failing to print a warning is not an error of the command.
	_, _ = fmt.Fprintf(w.out, "%s %s\n", view.Style{Color: w.color}.Warn("Warning:"), safeLine(text))
}
