package rollout

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
)

// refusal is why a ReplicaSet or ReplicationController cannot create pods.
type refusal struct {
	reason, message string
	since           metav1.Time
}

// replicas fills w with a ReplicaSet or ReplicationController that has no
// controller: it has one revision, and nothing rolls it out.
func (b *builder) replicas(w *Workload, n *owners.Node) {
	w.Strategy = Strategy{Type: "None"}
	r, refused := b.standalone(n)
	w.Template = r.Template
	r.Current = true
	w.Revisions = append(w.Revisions, r)
	w.Desired = r.Desired
	w.Ready = r.Ready
	w.Available = r.Available
	in := reading{history: true, pods: b.podsRead(n.Ref.Namespace, active(n.Pods()), *r.Replicas), events: b.eventsRead(n.Ref.Namespace)}
	w.lacks(in, "")
	w.block(present(r.Pods))
	if refused != nil {
		b.blockCreation(w, w.Ref.Kind, w.Ref.Name, refused.reason, refused.message, refused.since.Time)
	}
	w.replicasPhase(r)
	w.unblockIfDone()
	if !in.pods && w.Phase != ScaledToZero {
		w.couldBe(Degraded)
	}
}

// replicasPhase decides the phase of a workload whose one revision is r.
func (w *Workload) replicasPhase(r Revision) {
	w.State = fmt.Sprintf("%d of %d pods ready", *r.Ready, *r.Desired)
	if *r.Available < *r.Ready {
		w.State += fmt.Sprintf(", %d available", *r.Available)
	}
	switch {
	case *r.Desired == 0 && *r.Replicas == 0:
		w.Phase = ScaledToZero
		w.State = w.zeroWords()
	case len(hardOnes(r.Pods)) > 0 || w.creationFails() || keepsFailing(r.Pods):
		w.Phase = Degraded
	case min(*r.Ready, *r.Available) < *r.Desired || *r.Replicas > *r.Desired:
		w.Phase = Progressing
	default:
		w.Phase = Complete
	}
}

// standalone returns the one revision of a ReplicaSet or ReplicationController,
// and why it cannot create pods; nil: it can.
func (b *builder) standalone(n *owners.Node) (Revision, *refusal) {
	switch o := n.Object.(type) {
	case *appsv1.ReplicaSet:
		if c := replicaFailure(o); c != nil {
			return b.replicaSet(n, o), &refusal{c.Reason, c.Message, c.LastTransitionTime}
		}
		return b.replicaSet(n, o), nil
	case *corev1.ReplicationController:
		return b.replicationController(n, o), refusalOf(o)
	}
	return Revision{}, nil
}

// refusalOf returns why a ReplicationController cannot create pods, nil if it can.
func refusalOf(o *corev1.ReplicationController) *refusal {
	for _, c := range o.Status.Conditions {
		if c.Type == corev1.ReplicationControllerReplicaFailure && c.Status == corev1.ConditionTrue {
			return &refusal{c.Reason, c.Message, c.LastTransitionTime}
		}
	}
	return nil
}

// replicationController returns a ReplicationController as a revision. The controller of
// DeploymentConfigs numbers those that it creates by an annotation.
func (b *builder) replicationController(n *owners.Node, o *corev1.ReplicationController) Revision {
	st := o.Status
	return Revision{
		Number: number(o.Annotations[openshiftVersion]),
		Name:   o.Name, UID: o.UID, Kind: "ReplicationController", CreatedAt: timeOf(o.CreationTimestamp),
		Desired:  ptr(deref(o.Spec.Replicas, 1)),
		Replicas: &st.Replicas, Ready: &st.ReadyReplicas, Available: &st.AvailableReplicas,
		Images: images(o.Spec.Template), Template: o.Spec.Template, Pods: b.pods(n.Pods()),
	}
}

// openshiftVersion numbers the ReplicationControllers of a DeploymentConfig
// (github.com/openshift/api apps/v1 DeploymentVersionAnnotation).
const openshiftVersion = "openshift.io/deployment-config.latest-version"

// present returns the pods that are not being deleted.
func present(pods []Pod) []Pod {
	var out []Pod
	for _, p := range pods {
		if p.object.DeletionTimestamp == nil {
			out = append(out, p)
		}
	}
	return out
}

// hardOnes returns the pods in trouble that does not pass by waiting a little,
// without those that are being deleted.
func hardOnes(pods []Pod) []Pod {
	var out []Pod
	for _, p := range present(pods) {
		if hard(p) && !ended(&p) {
			out = append(out, p)
		}
	}
	return out
}
