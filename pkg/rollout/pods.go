package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// mixed returns a sentence for each container whose image differs in build
// between the pods of one revision.
func mixed(r Revision) []string {
	var out []string
	for _, image := range r.Images {
		builds := map[string]int{}
		for _, p := range r.Pods {
			for _, s := range slices.Concat(p.object.Status.InitContainerStatuses, p.object.Status.ContainerStatuses) {
				if _, digest, ok := strings.Cut(s.ImageID, "@sha256:"); ok && s.Name == image.Container {
					builds[digest[:min(7, len(digest))]]++
				}
			}
		}
		if len(builds) < 2 || strings.Contains(image.Image, "@") {
			continue
		}
		var parts []string
		for _, digest := range slices.Sorted(maps.Keys(builds)) {
			parts = append(parts, fmt.Sprintf("%s of @%s", wording.Count(builds[digest], "pod"), digest))
		}
		out = append(
			out,
			fmt.Sprintf(
				"%s runs %d builds of %s: %s; the tag was pushed again, or nodes hold another platform's",
				r.Title(),
				len(builds),
				ShortImage(image.Image),
				strings.Join(parts, ", "),
			),
		)
	}
	return out
}

// pods returns the pods of a revision: those in trouble first, then by age and name.
func (b *builder) pods(list []*corev1.Pod) []Pod {
	pods := make([]Pod, 0, len(list))
	for _, p := range list {
		pods = append(pods, b.pod(p))
	}
	slices.SortFunc(pods, func(x, y Pod) int {
		return cmp.Or(
			cmp.Compare(rank(x), rank(y)),
			x.object.CreationTimestamp.Compare(y.object.CreationTimestamp.Time),
			cmp.Compare(x.Name, y.Name),
			cmp.Compare(x.UID, y.UID),
		)
	})
	return pods
}

func rank(p Pod) int {
	if hard(p) {
		return 0
	}
	if p.trouble != nil && !p.trouble.quiet {
		return 1
	}
	return 2
}

func (b *builder) pod(p *corev1.Pod) Pod {
	out := Pod{Name: p.Name, UID: p.UID, Node: p.Spec.NodeName, Phase: string(p.Status.Phase), object: p, trouble: b.examiner.pod(p)}
	ready, status, restarts, last := PodStatus(p)
	out.Ready, out.Status, out.Restarts, out.LastRestartAt = ready, status, restarts, snapshot.NewTime(last)
	if !p.CreationTimestamp.IsZero() {
		out.Age = snapshot.Duration(b.s.At.Sub(p.CreationTimestamp.Time).Truncate(1e9))
	}
	for _, s := range p.Status.ContainerStatuses {
		if s.ImageID != "" {
			out.ImageIDs = append(out.ImageIDs, s.ImageID)
		}
	}
	if out.trouble != nil && !out.trouble.quiet {
		out.Problem = out.trouble.words
	}
	return out
}

// available reports whether a pod is ready, and has been for minReady seconds.
func (b *builder) available(p Pod, minReady int32) bool {
	for _, c := range p.object.Status.Conditions {
		if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
			return minReady == 0 || b.s.At.Sub(c.LastTransitionTime.Time) >= time.Duration(minReady)*time.Second
		}
	}
	return false
}

// settling returns p with the reason why it is not available although it is ready.
func (b *builder) settling(p Pod, minReady int32) Pod {
	if p.trouble == nil && p.object.DeletionTimestamp == nil {
		p.trouble = b.examiner.settling(p.object, minReady)
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
