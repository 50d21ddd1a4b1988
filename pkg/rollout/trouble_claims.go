package rollout

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// noResourceClaim returns which resource claim of a pod has not been created from
// its template. The scheduler does not look at the pod before that (PreEnqueue in
// k8s.io/kubernetes pkg/scheduler/framework/plugins/dynamicresources, 1.37).
func (x examiner) noResourceClaim(p *corev1.Pod) *trouble {
	i := slices.IndexFunc(p.Spec.ResourceClaims, func(c corev1.PodResourceClaim) bool {
		created := func(s corev1.PodResourceClaimStatus) bool { return s.Name == c.Name }
		return c.ResourceClaimTemplateName != nil && !slices.ContainsFunc(p.Status.ResourceClaimStatuses, created)
	})
	if i < 0 {
		return nil
	}
	c := p.Spec.ResourceClaims[i]
	words := "resource claim " + c.Name + " is not created from template " + *c.ResourceClaimTemplateName
	t := x.lasting("ResourceClaimNotCreated", words, words, p.CreationTimestamp.Time)
	if e := x.events.Latest("Pod", p, "FailedResourceClaimCreation"); e != nil {
		t.words += ": " + lastClause(e.Message)
		t.detail = e.Message
	}
	return t
}

// lastClause returns what follows the last ": " in the first line of a message.
func lastClause(message string) string {
	line := brief(message)
	if at := strings.LastIndex(line, ": "); at >= 0 {
		return line[at+len(": "):]
	}
	return line
}

// claim returns the first claim of a pod that keeps it from being scheduled.
func (x examiner) claim(p *corev1.Pod) *Blocker {
	for _, v := range p.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		claim, found := snapshot.Find(x.s.PersistentVolumeClaims, p.Namespace, v.PersistentVolumeClaim.ClaimName)
		if found && claim.DeletionTimestamp != nil {
			return deletedClaim(claim)
		}
		if found && claim.Status.Phase != corev1.ClaimBound {
			return x.unboundClaim(claim)
		}
	}
	return nil
}

// unboundClaim returns a claim that has no volume yet.
func (x examiner) unboundClaim(claim *corev1.PersistentVolumeClaim) *Blocker {
	b := &Blocker{Kind: "PersistentVolumeClaim", Name: claim.Name, Reason: cmp.Or(string(claim.Status.Phase), "Pending"), Count: 1}
	b.Since = timeOf(claim.CreationTimestamp)
	b.Message = x.claimMessage(claim)
	b.words = "claim " + claim.Name + " is not bound: " + brief(b.Message)
	return b
}

// deletedClaim returns a claim that no pod can use any more, as it is being deleted
// (PreFilter in k8s.io/kubernetes pkg/scheduler/framework/plugins/volumebinding, 1.37).
func deletedClaim(claim *corev1.PersistentVolumeClaim) *Blocker {
	b := &Blocker{Kind: "PersistentVolumeClaim", Name: claim.Name, Reason: "Terminating", Count: 1, Since: timeOf(*claim.DeletionTimestamp)}
	b.Message = "it is being deleted" + heldBy(claim.Finalizers)
	b.words = "claim " + claim.Name + " is being deleted" + heldBy(claim.Finalizers)
	return b
}

// claimMessage returns why a claim is not bound: what the volume controller and
// the provisioner reported last, or what its specification lacks.
func (x examiner) claimMessage(claim *corev1.PersistentVolumeClaim) string {
	for _, e := range x.events.Of("PersistentVolumeClaim", claim) {
		return e.Reason + ": " + e.Message
	}
	if claim.Spec.StorageClassName == nil {
		return "it has no storage class, and no default one was set when it was created"
	}
	return "storage class " + *claim.Spec.StorageClassName + " has bound no volume to it, and no event gives a reason"
}
