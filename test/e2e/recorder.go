package e2e

import (
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// recorder keeps what kubectl-rsmap -w reports of one workload, in order. A state
// that passes by while a busy machine does something else is in it nevertheless.
type recorder struct {
	mu   sync.Mutex
	seen []rollout.Workload
}

// record starts to watch a workload of the current namespace, until the test ends.
// The watch is started again whenever it ends, as it does while there is no such
// workload.
func (l *Lab) record(t *testing.T, workload string) *recorder {
	t.Helper()
	r := &recorder{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			l.watchInto(ctx, workload, r)
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return r
}

// watchInto adds each document of one watch to r.
func (l *Lab) watchInto(ctx context.Context, workload string, r *recorder) {
	cmd := exec.CommandContext(ctx, l.plugin("rsmap"), workload, "-n", l.Current, "-w", "-o", "json")
	cmd.Env = append(l.env[:len(l.env):len(l.env)], "KUBECONFIG="+l.Kubeconfig)
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return
	}
	r.read(out)
	_ = cmd.Wait() // it is killed in the end
}

// read keeps each state that a watch prints, until its output ends. A report without the workload
// is left out.
func (r *recorder) read(in io.Reader) {
	for documents := json.NewDecoder(in); ; {
		var report struct{ Items []rollout.Workload }
		if documents.Decode(&report) != nil {
			return
		}
		if len(report.Items) == 1 {
			r.mu.Lock()
			r.seen = append(r.seen, report.Items[0])
			r.mu.Unlock()
		}
	}
}

// since returns the states from the given one on.
func (r *recorder) since(from int) []rollout.Workload {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[min(from, len(r.seen)):len(r.seen):len(r.seen)]
}

// len returns the number of states so far.
func (r *recorder) len() int { return len(r.since(0)) }
