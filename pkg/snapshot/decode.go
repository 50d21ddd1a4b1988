package snapshot

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"unique"

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
	kept pool[shared]
	// states are the specs and statuses of them, by their protobuf form: the pods of the
	// Jobs of one CronJob have the same, and differ in labels and owner.
	states pool[corev1.Pod]

	parts  packing
	common []byte  // of the last pod that was packed
	shared *shared // what common holds
	packed bool    // that pod is healthy
	nodes  map[string]unique.Handle[string]
	buffer []byte // reused
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

// Share lets an object that was decoded otherwise share memory with others, as if Decode had returned it.
func (d *Decoder) Share(object runtime.Object) {
	template := templateOf(object)
	if template == nil {
		return
	}
	shareLabels(object, template)
	if d.Templates != nil {
		d.Templates.share(template)
	}
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
	if d.shared == nil || !bytes.Equal(d.common, d.parts.common) {
		common, err := d.commonPart()
		if err != nil {
			return nil // the whole pod gives the error
		}
		d.shared = common
		d.packed = healthy(common.state)
		d.common = append(d.common[:0], d.parts.common...)
	}
	if !d.packed {
		return nil
	}
	d.buffer = d.parts.own(d.buffer[:0], d.shared.namePrefix())
	return &PackedPod{shared: d.shared, node: d.node(), own: string(d.buffer)}
}

// node returns the name of the node of the pod that was parted, of which the program keeps one copy.
func (d *Decoder) node() unique.Handle[string] {
	node, known := d.nodes[string(d.parts.node)]
	if !known {
		node = unique.Make(string(d.parts.node))
		if d.nodes == nil {
			d.nodes = map[string]unique.Handle[string]{}
		}
		d.nodes[node.Value()] = node
	}
	return node
}

// commonPart returns what parts.common holds, the same as before if a PackedPod has it still.
func (d *Decoder) commonPart() (*shared, error) {
	data := d.parts.common
	key := sha256.Sum256(data)
	if common := d.kept.get(key); common != nil {
		return common, nil
	}
	var pod corev1.Pod
	if err := pod.Unmarshal(data[:d.parts.meta]); err != nil {
		return nil, err
	}
	state, err := d.state(data[d.parts.meta:])
	if err != nil {
		return nil, err
	}
	common := newShared(pod.ObjectMeta, state)
	d.kept.put(key, common)
	return common, nil
}

// state returns the spec and the status that data holds.
func (d *Decoder) state(data []byte) (*corev1.Pod, error) {
	key := sha256.Sum256(data)
	if state := d.states.get(key); state != nil {
		return state, nil
	}
	state := &corev1.Pod{}
	if err := state.Unmarshal(data); err != nil {
		return nil, err
	}
	d.states.put(key, state)
	return state, nil
}
