package snapshot

import (
	"bytes"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Decoder decodes the protobuf form of the objects of one list, trimmed as by
// Trim. Of a pod in which nothing ever went wrong it does not decode what Trim
// drops, and consecutive pods of one revision share what they have in common:
// labels, owner references and containers. The zero value is ready for use.
type Decoder struct {
	common   []byte      // of the last such pod
	template *corev1.Pod // what common holds
	next     []byte      // reused: what the pod has in common with its neighbours
	own      []byte      // reused: what is its own
	texts    map[string]string
}

// message decodes itself from protobuf.
type message interface{ Unmarshal(data []byte) error }

// Decode returns the object of a kind that data holds. It keeps nothing of data.
func (d *Decoder) Decode(kind *Kind, data []byte) (runtime.Object, error) {
	if kind.GroupVersionKind == corev1.SchemeGroupVersion.WithKind("Pod") {
		var h health
		if h.soundWire(data) {
			return d.sound(data, h)
		}
		pod := &corev1.Pod{}
		return pod, d.unsound(pod, data)
	}
	object, err := kind.Unmarshal(data)
	if err != nil {
		return nil, err
	}
	Trim(object)
	return object, nil
}

// Unmarshal returns the object of the kind that data, its protobuf form, holds.
func (k *Kind) Unmarshal(data []byte) (runtime.Object, error) {
	object := k.New()
	m, ok := object.(message)
	if !ok {
		return nil, fmt.Errorf("decode %s: the type has no protobuf form", k.Kind)
	}
	return object, m.Unmarshal(data)
}

// unsound decodes a pod of which only the managed fields are dropped.
func (d *Decoder) unsound(pod *corev1.Pod, data []byte) error {
	d.own = d.own[:0]
	formed := eachField(data, func(n protowire.Number, whole, value []byte, _ uint64) bool {
		if n != podMeta || value == nil {
			d.own = append(d.own, whole...)
			return true
		}
		d.own = appendMessage(d.own, n, func(to []byte) []byte {
			return filter(to, value, func(n protowire.Number) bool { return n != metaManagedFields })
		})
		return true
	})
	if formed {
		data = d.own
	}
	if err := pod.Unmarshal(data); err != nil {
		return err
	}
	Trim(pod)
	return nil
}

// sound decodes a pod that soundWire accepts.
func (d *Decoder) sound(data []byte, h health) (*corev1.Pod, error) {
	d.next, d.own = d.next[:0], d.own[:0]
	eachField(data, func(n protowire.Number, whole, value []byte, _ uint64) bool {
		switch {
		case value == nil:
			d.own = append(d.own, whole...)
		case n == podMeta:
			d.meta(value)
		case n == podSpec:
			d.spec(value)
		case n == podStatus:
			d.own = appendMessage(d.own, n, func(to []byte) []byte { return trimStatus(to, value) })
		default:
			d.own = append(d.own, whole...)
		}
		return true
	})
	if d.template == nil || !bytes.Equal(d.common, d.next) {
		template := &corev1.Pod{}
		if err := template.Unmarshal(d.next); err != nil {
			return nil, err
		}
		d.template = template
		d.common = append(d.common[:0], d.next...)
	}
	pod := *d.template
	if h.conditions > 0 {
		pod.Status.Conditions = make([]corev1.PodCondition, 0, h.conditions)
	}
	if h.statuses > 0 {
		pod.Status.ContainerStatuses = make([]corev1.ContainerStatus, 0, h.statuses)
	}
	if err := pod.Unmarshal(d.own); err != nil {
		return nil, err
	}
	d.share(&pod)
	return &pod, nil
}

// meta parts the metadata of a sound pod.
func (d *Decoder) meta(value []byte) {
	d.next = appendMessage(d.next, podMeta, func(to []byte) []byte { return filter(to, value, sharedMeta.has) })
	d.own = appendMessage(d.own, podMeta, func(to []byte) []byte {
		return filter(to, value, func(n protowire.Number) bool {
			return !sharedMeta.has(n) && n != metaAnnotations && n != metaManagedFields
		})
	})
}

// spec parts the spec of a sound pod, of which little is kept.
func (d *Decoder) spec(value []byte) {
	d.next = appendMessage(d.next, podSpec, func(to []byte) []byte {
		eachField(value, func(n protowire.Number, whole, value []byte, _ uint64) bool {
			switch n {
			case specContainers, specInit:
				to = appendMessage(to, n, func(to []byte) []byte { return filter(to, value, bareContainer.has) })
			case specRestartPolicy, specReadinessGates:
				to = append(to, whole...)
			}
			return true
		})
		return to
	})
	d.own = appendMessage(d.own, podSpec, func(to []byte) []byte {
		return filter(to, value, func(n protowire.Number) bool { return n == specNodeName })
	})
}

// trimStatus appends the status of a sound pod without what Trim drops.
func trimStatus(to, status []byte) []byte {
	eachField(status, func(n protowire.Number, whole, value []byte, _ uint64) bool {
		if n != statusContainers && n != statusInit {
			to = append(to, whole...)
			return true
		}
		to = appendMessage(to, n, func(to []byte) []byte {
			return filter(to, value, func(n protowire.Number) bool { return !bareStatus.has(n) })
		})
		return true
	})
	return to
}

// share replaces the texts that many pods have by one copy of each.
func (d *Decoder) share(pod *corev1.Pod) {
	pod.Spec.NodeName = d.text(pod.Spec.NodeName)
	pod.Status.HostIP = d.text(pod.Status.HostIP)
	pod.Status.Phase = corev1.PodPhase(d.text(string(pod.Status.Phase)))
	pod.Status.QOSClass = corev1.PodQOSClass(d.text(string(pod.Status.QOSClass)))
	for i := range pod.Status.HostIPs {
		pod.Status.HostIPs[i].IP = d.text(pod.Status.HostIPs[i].IP)
	}
	for i := range pod.Status.PodIPs {
		if pod.Status.PodIPs[i].IP == pod.Status.PodIP {
			pod.Status.PodIPs[i].IP = pod.Status.PodIP
		}
	}
	for i := range pod.Status.Conditions {
		c := &pod.Status.Conditions[i]
		c.Type = corev1.PodConditionType(d.text(string(c.Type)))
		c.Status = corev1.ConditionStatus(d.text(string(c.Status)))
	}
	for _, statuses := range [][]corev1.ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
		for i := range statuses {
			s := &statuses[i]
			s.Name = d.text(s.Name)
			s.Image = d.text(s.Image)
			s.ImageID = d.text(s.ImageID)
		}
	}
}

// text returns the copy of a text that its list shares.
func (d *Decoder) text(s string) string {
	if known, ok := d.texts[s]; ok {
		return known
	}
	if d.texts == nil {
		d.texts = map[string]string{}
	}
	d.texts[s] = s
	return s
}
