package diagnose

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// vague reports whether the reason alone does not show that something outside the
// program is at fault: any wait can time out, and any work can fail.
func (r reading) vague() bool {
	return r.strength() < logs.Decides
}

// alone reports whether no other container of the pod can be meant by a port
// of the pod's own address.
func alone(u Container, log reading, port int32) bool {
	if port != 0 && u.beside(port) != "" {
		return false
	}
	for c := range pod.Containers(u.container.Pod) {
		if c.Spec.Name != u.Name && c.Type != pod.Init && c.Type != pod.Ephemeral {
			return false // it need not declare its ports
		}
	}
	return log.is(logs.Refused, logs.TimedOut)
}

// asksItself judges programs that look for something in their own pod, in which
// nothing else runs.
func asksItself(f *caseFile, cause *Cause, l lookup) *Cause {
	cause.Category = AppConfig
	cause.Culprit = f.self()
	cause.Summary = fmt.Sprintf("it looks for %s, where no other container gives it: %s", l.title(), f.read.line())
	cause.addEvidence(claim("pod template", "the pod has no other container that runs beside it"))
	cause.addEvidence(f.config.settingsWith(l.Host)...)
	cause.WouldSettle = []string{"which host the program is to ask, and the setting for it: if none is set, many ask localhost"}
	if item, only := f.history.imageAlone(); only {
		cause.Category = ImageBug
		cause.Confidence = Medium
		cause.Summary = fmt.Sprintf("since image %s replaced %s, with the same settings, %s", tag(item.New), tag(item.Old), cause.Summary)
		cause.addEvidence(f.history.onlyImage(item), f.history.wellClaim())
		return cause
	}
	return f.history.blame(cause)
}

// settingsWith states which named settings have a host in their value.
func (c configuration) settingsWith(host string) []Claim {
	var out []Claim
	for _, s := range c.settings {
		if s.known && s.name != "" && hasWord(strings.ToLower(s.value), host) {
			out = append(out, claim(s.source, "%s is %s", s.name, shown(s)))
		}
	}
	return out
}

// storage judges programs that find no room or errors: on a volume of their own, or
// on the node, on whose disk everything is that is on no volume.
func storage(f *caseFile) *Cause {
	cause := blameDependency(f.read, f.end)
	cause.Culprit = f.self()
	cause.Summary = f.read.wrong() + ": " + f.read.line()
	if m, v, ok := volumeOf(f.c, f.read.operand()); ok && v.PersistentVolumeClaim != nil {
		blameVolume(f.Container, f.read, cause, m, v.PersistentVolumeClaim.ClaimName)
		return cause
	}
	if trouble := f.node.trouble(); len(trouble) > 0 {
		cause.Category = Node
		cause.Culprit = f.node.culprit()
		cause.Summary = fmt.Sprintf("node %s: %s", f.node.name, cause.Summary)
		cause.addEvidence(trouble...)
		return cause
	}
	cause.Confidence = Low
	cause.WouldSettle = []string{"which file system it writes to: a volume, or the node's own disk"}
	return cause
}

// blameVolume blames the claim of the volume that the file is on.
func blameVolume(u Container, log reading, cause *Cause, m corev1.VolumeMount, claimed string) {
	cause.Confidence = High
	cause.Culprit = &Culprit{Kind: "PersistentVolumeClaim", Namespace: u.Namespace, Name: claimed}
	cause.Summary = fmt.Sprintf("volume %s (PersistentVolumeClaim %s) %s: %s", m.Name, claimed, log.volumeTrouble(), log.line())
	cause.addEvidence(claim("pod template", "PersistentVolumeClaim %s is mounted at %s", claimed, m.MountPath))
}

// volumeTrouble returns what is wrong with a volume according to the log.
func (r reading) volumeTrouble() string {
	if r.is(logs.DiskFull) {
		return "is full"
	}
	return "reports errors"
}

// volumeOf returns the volume that a file is on. Of mounts within each other the innermost has it.
func volumeOf(c pod.Container, file string) (corev1.VolumeMount, corev1.VolumeSource, bool) {
	var mount corev1.VolumeMount
	for _, m := range c.Spec.VolumeMounts {
		if under(file, m.MountPath) && len(m.MountPath) > len(mount.MountPath) {
			mount = m
		}
	}
	v, ok := volume(c.Pod, mount.Name)
	return mount, v, ok
}

// volume returns the source of the volume of that name.
func volume(p *corev1.Pod, name string) (corev1.VolumeSource, bool) {
	for _, v := range p.Spec.Volumes {
		if v.Name == name {
			return v.VolumeSource, true
		}
	}
	return corev1.VolumeSource{}, false
}
