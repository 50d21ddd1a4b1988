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

// inquiry is the work on one snapshot: what all cases share.
type inquiry struct {
	s         *snapshot.Snapshot
	forest    *owners.Forest
	workloads map[owners.Ref]*rollout.Workload
	cases     []*caseFile
	unread    bool // logs were not asked for

	events   pod.Events
	readings map[snapshot.LogKey]reading
	busy     map[*caseFile]bool        // verdicts under way, against circular dependencies
	policies map[string]backoff.Policy // by node, if its containers give one away
}

// caseFile is what is known of one unhealthy container before a rule judges it,
// in parts that each know their business. The rules ask the parts; the file
// itself only names the container and puts the parts together.
type caseFile struct {
	*inquiry
	Container
	c        pod.Container
	end      termination
	state    backoff.State
	happened podEvents
	node     nodeFacts
	read     reading
	history  history
	workload workload
	config   configuration

	cause *Cause // the verdict, once it is given
}

// subject returns the container as the subject of a sentence; of the main containers the sentence
// needs none.
func (f *caseFile) subject() string {
	switch f.Type {
	case pod.Init:
		return "init container " + f.Name + " "
	case pod.Sidecar:
		return "sidecar " + f.Name + " "
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
		return f
	}
	node := f.c.Pod.Spec.NodeName
	f.node = newNodeFacts(q, node)
	f.end = termination{ContainerStateTerminated: f.c.Last(), pod: f.Pod}
	f.end.who = f.subject()
	own := q.events.Of("Pod", f.c.Pod)
	f.state = backoff.Compute(
		f.c.Pod,
		unhealthy.Name,
		f.node.object,
		slices.Concat(own, f.node.events),
		q.s.At,
		backoff.Options{Policy: q.policies[node]},
	)
	f.happened = newPodEvents(own, f.c)
	f.history = newHistory(q.s, w, f.c)
	f.config = newConfiguration(q.s, f.c)
	f.read = q.lastWords(f)
	f.end.own = f.ownCode()
	return f
}

// statusSource is the source of what the status of the pod reports.
func (f *caseFile) statusSource() string { return "status of pod " + f.Pod }

// self is the culprit that is the unhealthy container itself.
func (f *caseFile) self() *Culprit {
	return &Culprit{Kind: f.Root.Kind, Namespace: f.Namespace, Name: f.Root.Name, Container: f.Name}
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
// lines that explain their exit.
func (q *inquiry) alsoNaming(host string, but *caseFile) []string {
	var out []string
	for _, f := range q.cases {
		if f.Root == but.Root || !f.read.known || f.read.category() != Dependency {
			continue
		}
		if slices.ContainsFunc(logs.Hosts(f.read.Around(2)), func(p logs.HostRef) bool { return p.Host == host }) {
			if name := f.Root.String(); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func podNames(pods []*corev1.Pod) []string {
	out := make([]string, 0, len(pods))
	for _, p := range pods {
		out = append(out, p.Name)
	}
	return out
}
