package bundle

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// dumpLogs is the file with the logs of all containers of a pod in the folder
// that kubectl cluster-info dump writes
// (k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go, 1.37).
const dumpLogs = "logs.txt"

// dumpKinds are the files of a namespace's folder, in the order in which the
// dump writes them to standard output.
var dumpKinds = map[string]string{
	"events": "events", "replication-controllers": "replicationcontrollers", "services": "services",
	"daemonsets": "daemonsets", "deployments": "deployments", "replicasets": "replicasets", "pods": "pods",
}

var clusterInfoDump = &layout{
	id: LayoutClusterInfoDump, name: "cluster-info dump", marks: isClusterInfoDump, place: dumpPlace, podLogs: true,
	collects: func(resource string) bool {
		return resource == "nodes" || slices.Contains(slices.Collect(maps.Values(dumpKinds)), resource)
	},
	noLog: func(key snapshot.LogKey) string {
		if key.Previous {
			return "a cluster-info dump does not collect the logs of previous instances"
		}
		return ""
	},
}

// isClusterInfoDump reports whether a path is one that only a cluster-info dump writes. The other names of its files
// are those that anybody would choose: pods.json, services.json.
func isClusterInfoDump(parts []string) bool {
	return stem(parts[len(parts)-1]) == "replication-controllers" && len(parts) > 1
}

// dumpPlace returns what a file of kubectl cluster-info dump holds, by its path: nodes.json at the
// top, and a folder a namespace with one list a kind and the log of each pod.
func dumpPlace(parts []string) place {
	file := parts[len(parts)-1]
	switch {
	case file == dumpLogs && len(parts) >= 3:
		namespace := parts[len(parts)-3]
		pod := parts[len(parts)-2]
		return place{role: roleLog, namespace: namespace, log: &snapshot.LogKey{Namespace: namespace, Pod: pod}}
	case !holdsObjects(file):
		return place{}
	case stem(file) == "nodes":
		return place{role: roleObjects, resource: "nodes", whole: true}
	case dumpKinds[stem(file)] != "" && len(parts) >= 2:
		return place{role: roleObjects, resource: dumpKinds[stem(file)], namespace: parts[len(parts)-2], whole: true}
	}
	return place{}
}

// The lines around a log begin with these, and go on like "app of pod shop/web-5d ====".
const (
	dumpStart = "==== START logs for container "
	dumpEnd   = "==== END logs for container "
)

// dumpSection is one container's log in the text of a dump.
type dumpSection struct {
	key  snapshot.LogKey
	text []byte
	cut  bool // text is the end of the log only
}

// isDumpLogs reports whether a file has the logs of all containers of a pod.
func isDumpLogs(name string) bool { return path.Base(name) == dumpLogs }

// cutDump separates the documents of a dump on standard output from the logs
// between them. A log ends with the first end marker of its own container, or at
// the end of the text.
func cutDump(data []byte) ([]manifest.Part, []dumpSection) {
	var parts []manifest.Part
	var logs []dumpSection
	line := 1
	counted := 0
	lineOf := func(offset int) int {
		line += bytes.Count(data[counted:offset], []byte("\n"))
		counted = offset
		return line
	}
	for at := 0; ; {
		start := indexLine(data, at, dumpStart)
		if start < 0 {
			return append(parts, manifest.Part{Line: lineOf(at), Text: data[at:]}), logs
		}
		if start > at {
			parts = append(parts, manifest.Part{Line: lineOf(at), Text: data[at:start]})
		}
		section, end := cutSection(data[start:])
		if section.key.Pod != "" {
			logs = append(logs, section)
		}
		at = start + end
	}
}

// holdsDumpLogs reports whether a text has logs between its documents, as a cluster-info dump on standard output.
func holdsDumpLogs(data []byte) bool { return indexLine(data, 0, dumpStart) >= 0 }

// indexLine returns the offset of the first line at or after from that begins with prefix.
func indexLine(data []byte, from int, prefix string) int {
	for at := from; at < len(data); {
		found := bytes.Index(data[at:], []byte(prefix))
		if found < 0 {
			return -1
		}
		at += found
		if at == 0 || data[at-1] == '\n' {
			return at
		}
		at += len(prefix)
	}
	return -1
}

// cutSection reads the log that begins data, and returns it and its length
// with the lines around it.
func cutSection(data []byte) (dumpSection, int) {
	first, body, _ := bytes.Cut(data, []byte("\n"))
	title := bytes.TrimRight(first[len(dumpStart):], "\r")
	section := dumpSection{key: dumpKey(string(title))}
	text, _, found := bytes.Cut(body, append([]byte(dumpEnd), title...))
	section.text = text
	if !found { // the output was cut off
		return section, len(data)
	}
	end := len(data) - len(body) + len(text)
	if next := bytes.IndexByte(data[end:], '\n'); next >= 0 {
		return section, end + next + 1
	}
	return section, len(data)
}

// dumpKey reads "CONTAINER of pod NAMESPACE/POD ====".
func dumpKey(title string) snapshot.LogKey {
	container, pod, _ := strings.Cut(strings.TrimSuffix(title, " ===="), " of pod ")
	namespace, name, _ := strings.Cut(pod, "/")
	return snapshot.LogKey{Namespace: namespace, Pod: name, Container: container}
}
