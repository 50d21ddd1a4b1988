package rollout

import (
	"cmp"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// rollback returns the revision to roll back to if the current one is in
// trouble: the newest other template whose pods run well now, or if no pods of
// another are left, the one before. It returns nil if the pods of that are in
// trouble themselves.
func rollback(w *Workload, d *appsv1.Deployment, now Revision) *Rollback {
	if !now.Current || len(w.BlockedBy) == 0 || (w.Phase != Stalled && w.Phase != Degraded && w.Phase != Failed) {
		return nil
	}
	if w.overQuota() {
		return nil // no template helps against a quota
	}
	var before *Revision
	for i, r := range w.Revisions { // newest first
		if !r.differs(now) {
			continue
		}
		if troubled(r) {
			return nil
		}
		if deref(r.Available, 0) > 0 {
			return undo(d, r, availableWords(r))
		}
		if before == nil {
			before = &w.Revisions[i]
		}
	}
	if before == nil || cmp.Compare(*before.Number, deref(now.Number, 0)) >= 0 {
		return nil
	}
	return undo(d, *before, beforeWords(*before, now))
}

// differs reports whether a rollback to r would change the template of the current revision: one that
// differs by the restart annotation alone runs as the current one does.
func (r Revision) differs(now Revision) bool {
	return !r.Current && r.Number != nil && r.Template != nil && now.Template != nil && changed(r.Template, now.Template)
}

// beforeWords returns that a revision was the one before, and for how long. After a rollback the
// times of creation do not show that.
func beforeWords(before, now Revision) string {
	if now.CreatedAt == nil || before.CreatedAt == nil || len(before.FormerNumbers)+len(now.FormerNumbers) > 0 {
		return before.Title() + " was before it; whether it ran well is not recorded"
	}
	current := wording.Age(now.CreatedAt.Sub(before.CreatedAt.Time))
	return fmt.Sprintf("%s was current for %s before it; whether it ran well is not recorded", before.Title(), current)
}

// availableWords returns why a revision is suggested whose pods run well now.
func availableWords(r Revision) string {
	if *r.Available == 1 {
		return "1 pod of " + r.Title() + " is available"
	}
	return fmt.Sprintf("%d pods of %s are available", *r.Available, r.Title())
}

// troubled reports whether pods of a revision are in trouble that does not pass.
func troubled(r Revision) bool { return len(hardOnes(r.Pods)) > 0 }

// undo returns the rollback to r, nil if d has no name that a command can carry.
func undo(d *appsv1.Deployment, r Revision, reason string) *Rollback {
	line := command.Kubectl("rollout", "undo").
		Object("Deployment", d.Name).
		Namespace(d.Namespace).
		NumberFlag("--to-revision", *r.Number).
		String()
	if line == "" {
		return nil
	}
	reason += "; ConfigMaps, Secrets and replicas stay as they are"
	if len(managers(d)) > 0 {
		reason += ", and what manages the Deployment may undo it"
	}
	return &Rollback{To: *r.Number, Command: line, Reason: reason}
}
