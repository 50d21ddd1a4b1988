package bundle

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The layouts of files, in the words of the JSON output.
const (
	LayoutManifests       = "manifests"
	LayoutClusterInfoDump = "cluster-info-dump"
	LayoutMustGather      = "must-gather"
	LayoutSupportBundle   = "support-bundle"
)

// layout is the arrangement of the files that a support tool writes. A new one is
// a row of layouts and a file with its functions.
type layout struct {
	id   string // in JSON
	name string // in sentences
	// marks reports whether a file at this path shows that the input is in the layout.
	marks func(parts []string) bool
	// place returns the role of the file at this path.
	place func(parts []string) place
	// collects reports whether the tool collects a resource at all.
	collects func(resource string) bool
	// podLogs is set if one file holds the logs of all containers of a pod.
	podLogs bool
	// ownTime is set if the capture time holds even if objects are newer.
	ownTime bool
	// noLog returns why the layout holds no such log, "" for the general reason.
	noLog func(snapshot.LogKey) string
}

// plain is the layout of files that no tool laid out: manifests.
var plain = &layout{id: LayoutManifests, name: "files", noLog: func(snapshot.LogKey) string { return "the files hold no container logs" }}

// layouts are the forms that are recognized, in the order in which a path is
// compared with them.
var layouts = []*layout{mustGather, supportBundle, clusterInfoDump}

// place is the role of a file in a bundle, derived from its path.
type place struct {
	role      role
	resource  string // of a roleObjects file that lists one resource whole
	namespace string
	log       *snapshot.LogKey // of a roleLog file; the container is empty if the file holds those of all
	whole     bool             // roleObjects: the file holds every object of resource in namespace
	inspected bool             // the file exists only if namespace was collected completely
	second    bool             // a second copy of a log, used only if the first is empty
}

// role is what a file is read for.
type role int

const (
	roleNone role = iota // nothing that we read
	roleObjects
	roleLog
	roleTimestamp
	roleErrors // collection errors
)

// detectLayout returns the layout that the files of a directory or archive are in.
func detectLayout(in *input) *layout {
	for _, e := range in.entries {
		parts := in.parts(e.path)
		for _, l := range layouts {
			if l.marks(parts) {
				return l
			}
		}
	}
	return plain
}

// parts returns the segments of a path inside of a bundle. If the user named
// a directory inside of a bundle, the directories above it are included.
func (in *input) parts(name string) []string {
	parts := strings.Split(name, "/")
	if in.kind != inputDir {
		return parts
	}
	above, err := filepath.Abs(in.arg)
	if err != nil {
		return parts
	}
	up := strings.Split(filepath.ToSlash(above), "/")
	if at := slices.Index(up, "namespaces"); at >= 0 && at >= len(up)-3 {
		return append(slices.Clone(up[at:]), parts...)
	}
	return parts
}

// stem returns a file name without its extension: "pods" of "pods.json".
func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// isTimestamp reports whether a file may hold the capture time of a must-gather (captureEnd).
func isTimestamp(name string) bool { return path.Base(name) == "timestamp" }

// isLog reports whether a file may hold logs, by its name in any of the layouts.
func isLog(name string) bool { return strings.HasSuffix(name, ".log") || isDumpLogs(name) }

// placeOf returns the role of the file at name in the input's layout.
func (in *input) placeOf(name string) place {
	if in.layout != plain {
		return in.layout.place(in.parts(name))
	}
	if (holdsObjects(name) && !isTimestamp(name)) || in.single() {
		return place{role: roleObjects}
	}
	return place{}
}

// below returns the segments after the last one that is name.
func below(parts []string, name string) ([]string, bool) {
	for i := len(parts) - 1; i >= 0; i-- {
		if parts[i] == name {
			return parts[i+1:], true
		}
	}
	return nil, false
}
