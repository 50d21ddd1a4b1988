package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/backoff"
)

// kubelets are the versions of the nodes in the pod watches, which hold no Node objects.
var kubelets = map[string]string{"node-1": "v1.35.4", "node-2": "v1.35.4", "node-3": "v1.35.4", "node-4": "v1.34.4", "node-5": "v1.35.4"}

// forecast is one prediction beside what really came.
type forecast struct {
	set, who    string // recording; pod and container
	version     string // kubelet, minor
	at, started time.Time
	wait        time.Duration // from the end of the last run to the real start
	schedule    backoff.Schedule
}

func (f forecast) said() bool { return f.schedule.NotBefore != nil && f.schedule.ExpectedBy != nil }

func (f forecast) width() time.Duration {
	return f.schedule.ExpectedBy.Sub(f.schedule.NotBefore.Time)
}

// inside allows a second at both ends: the API has whole seconds.
func (f forecast) inside() bool {
	const give = 1010 * time.Millisecond
	return f.said() && !f.started.Before(f.schedule.NotBefore.Add(-give)) && !f.started.After(f.schedule.ExpectedBy.Add(give))
}

// windows prints how the predicted windows fare on every recording.
func windows(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("windows", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("testdata", "testdata", "folder of the recordings")
	verbose := flags.Bool("v", false, "print each start outside its window")
	every := flags.Duration("every", 10*time.Second, "predict again after so long, until the status changes")
	unknown := flags.Bool("unknown-version", false, "predict as if the kubelets' versions were not known")
	if err := flags.Parse(args); err != nil {
		return err
	}
	all, err := forecasts(*dir, *every, *unknown)
	if err != nil {
		return err
	}
	if *verbose {
		for _, f := range all {
			if !f.inside() {
				fmt.Fprintln(out, f.line())
			}
		}
	}
	printTable(out, all)
	return nil
}

// forecasts predicts on the corpus and on every watch.
func forecasts(dir string, every time.Duration, unknown bool) ([]forecast, error) {
	all, specs, nodes, err := corpus(filepath.Join(dir, "corpus"), unknown)
	if err != nil {
		return nil, err
	}
	statuses, err := readStatuses(filepath.Join(dir, "corpus", "restarts.jsonl.gz"), specs)
	if err != nil {
		return nil, err
	}
	if unknown {
		nodes = nil
	}
	all = append(all, replay("corpus watch", statuses, nodes, every)...)
	files, err := filepath.Glob(filepath.Join(dir, "recordings", "pods-watch-*.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	nodes = map[string]*corev1.Node{}
	for name, version := range kubelets {
		nodes[name] = &corev1.Node{}
		nodes[name].Name, nodes[name].Status.NodeInfo.KubeletVersion = name, version
	}
	if unknown {
		nodes = nil
	}
	for _, file := range files {
		watched, err := readWatch(file)
		if err != nil {
			return nil, err
		}
		all = append(all, replay(strings.TrimSuffix(filepath.Base(file), ".jsonl.gz"), watched, nodes, every)...)
	}
	return all, nil
}

// truth is a row of a case's truth.json.
type truth struct {
	Pod, Container, State string
	NeverStarted          bool      `json:"never_started"`
	KubeletRestarted      bool      `json:"kubelet_restarted"`
	FinishedAt            time.Time `json:"finishedAt"`
	NextStartedAt         time.Time `json:"next_startedAt"`
}

// corpus predicts on every labelled snapshot. It returns the pods and nodes
// that it met too.
func corpus(dir string, unknown bool) ([]forecast, map[string]*corev1.Pod, map[string]*corev1.Node, error) {
	var out []forecast
	specs, nodes := map[string]*corev1.Pod{}, map[string]*corev1.Node{}
	files, err := filepath.Glob(filepath.Join(dir, "*", "truth.json"))
	if err != nil {
		return nil, nil, nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, nil, err
		}
		var snaps map[string][]truth
		if err := json.Unmarshal(text, &snaps); err != nil {
			return nil, nil, nil, fmt.Errorf("read %s: %w", file, err)
		}
		for _, snap := range slices.Sorted(maps.Keys(snaps)) {
			c, err := readCapture(filepath.Join(filepath.Dir(file), snap+".tar.gz"))
			if err != nil {
				return nil, nil, nil, err
			}
			for _, pod := range c.pods {
				specs[string(pod.UID)] = pod
			}
			maps.Copy(nodes, c.nodes)
			out = append(out, c.predict(snaps[snap], unknown)...)
		}
	}
	return out, specs, nodes, nil
}

// predict makes the forecasts of one snapshot that can be judged.
func (c *capture) predict(rows []truth, unknown bool) []forecast {
	var out []forecast
	learnt := backoff.Learn(c.snapshot())
	for _, row := range rows {
		if row.State != "waiting" && row.State != "terminated" || row.NeverStarted || row.KubeletRestarted || row.FinishedAt.IsZero() {
			continue
		}
		i := slices.IndexFunc(c.pods, func(p *corev1.Pod) bool { return p.Name == row.Pod })
		if i < 0 {
			continue
		}
		pod, node := c.pods[i], c.nodes[c.pods[i].Spec.NodeName]
		version := minor(node)
		if unknown {
			node = nil
		}
		state := backoff.Compute(pod, row.Container, node, c.events, c.at, backoff.Options{Policy: learnt[pod.Spec.NodeName]})
		out = append(out, forecast{
			set: "corpus", who: c.name + " " + row.Pod + "/" + row.Container, version: version, at: c.at,
			started: row.NextStartedAt, wait: row.NextStartedAt.Sub(row.FinishedAt), schedule: state.Schedule,
		})
	}
	return out
}

func minor(node *corev1.Node) string {
	if node == nil {
		return "?"
	}
	parts := strings.SplitN(strings.TrimPrefix(node.Status.NodeInfo.KubeletVersion, "v"), ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// replay predicts at every change of a waiting container's status, and every
// so often until the next.
func replay(set string, pods map[string][]change, nodes map[string]*corev1.Node, every time.Duration) []forecast {
	var out []forecast
	for _, uid := range slices.Sorted(maps.Keys(pods)) {
		changes := pods[uid]
		for i, c := range changes {
			until := c.at
			if i+1 < len(changes) {
				until = changes[i+1].at
			}
			for _, status := range slices.Concat(c.pod.Status.InitContainerStatuses, c.pod.Status.ContainerStatuses) {
				end, waits := waitsSince(status)
				started, came := nextStart(changes[i+1:], status)
				if !waits || !came || kubeletRestarted(c.pod.Spec.NodeName, end, started) {
					continue
				}
				for at := c.at; !at.After(until) && at.Before(started); at = at.Add(every) {
					state := backoff.Compute(c.pod, status.Name, nodes[c.pod.Spec.NodeName], nil, at, backoff.Options{})
					out = append(out, forecast{
						set: set, who: c.pod.Name + "/" + status.Name, version: versionOf(c.pod, nodes), at: at,
						started: started, wait: started.Sub(end), schedule: state.Schedule,
					})
				}
			}
		}
	}
	return out
}

// kubeletStarts are the restarts of kubelets during the recordings: what was
// waiting then started at once, which no client can foresee.
var kubeletStarts = map[string]time.Time{"worker-b": time.Date(2026, 11, 23, 19, 31, 0, 0, time.UTC)}

func kubeletRestarted(node string, end, started time.Time) bool {
	at, ok := kubeletStarts[node]
	return ok && end.Before(at) && started.After(at.Add(-time.Second)) && started.Before(at.Add(30*time.Second))
}

func versionOf(pod *corev1.Pod, nodes map[string]*corev1.Node) string {
	if node := nodes[pod.Spec.NodeName]; node != nil {
		return minor(node)
	}
	return strings.TrimPrefix(kubelets[pod.Spec.NodeName], "v")
}

// waitsSince returns the end of the last run of a container that does not run.
func waitsSince(status corev1.ContainerStatus) (time.Time, bool) {
	end := status.State.Terminated
	if status.State.Waiting != nil {
		end = status.LastTerminationState.Terminated
	}
	if end == nil || end.FinishedAt.Unix() <= 0 {
		return time.Time{}, false
	}
	return end.FinishedAt.Time, true
}

// nextStart returns when the run after that of status began, as later changes
// tell; not where that try never started.
func nextStart(later []change, status corev1.ContainerStatus) (time.Time, bool) {
	for _, c := range later {
		for _, now := range slices.Concat(c.pod.Status.InitContainerStatuses, c.pod.Status.ContainerStatuses) {
			if now.Name != status.Name || now.RestartCount <= status.RestartCount {
				continue
			}
			run := now.RestartCount
			var started time.Time
			switch {
			case now.State.Running != nil:
				started = now.State.Running.StartedAt.Time
			case now.State.Terminated != nil:
				started = now.State.Terminated.StartedAt.Time
			case now.LastTerminationState.Terminated != nil:
				started = now.LastTerminationState.Terminated.StartedAt.Time
			}
			return started, run == status.RestartCount+1 && started.Unix() > 0
		}
	}
	return time.Time{}, false
}

func (f forecast) line() string {
	window := "no window"
	if f.said() {
		window = fmt.Sprintf("%s to %s", f.schedule.NotBefore.UTC().Format(time.TimeOnly), f.schedule.ExpectedBy.UTC().Format(time.TimeOnly))
	}
	return fmt.Sprintf("%s: %s at %s: %s (%s, max %s), started %s after %s", f.set, f.who, f.at.UTC().Format(time.TimeOnly),
		window, f.schedule.Basis, f.schedule.Policy.Max, f.started.UTC().Format(time.TimeOnly), f.wait)
}

// bounds are the real waits that belong to a step, late starts included.
var bounds = []struct {
	upTo time.Duration
	step string
}{{6 * time.Second, "0"}, {20 * time.Second, "10s"}, {35 * time.Second, "20s"}, {62 * time.Second, "40s"}, {110 * time.Second, "1m20s"}, {200 * time.Second, "2m40s"}, {time.Hour, "5m"}}

func step(wait time.Duration) string {
	for _, b := range bounds {
		if wait <= b.upTo {
			return b.step
		}
	}
	return "longer"
}

// printTable sums up by recording, version and step, and over all.
func printTable(out io.Writer, all []forecast) {
	groups := map[[3]string][]forecast{}
	bases := map[backoff.Basis][]forecast{}
	sets := map[string][]forecast{}
	for _, f := range all {
		key := [3]string{f.set, f.version, step(f.wait)}
		groups[key] = append(groups[key], f)
		bases[f.schedule.Basis] = append(bases[f.schedule.Basis], f)
		sets[f.set] = append(sets[f.set], f)
	}
	fmt.Fprintf(out, "%-28s %-7s %-6s %6s %8s %7s %13s\n", "RECORDING", "KUBELET", "STEP", "STARTS", "WINDOWS", "INSIDE", "MEDIAN WIDTH")
	keys := slices.Collect(maps.Keys(groups))
	slices.SortFunc(keys, func(a, b [3]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(order(a[2]), order(b[2])))
	})
	for _, k := range keys {
		t := sum(groups[k])
		fmt.Fprintf(out, "%-28s %-7s %-6s %6d %8d %7d %13s\n", k[0], k[1], k[2], t.starts, t.said, t.inside, t.width)
	}
	for _, b := range slices.Sorted(maps.Keys(bases)) {
		fmt.Fprintf(out, "basis %s: %s\n", b, sum(bases[b]))
	}
	for _, s := range slices.Sorted(maps.Keys(sets)) {
		fmt.Fprintf(out, "%s: %s\n", s, sum(sets[s]))
	}
	fmt.Fprintf(out, "all: %s\n", sum(all))
}

func order(name string) int {
	for i, b := range bounds {
		if b.step == name {
			return i
		}
	}
	return len(bounds)
}

// total is the sum of some forecasts.
type total struct {
	starts, said, inside int
	width                time.Duration // median
	share                float64       // median of width by wait
	narrow               int           // not wider than half the wait and 4 s
}

func sum(all []forecast) total {
	t := total{starts: len(all)}
	var widths []time.Duration
	var shares []float64
	for _, f := range all {
		if !f.said() {
			continue
		}
		t.said++
		if f.inside() {
			t.inside++
		}
		if f.width() <= f.wait/2+4*time.Second {
			t.narrow++
		}
		widths = append(widths, f.width())
		shares = append(shares, f.width().Seconds()/max(f.wait.Seconds(), 1))
	}
	slices.Sort(widths)
	slices.Sort(shares)
	if len(widths) > 0 {
		t.width, t.share = widths[len(widths)/2], shares[len(shares)/2]
	}
	return t
}

func (t total) String() string {
	return fmt.Sprintf("%d starts, %.1f %% with a window, %.2f %% of these inside, %.0f %% not wider than half the wait and 4 s, median width %s, by wait %.2f",
		t.starts, percent(t.said, t.starts), percent(t.inside, t.said), percent(t.narrow, t.said), t.width, t.share)
}

func percent(part, whole int) float64 {
	return 100 * float64(part) / float64(max(whole, 1))
}
