package rollout

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// deployment fills w with the rollout of a Deployment.
func (b *builder) deployment(w *Workload, n *owners.Node, d *appsv1.Deployment) {
	w.Template = &d.Spec.Template
	w.Strategy = deploymentStrategy(d)
	w.Desired = ptr(deref(d.Spec.Replicas, 1))
	if d.Status.ObservedGeneration > 0 {
		w.Updated, w.Ready, w.Available = &d.Status.UpdatedReplicas, &d.Status.ReadyReplicas, &d.Status.AvailableReplicas
		w.Terminating = d.Status.TerminatingReplicas
	}
	var owned []*appsv1.ReplicaSet
	nodes := map[*appsv1.ReplicaSet]*owners.Node{}
	for _, c := range n.Children {
		if rs, ok := c.Object.(*appsv1.ReplicaSet); ok {
			owned = append(owned, rs)
			nodes[rs] = c
		}
	}
	current := NewReplicaSet(&d.Spec.Template, owned)
	revisions := make([]Revision, 0, len(owned))
	for _, rs := range owned {
		r := b.replicaSet(nodes[rs], rs)
		if rs == current {
			r.Current = true
			r.Author = author(d, r)
		}
		revisions = append(revisions, r)
	}
	w.order(append(revisions, b.unread(n, d)...))
	b.deploymentState(w, d, current, slices.DeleteFunc(owned, func(rs *appsv1.ReplicaSet) bool { return rs == current }))
}

// unread makes revisions of the pods whose ReplicaSets could not be read: the
// selector of the Deployment and the name of their controller tell them.
func (b *builder) unread(n *owners.Node, d *appsv1.Deployment) []Revision {
	selector, ok := owners.SelectorOf(d)
	if !ok {
		return nil
	}
	var out []Revision
	for _, root := range b.forest.Roots {
		if root.Object != nil || root.Gone || root.Ref.Kind != "ReplicaSet" || root.Ref.Namespace != n.Ref.Namespace || !b.s.HasGap("replicasets", n.Ref.Namespace) {
			continue
		}
		pods := root.Pods()
		if len(pods) == 0 || !selector.Matches(labelSet(pods[0])) || root.Ref.Name != d.Name+"-"+pods[0].Labels[appsv1.DefaultDeploymentUniqueLabelKey] {
			continue
		}
		out = append(out, podsRevision(b.pods(pods), root.Ref))
	}
	return out
}

// podsRevision returns a revision of which nothing but its pods is known.
func podsRevision(pods []Pod, ref owners.Ref) Revision {
	r := Revision{Name: ref.Name, UID: ref.UID, Kind: ref.Kind, Replicas: int32(len(pods)), Images: []Image{}, Pods: pods}
	for _, p := range pods {
		if pod.Is(p.object, corev1.PodReady) {
			r.Ready++
			r.Available++
		}
	}
	if len(pods) > 0 {
		r.Images = images(&corev1.PodTemplateSpec{Spec: pods[0].object.Spec})
	}
	return r
}

// deploymentState decides the phase and what follows from it.
func (b *builder) deploymentState(w *Workload, d *appsv1.Deployment, current *appsv1.ReplicaSet, old []*appsv1.ReplicaSet) {
	now, _ := w.Current()
	next := deploymentNext(d, w.Strategy, current, old)
	unavailable := b.waiting(w, d, now, next)
	w.block(unavailable)
	b.blockCreation(w, d, current)
	w.Phase = deploymentPhase(w, d, next, unavailable, now)
	w.Summary = deploymentSummary(w, d, now, b)
	switch w.Phase {
	case Progressing, Stalled, Failed:
		w.Next = next
		w.Deadline = deadline(d, b.s.At)
	case Complete, ScaledToZero:
		w.BlockedBy = []Blocker{}
	case Paused, Degraded:
	}
	w.deploymentNotes(d, now)
	w.Rollback = rollback(w, d, now)
}

// old returns the pods of older revisions that did not end: under Recreate no
// new one is made before they are gone (oldPodsRunning in k8s.io/kubernetes
// pkg/controller/deployment/recreate.go, 1.37).
func (w *Workload) old() []Pod {
	var out []Pod
	for _, r := range w.Revisions {
		for i := range r.Pods {
			if !r.Current && !ended(&r.Pods[i]) {
				out = append(out, r.Pods[i])
			}
		}
	}
	return out
}

