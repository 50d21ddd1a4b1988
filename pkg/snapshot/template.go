package snapshot

import (
	"crypto/sha256"
	"maps"
	"sync"
	"weak"

	"google.golang.org/protobuf/encoding/protowire"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Templates are the pod specs of the templates that were decoded. A Deployment and its
// current ReplicaSet have the same, as have the Jobs of a CronJob: the memory for it is
// then shared, and a comparison of the two ends at once. Readers must not change it.
// The zero value is ready for use, also by several Decoders at the same time.
type Templates struct {
	mu   sync.Mutex
	kept pool[corev1.PodSpec] // by protobuf form; part of the first object that had it
}

// templateField is the number of the field "template" in the spec of each kind that is
// often read and has one (k8s.io/api apps/v1 and batch/v1 generated.proto, 0.37).
var templateField = map[string]protowire.Number{"Deployment": 3, "ReplicaSet": 3, "StatefulSet": 3, "DaemonSet": 2, "Job": 6}

// templateOf returns the pod template of an object of such a kind, nil for others.
func templateOf(o runtime.Object) *corev1.PodTemplateSpec {
	switch o := o.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template
	case *appsv1.ReplicaSet:
		return &o.Spec.Template
	case *appsv1.StatefulSet:
		return &o.Spec.Template
	case *appsv1.DaemonSet:
		return &o.Spec.Template
	case *batchv1.Job:
		return &o.Spec.Template
	default:
		return nil
	}
}

// selectorOf returns the selector of an object of such a kind, nil for others.
func selectorOf(o runtime.Object) *metav1.LabelSelector {
	switch o := o.(type) {
	case *appsv1.Deployment:
		return o.Spec.Selector
	case *appsv1.ReplicaSet:
		return o.Spec.Selector
	case *appsv1.StatefulSet:
		return o.Spec.Selector
	case *appsv1.DaemonSet:
		return o.Spec.Selector
	case *batchv1.Job:
		return o.Spec.Selector
	default:
		return nil
	}
}

// shareLabels makes one map of the labels of a template, those of its object and those that the object selects by, as
// far as they are equal. They mostly are, and a map takes more memory than its few labels.
func shareLabels(o runtime.Object, template *corev1.PodTemplateSpec) {
	if len(template.Labels) == 0 {
		return
	}
	object, ok := o.(metav1.Object)
	if ok && maps.Equal(object.GetLabels(), template.Labels) {
		object.SetLabels(template.Labels)
	}
	if selector := selectorOf(o); selector != nil && maps.Equal(selector.MatchLabels, template.Labels) {
		selector.MatchLabels = template.Labels
	}
}

// decode returns the object of a kind that data holds, nil if its kind has no template
// or its form is not the usual one.
func (t *Templates) decode(kind *Kind, data []byte) runtime.Object {
	field, ok := templateField[kind.Kind]
	if !ok {
		return nil
	}
	c := cut{path: []protowire.Number{objectSpec, field, templateSpec}}
	rest := c.message(nil, data, 0)
	if c.odd || c.found != 1 {
		return nil
	}
	key := sha256.Sum256(c.value)
	spec := t.spec(key)
	if spec == nil {
		rest = data
	}
	object, err := kind.Unmarshal(rest)
	template := templateOf(object)
	if err != nil || template == nil {
		return nil // what is wrong is found once more
	}
	shareLabels(object, template)
	if spec != nil {
		template.Spec = *spec
		return object
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept.put(key, &template.Spec)
	return object
}

// share lets the template of an object that was decoded otherwise have the memory of an equal one.
func (t *Templates) share(template *corev1.PodTemplateSpec) {
	data, err := template.Spec.Marshal()
	if err != nil {
		return // it stays as it is
	}
	key := sha256.Sum256(data)
	t.mu.Lock()
	defer t.mu.Unlock()
	if spec := t.kept.get(key); spec != nil {
		template.Spec = *spec
		return
	}
	t.kept.put(key, &template.Spec)
}

// spec returns the pod spec of a form, nil if none is kept.
func (t *Templates) spec(key [sha256.Size]byte) *corev1.PodSpec {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.get(key)
}

// cut takes the fields at a path out of the protobuf form of an object.
type cut struct {
	path  []protowire.Number
	value []byte // of the last of them
	found int
	odd   bool // the message is not well formed
}

// message appends to a buffer a message, to which the first steps of the path lead, without
// the fields.
func (c *cut) message(to, message []byte, step int) []byte {
	formed := eachField(message, func(n protowire.Number, whole, value []byte, _ uint64) bool {
		switch {
		case n != c.path[step] || value == nil:
			to = append(to, whole...)
		case step == len(c.path)-1:
			c.value = value
			c.found++
		default:
			to = appendMessage(to, n, func(to []byte) []byte { return c.message(to, value, step+1) })
		}
		return true
	})
	c.odd = c.odd || !formed
	return to
}

// mostKept is how many entries a pool may have, beside twice those in use.
const mostKept = 1024

// pool holds values by the hash of their form for as long as something else uses them.
type pool[T any] struct {
	values  map[[sha256.Size]byte]weak.Pointer[T]
	sweepAt int // how many entries there may be before those that are gone are dropped
}

// get returns the value of a form, nil if there is none.
func (p *pool[T]) get(key [sha256.Size]byte) *T { return p.values[key].Value() }

// put keeps the value of a form.
func (p *pool[T]) put(key [sha256.Size]byte, value *T) {
	if p.values == nil {
		p.values = map[[sha256.Size]byte]weak.Pointer[T]{}
	}
	if len(p.values) >= p.sweepAt {
		maps.DeleteFunc(p.values, func(_ [sha256.Size]byte, v weak.Pointer[T]) bool { return v.Value() == nil })
		p.sweepAt = 2*len(p.values) + mostKept
	}
	p.values[key] = weak.Make(value)
}
