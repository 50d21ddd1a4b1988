package snapshot

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Decoder decodes the protobuf form of the objects of one list, trimmed as by
// Trim. A pod in which nothing ever went wrong becomes a PackedPod, which is not
// decoded before it is asked for. The zero value is ready for use.
type Decoder struct {
	// Templates, if set, are shared with the Decoders of other lists.
	Templates *Templates

	// kept is what the pods of each revision have in common, by its protobuf form: the
	// pods of a watch, and of some files, come in no order.
	kept pool[corev1.Pod]
	// alike are pods by the protobuf form of all but their metadata: the pods of the
	// Jobs of one CronJob have the same, and differ in labels and owner.
	alike pool[corev1.Pod]

	parts  packing
	common []byte      // of the last pod that was packed
	pod    *corev1.Pod // what common holds
	packed bool        // that pod is healthy
	buffer []byte      // reused
}

// message decodes itself from protobuf.
type message interface{ Unmarshal(data []byte) error }

// Decode returns the object of a kind that data holds. It keeps nothing of data.
func (d *Decoder) Decode(kind *Kind, data []byte) (runtime.Object, error) {
	if kind.GroupVersionKind == corev1.SchemeGroupVersion.WithKind("Pod") {
		if packed := d.pack(data); packed != nil {
			return packed, nil
		}
		pod := &corev1.Pod{}
		return pod, d.unsound(pod, data)
	}
	if d.Templates != nil {
		if object := d.Templates.decode(kind, data); object != nil {
			Trim(object)
			return object, nil
		}
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
	c := cut{path: []protowire.Number{podMeta, metaManagedFields}}
	d.buffer = c.message(d.buffer[:0], data, 0)
	if !c.odd {
		data = d.buffer
	}
	if err := pod.Unmarshal(data); err != nil {
		return err
	}
	Trim(pod)
	return nil
}

// Pack returns the pod as Decode would.
func (d *Decoder) Pack(pod *corev1.Pod) runtime.Object {
	if data, err := pod.Marshal(); err == nil {
		if packed := d.pack(data); packed != nil {
			return packed
		}
	}
	Trim(pod)
	return pod
}

// pack returns the pod that data holds, nil if it is not one to be packed.
func (d *Decoder) pack(data []byte) *PackedPod {
	var h health
	if !h.trimmable(data) || !d.parts.part(data) {
		return nil
	}
	if d.pod == nil || !bytes.Equal(d.common, d.parts.common) {
		pod, err := d.commonPod()
		if err != nil {
			return nil // the whole pod gives the error
		}
		d.pod = pod
		d.packed = healthy(pod)
		d.common = append(d.common[:0], d.parts.common...)
	}
	if !d.packed {
		return nil
	}
	d.buffer = d.parts.own(d.buffer[:0])
	return &PackedPod{shared: d.pod, own: string(d.buffer)}
}

// commonPod returns the pod that parts.common holds, the same as before if a
// PackedPod has it still.
func (d *Decoder) commonPod() (*corev1.Pod, error) {
	data := d.parts.common
	key := sha256.Sum256(data)
	if pod := d.kept.get(key); pod != nil {
		return pod, nil
	}
	rest := sha256.Sum256(data[d.parts.meta:])
	like := d.alike.get(rest)
	if like != nil {
		data = data[:d.parts.meta]
	}
	pod := &corev1.Pod{}
	if err := pod.Unmarshal(data); err != nil {
		return nil, err
	}
	if like != nil {
		pod.Spec = like.Spec
		pod.Status = like.Status
	} else {
		d.alike.put(rest, pod)
	}
	d.kept.put(key, pod)
	return pod, nil
}
