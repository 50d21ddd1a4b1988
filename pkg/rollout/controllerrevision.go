package rollout

import (
	"encoding/json"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// templateOf decodes the pod template that a ControllerRevision of a
// StatefulSet or DaemonSet keeps: its data is the patch {"spec":{"template":…}}
// (getPatch in k8s.io/kubernetes pkg/controller/statefulset and daemon). It returns
// nil if the data is none.
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
// with the pods that are labelled with it. Pods whose revision is gone or was not
// read get one of their own.
func (b *builder) controllerRevisions(n *owners.Node, minReady int32) []Revision {
	out, byHash := recordedRevisions(n)
	pods := map[int][]metav1.Object{}
	for _, p := range n.Pods() {
		hash := p.GetLabels()[appsv1.ControllerRevisionHashLabelKey]
		i, known := byHash[hash]
		if !known {
			i = len(out)
			byHash[hash] = i
			out = append(out, labelledRevision(n, hash, p))
		}
		pods[i] = append(pods[i], p)
	}
	for i := range out {
		out[i].Pods = b.pods(pods[i])
		out[i].Replicas, out[i].Ready, out[i].Available = b.counts(out[i].Pods, minReady)
	}
	return out
}

// labelledRevision returns a revision that only the label of a pod names: the images are those of the
// pod, and the template is not known.
func labelledRevision(n *owners.Node, hash string, p metav1.Object) Revision {
	template := corev1.PodTemplateSpec{Spec: snapshot.CommonOf(p).Spec}
	return Revision{Name: revisionName(n, hash), Kind: "ControllerRevision", Images: images(&template)}
}

// recordedRevisions returns the ControllerRevisions that n owns, and the index of
// each by what its pods are labelled with.
func recordedRevisions(n *owners.Node) (revisions []Revision, byHash map[string]int) {
	byHash = map[string]int{}
	for _, c := range n.Children {
		cr, ok := c.Object.(*appsv1.ControllerRevision)
		if !ok {
			continue
		}
		// The label of a StatefulSet's pods is the revision's name, a DaemonSet's its hash.
		byHash[cr.Name] = len(revisions)
		if hash := cr.Labels[appsv1.ControllerRevisionHashLabelKey]; hash != "" {
			byHash[hash] = len(revisions)
		}
		revisions = append(revisions, recordedRevision(cr))
	}
	return revisions, byHash
}

// recordedRevision returns a ControllerRevision as a revision, without its pods.
func recordedRevision(cr *appsv1.ControllerRevision) Revision {
	t := templateOf(cr)
	return Revision{
		Number: ptr(cr.Revision), Name: cr.Name, UID: cr.UID, Kind: "ControllerRevision", CreatedAt: timeOf(cr.CreationTimestamp),
		Images: images(t), ChangeCause: cr.Annotations[changeCauseAnnotation], Template: t,
	}
}

// revisionName returns the name of the ControllerRevision that the pods of n name
// by a label (ControllerRevisionName in k8s.io/kubernetes
// pkg/controller/history/controller_history.go, 1.37).
func revisionName(n *owners.Node, label string) string {
	if n.Ref.Kind == "DaemonSet" {
		return n.Ref.Name + "-" + label
	}
	return label
}

// ordinal returns the number at the end of a StatefulSet pod's name, -1 if there
// is none.
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
