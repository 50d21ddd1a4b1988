package rollout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// A pod that its node refuses is Failed at once, and its controller replaces it. The
// pod that waits now looks new, however long nodes refuse such pods. These functions
// find the loop: of ReplicaSets by the failed pods, which they keep; of StatefulSets,
// which delete them, by the events of kubelets; of DaemonSets by the events of their
// controller, or by a failed pod that is kept until its back-off is over.

// fewFailed is how many pods have to fail in a row before that counts as a loop.
const fewFailed = 3

// seriesGap is how far apart the refusals of one loop are at most. A StatefulSet
// creates the next pod at once.
const seriesGap = 5 * time.Minute

// daemonGap is the same of a DaemonSet, which waits for up to 15 minutes
// (k8s.io/kubernetes cmd/kube-controller-manager/app/apps.go startDaemonSetController, 1.37).
const daemonGap = 16 * time.Minute

// eventsKept is how long a server keeps an event at least. What began before that may
// have begun much earlier (--event-ttl of kube-apiserver, an hour unless it is set).
const eventsKept = 50 * time.Minute

// refusals are the reasons with which kubelets refuse pods, or end them to save the node, beside
// those that begin with outOf (k8s.io/kubernetes pkg/kubelet/lifecycle predicate.go and
// handlers.go, pkg/kubelet/cm/topologymanager, pkg/kubelet/sysctl, pkg/kubelet/eviction, 1.37).
var refusals = []string{
	"UnexpectedAdmissionError", "TopologyAffinityError", "NodeAffinity", "NodeName", "NodePorts", "TaintToleration",
	"AppArmor", "SysctlForbidden", "PodLevelResourcesNotSupported", "PodFeatureUnsupported", "VolumeAttachmentLimitExceeded",
	"PodOSSelectorNodeLabelDoesNotMatch", "PodOSNotSupported", "InvalidNodeInfo", "InitContainerRestartPolicyForbidden",
	"SupplementalGroupsPolicyNotSupported", "UnexpectedPredicateFailureType", "UnknownReason", "NodeShutdown", "Evicted",
}

// outOf is how the reason begins for a resource of which the node has not enough.
const outOf = "OutOf"

// isRefusal reports whether a kubelet refuses pods, or ends them to save the node, for a reason.
func isRefusal(reason string) bool {
	return slices.Contains(refusals, reason) || strings.HasPrefix(reason, outOf)
}

// endedByNode reports whether the kubelet of its node ended a pod or did not begin it.
func endedByNode(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodFailed && p.Status.Reason != ""
}

// keepsFailing reports whether nodes have refused the given pods of a ReplicaSet for a
// while, one after the other. It replaces each failed pod at once and without a back-off
// (manageReplicas in k8s.io/kubernetes pkg/controller/replicaset/replica_set.go, 1.37).
func keepsFailing(pods []Pod) bool {
	recent := 0
	lasts := false
	for _, p := range pods {
		if pod.Is(p.object, corev1.PodReady) {
			return false
		}
		if p.trouble == nil || !endedByNode(p.object) {
			continue
		}
		if p.trouble.at.Sub(p.object.CreationTimestamp.Time) < patience {
			recent++
		} else {
			lasts = true
		}
	}
	return lasts && recent >= fewFailed
}

// series is how often something happened, one time after the other.
type series struct {
	times       int // an event can stand for several
	first, last time.Time
	newest      *corev1.Event
}

// seriesOf returns the newest events, newest first, that follow each other within a gap.
func seriesOf(newestFirst []*corev1.Event, gap time.Duration, is func(*corev1.Event) bool) series {
	var s series
	for _, e := range newestFirst {
		if !is(e) {
			continue
		}
		if s.times > 0 && s.first.Sub(pod.LastSeen(e)) > gap {
			break
		}
		if s.times == 0 {
			s.newest = e
			s.last = pod.LastSeen(e)
		}
		s.times += int(pod.Times(e))
		s.first = pod.FirstSeen(e)
	}
	return s
}

// loops reports whether it happened often enough, and for long enough, to go on.
func (s series) loops(at time.Time) bool { return s.times >= fewFailed && at.Sub(s.first) >= patience }

// refusedAgain returns the trouble of a pod of a StatefulSet, if nodes have refused those
// that had its name before, one after the other, until now (processReplica in
// k8s.io/kubernetes pkg/controller/statefulset/stateful_set_control.go, 1.37); nil if not.
// The last refusal counts if it was within the given time.
func (x examiner) refusedAgain(p *corev1.Pod, within time.Duration) *trouble {
	fresh := p.Status.Phase == corev1.PodPending && x.at.Sub(p.CreationTimestamp.Time) < patience
	if !fresh && !endedByNode(p) {
		return nil
	}
	s := seriesOf(x.events.OfName("Pod", p.Namespace, p.Name), seriesGap, func(e *corev1.Event) bool {
		return e.Type == corev1.EventTypeWarning && (isRefusal(e.Reason) || (endedByNode(p) && e.Reason == p.Status.Reason))
	})
	if !s.loops(x.at) || (fresh && x.at.Sub(s.last) >= within) {
		return nil
	}
	return x.refusedTrouble(s, s.newest.Reason, cmp.Or(p.Status.Message, s.newest.Message))
}

// refusedTrouble returns the trouble of a series of pods that nodes refused. Events expire: a series
// that is older than they are kept may have begun before its first event.
func (x examiner) refusedTrouble(s series, reason, message string) *trouble {
	t := &trouble{
		reason: reason, words: fmt.Sprintf("refused %d times: %s", s.times, brief(message)), detail: message,
		since: s.first, hard: true, again: true, at: x.at,
	}
	if x.at.Sub(s.first) < eventsKept {
		t.began = s.first
	}
	return t
}

// daemonRefusedAgain returns the same of a failed pod of a DaemonSet. Its controller waits
// twice as long after each failure on a node, from a second on, before it deletes the pod:
// one that it keeps for a minute is not the first (podsShouldBeOnNode in k8s.io/kubernetes
// pkg/controller/daemon/daemon_controller.go, 1.37).
func (x examiner) daemonRefusedAgain(set metav1.Object, p *corev1.Pod) *trouble {
	if !endedByNode(p) || p.DeletionTimestamp != nil {
		return nil
	}
	node := "on node " + p.Spec.NodeName + ","
	s := seriesOf(x.events.Of("DaemonSet", set), daemonGap, func(e *corev1.Event) bool {
		return e.Reason == "FailedDaemonPod" && strings.Contains(e.Message, node)
	})
	if s.loops(x.at) {
		return x.refusedTrouble(s, p.Status.Reason, p.Status.Message)
	}
	return x.keptRefused(p)
}

// keptRefused returns the trouble of a refused pod that its controller keeps for a while, nil if it began
// to run or is younger.
func (x examiner) keptRefused(p *corev1.Pod) *trouble {
	if began := len(p.Status.ContainerStatuses) > 0 || p.Status.StartTime != nil; began || x.at.Sub(p.CreationTimestamp.Time) < patience {
		return nil
	}
	return &trouble{
		reason: p.Status.Reason, words: brief(p.Status.Message), detail: p.Status.Message, since: p.CreationTimestamp.Time,
		hard: true, again: true, at: x.at,
	}
}
