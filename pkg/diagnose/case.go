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
)

// inquiry is the work on one snapshot: what all cases share. Cases ask about each other, because a
// container may fail over another workload that fails.
type inquiry struct {
	s         *snapshot.Snapshot
	forest    *owners.Forest
	workloads map[owners.Ref]*rollout.Workload
	cases     []*caseFile // of all unhealthy containers, whether they are reported or not
	unread    bool        // logs were not asked for

	events   pod.Events
	readings map[snapshot.LogKey]reading // each log is analysed once
	busy     map[*caseFile]bool          // verdicts under way, against circular dependencies
	policies map[string]backoff.Policy   // by node, if its containers give one away
}

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
	f.history = newHistory(q.s, w, f.c)
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
	for _, f := range q.cases {
		if f.Root == root && f.Status != Recovered {
			return f
		}
	}
	return nil
}

// alsoNaming returns the other workloads whose logs name the same host in the
// lines that explain their exit: several that fail on one host speak against it.
func (q *inquiry) alsoNaming(host string, but *caseFile) []string {
	var out []string
	for _, f := range q.cases {
		if name := f.Root.String(); f.Root != but.Root && f.read.failsOn(host) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// failsOn reports whether the log blames a dependency and names that host near the reason.
func (r reading) failsOn(host string) bool {
	const around = 2 // lines
	return r.known && r.category() == Dependency &&
		slices.ContainsFunc(logs.Hosts(r.Around(around)), func(p logs.HostRef) bool { return p.Host == host })
}

func podNames(pods []*corev1.Pod) []string {
	out := make([]string, 0, len(pods))
	for _, p := range pods {
		out = append(out, p.Name)
	}
	return out
}
