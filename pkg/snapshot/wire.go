package snapshot

import (
	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
)

// The fields of the protobuf form of a pod that decide what is kept of it
// (k8s.io/api/core/v1/generated.proto and
// k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto, 0.37).
const (
	podMeta, podSpec, podStatus = 1, 2, 3

	metaName, metaUID, metaVersion, metaCreation, metaDeletion        = 1, 5, 6, 8, 9
	metaAnnotations, metaManagedFields                                = 12, 17
	specContainers, specRestartPolicy, specNodeName, specInit         = 2, 3, 10, 20
	specReadinessGates, specEphemeral                                 = 28, 34
	statusPhase, statusConditions, statusHostIP, statusPodIP          = 1, 2, 5, 6
	statusStartTime, statusContainers, statusInit                     = 7, 8, 10
	statusPodIPs, statusHostIPs                                       = 12, 16
	conditionTransition                                               = 4
	containerState, containerLast, containerRestarts                  = 2, 3, 5
	stateRunning, stateTerminated                                     = 2, 3
	runningStartedAt                                                  = 1
	terminatedExitCode, terminatedReason                              = 1, 3
	terminatedStartedAt, terminatedFinishedAt, terminatedContainerID  = 5, 6, 7
	containerName, containerImage, containerPorts, containerResources = 1, 2, 6, 8
	containerRestartPolicy                                            = 24
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

func fieldSet(numbers ...protowire.Number) fields {
	var set fields
	for _, n := range numbers {
		set |= 1 << n
	}
	return set
}

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

// health is what sound asks of a pod, read from its protobuf form.
type health struct {
	phase            string
	specs, statuses  int
	inits, initStats int
}

// soundWire reports the same as sound of the pod that data holds. It is false
// for a message that is not well formed.
func (h *health) soundWire(data []byte) bool {
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

func (h *health) status(n protowire.Number, _, value []byte, _ uint64) bool {
	switch n {
	case statusPhase:
		h.phase = string(value)
	case statusContainers:
		h.statuses++
		return soundContainer(value)
	case statusInit:
		h.initStats++
		return soundContainer(value)
	}
	return true
}

// soundContainer reports whether the status of a container is one that sound accepts.
func soundContainer(status []byte) bool {
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
	killed              bool // for want of memory
}

func (s *states) read(state []byte) bool {
	return eachField(state, func(n protowire.Number, _, value []byte, _ uint64) bool {
		switch n {
		case stateRunning:
			s.running = true
		case stateTerminated:
			s.terminated = true
			return eachField(value, func(n protowire.Number, _, value []byte, number uint64) bool {
				switch n {
				case terminatedExitCode:
					s.exitCode = int32(number)
				case terminatedReason:
					s.killed = string(value) == "OOMKilled"
				}
				return true
			})
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
