package snapshot

import (
	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
)

// The fields of the protobuf form of a pod that decide what is kept of it
// (k8s.io/api/core/v1/generated.proto and
// k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto, 0.37).
const (
	podMeta   = 1
	podSpec   = 2
	podStatus = 3

	objectSpec   = 2 // of every kind with a template
	templateSpec = 2

	metaName               = 1
	metaUID                = 5
	metaVersion            = 6
	metaCreation           = 8
	metaDeletion           = 9
	metaAnnotations        = 12
	metaManagedFields      = 17
	specContainers         = 2
	specRestartPolicy      = 3
	specNodeName           = 10
	specInit               = 20
	specReadinessGates     = 28
	specEphemeral          = 34
	statusPhase            = 1
	statusConditions       = 2
	statusHostIP           = 5
	statusPodIP            = 6
	statusStartTime        = 7
	statusContainers       = 8
	statusInit             = 10
	statusPodIPs           = 12
	statusHostIPs          = 16
	conditionTransition    = 4
	containerState         = 2
	containerLast          = 3
	containerRestarts      = 5
	stateRunning           = 2
	stateTerminated        = 3
	runningStartedAt       = 1
	terminatedExitCode     = 1
	terminatedReason       = 3
	terminatedStartedAt    = 5
	terminatedFinishedAt   = 6
	terminatedContainerID  = 7
	containerName          = 1
	containerImage         = 2
	containerPorts         = 6
	containerResources     = 8
	containerRestartPolicy = 24
)

// What Trim drops of the status of a pod, and of that of a container.
var (
	bareStatus          = fieldSet(statusHostIP, statusPodIPs, statusHostIPs)
	bareContainerStatus = fieldSet(8, 10, 11, 12, 13, 14)
)

// bareContainer is what Trim keeps of a container.
var bareContainer = fieldSet(containerName, containerImage, containerPorts, containerResources, containerRestartPolicy)

// The fields that are a pod's own. They are written once and in order.
var (
	ownMeta   = fieldSet(metaName, metaUID, metaVersion, metaCreation)
	ownSpec   = fieldSet(specNodeName)
	ownStatus = fieldSet(statusPodIP, statusStartTime)
)

// fields is a set of field numbers below 64.
type fields uint64

// fieldSet returns the set of some fields.
func fieldSet(numbers ...protowire.Number) fields {
	var set fields
	for _, n := range numbers {
		set |= 1 << n
	}
	return set
}

// has reports whether a field is in the set.
func (f fields) has(n protowire.Number) bool { return n < 64 && f&(1<<n) != 0 }

// eachField calls do with every field of a message: its number, its bytes with
// the tag, and its value if that is bytes or a varint. It reports whether the
// message is well formed and do was true of every field.
func eachField(message []byte, do func(n protowire.Number, whole, value []byte, number uint64) bool) bool {
	for len(message) > 0 {
		n, wire, tag := protowire.ConsumeTag(message)
		if tag < 0 {
			return false
		}
		size := 0
		var value []byte
		var number uint64
		switch wire {
		case protowire.BytesType:
			value, size = protowire.ConsumeBytes(message[tag:])
		case protowire.VarintType:
			number, size = protowire.ConsumeVarint(message[tag:])
		default:
			size = protowire.ConsumeFieldValue(n, wire, message[tag:])
		}
		if size < 0 || !do(n, message[:tag+size], value, number) {
			return false
		}
		message = message[tag+size:]
	}
	return true
}

// health is what trimmable asks of a pod, read from its protobuf form.
type health struct {
	phase            string
	specs, statuses  int
	inits, initStats int
}

// trimmable reports the same as the function of the pod that data holds. It is false
// for a message that is not well formed.
func (h *health) trimmable(data []byte) bool {
	formed := eachField(data, func(n protowire.Number, _, value []byte, _ uint64) bool {
		switch n {
		case podMeta:
			return eachField(value, func(n protowire.Number, _, _ []byte, _ uint64) bool { return n != metaDeletion })
		case podSpec:
			return eachField(value, h.spec)
		case podStatus:
			return eachField(value, h.status)
		}
		return true
	})
	running := h.phase == string(corev1.PodRunning) || h.phase == string(corev1.PodSucceeded)
	return formed && running && h.specs == h.statuses && h.inits == h.initStats
}

// spec counts the containers of a spec.
func (h *health) spec(n protowire.Number, _, value []byte, _ uint64) bool {
	switch n {
	case specContainers:
		h.specs++
		return value != nil
	case specInit:
		h.inits++
		return value != nil
	}
	return n != specEphemeral
}

// status takes a field of the status that decides whether a pod is healthy.
func (h *health) status(n protowire.Number, _, value []byte, _ uint64) bool {
	switch n {
	case statusPhase:
		h.phase = string(value)
	case statusContainers:
		h.statuses++
		return trimmableContainer(value)
	case statusInit:
		h.initStats++
		return trimmableContainer(value)
	}
	return true
}

// trimmableContainer reports whether the status of a container is one that trimmable accepts.
func trimmableContainer(status []byte) bool {
	var now, last states
	var restarts int32
	formed := eachField(status, func(n protowire.Number, _, value []byte, number uint64) bool {
		switch n {
		case containerState:
			return now.read(value)
		case containerLast:
			return last.read(value)
		case containerRestarts:
			restarts = int32(number)
		}
		return true
	})
	ended := now.terminated && now.exitCode == 0 && !now.killed
	return formed && restarts <= 0 && !last.terminated && (now.running || ended)
}

// states is the state of a container.
type states struct {
	running, terminated bool
	exitCode            int32
	killed              bool // for lack of memory
}

// read takes the state of a container; it reports whether the bytes were in order.
func (s *states) read(state []byte) bool {
	return eachField(state, func(n protowire.Number, _, value []byte, _ uint64) bool {
		switch n {
		case stateRunning:
			s.running = true
		case stateTerminated:
			s.terminated = true
			return s.readTermination(value)
		}
		return true
	})
}

// readTermination takes over what decides whether a terminated container is healthy.
func (s *states) readTermination(state []byte) bool {
	return eachField(state, func(n protowire.Number, _, value []byte, number uint64) bool {
		switch n {
		case terminatedExitCode:
			s.exitCode = int32(number)
		case terminatedReason:
			s.killed = string(value) == "OOMKilled"
		}
		return true
	})
}

// appendMessage appends a field that holds the message which body appends.
func appendMessage(to []byte, n protowire.Number, body func([]byte) []byte) []byte {
	to = protowire.AppendTag(to, n, protowire.BytesType)
	at := len(to)
	to = body(to)
	length := len(to) - at
	size := protowire.SizeVarint(uint64(length))
	to = append(to, make([]byte, size)...)
	copy(to[at+size:], to[at:at+length])
	protowire.AppendVarint(to[:at], uint64(length))
	return to
}

// filter appends the fields of a message that keep accepts.
func filter(to, message []byte, keep func(protowire.Number) bool) []byte {
	eachField(message, func(n protowire.Number, whole, _ []byte, _ uint64) bool {
		if keep(n) {
			to = append(to, whole...)
		}
		return true
	})
	return to
}
