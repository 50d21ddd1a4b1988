package rollout

import (
	"encoding/json"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/owners"
)

func labelSet(pod *corev1.Pod) labels.Set { return pod.Labels }

// templateOf decodes the pod template that a ControllerRevision of a
// StatefulSet or DaemonSet keeps: its data is the patch {"spec":{"template":…}}
// (getPatch in k8s.io/kubernetes pkg/controller/statefulset and daemon). It is
// nil where the data is none.
func templateOf(cr *appsv1.ControllerRevision) *corev1.PodTemplateSpec {
	var patch struct {
		Spec struct {
			Template *corev1.PodTemplateSpec `json:"template"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(cr.Data.Raw, &patch); err != nil {
		return nil // another controller's data: it has no template that we know
	}
	return patch.Spec.Template
}

// controllerRevisions returns the revisions of a StatefulSet or DaemonSet, each
// with the pods that bear its hash. Pods whose revision is gone or could not be
// read make one of their own.
func (b *builder) controllerRevisions(n *owners.Node) []Revision {
	var out []Revision
	byHash := map[string]int{}
	for _, c := range n.Children {
		cr, ok := c.Object.(*appsv1.ControllerRevision)
		if !ok {
			continue
		}
		t := templateOf(cr)
		r := Revision{
			Number: ptr(cr.Revision), Name: cr.Name, UID: cr.UID, Kind: "ControllerRevision", CreatedAt: timeOf(cr.CreationTimestamp),
			Images: images(t), ChangeCause: cr.Annotations[changeCauseAnnotation], Template: t,
		}
		// A StatefulSet's pods bear the revision's name, a DaemonSet's its hash.
		byHash[cr.Name] = len(out)
		if hash := cr.Labels[appsv1.ControllerRevisionHashLabelKey]; hash != "" {
			byHash[hash] = len(out)
		}
		out = append(out, r)
	}
	pods := map[int][]*corev1.Pod{}
	for _, p := range n.Pods() {
		hash := p.Labels[appsv1.ControllerRevisionHashLabelKey]
		i, known := byHash[hash]
		if !known {
			i = len(out)
			byHash[hash] = i
			out = append(out, Revision{Name: hash, Kind: "ControllerRevision", Images: images(&corev1.PodTemplateSpec{Spec: p.Spec})})
		}
		pods[i] = append(pods[i], p)
	}
	for i := range out {
		counted := podsRevision(b.pods(pods[i]), owners.Ref{})
		out[i].Pods, out[i].Replicas, out[i].Ready, out[i].Available = counted.Pods, counted.Replicas, counted.Ready, counted.Available
	}
	return out
}

// ordinal returns the number at the end of a StatefulSet pod's name, -1 where
// there is none.
func ordinal(name string) int {
	i := len(name)
	for i > 0 && name[i-1] >= '0' && name[i-1] <= '9' {
		i--
	}
	n, err := strconv.Atoi(name[i:])
	if err != nil {
		return -1
	}
	return n
}
