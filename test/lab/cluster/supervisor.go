package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"
)

// supervisor holds a lab: it starts its programs and, in the end, removes them.
type supervisor struct {
	*processes
	record  *record
	report  io.Writer // lines for whoever waits for the start
	began   time.Time
	downs   chan struct{} // closed when the lab is to end
	down    func()        // closes downs
	release func() error  // ends all and removes the directory, once

	mu     sync.Mutex
	killed map[string]program // by name, for restarts
}

// Lines of the report end with one of these two.
const (
	reportReady  = "ready"
	reportFailed = "failed: "
)

// Supervise starts the lab whose record is in dir, writes its progress to report, and
// holds it until ctx ends, its owner is gone or Down is called. Then it
// removes all of it. A lab that cannot be started leaves its directory for its logs.
func Supervise(ctx context.Context, dir string, report io.WriteCloser) error {
	r, err := load(dir)
	if err != nil {
		return err
	}
	s := &supervisor{
		processes: newProcesses(layout(dir)), record: r, report: report, began: time.Now(),
		downs: make(chan struct{}), killed: map[string]program{},
	}
	s.down = sync.OnceFunc(func() { close(s.downs) })
	s.release = sync.OnceValue(func() error {
		return errors.Join(s.killAll(), r.remove())
	})
	if err := s.bringUp(ctx); err != nil {
		s.tell(reportFailed + err.Error())
		return errors.Join(err, s.killAll(), r.giveSubnets())
	}
	s.tell(reportReady)
	if err := report.Close(); err != nil {
		slog.Info("report not closed", "err", err)
	}
	s.hold(ctx)
	return s.release()
}

// tell writes a line of the report, which nobody may be reading any more.
func (s *supervisor) tell(line string) {
	slog.Info(line)
	if _, err := fmt.Fprintln(s.report, line); err != nil {
		slog.Info("report not read", "err", err)
	}
}

// hold waits for the end of the lab.
func (s *supervisor) hold(ctx context.Context) {
	owner := time.NewTicker(500 * time.Millisecond)
	defer owner.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.downs:
			return
		case <-owner.C:
			if pid := s.record.Options.Owner; pid != 0 && !alive(pid, "") {
				slog.Info("owner is gone", "pid", pid)
				return
			}
		}
	}
}

// bringUp starts everything, in the order in which one thing needs another.
func (s *supervisor) bringUp(ctx context.Context) error {
	opts := s.record.Options
	if opts.Nodes > 0 {
		if err := isolate(s.layout); err != nil {
			return err
		}
	}
	sec, err := makeSecrets(s.layout, opts.Nodes)
	if err != nil {
		return fmt.Errorf("make certificates: %w", err)
	}
	plan, err := s.controlPlane(ctx, sec)
	if err != nil {
		return err
	}
	s.record.EtcdURL = plan.etcdURL()
	if err := errors.Join(s.record.save(), s.listen()); err != nil {
		return err
	}
	s.note("API server ready")
	if opts.NoControllers {
		return nil
	}
	return (&controllerStart{supervisor: s, plan: plan, client: plan.client(sec)}).all(ctx)
}

// note reports what was reached, and when.
func (s *supervisor) note(what string) {
	s.tell(fmt.Sprintf("%s after %.1fs", what, time.Since(s.began).Seconds()))
}

// controlPlane starts etcd and the API server. A port that was free may be
// taken by the time it is used: then it tries others.
func (s *supervisor) controlPlane(ctx context.Context, sec *secrets) (*plan, error) {
	const tries = 5
	for i := 1; ; i++ {
		p, err := newPlan(s.record.Options)
		if err != nil {
			return nil, err
		}
		if err := p.writeKubeconfigs(sec); err != nil {
			return nil, err
		}
		err = s.startServers(ctx, p, p.client(sec))
		if err == nil {
			return p, nil
		}
		if i == tries || !s.portTaken(err) {
			return nil, err
		}
		slog.Info("a port was taken, again", "err", err)
		if err := errors.Join(s.killAll(), os.RemoveAll(p.layout.etcd())); err != nil {
			return nil, err
		}
	}
}

// startServers starts etcd and the API server, and waits until the latter answers. It fails as soon as one of
// them ends, as they do if another process took a port meanwhile.
func (s *supervisor) startServers(ctx context.Context, p *plan, c *client) error {
	etcd, err := s.start(p.etcd())
	if err != nil {
		return err
	}
	api, err := s.start(p.apiserver())
	if err != nil {
		return err
	}
	if err := c.await(ctx, serverReady, etcd, api); err != nil {
		return fmt.Errorf("wait for the API server: %w", err)
	}
	return nil
}

// portTaken reports whether a program ended because somebody else has its port.
func (s *supervisor) portTaken(err error) bool {
	var ended *endedError
	if !errors.As(err, &ended) {
		return false
	}
	log, err := os.ReadFile(s.log(ended.process.name))
	return err == nil && bytes.Contains(log, []byte("address already in use"))
}

// controllerStart starts what needs the API server. It stops waiting if a program that it started ends.
type controllerStart struct {
	*supervisor
	plan    *plan
	client  *client
	started []*process
}

// run starts programs.
func (b *controllerStart) run(programs ...program) error {
	for _, p := range programs {
		pr, err := b.start(p)
		if err != nil {
			return err
		}
		b.started = append(b.started, pr)
	}
	return nil
}

// all starts the controllers, then the nodes. It returns when pods can be made and all nodes are ready to run them.
func (b *controllerStart) all(ctx context.Context) error {
	if err := b.run(b.plan.controllers()...); err != nil {
		return err
	}
	nodes := b.record.Options.Nodes
	for n := 1; n <= nodes; n++ {
		if err := b.startNode(ctx, n); err != nil {
			return err
		}
	}
	if err := b.client.await(ctx, podsPossible, b.started...); err != nil {
		return fmt.Errorf("wait for the controllers: %w", err)
	}
	b.note("controllers ready")
	if err := b.client.await(ctx, nodesReady(nodes), b.started...); err != nil {
		return fmt.Errorf("wait for nodes: %w", err)
	}
	if nodes > 0 {
		b.note("nodes ready")
	}
	return nil
}

// startNode starts the container runtime and the kubelet of the node n. Its subnet is recorded
// before anything uses it, so that Down gives it back even if this process is killed.
func (b *controllerStart) startNode(ctx context.Context, n int) error {
	subnet, err := takeSubnet()
	if err != nil {
		return err
	}
	b.record.Subnets = append(b.record.Subnets, subnet)
	if err := b.record.save(); err != nil {
		return err
	}
	runtime, kubelet, err := b.plan.nodePrograms(n, subnet)
	if err != nil {
		return err
	}
	if err := b.run(runtime); err != nil {
		return err
	}
	// A kubelet that finds no runtime at its start ends at once.
	if err := b.client.await(ctx, listening(b.plan.socket(n)), b.started...); err != nil {
		return fmt.Errorf("wait for the container runtime: %w", err)
	}
	return b.run(kubelet)
}
