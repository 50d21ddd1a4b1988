package diagnose

import (
	"fmt"
)

// goneJob judges a Job that gave up and whose pods are not there.
func goneJob(f *caseFile) *Cause {
	if f.Pod != "" || f.job == nil {
		return nil
	}
	cause := &Cause{
		Category: Undetermined, Confidence: Low,
		Culprit: &Culprit{Kind: f.Root.Kind, Namespace: f.Namespace, Name: f.Root.Name},
	}
	// With restartPolicy OnFailure the Job controller deletes the pod of a Job that reached its limit.
	if f.s.Complete("pods", f.Namespace) {
		cause.Summary = fmt.Sprintf("Job %s gave up, and its pods are gone with their logs", f.job.Name)
		cause.WouldSettle = []string{"the log of a failing pod: keep it with restartPolicy Never, or watch the next run"}
	} else {
		cause.Summary = fmt.Sprintf("Job %s gave up; its pods were not read", f.job.Name)
		cause.WouldSettle = []string{"the pods of the Job and their logs"}
	}
	cause.Evidence = f.gaveUp()
	if o, ok := backedOff(f.s, f.Namespace, f.job.Name+"-", ""); ok {
		cause.addEvidence(claim("events of its pods", "%s", quoted(o.message)))
	}
	return cause
}

// gaveUp states why the Job controller gave a Job up: "BackoffLimitExceeded: Job has reached the
// specified backoff limit". Of the two conditions that announce it, the last counts.
func (u Container) gaveUp() []Claim {
	var out []Claim
	for _, c := range u.job.Status.Conditions {
		if c.Type == "Failed" || c.Type == "FailureTarget" {
			out = []Claim{claim("status of Job "+u.job.Name, "%s: %s", c.Reason, c.Message)}
		}
	}
	return out
}
