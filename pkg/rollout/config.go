package rollout

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Config names a ConfigMap or Secret that a pod template refers to.
type Config struct {
	Kind string // "ConfigMap" or "Secret"
	Name string
	// Environment reports that containers read it into their environment. The kubelet
	// does that once, when a container starts; it updates mounted files later, too.
	Environment bool
}

// Configs returns what a pod template refers to, by kind and name.
func Configs(t *corev1.PodTemplateSpec) []Config {
	found := configsOf(t)
	out := make([]Config, 0, len(found))
	for key := range maps.Keys(found) {
		out = append(out, Config{key[0], key[1], found[key]})
	}
	slices.SortFunc(out, func(a, b Config) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	return out
}

// configsOf returns the kinds and names of what a pod template refers to, and whether any environment
// does: an object can be mounted and read into the environment as well.
func configsOf(t *corev1.PodTemplateSpec) map[[2]string]bool {
	found := map[[2]string]bool{}
	add := func(kind, name string, environment bool) {
		if key := [2]string{kind, name}; name != "" {
			found[key] = found[key] || environment
		}
	}
	for _, c := range slices.Concat(t.Spec.InitContainers, t.Spec.Containers) {
		environmentConfigs(c, func(kind, name string) { add(kind, name, true) })
	}
	for _, v := range t.Spec.Volumes {
		volumeConfigs(v, func(kind, name string) { add(kind, name, false) })
	}
	return found
}

// environmentConfigs calls add for each object that the environment of a container refers to.
func environmentConfigs(c corev1.Container, add func(kind, name string)) {
	for _, e := range c.EnvFrom {
		if e.ConfigMapRef != nil {
			add("ConfigMap", e.ConfigMapRef.Name)
		}
		if e.SecretRef != nil {
			add("Secret", e.SecretRef.Name)
		}
	}
	for _, e := range c.Env {
		if e.ValueFrom == nil {
			continue
		}
		if ref := e.ValueFrom.ConfigMapKeyRef; ref != nil {
			add("ConfigMap", ref.Name)
		}
		if ref := e.ValueFrom.SecretKeyRef; ref != nil {
			add("Secret", ref.Name)
		}
	}
}

// volumeConfigs calls add for each object that a volume holds.
func volumeConfigs(v corev1.Volume, add func(kind, name string)) {
	if v.ConfigMap != nil {
		add("ConfigMap", v.ConfigMap.Name)
	}
	if v.Secret != nil {
		add("Secret", v.Secret.SecretName)
	}
	if v.Projected == nil {
		return
	}
	for _, p := range v.Projected.Sources {
		if p.ConfigMap != nil {
			add("ConfigMap", p.ConfigMap.Name)
		}
		if p.Secret != nil {
			add("Secret", p.Secret.Name)
		}
	}
}

// drift notes configuration that was written after pods read it: they run with
// other values than a restart, a rollout or a rollback would give them.
func (b *builder) drift(w *Workload) {
	for _, r := range w.Revisions {
		if r.Template == nil || len(r.Pods) == 0 {
			continue
		}
		for _, c := range Configs(r.Template) {
			b.driftOf(w, r, c)
		}
	}
}

// driftOf notes if one object was written after pods of r started.
func (b *builder) driftOf(w *Workload, r Revision, c Config) {
	const text = "%s %s was changed %s ago, after %s of %s started: %s"
	written := b.written(c, w.Ref.Namespace)
	if before := startedBefore(r.Pods, written); before > 0 {
		ago := wording.Age(b.s.At.Sub(written))
		w.note(fmt.Sprintf(text, c.Kind, c.Name, ago, wording.Count(before, "pod"), r.Title(), w.driftEffect(r, c)))
	}
}

// startedBefore counts the pods that started before a time; none did before an unknown one.
func startedBefore(pods []Pod, at time.Time) int {
	n := 0
	for _, p := range pods {
		if s := started(p.Object()); !s.IsZero() && s.Before(at) {
			n++
		}
	}
	return n
}

// driftEffect returns what it means for the pods of r that c changed after they started, and
// adds a doubt to a rollback to r. The kubelet updates mounted files, but sets the
// environment only when it creates a container.
func (w *Workload) driftEffect(r Revision, c Config) string {
	if !r.Current {
		w.doubt(r, c)
		return "newer pods began with the new values"
	}
	if c.Environment {
		return "their environment holds the old values"
	}
	return "mounted files follow, a program that read them at its start does not"
}

// doubt adds to a suggested rollback that the pods of its revision started with
// an older configuration than new pods would get.
func (w *Workload) doubt(r Revision, c Config) {
	if w.Rollback != nil && r.Number != nil && *r.Number == w.Rollback.To {
		w.Rollback.Reason += fmt.Sprintf("; its pods began before %s %s changed: new ones may not run as they do", c.Kind, c.Name)
	}
}

// written returns when the data of a ConfigMap or Secret was last written, the
// zero time if that is not known.
func (b *builder) written(c Config, namespace string) time.Time {
	if c.Kind == "ConfigMap" {
		if o, found := snapshot.Find(b.s.ConfigMaps, namespace, c.Name); found {
			return dataWritten(o)
		}
	}
	if c.Kind == "Secret" {
		if o, found := snapshot.Find(b.s.Secrets, namespace, c.Name); found {
			return dataWritten(o)
		}
	}
	return time.Time{}
}

// started returns when the first of the containers that run now was started,
// zero if none runs.
func started(pod *corev1.Pod) time.Time {
	var first time.Time
	for _, s := range pod.Status.ContainerStatuses {
		if r := s.State.Running; r != nil && (first.IsZero() || r.StartedAt.Time.Before(first)) {
			first = r.StartedAt.Time
		}
	}
	return first
}

// dataWritten returns when one of the managers of the data last wrote the
// object: maybe other fields of it, but seldom.
func dataWritten(obj metav1.Object) time.Time {
	last := obj.GetCreationTimestamp().Time
	for _, e := range obj.GetManagedFields() {
		if e.Time != nil && e.Time.After(last) && ownsData(e) {
			last = e.Time.Time
		}
	}
	return last
}

// ownsData reports whether a field manager set data of a ConfigMap or Secret, by an entry of
// managedFields.
func ownsData(e metav1.ManagedFieldsEntry) bool {
	if e.FieldsV1 == nil {
		return false
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(e.FieldsV1.GetRawBytes(), &fields); err != nil {
		return false // a file may hold anything
	}
	return fields["f:data"] != nil || fields["f:binaryData"] != nil || fields["f:stringData"] != nil
}
