package main

import (
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

// forecast is one prediction beside the start that followed.
type forecast struct {
	set, who string // recording; pod and container
	version  string // kubelet, minor
	at       time.Time
	ended    time.Time     // the last run
	started  time.Time     // the next, as it really came
	wait     time.Duration // between the two
	schedule backoff.Schedule
}

// windowed reports whether a window was predicted at all.
func (f forecast) windowed() bool { return f.schedule.NotBefore != nil && f.schedule.ExpectedBy != nil }

// width returns how long the window is. A window that holds every start would be of no use, so that
// the width counts beside the hits.
func (f forecast) width() time.Duration {
	return f.schedule.ExpectedBy.Sub(f.schedule.NotBefore.Time)
}

// inside allows a second at both ends: the API has whole seconds.
func (f forecast) inside() bool {
	const give = 1010 * time.Millisecond
	return f.windowed() && !f.started.Before(f.schedule.NotBefore.Add(-give)) && !f.started.After(f.schedule.ExpectedBy.Add(give))
}

// windows prints how the predicted windows fare on every recording.
func windows(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("windows", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("testdata", "testdata", "folder of the recordings")
	verbose := flags.Bool("v", false, "print each start outside its window")
	every := flags.Duration("every", 10*time.Second, "predict again after so long, until the status changes")
	one := flags.String("recording", "", "score only this file, which the command record wrote")
	unknown := flags.Bool("unknown-version", false, "predict as if the kubelets' versions were not known")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var all []forecast
	var err error
	if *one != "" {
		all, err = forecastsOf(*one, *every, *unknown)
	} else {
		all, err = forecasts(*dir, *every, *unknown)
	}
	if err != nil {
		return err
	}
	if *verbose {
		printOutside(out, all)
	}
	printTable(out, all)
	return nil
}

// printOutside prints the forecasts that did not hold.
func printOutside(out io.Writer, all []forecast) {
	for _, f := range all {
		if !f.inside() {
			fmt.Fprintln(out, f.line())
		}
	}
}

// forecasts predicts on the corpus and on every recording.
func forecasts(dir string, every time.Duration, unknown bool) ([]forecast, error) {
	labelled, err := readCorpus(filepath.Join(dir, "corpus"), unknown)
	if err != nil {
		return nil, err
	}
	statuses, err := readStatuses(filepath.Join(dir, "corpus", "restarts.jsonl.gz"), labelled.specs, labelled.nodes)
	if err != nil {
		return nil, err
	}
	all := append(labelled.forecasts, replay("corpus watch", statuses, every, unknown)...)
	files, err := filepath.Glob(filepath.Join(dir, "recordings", "*.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		more, err := forecastsOf(file, every, unknown)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// forecastsOf predicts on one recording. The name of a recorded pod watch begins with "pods-watch".
func forecastsOf(file string, every time.Duration, unknown bool) ([]forecast, error) {
	read := readRows
	if strings.HasPrefix(filepath.Base(file), "pods-watch") {
		read = readWatch
	}
	rows, err := read(file)
	if err != nil {
		return nil, err
	}
	return replay(nameOf(file), rows, every, unknown), nil
}

// nameOf names a recording by its file.
func nameOf(file string) string { return strings.TrimSuffix(filepath.Base(file), ".jsonl.gz") }

// truth is a row of a case's truth.json.
type truth struct {
	Pod, Container, State string
	NeverStarted          bool      `json:"never_started"`     // the next try ended as StartError
	KubeletRestarted      bool      `json:"kubelet_restarted"` // before the wait was over
	FinishedAt            time.Time `json:"finishedAt"`
	NextStartedAt         time.Time `json:"next_startedAt"`
}

// readTruth reads a truth.json: the rows of each snapshot, by its name.
func readTruth(file string) (map[string][]truth, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var snaps map[string][]truth
	if err := json.Unmarshal(text, &snaps); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return snaps, nil
}

// scored reports whether a row can be compared with a prediction: its container waited at
// the snapshot, and neither a start that failed nor the start of a kubelet ended the wait.
func (t truth) scored() bool {
	waits := t.State == "waiting" || t.State == "terminated"
	return waits && !t.NeverStarted && !t.KubeletRestarted && !t.FinishedAt.IsZero()
}

// corpus is what was read and predicted of the labelled snapshots. The pods, by UID, and the
// nodes are kept because the watch of the corpus has neither.
type corpus struct {
	forecasts []forecast
	specs     map[string]*corev1.Pod
	nodes     map[string]*corev1.Node
}

// readCorpus predicts on every labelled snapshot.
func readCorpus(dir string, unknown bool) (*corpus, error) {
	c := &corpus{specs: map[string]*corev1.Pod{}, nodes: map[string]*corev1.Node{}}
	files, err := filepath.Glob(filepath.Join(dir, "*", "truth.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := c.readCase(file, unknown); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// readCase predicts on the snapshots of the case that a truth.json is of.
func (c *corpus) readCase(file string, unknown bool) error {
	snaps, err := readTruth(file)
	if err != nil {
		return err
	}
	for _, snap := range slices.Sorted(maps.Keys(snaps)) {
		read, err := readCapture(filepath.Join(filepath.Dir(file), snap+".tar.gz"))
		if err != nil {
			return err
		}
		for _, pod := range read.pods {
			c.specs[string(pod.UID)] = pod
		}
		maps.Copy(c.nodes, read.nodes)
		c.forecasts = append(c.forecasts, read.predict(snaps[snap], unknown)...)
	}
	return nil
}

// predict makes the forecasts of one snapshot that can be judged.
func (c *capture) predict(rows []truth, unknown bool) []forecast {
	var out []forecast
	learnt := backoff.Learn(c.snapshot())
	for _, row := range rows {
		i := slices.IndexFunc(c.pods, func(p *corev1.Pod) bool { return p.Name == row.Pod })
		if i >= 0 && row.scored() {
			out = append(out, c.forecast(row, c.pods[i], learnt, unknown))
		}
	}
	return out
}

// forecast predicts the next start of the container that a row is of. learnt are the curves of the nodes.
// With unknown the node is not given, as to a user who may not read nodes.
func (c *capture) forecast(row truth, pod *corev1.Pod, learnt map[string]backoff.Policy, unknown bool) forecast {
	node := c.nodes[pod.Spec.NodeName]
	version := minor(node)
	if unknown {
		node = nil
	}
	state := backoff.Compute(pod, row.Container, node, c.events, c.at, backoff.Options{Policy: learnt[pod.Spec.NodeName]})
	return forecast{
		set: "corpus", who: c.name + " " + row.Pod + "/" + row.Container, version: version, at: c.at,
		ended: row.FinishedAt, started: row.NextStartedAt, wait: row.NextStartedAt.Sub(row.FinishedAt), schedule: state.Schedule,
	}
}

// minor returns the minor version of a node's kubelet, "1.35" for v1.35.4, "?" if the node is not known.
func minor(node *corev1.Node) string {
	if node == nil {
		return "?"
	}
	parts := strings.SplitN(strings.TrimPrefix(node.Status.NodeInfo.KubeletVersion, "v"), ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}
