package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// mixed returns a sentence for each container whose image differs in build
// between the pods of one revision.
func mixed(r Revision) []string {
	var out []string
	for _, image := range r.Images {
		builds := buildsOf(image.Container, r.Pods)
		if len(builds) < 2 || strings.Contains(image.Image, "@") {
			continue
		}
		const text = "%s runs %d builds of %s: %s; the tag was pushed again, or nodes hold another platform's"
		out = append(out, fmt.Sprintf(text, r.Title(), len(builds), ShortImage(image.Image), buildWords(builds)))
	}
	return out
}

// buildWords lists how many pods run each build: "2 pods of @0f4ee1a, 1 pod of @9c2d7b3".
func buildWords(builds map[string]int) string {
	var parts []string
	for _, digest := range slices.Sorted(maps.Keys(builds)) {
		parts = append(parts, fmt.Sprintf("%s of @%s", wording.Count(builds[digest], "pod"), digest))
	}
	return strings.Join(parts, ", ")
}

// buildsOf counts the statuses of a container by the digest of its image.
func buildsOf(container string, pods []Pod) map[string]int {
	builds := map[string]int{}
	for _, p := range pods {
		countBuilds(builds, container, p.object.Status.InitContainerStatuses)
		countBuilds(builds, container, p.object.Status.ContainerStatuses)
	}
	return builds
}

// countBuilds adds the digest of a container, as short as images are shown. An image ID without a
// repository, as of an image that was loaded on the node, is left out.
func countBuilds(builds map[string]int, container string, statuses []corev1.ContainerStatus) {
	for i := range statuses {
		_, digest, ok := strings.Cut(statuses[i].ImageID, "@sha256:")
		if ok && statuses[i].Name == container {
			builds[digest[:min(7, len(digest))]]++
		}
	}
}

// pods returns the pods of a revision: those in trouble first, then by age and name.
func (b *builder) pods(list []metav1.Object) []Pod {
	pods := b.roomFor(len(list))
	for _, p := range list {
		pods = append(pods, b.pod(p))
	}
	slices.SortFunc(pods, func(x, y Pod) int { return comparePods(&x, &y) })
	return pods
}

// comparePods orders pods: those in trouble first, then by age and name.
func comparePods(x, y *Pod) int {
	if order := cmp.Compare(rank(x), rank(y)); order != 0 {
		return order
	}
	if order := x.created.Compare(y.created); order != 0 {
		return order
	}
	if order := cmp.Compare(x.Name, y.Name); order != 0 {
		return order
	}
	return cmp.Compare(x.UID, y.UID)
}

// roomFor returns an empty list with the capacity for count pods. With room it is part of memory that
// the next workload uses again.
func (b *builder) roomFor(count int) []Pod {
	if b.room == nil {
		return make([]Pod, 0, count)
	}
	room := slices.Grow(*b.room, count)
	used := len(room)
	*b.room = room[:used+count]
	return room[used : used : used+count]
}

// rank orders pods for the list of a revision: those in trouble that lasts, those in other trouble,
// all others.
func rank(p *Pod) int {
	t := p.trouble
	if t == nil {
		return 2
	}
	if t.hard {
		return 0
	}
	if !t.quiet {
		return 1
	}
	return 2
}

// pod returns a pod of a revision. A packed one is unpacked only if its times or
// its node decide whether it is in trouble.
func (b *builder) pod(obj metav1.Object) Pod {
	out := Pod{
		Name: obj.GetName(), Node: snapshot.NodeOf(obj), object: snapshot.CommonOf(obj), created: obj.GetCreationTimestamp().Time,
	}
	var l look
	if packed, ok := obj.(*snapshot.PackedPod); ok {
		out.packed = packed
		l = b.lookAlike(out.object)
	} else {
		l = lookAt(out.object)
	}
	if out.packed == nil || !l.well {
		out.trouble = b.examiner.pod(out.Object())
	}
	if out.packed == nil || !l.well || b.room == nil { // rows leave the others out
		out.UID = obj.GetUID()
	}
	out.Phase = string(out.object.Status.Phase)
	out.Ready = l.ready
	out.Status = l.status
	out.Restarts = l.restarts
	out.LastRestartAt = snapshot.NewTime(l.lastRestart)
	out.ImageIDs = l.imageIDs
	if !out.created.IsZero() {
		out.Age = snapshot.Duration(b.s.At.Sub(out.created).Truncate(time.Second))
	}
	if out.trouble != nil && !out.trouble.quiet {
		out.Problem = out.trouble.words
	}
	return out
}

// look is what a pod shows without regard to its times and its node.
type look struct {
	ready, status string
	restarts      int32
	lastRestart   time.Time
	imageIDs      []string
	well          bool // see well
}

// lookAt returns what the status of a pod shows. Pods that differ in their names alone share it (see
// builder.alike), so that of thousands of healthy pods a few are looked at.
func lookAt(p *corev1.Pod) look {
	var l look
	l.ready, l.status, l.restarts, l.lastRestart = PodStatus(p)
	for _, s := range p.Status.ContainerStatuses {
		if s.ImageID != "" {
			l.imageIDs = append(l.imageIDs, s.ImageID)
		}
	}
	l.well = well(p)
	return l
}

// lookAlike returns the look of packed pods by what they have in common.
func (b *builder) lookAlike(common *corev1.Pod) look {
	l, known := b.alike[common]
	if !known {
		l = lookAt(common)
		b.alike[common] = l
	}
	return l
}

// well reports whether examiner.pod finds no trouble in a packed pod, whatever its
// times are and the state of its node is: it succeeded, or it is ready and waits
// for no init container. What else is wrong in a pod keeps it from being packed.
func well(common *corev1.Pod) bool {
	if common.Status.Phase == corev1.PodSucceeded {
		return true
	}
	for c := range pod.Containers(common) {
		started := c.Status.Started != nil && *c.Status.Started
		if c.Status.State.Running != nil && (c.Type == pod.Init || (c.Type == pod.Sidecar && !started)) {
			return false
		}
	}
	return common.Status.Phase == corev1.PodRunning && pod.Is(common, corev1.PodReady)
}

// available reports whether a pod is ready, and has been for minReady seconds.
func (b *builder) available(p Pod, minReady int32) bool {
	if minReady == 0 {
		return pod.Is(p.object, corev1.PodReady)
	}
	since, ready := p.readySince()
	return ready && b.s.At.Sub(since) >= time.Duration(minReady)*time.Second
}

// settling returns p with the reason why it is not available although it is ready.
func (b *builder) settling(p Pod, minReady int32) Pod {
	if p.trouble == nil && p.object.DeletionTimestamp == nil {
		p.trouble = b.examiner.settling(p, minReady)
	}
	return p
}

// images lists the images of a template, init containers first.
func images(t *corev1.PodTemplateSpec) []Image {
	out := []Image{}
	if t == nil {
		return out
	}
	for _, list := range [][]corev1.Container{t.Spec.InitContainers, t.Spec.Containers} {
		for _, c := range list {
			out = append(out, Image{Container: c.Name, Image: c.Image})
		}
	}
	return out
}
