package diagnose

import (
	"fmt"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// setupFailure is one way in which the kubelet cannot prepare what a pod needs
// before its containers.
type setupFailure struct {
	words    *lazyregexp.Regexp // of the message of the event
	category Category
	sure     Confidence // Medium if the words can stand for another reason
	means    string     // the summary
	check    string     // what to look at to confirm it, "" for nothing
}

// setsUp makes a row of the tables of this file; words are matched in any case.
func setsUp(words string, category Category, sure Confidence, means, check string) setupFailure {
	return setupFailure{lazyregexp.New(`(?i)` + words), category, sure, means, check}
}

// setupFailures are the messages of failed mounts, attachments and sandboxes,
// special before general. Sources: k8s.io/kubernetes 1.37 pkg/volume (csi,
// hostpath, util/operationexecutor, util/subpath), mount(8) and mount.nfs(8),
// containerd 2.1 internal/cri/server sandbox_run.go, containernetworking/cni.
var setupFailures = []setupFailure{
	setsUp(`Multi-Attach error`, Dependency, High,
		"a volume is still attached to another node", "which pod or node still holds the volume (VolumeAttachment)"),
	setsUp(`not found in the list of registered CSI drivers`, Node, High,
		"the CSI driver of a volume does not run on the node", "the pod of the CSI driver on the node"),
	setsUp(`/var/lib/kubelet.{0,200}no space left on device|no space left on device.{0,200}/var/lib/kubelet`, Node, High,
		"the node has no space left for the pod's volumes", "the disk of the kubelet's directory on the node"),
	setsUp(`no space left on device`, Dependency, Medium, "a volume is full", "the free space of the volume"),
	setsUp(`read-only file system`, Dependency, Medium,
		"a volume can only be mounted read-only", "the state of the volume: storage that reports errors is set read-only"),
	setsUp(`access denied by server|mount\.nfs.{0,200}(?:access denied|no such file)`, Dependency, High,
		"the file server refuses the mount", "the exports of the server, and the path of the volume"),
	setsUp(`mount\.(?:nfs|cifs|ceph).{0,200}(?:timed out|no route|refused|not responding)`, Dependency, High,
		"the file server of a volume cannot be reached from the node", "the server from the node"),
	setsUp(`wrong fs type, bad option, bad superblock|unknown filesystem type`, Dependency, Medium,
		"the file system of a volume cannot be mounted: it is damaged, or the node lacks the helper program for its type",
		"the file system of the volume, and the mount helper on the node"),
	setsUp(`hostPath type check failed`, AppConfig, Medium,
		"a hostPath of the manifest is not on the node, or is of another type", "the path on the node"),
	setsUp(`is not a (?:directory|file)|subPath`, AppConfig, Medium, "its volumes cannot be mounted as the manifest asks", ""),
	setsUp(`no such file or directory`, AppConfig, Medium, "its volumes cannot be mounted as the manifest asks", ""),
}

// sandboxFailures are the messages of sandboxes that cannot be made.
var sandboxFailures = []setupFailure{
	setsUp(`no (?:runtime|handler).{0,40}(?:configured|found)|runtime handler .{0,60}not (?:configured|found|supported)`, Node, High,
		"the node has no runtime for the pod's RuntimeClass", "the RuntimeClass of the pod, and the runtimes of the node"),
	setsUp(
		`failed to (?:allocate|assign|request).{0,60}\bIP|no (?:available|more|free) IP|IPAM|address(?:es)? (?:are|is) exhausted`,
		Node,
		High,
		"the node can give the pod no IP address",
		"the address range of the node, and how many pods it has",
	),
	setsUp(`\bcni\b|network plugin|plugin type=`, Node, Medium,
		"the network plugin of the node cannot set up the pod's network", "the pods of the network plugin on the node"),
}

// recently is how old the last failing try may be for it to go on: the kubelet
// and the controllers try again after two minutes at the most.
const recently = 5 * time.Minute

// setup judges pods whose volumes or sandbox cannot be set up.
func setup(f *caseFile) *Cause {
	if !f.Suspect {
		return nil
	}
	over := func(e reported) bool { return f.s.At.Sub(e.last) > recently }
	now := slices.DeleteFunc(slices.Clone(f.happened.setups), over)
	if len(now) == 0 {
		return nil
	}
	// A wait that timed out only repeats what another event explains.
	for _, e := range now {
		if cause := knownSetup(f.Container, f.config, f.node, e); cause != nil {
			return f.history.blame(cause)
		}
	}
	return f.history.blame(unknownSetup(f.Container, f.node, now[0]))
}

// setupCause is the verdict on a failure before its reason is known. Most are of storage or of the
// network, on which the pod depends.
func (u Container) setupCause(e reported) *Cause {
	return &Cause{
		Category: Dependency, Confidence: Medium, Culprit: u.self(),
		Evidence: []Claim{claim("event "+e.reason+" of pod "+u.Pod, "%s", whole(e.message))},
	}
}

// knownSetup judges a failure whose message names its reason, nil if it does not.
func knownSetup(u Container, config configuration, node nodeFacts, e reported) *Cause {
	cause := u.setupCause(e)
	if what, found := config.missingObject(e.message); found {
		cause.Category = AppConfig
		cause.Confidence = High
		cause.Summary = "its volumes cannot be mounted: " + what.summary
		cause.addEvidence(what.evidence...)
		return cause
	}
	row, known := setupFailureOf(e)
	if !known {
		return nil
	}
	cause.Category = row.category
	cause.Confidence = row.sure
	cause.Summary = row.means
	if row.check != "" {
		cause.WouldSettle = []string{row.check}
	}
	if row.category == Node {
		cause.Culprit = node.culprit()
		cause.Summary += fmt.Sprintf(" (node %s)", node.name)
	}
	return cause
}

// setupFailureOf returns the first row of the table for volumes or for sandboxes whose words an event
// has.
func setupFailureOf(e reported) (setupFailure, bool) {
	table := setupFailures
	if e.ofSandbox() {
		table = sandboxFailures
	}
	for _, row := range table {
		if row.words.MatchString(e.message) {
			return row, true
		}
	}
	return setupFailure{}, false
}

// unknownSetup judges a failure whose message names no reason that is known.
func unknownSetup(u Container, node nodeFacts, e reported) *Cause {
	cause := u.setupCause(e)
	if e.ofSandbox() {
		cause.Category = Node
		cause.Culprit = node.culprit()
		cause.Summary = fmt.Sprintf("node %s cannot set up the pod's network or sandbox", node.name)
		return cause
	}
	cause.Summary = "a volume that it needs cannot be attached or mounted"
	return cause
}
