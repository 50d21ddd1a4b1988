package snapshot

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
	"unique"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// PackedPod is a pod in which nothing ever went wrong, kept in less than a hundred
// bytes: what it has in common with its neighbours, such as labels, owners and
// containers, is kept once for all of them.
type PackedPod struct {
	*shared
	node unique.Handle[string] // its name
	own  string                // see packing.own
}

// shared is what several PackedPods have in common. Pods of other revisions, such as those of the
// Jobs of one CronJob, can have the same state.
type shared struct {
	hidden                   // meta
	meta   metav1.ObjectMeta // without what is each PackedPod's own
	state  *corev1.Pod       // its spec and status, without what is each PackedPod's own, and no metadata
}

// hidden hides the fields of the metadata that PackedPods share: none of them is the name or a time of one.
type hidden interface{ metav1.Object }

// newShared returns what PackedPods share.
func newShared(meta metav1.ObjectMeta, state *corev1.Pod) *shared {
	s := &shared{meta: meta, state: state}
	s.hidden = &s.meta
	return s
}

// namePrefix is what the names begin with. Names that a controller does not make, and those that
// are too long, begin otherwise, and are kept whole.
func (s *shared) namePrefix() string { return s.meta.GenerateName }

// GetName returns the pod's name.
func (p *PackedPod) GetName() string {
	u := unpacker(p.own)
	return u.text(suffixForm(p.namePrefix()))
}

// GetUID returns the pod's UID.
func (p *PackedPod) GetUID() types.UID {
	u := unpacker(p.own)
	u.next()
	return types.UID(u.text(uuidForm))
}

// GetResourceVersion returns the version of the pod that was read.
func (p *PackedPod) GetResourceVersion() string {
	u := unpacker(p.own)
	u.next()
	u.next()
	return u.text(numberForm)
}

// GetCreationTimestamp returns when the pod was created.
func (p *PackedPod) GetCreationTimestamp() metav1.Time {
	u := p.times()
	return u.time(0).at
}

// times returns what is left of own behind the texts.
func (p *PackedPod) times() unpacker {
	u := unpacker(p.own)
	for range 4 {
		u.next()
	}
	return u
}

// GetObjectKind returns no kind, as that of a decoded pod.
func (p *PackedPod) GetObjectKind() schema.ObjectKind { return schema.EmptyObjectKind }

// DeepCopyObject returns a copy of the pod that shares nothing.
func (p *PackedPod) DeepCopyObject() runtime.Object { return p.Pod().DeepCopy() }

// Pod returns the pod as Trim leaves it. It shares memory with others: readers
// must not change it.
func (p *PackedPod) Pod() *corev1.Pod {
	pod := *p.state
	pod.ObjectMeta = p.meta
	u := unpacker(p.own)
	pod.Name = u.text(suffixForm(p.namePrefix()))
	pod.UID = types.UID(u.text(uuidForm))
	pod.ResourceVersion = u.text(numberForm)
	pod.Status.PodIP = u.text(addressForm)
	pod.Spec.NodeName = p.node.Value()
	created := u.time(0)
	pod.CreationTimestamp = created.at
	since := created.seconds
	pod.Status.Conditions = slices.Clone(pod.Status.Conditions)
	for i := range pod.Status.Conditions {
		pod.Status.Conditions[i].LastTransitionTime = u.time(since).at
	}
	if pod.Status.StartTime != nil {
		pod.Status.StartTime = &u.timeIn(since).at
	}
	pod.Status.ContainerStatuses = u.statuses(pod.Status.ContainerStatuses, since)
	pod.Status.InitContainerStatuses = u.statuses(pod.Status.InitContainerStatuses, since)
	return &pod
}

// Alike visits for each group of pods that have everything in common but what is
// each one's own (name, UID, version, node, address and times) one of them
// without that, and how many there are. The pod is valid until the next.
func Alike(list []*PackedPod) iter.Seq2[*corev1.Pod, int] {
	groups := map[*shared]int{}
	for _, p := range list {
		groups[p.shared]++
	}
	return func(yield func(*corev1.Pod, int) bool) {
		var pod corev1.Pod
		for of, count := range groups {
			pod = *of.state
			pod.ObjectMeta = of.meta
			if !yield(&pod, count) {
				return
			}
		}
	}
}

// Common returns the spec and the status that p has in common with other pods, and shares with them,
// without node, address and times. Readers must not change it.
func (p *PackedPod) Common() *corev1.Pod { return p.state }

// ConditionChanged returns when the condition of a type became what it is, the
// zero time if the pod has none or that is not recorded.
func (p *PackedPod) ConditionChanged(kind corev1.PodConditionType) time.Time {
	u := p.times()
	since := u.time(0).seconds
	for _, c := range p.Common().Status.Conditions {
		changed := u.time(since).at.Time
		if c.Type == kind {
			return changed
		}
	}
	return time.Time{}
}

// hasAddress reports whether the pod has the address that addressForm has appended to nothing.
func (p *PackedPod) hasAddress(want string) bool {
	u := unpacker(p.own)
	for range 3 {
		u.next()
	}
	return strings.HasPrefix(string(u), want)
}

// compareNames orders packed pods by namespace and name. The names of one revision have the same prefix, and are
// compared as they are kept.
func compareNames(a, b *PackedPod) int {
	if a.GetNamespace() != b.GetNamespace() {
		return cmp.Compare(a.GetNamespace(), b.GetNamespace())
	}
	if a.shared == b.shared {
		u := unpacker(a.own)
		v := unpacker(b.own)
		name, short := u.next()
		other, alsoShort := v.next()
		if short == alsoShort {
			return cmp.Compare(name, other)
		}
	}
	return cmp.Compare(a.GetName(), b.GetName())
}