// waiting returns the pods that hold the next step up: those of the current
// revision that are not available or keep restarting, and under Recreate those
// that have to go. Of all these next waits for what is not available now.
func (b *builder) waiting(w *Workload, d *appsv1.Deployment, now Revision, next *Next) []Pod {
	var out []Pod
	if w.Strategy.Type == "Recreate" {
		out = w.old()
		if len(out) > 0 {
			next.MayCreate = 0
		}
	}
	for _, p := range out {
		next.WaitingFor = append(next.WaitingFor, p.Name)
	}
	for _, p := range now.Pods {
		available := b.available(p, d.Spec.MinReadySeconds)
		if p.object.DeletionTimestamp != nil || (p.trouble == nil && (available || ended(&p))) {
			continue
		}
		out = append(out, p)
		if !available && !ended(&p) { // ended ones are replaced
			next.WaitingFor = append(next.WaitingFor, p.Name)
		}
	}
	return out
}

// blockCreation records why pods are missing that nobody could create: quota,
// admission, webhooks.
func (b *builder) blockCreation(w *Workload, d *appsv1.Deployment, current *appsv1.ReplicaSet) {
	if c := deploymentCondition(d, appsv1.DeploymentReplicaFailure); c != nil && c.Status == corev1.ConditionTrue {
		name := d.Name
		kind := "Deployment"
		if current != nil {
			kind, name = "ReplicaSet", current.Name
		}
		w.blockFirst(Blocker{Kind: kind, Name: name, Reason: c.Reason, Message: c.Message, Since: timeOf(c.LastTransitionTime), Count: 1, words: deniedWords(c.Message), at: b.s.At})
		return
	}
	if current == nil || current.Status.Replicas >= deref(current.Spec.Replicas, 1) {
		return
	}
	if e := b.examiner.events.Latest("ReplicaSet", current, "FailedCreate", "ReplicaSetCreateError"); e != nil {
		w.blockFirst(Blocker{Kind: "ReplicaSet", Name: current.Name, Reason: e.Reason, Message: e.Message, Since: snapshot.NewTime(pod.FirstSeen(e)), Count: 1, words: deniedWords(e.Message), at: b.s.At})
	}
}

func (w *Workload) blockFirst(b Blocker) { w.BlockedBy = slices.Insert(w.BlockedBy, 0, b) }

// deniedWords says in few words why the API server refused a pod.
func deniedWords(message string) string {
	switch {
	case strings.Contains(message, "exceeded quota: "):
		_, rest, _ := strings.Cut(message, "exceeded quota: ")
		return "pods cannot be created: exceeded quota " + brief(rest)
	case strings.Contains(message, "failed calling webhook "):
		_, rest, _ := strings.Cut(message, "failed calling webhook ")
		name, why, _ := strings.Cut(rest, ": ")
		return "pods cannot be created: webhook " + name + " does not answer: " + brief(strings.TrimPrefix(why, "failed to call webhook: "))
	case strings.Contains(message, "admission webhook"):
		_, rest, _ := strings.Cut(message, "admission webhook ")
		return "pods cannot be created: webhook " + brief(rest)
	}
	return "pods cannot be created: " + brief(message)
}

func deploymentPhase(w *Workload, d *appsv1.Deployment, next *Next, unavailable []Pod, now Revision) Phase {
	replicas, st := *w.Desired, d.Status
	progressing := deploymentCondition(d, appsv1.DeploymentProgressing)
	hard := func(p Pod) bool { return p.trouble != nil && p.trouble.hard }
	creationFails := len(w.BlockedBy) > 0 && w.BlockedBy[0].Kind != "Pod"
	stuck := creationFails || (len(unavailable) > 0 && !slices.ContainsFunc(unavailable, func(p Pod) bool { return !hard(p) }))
	seen := st.ObservedGeneration >= d.Generation && st.ObservedGeneration > 0
	rolledOut := seen && st.UpdatedReplicas == st.Replicas && st.UpdatedReplicas == replicas
	switch {
	case d.Spec.Paused:
		return Paused
	case replicas == 0 && st.Replicas == 0:
		return ScaledToZero
	case !seen:
		return Progressing
	case progressing != nil && progressing.Reason == "ProgressDeadlineExceeded":
		return Stalled
	case progressing != nil && progressing.Reason == "ReplicaSetCreateError":
		return Failed
	case rolledOut && st.AvailableReplicas == replicas:
		if slices.ContainsFunc(now.Pods, hard) {
			return Degraded // available at this moment, between two crashes
		}
		return Complete
	case creationFails && st.UpdatedReplicas == 0:
		// With no pods at all the controller takes a new template for rolled
		// out before any pod of it was made (syncRolloutStatus, 1.37).
		return Stalled
	case progressing != nil && progressing.Reason == "NewReplicaSetAvailable" && (slices.ContainsFunc(unavailable, hard) || creationFails):
		return Degraded
	case stuck && next.MayCreate == 0 && next.MayDelete == 0, creationFails:
		return Stalled
	}
	return Progressing
}
