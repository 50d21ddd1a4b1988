package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// capture is one snapshot of the corpus.
type capture struct {
	name   string // case/snapshot
	at     time.Time
	pods   []*corev1.Pod
	events []*corev1.Event
	nodes  map[string]*corev1.Node
}

// readCapture reads what windows need of a snapshot's archive.
func readCapture(file string) (*capture, error) {
	c := &capture{
		name:  filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".tar.gz"),
		nodes: map[string]*corev1.Node{},
	}
	err := eachFile(file, func(name string, text []byte) error {
		switch folder, base := path.Split(name); {
		case base == "timestamp":
			return c.setTime(string(text))
		case base == "pods.yaml":
			return addItems(text, &c.pods)
		case base == "events.yaml":
			return addItems(text, &c.events)
		case strings.HasSuffix(folder, "/core/nodes/"):
			node := &corev1.Node{}
			if err := yaml.Unmarshal(text, node); err != nil {
				return err
			}
			c.nodes[node.Name] = node
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return c, nil
}

// snapshot returns the capture in the form that the analysis reads.
func (c *capture) snapshot() *snapshot.Snapshot {
	s := &snapshot.Snapshot{At: c.at, Pods: c.pods, Events: c.events}
	for _, node := range c.nodes {
		s.Nodes = append(s.Nodes, node)
	}
	s.Sort()
	return s
}

// setTime reads the end of the capture: the second line of timestamp.
func (c *capture) setTime(text string) error {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	words := strings.Fields(lines[len(lines)-1])
	if len(words) < 3 {
		return fmt.Errorf("timestamp %q has no time", text)
	}
	at, err := time.Parse("2006-01-02 15:04:05.999999999 -0700", strings.Join(words[:3], " "))
	c.at = at
	return err
}

// addItems adds the items of a list in YAML.
func addItems[T any](text []byte, to *[]*T) error {
	var list struct {
		Items []*T `json:"items"`
	}
	if err := yaml.Unmarshal(text, &list); err != nil {
		return err
	}
	*to = append(*to, list.Items...)
	return nil
}

// eachFile calls do with every file of a .tar.gz.
func eachFile(file string, do func(name string, text []byte) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		if err := do(header.Name, text); err != nil {
			return fmt.Errorf("%s: %w", header.Name, err)
		}
	}
}

// eachLine calls do with every line of a gzipped file of JSON lines. Lines may be of any
// length: a status can be longer than what bufio.Scanner takes.
func eachLine(file string, do func(line []byte) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	if err := eachLineOf(bufio.NewReader(unzipped), do); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}

// eachLineOf calls do with every line that is not empty.
func eachLineOf(in *bufio.Reader, do func(line []byte) error) error {
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			if err := do(line); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// kubelets are the versions of the nodes in the pod watches, which hold no Node objects.
var kubelets = map[string]string{"node-1": "v1.35.4", "node-2": "v1.35.4", "node-3": "v1.35.4", "node-4": "v1.34.4", "node-5": "v1.35.4"}

// kubeletStarts are the restarts of kubelets during recordings without events.
var kubeletStarts = map[string]time.Time{"worker-b": time.Date(2026, 11, 23, 19, 31, 0, 0, time.UTC)}

// readRows reads a recording that the command record wrote.
func readRows(file string) ([]row, error) {
	var rows []row
	err := eachLine(file, func(line []byte) error {
		var r row
		err := json.Unmarshal(line, &r)
		rows = append(rows, r)
		return err
	})
	return inOrder(rows), err
}

// readWatch reads a recorded pod watch. The time of a row is when the kubelet
// wrote the status.
func readWatch(file string) ([]row, error) {
	rows := []row{}
	for name, version := range kubelets {
		rows = append(rows, nodeRow(name, version))
	}
	err := eachLine(file, func(line []byte) error {
		var event struct {
			Type   string      `json:"type"`
			Object *corev1.Pod `json:"object"`
		}
		if err := json.Unmarshal(line, &event); err != nil {
			return err
		}
		at := writtenAt(event.Object)
		if event.Type != "DELETED" && !at.IsZero() {
			rows = append(rows, statusRows(at, event.Object)...)
		}
		return nil
	})
	return inOrder(rows), err
}

// nodeRow returns the row of a node of which only the version of the kubelet is known.
func nodeRow(name, version string) row {
	node := &corev1.Node{}
	node.Name = name
	node.Status.NodeInfo.KubeletVersion = version
	return row{Node: node}
}

// statusRows returns the rows of a pod as it was at one time.
func statusRows(at time.Time, pod *corev1.Pod) []row {
	spec := *pod
	spec.Status = corev1.PodStatus{}
	return []row{{At: at, Pod: &spec}, {At: at, UID: pod.UID, Status: &pod.Status}}
}

// inOrder sorts rows by time. Rows of the same time keep their order: a pod comes before its status.
func inOrder(rows []row) []row {
	slices.SortStableFunc(rows, func(a, b row) int { return a.At.Compare(b.At) })
	return rows
}

// writtenAt returns when the kubelet last wrote the pod's status.
func writtenAt(pod *corev1.Pod) time.Time {
	for _, f := range pod.ManagedFields {
		if strings.HasPrefix(f.Manager, "kubelet") && f.Subresource == "status" && f.Time != nil {
			return f.Time.Time
		}
	}
	return time.Time{}
}

// readStatuses reads a recording of single container statuses; specs holds a
// pod for each UID, from which the rest is taken. Pods without one are left out.
func readStatuses(file string, specs map[string]*corev1.Pod, nodes map[string]*corev1.Node) ([]row, error) {
	rows := nodeRows(nodes)
	pods := map[string]*corev1.Pod{}
	err := eachLine(file, func(line []byte) error {
		var seen sighting
		if err := json.Unmarshal(line, &seen); err != nil {
			return err
		}
		if specs[seen.UID] == nil || seen.Name == "" {
			return nil
		}
		pod := pods[seen.UID]
		if pod == nil {
			pod = unstarted(specs[seen.UID])
		}
		pods[seen.UID] = seen.on(pod)
		rows = append(rows, statusRows(seen.T, pods[seen.UID])...)
		return nil
	})
	return inOrder(rows), err
}

// nodeRows returns the rows of the nodes of the corpus, and of the times at which their kubelets were
// restarted: no prediction is judged across these.
func nodeRows(nodes map[string]*corev1.Node) []row {
	rows := []row{}
	for _, node := range nodes {
		rows = append(rows, row{Node: node})
	}
	for node, at := range kubeletStarts {
		rows = append(rows, row{At: at.Add(-time.Second), Broken: node})
	}
	return rows
}

// sighting is a line of a recording of single container statuses.
type sighting struct {
	T     time.Time             `json:"t"`
	UID   string                `json:"uid"` // of the pod
	Phase corev1.PodPhase       `json:"phase"`
	Name  string                `json:"c"`
	Type  string                `json:"ct"` // app, or a kind of init container
	Count int32                 `json:"rc"` // of restarts
	ID    string                `json:"id"`
	State corev1.ContainerState `json:"state"`
	Last  corev1.ContainerState `json:"last"`
}

// unstarted returns a copy of a pod as it was before the first status of its containers.
func unstarted(pod *corev1.Pod) *corev1.Pod {
	out := pod.DeepCopy()
	out.DeletionTimestamp = nil
	out.Status.ContainerStatuses = nil
	out.Status.InitContainerStatuses = nil
	return out
}

// on returns a copy of a pod with the status that was seen. It is a copy since the
// rows of earlier lines hold the pod as it was.
func (s sighting) on(pod *corev1.Pod) *corev1.Pod {
	out := pod.DeepCopy()
	out.Status.Phase = s.Phase
	list := &out.Status.ContainerStatuses
	if s.Type != "app" {
		list = &out.Status.InitContainerStatuses
	}
	*list = put(*list, corev1.ContainerStatus{
		Name: s.Name, RestartCount: s.Count, ContainerID: s.ID, State: s.State, LastTerminationState: s.Last,
	})
	return out
}

// put replaces the status of that name, or adds it.
func put(list []corev1.ContainerStatus, status corev1.ContainerStatus) []corev1.ContainerStatus {
	for i := range list {
		if list[i].Name == status.Name {
			list[i] = status
			return list
		}
	}
	return append(list, status)
}
