package diagnose

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// inquiry is the work on one snapshot: what all cases share. Cases ask about each other, because a
// container may fail over another workload that fails.
type inquiry struct {
	s         *snapshot.Snapshot
	forest    *owners.Forest
	workloads map[owners.Ref]*rollout.Workload
	histories *histories
	cases     []*caseFile              // of all unhealthy containers, whether they are reported or not
	unhealthy map[owners.Ref]*caseFile // the first case of each workload that has not recovered
	unread    bool                     // logs were not asked for

	events   pod.Events
	readings map[snapshot.LogKey]reading // each log is analysed once
	roots    map[Culprit]owners.Ref      // of the cases, by what a culprit names of them
	byPod    map[podName][]*caseFile
	naming   map[string][]owners.Ref   // by the host that their logs blame, once that is asked for
	nodes    map[string]*nodeTrouble   // once that is asked for
	killed   map[*corev1.Pod][]string  // containers that were OOMKilled, once that is asked for
	borrowed map[borrower]reading      // what stands in for logs that were not read
	busy     map[*caseFile]bool        // verdicts under way, against circular dependencies
	policies map[string]backoff.Policy // by node, if its containers give one away
}

// podName names a pod.
type podName struct{ namespace, name string }

// caseFile is what is known of one unhealthy container before a rule judges it,
// in parts that each know their business. The rules are functions that ask the parts;
// the file itself only puts the parts together, and makes an item of the verdict.
type caseFile struct {
	*inquiry
	Container
	c        pod.Container // what the API reports of it
	end      termination   // of its last run
	state    backoff.State
	happened podEvents // what its events report
	course   course    // since when it is in trouble
	node     nodeFacts
	read     reading // the analysis of its log
	history  history // the revisions of its workload
	workload workload
	config   configuration // what the manifest gives it
	clues    clueFinder    // what ties the log to the manifest
	peers    peerFinder    // what the log and the manifest name of the cluster

	cause *Cause // the verdict, once it is given
}

// subject returns the container as the subject of a sentence, with a blank behind it: "sidecar proxy ".
// Of the main containers the sentence needs none.
func (u Container) subject() string {
	switch u.Type {
	case pod.Init:
		return "init container " + u.Name + " "
	case pod.Sidecar:
		return "sidecar " + u.Name + " "
	case pod.App, pod.Ephemeral:
	}
	return ""
}

// open gathers the parts of a case. A Job whose pods are gone has only a history.
func (q *inquiry) open(unhealthy Container) *caseFile {
	f := &caseFile{inquiry: q, Container: unhealthy, c: unhealthy.container, workload: newWorkload(q, unhealthy)}
	w := q.workloads[unhealthy.Root]
	if unhealthy.Pod == "" {
		f.history = history{workload: w}
		f.read = unread()
		f.tie()
		return f
	}
	f.node = newNodeFacts(q, f.c.Pod.Spec.NodeName)
	f.end = termination{ContainerStateTerminated: f.c.Last(), pod: f.Pod, who: f.subject()}
	own := q.events.Of("Pod", f.c.Pod)
	f.state = f.backoff(own)
	f.happened = newPodEvents(own, f.c)
	f.history = q.histories.of(w, f.c)
	f.config = newConfiguration(q.s, f.c)
	f.read = q.lastWords(f)            // needs end and history: the log of a sibling pod may stand in
	f.end.own = ownCode(f.read, f.end) // needs read: the log shows whether the program failed by itself
	f.course = course{c: f.c, end: f.end, happened: f.happened, at: q.s.At}
	f.tie()
	return f
}

// tie makes the parts that tie others together.
func (f *caseFile) tie() {
	f.clues = clueFinder{Container: f.Container, read: f.read, config: f.config}
	f.peers = peerFinder{inquiry: f.inquiry, Container: f.Container, read: f.read, config: f.config}
}

// add takes a case up among those that are asked about others.
func (q *inquiry) add(f *caseFile) {
	q.cases = append(q.cases, f)
	at := podName{f.Namespace, f.Pod}
	q.byPod[at] = append(q.byPod[at], f)
	root := Culprit{Kind: f.Root.Kind, Namespace: f.Namespace, Name: f.Root.Name}
	if _, known := q.roots[root]; !known {
		q.roots[root] = f.Root
	}
	if f.Status != Recovered && q.unhealthy[f.Root] == nil {
		q.unhealthy[f.Root] = f
	}
}

// backoff computes the back-off by the events of the pod and of its node, and by the policy that
// other containers of the node give away.
func (f *caseFile) backoff(own []*corev1.Event) backoff.State {
	events := slices.Concat(own, f.node.events)
	return backoff.Compute(f.c.Pod, f.Name, f.node.object, events, f.s.At, backoff.Options{Policy: f.policies[f.node.name]})
}

// statusSource is the source of what the status of the pod reports.
func (u Container) statusSource() string { return "status of pod " + u.Pod }

// self is the culprit that is the unhealthy container itself.
func (u Container) self() *Culprit {
	return &Culprit{Kind: u.Root.Kind, Namespace: u.Namespace, Name: u.Root.Name, Container: u.Name}
}

// unhealthyOf returns the case of a workload that has not recovered, nil if there is
// none.
func (q *inquiry) unhealthyOf(root owners.Ref) *caseFile {
	return q.unhealthy[root]
}

// mostNaming is how many other workloads are named that fail on the same host: of a thousand each would name all.
const mostNaming = 20

// alsoNaming returns other workloads whose logs name the same host in the
// lines that explain their exit, at most one more than mostNaming: several that fail on one host speak against it.
func (q *inquiry) alsoNaming(host string, but *caseFile) []string {
	if q.naming == nil {
		q.naming = map[string][]owners.Ref{}
		for _, f := range q.cases {
			for _, named := range f.read.failingHosts() {
				if roots := q.naming[named]; len(roots) == 0 || roots[len(roots)-1] != f.Root { // cases of one root follow each other
					q.naming[named] = append(roots, f.Root)
				}
			}
		}
	}
	var out []string
	for _, root := range q.naming[host] {
		if name := root.String(); root != but.Root && !slices.Contains(out, name) {
			out = append(out, name)
		}
		if len(out) > mostNaming {
			break
		}
	}
	return out
}

// failingHosts returns the hosts that the log names near the reason, if it blames a dependency.
func (r reading) failingHosts() []string {
	const around = 2 // lines
	if !r.known || r.category() != Dependency {
		return nil
	}
	var out []string
	for _, p := range logs.Hosts(r.Around(around)) {
		out = append(out, p.Host)
	}
	return out
}

// podList names pods in words, the first ones of many.
func podList(pods ...[]*corev1.Pod) string {
	count := 0
	var first []string
	for _, some := range pods {
		count += len(some)
		for _, p := range some[:min(len(some), wording.Shown)] {
			first = append(first, p.Name)
		}
	}
	return wording.ListOf(first, count)
}
