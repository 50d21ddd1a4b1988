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

// eachLine calls do with every line of a gzipped file of JSON lines.
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
	lines := bufio.NewReader(unzipped)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			if err := do(line); err != nil {
				return fmt.Errorf("%s: line %d: %w", file, n, err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
	}
}

// change is one container status as it was seen at a moment.
type change struct {
	at  time.Time
	pod *corev1.Pod // with the status of that moment
}

// readWatch reads a recorded pod watch: per pod its changes, oldest first. The
// moment is when the kubelet wrote the status.
func readWatch(file string) (map[string][]change, error) {
	pods := map[string][]change{}
	return pods, eachLine(file, func(line []byte) error {
		var event struct {
			Type   string      `json:"type"`
			Object *corev1.Pod `json:"object"`
		}
		if err := json.Unmarshal(line, &event); err != nil {
			return err
		}
		if at := writtenAt(event.Object); event.Type != "DELETED" && !at.IsZero() {
			uid := string(event.Object.UID)
			pods[uid] = append(pods[uid], change{at, event.Object})
		}
		return nil
	})
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
func readStatuses(file string, specs map[string]*corev1.Pod) (map[string][]change, error) {
	pods := map[string][]change{}
	return pods, eachLine(file, func(line []byte) error {
		var row struct {
			T     time.Time             `json:"t"`
			UID   string                `json:"uid"`
			Phase corev1.PodPhase       `json:"phase"`
			Name  string                `json:"c"`
			Type  string                `json:"ct"`
			Count int32                 `json:"rc"`
			ID    string                `json:"id"`
			State corev1.ContainerState `json:"state"`
			Last  corev1.ContainerState `json:"last"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		spec := specs[row.UID]
		if spec == nil || row.Name == "" {
			return nil
		}
		pod := spec.DeepCopy()
		pod.DeletionTimestamp = nil
		if had := pods[row.UID]; len(had) > 0 {
			pod.Status = *had[len(had)-1].pod.Status.DeepCopy()
		} else {
			pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses = nil, nil
		}
		pod.Status.Phase = row.Phase
		status := corev1.ContainerStatus{
			Name: row.Name, RestartCount: row.Count, ContainerID: row.ID, State: row.State, LastTerminationState: row.Last,
		}
		list := &pod.Status.ContainerStatuses
		if row.Type != "app" {
			list = &pod.Status.InitContainerStatuses
		}
		*list = put(*list, status)
		pods[row.UID] = append(pods[row.UID], change{row.T, pod})
		return nil
	})
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
