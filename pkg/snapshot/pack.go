package snapshot

import (
	"encoding/binary"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
)

// packing parts the protobuf form of a pod into what it has in common with the
// other pods of its revision and what is its own: name, UID, resource version,
// node, address and times. It is reused for the next pod.
type packing struct {
	common  []byte // of the pod as Trim leaves it
	meta    int    // how much of common is the metadata, which comes first
	name    []byte
	uid     []byte
	version []byte
	node    []byte
	ip      []byte
	times   []uint64 // seconds + 1 in zigzag; 0 for a time that is not set
	odd     bool     // fields are not in the order in which they are always written
}

// part reports whether the pod that data holds can be packed.
func (p *packing) part(data []byte) bool {
	*p = packing{common: p.common[:0], times: append(p.times[:0], 0)} // the first is that of the creation
	p.each(data, fieldSet(podMeta, podSpec, podStatus), func(n protowire.Number, whole, value []byte) {
		switch n {
		case podMeta:
			p.message(n, value, ownMeta, p.metadata)
			p.meta = len(p.common)
		case podSpec:
			p.message(n, value, ownSpec, p.spec)
		case podStatus:
			p.message(n, value, ownStatus, p.status)
		default:
			p.common = append(p.common, whole...)
		}
	})
	return !p.odd
}

// each visits the fields of a message, which have to ascend. Those of once must
// not be repeated.
func (p *packing) each(message []byte, once fields, visit func(n protowire.Number, whole, value []byte)) {
	last := protowire.Number(0)
	formed := eachField(message, func(n protowire.Number, whole, value []byte, _ uint64) bool {
		if n < last || (once.has(n) && (n == last || value == nil)) {
			return false
		}
		last = n
		visit(n, whole, value)
		return true
	})
	p.odd = p.odd || !formed
}

// message appends to common a field that holds a message, of which visit appends
// what is not the pod's own.
func (p *packing) message(n protowire.Number, value []byte, once fields, visit func(n protowire.Number, whole, value []byte)) {
	p.common = appendMessage(p.common, n, func(common []byte) []byte {
		p.common = common
		p.each(value, once, visit)
		return p.common
	})
}

// metadata takes a field of the metadata: what only this pod has for itself, all else as
// common.
func (p *packing) metadata(n protowire.Number, whole, value []byte) {
	switch n {
	case metaName:
		p.name = value
	case metaUID:
		p.uid = value
	case metaVersion:
		p.version = value
	case metaCreation:
		p.times[0] = p.time(value)
	case metaAnnotations, metaManagedFields:
	default:
		p.common = append(p.common, whole...)
	}
}

// spec takes a field of the spec. Of containers only the fields that a healthy pod is
// judged by are kept.
func (p *packing) spec(n protowire.Number, whole, value []byte) {
	switch n {
	case specNodeName:
		p.node = value
	case specContainers, specInit:
		p.common = appendMessage(p.common, n, func(to []byte) []byte { return filter(to, value, bareContainer.has) })
	case specRestartPolicy, specReadinessGates:
		p.common = append(p.common, whole...)
	}
}

// status takes a field of the status; times are kept apart, since they differ between pods.
func (p *packing) status(n protowire.Number, whole, value []byte) {
	switch n {
	case statusConditions:
		p.timed(n, value, 0, conditionTransition)
	case statusPodIP:
		p.ip = value
	case statusStartTime:
		p.times[p.slot()] = p.time(value)
		p.common = appendMessage(p.common, n, func(to []byte) []byte { return to }) // it is set
	case statusContainers, statusInit:
		p.message(n, value, fieldSet(containerState), p.container)
	default:
		if !bareStatus.has(n) {
			p.common = append(p.common, whole...)
		}
	}
}

// container takes a field of the status of a container.
func (p *packing) container(n protowire.Number, whole, value []byte) {
	if n == containerState {
		p.message(n, value, fieldSet(stateRunning, stateTerminated), p.state)
	} else if !bareContainerStatus.has(n) {
		p.common = append(p.common, whole...)
	}
}

