package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// mixed tells of containers whose pods, all of one revision, run different
// builds of the image: its tag was pushed again in between.
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
		out = append(out, fmt.Sprintf("%s runs %d builds of %s: %s; the tag was pushed again, or nodes hold another platform's", r.Title(), len(builds), ShortImage(image.Image), strings.Join(parts, ", ")))
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
		return cmp.Or(cmp.Compare(rank(x), rank(y)), x.object.CreationTimestamp.Compare(y.object.CreationTimestamp.Time), cmp.Compare(x.Name, y.Name), cmp.Compare(x.UID, y.UID))
	})
	return pods
}

func rank(p Pod) int {
	switch {
	case p.trouble != nil && p.trouble.hard:
		return 0
	case p.trouble != nil:
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
	if out.trouble != nil {
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

var digits = regexp.MustCompile(`[0-9]+`)

// block records the troubles of pods as blockers, equal ones as one.
func (w *Workload) block(pods []Pod) {
	index := map[string]int{}
	for _, p := range pods {
		if p.trouble == nil {
			continue
		}
		key := p.trouble.reason + digits.ReplaceAllString(strings.ReplaceAll(p.trouble.words, p.Name, ""), "")
		if i, seen := index[key]; seen {
			b := &w.BlockedBy[i]
			b.Count++
			if t := snapshot.NewTime(p.trouble.since); t != nil && (b.Since == nil || t.Before(b.Since.Time)) {
				b.Since = t
			}
			continue
		}
		index[key] = len(w.BlockedBy)
		w.BlockedBy = append(w.BlockedBy, Blocker{
			Kind: "Pod", Name: p.Name, Reason: p.trouble.reason, Message: cmp.Or(p.trouble.detail, p.trouble.words),
			Since: snapshot.NewTime(p.trouble.since), Count: 1, words: p.trouble.words, at: p.trouble.at,
		})
	}
}

// Words says the trouble in few words: of a pod what its line says.
func (b Blocker) Words() string { return cmp.Or(b.words, brief(b.Message)) }

// cause says the first blocker in few words and since when, "" where there is none.
func (w *Workload) cause() string {
	if len(w.BlockedBy) == 0 {
		return ""
	}
	first := w.BlockedBy[0]
	name := first.Kind + " " + first.Name
	if first.Kind == "Pod" {
		name = first.Name
	}
	if first.Count > 1 {
		name = wording.Count(first.Count, "pod")
	}
	words := name + ": " + first.Words()
	if first.Since == nil || first.at.Sub(first.Since.Time) < time.Second || strings.Contains(words, " for ") || first.Reason == "Terminating" {
		return words // which may say how long already
	}
	return words + " (for " + duration.HumanDuration(first.at.Sub(first.Since.Time)) + ")"
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
