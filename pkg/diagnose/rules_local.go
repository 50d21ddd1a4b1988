package diagnose

import (
	"fmt"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// otherSide are the words that make a late or unable answer one of another
// program, and not of a part of the same.
var otherSide = regexp.MustCompile(`(?i)database|sql|\brole\b|keyspace|\bdb\b|postgres|mysql|maria|redis|mongo|kafka|rabbit|amqp|broker|\bbucket|\bs3\b|elastic|cassandra|zookeeper|etcd|consul|vault|ldap|smtp|upstream|backend|\bhost|server|service|endpoint|\bconnect|client|slot|loading|leader|master|primary|replica|http|grpc|rpc|cluster|api|relation|table|topic|queue|index|dial|repository|kind`)

// vague reports whether the sign alone does not say that something outside the
// program is at fault: nothing is named, and any wait can time out.
func (f *caseFile) vague() bool {
	if s := f.read.sign; s == timedOut || s == unavailable || s == absent {
		return !otherSide.MatchString(f.read.said())
	}
	return f.read.weak
}

// alone reports whether no other container of the pod can be meant by a port
// of the pod's own address.
func (f *caseFile) alone(port int32) bool {
	if port != 0 && f.beside(port) != "" {
		return false
	}
	for c := range pod.Containers(f.c.Pod) {
		if c.Spec.Name != f.Name && c.Type != pod.Init && c.Type != pod.Ephemeral {
			return false // it need not declare its ports
		}
	}
	return f.read.sign == refused || f.read.sign == timedOut
}

// asksItself judges programs that look for something in their own pod, where
// nothing else runs.
func (f *caseFile) asksItself(cause *Cause, l lookup) *Cause {
	cause.Category, cause.Culprit = AppConfig, f.self()
	cause.Summary = fmt.Sprintf("it asks its own pod (%s) for what no other container there can give: %s", l.title(), f.read.said())
	cause.Evidence = append(cause.Evidence, claim("pod template", "the pod has no other container that runs beside it"))
	for _, s := range f.config.settings {
		if s.known && s.name != "" && hasWord(strings.ToLower(s.value), l.host) {
			cause.Evidence = append(cause.Evidence, claim(s.source, "%s is %s", s.name, shown(s)))
		}
	}
	cause.WouldSettle = []string{"which host the program is to ask, and the setting for it: where none is set, many ask localhost"}
	if item, image := f.history.image(); image && f.history.good() && len(f.history.others()) == 0 {
		cause.Category, cause.Confidence = ImageBug, Medium
		cause.Summary = fmt.Sprintf("since image %s replaced %s, with the same settings, %s", tag(item.New), tag(item.Old), cause.Summary)
		cause.Evidence = append(cause.Evidence, f.history.onlyImage(item), f.history.wellClaim())
		return f.history.dated(cause)
	}
	return f.history.blame(cause)
}

// diskFull judges programs that find no room: on a volume of their own, or on
// the node.
func diskFull(f *caseFile) *Cause {
	cause := &Cause{Category: Dependency, Confidence: Medium, Culprit: f.self(), Evidence: []Claim{f.read.claim(), f.end.claim()}}
	for _, file := range files(f.read.said()) {
		for _, m := range f.c.Spec.VolumeMounts {
			if file != m.MountPath && !strings.HasPrefix(file, strings.TrimSuffix(m.MountPath, "/")+"/") {
				continue
			}
			v, ok := volume(f.c.Pod, m.Name)
			if !ok || v.PersistentVolumeClaim == nil {
				continue
			}
			cause.Confidence, cause.Culprit = High, &Culprit{Kind: "PersistentVolumeClaim", Namespace: f.Namespace, Name: v.PersistentVolumeClaim.ClaimName}
			cause.Summary = fmt.Sprintf("volume %s (PersistentVolumeClaim %s) is full: %s", m.Name, v.PersistentVolumeClaim.ClaimName, f.read.said())
			cause.Evidence = append(cause.Evidence, claim("pod template", "PersistentVolumeClaim %s is mounted at %s", v.PersistentVolumeClaim.ClaimName, m.MountPath))
			return cause
		}
	}
	if trouble := f.node.trouble(); len(trouble) > 0 {
		cause.Category, cause.Culprit = Node, f.node.culprit()
		cause.Summary = fmt.Sprintf("node %s has no space left: %s", f.node.name, f.read.said())
		cause.Evidence = append(cause.Evidence, trouble...)
		return cause
	}
	return nil
}

func volume(p *corev1.Pod, name string) (corev1.VolumeSource, bool) {
	for _, v := range p.Spec.Volumes {
		if v.Name == name {
			return v.VolumeSource, true
		}
	}
	return corev1.VolumeSource{}, false
}