// state takes a field of the state of a container.
func (p *packing) state(n protowire.Number, whole, value []byte) {
	switch n {
	case stateRunning:
		p.timed(n, value, 0, runningStartedAt)
	case stateTerminated:
		p.timed(n, value, fieldSet(terminatedContainerID), terminatedStartedAt, terminatedFinishedAt)
	default:
		p.common = append(p.common, whole...)
	}
}

// timed appends to common a field that holds a message, without the fields of
// dropped and without its times, which are the pod's own.
func (p *packing) timed(n protowire.Number, value []byte, dropped fields, times ...protowire.Number) {
	first := len(p.times)
	for range times {
		p.slot()
	}
	p.message(n, value, fieldSet(times...), func(n protowire.Number, whole, value []byte) {
		if at := slices.Index(times, n); at >= 0 {
			p.times[first+at] = p.time(value)
		} else if !dropped.has(n) {
			p.common = append(p.common, whole...)
		}
	})
}

// slot returns the index of a time that is not set yet.
func (p *packing) slot() int {
	p.times = append(p.times, 0)
	return len(p.times) - 1
}

// time returns the seconds of a time as times has them. An empty message is a
// time that is not set (Time.Unmarshal in k8s.io/apimachinery
// pkg/apis/meta/v1/time_proto.go, 0.37).
func (p *packing) time(value []byte) uint64 {
	if len(value) == 0 {
		return 0
	}
	seconds := int64(0)
	last := protowire.Number(0)
	formed := eachField(value, func(n protowire.Number, _, value []byte, number uint64) bool {
		if n <= last || n > 2 || value != nil {
			return false
		}
		last = n
		if n == 1 {
			seconds = int64(number)
		}
		return true
	})
	p.odd = p.odd || !formed
	return zigzag(seconds) + 1
}

// own returns what is the pod's own, but for the node: its texts in their short forms, then its
// times, those after the first as seconds since that. prefix is what the name begins with.
func (p *packing) own(to []byte, prefix string) []byte {
	to = suffixForm(prefix).append(to, string(p.name))
	to = uuidForm.append(to, string(p.uid))
	to = numberForm.append(to, string(p.version))
	to = addressForm.append(to, string(p.ip))
	to = binary.AppendUvarint(to, p.times[0])
	since := int64(0)
	if p.times[0] > 0 {
		since = unzigzag(p.times[0] - 1)
	}
	for _, t := range p.times[1:] {
		if t > 0 {
			t = zigzag(unzigzag(t-1)-since) + 1
		}
		to = binary.AppendUvarint(to, t)
	}
	return to
}

// healthy reports whether a pod can be packed: its containers all run, or all
// ended well, and no message of its status has to be searched for credentials.
func healthy(pod *corev1.Pod) bool {
	done := pod.Status.Phase == corev1.PodSucceeded
	if pod.Status.Message != "" || len(pod.Status.EphemeralContainerStatuses) > 0 {
		return false
	}
	for _, c := range pod.Status.Conditions {
		if c.Message != "" {
			return false
		}
	}
	for _, s := range pod.Status.ContainerStatuses {
		if (s.State.Running == nil && !done) || hasMessage(s) {
			return false
		}
	}
	for _, s := range pod.Status.InitContainerStatuses {
		if (s.State.Running == nil && !done && isSidecar(pod, s.Name)) || hasMessage(s) {
			return false
		}
	}
	return true
}

// hasMessage reports whether a state of a container has text of its own, which makes the
// pod worth keeping whole.
func hasMessage(s corev1.ContainerStatus) bool {
	return s.State.Waiting != nil || s.LastTerminationState.Waiting != nil || (s.State.Terminated != nil && s.State.Terminated.Message != "")
}

// isSidecar reports whether the init container of that name runs as long as the pod.
func isSidecar(pod *corev1.Pod, name string) bool {
	for _, c := range pod.Spec.InitContainers {
		if c.Name == name {
			return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
		}
	}
	return true
}

// zigzag returns a number so that small negative ones are short, too.
func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }
