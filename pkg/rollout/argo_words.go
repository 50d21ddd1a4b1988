package rollout

import (
	"cmp"
	"fmt"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

func (a *argoRollout) countWords() string {
	if a.w.Updated == nil && a.w.Available == nil {
		return wording.Count(int(a.desired), "pod") + " wanted"
	}
	return fmt.Sprintf("%d of %d pods updated, %d available", a.updated, a.desired, a.available)
}

// abortedWords returns when a rollout was aborted, and why.
func (a *argoRollout) abortedWords() string {
	words := ""
	if at, err := time.Parse(time.RFC3339, field[string](a.object, "status", "abortedAt")); err == nil {
		words = " " + wording.Age(a.at.Sub(at)) + " ago"
	}
	_, message := cutReason(a.message)
	if message = brief(message); message != "" {
		words += ": " + message
	}
	return words
}

// pauseWords returns why a Rollout is paused, since when, and what ends that.
func (a *argoRollout) pauseWords() string {
	reason, since := a.pause()
	paused := "paused"
	if !since.IsZero() {
		a.argo.PausedSince = snapshot.NewTime(since)
		paused += " for " + wording.Age(a.at.Sub(since))
	}
	switch cmp.Or(reason, a.message) {
	case "CanaryPauseStep":
		return paused + " by a canary step" + a.until(since, a.stepPause())
	case "BlueGreenPause":
		seconds := deref(count32(a.object, "spec", "strategy", "blueGreen", "autoPromotionSeconds"), 0)
		return paused + " before promotion, the old revision serves" + a.until(since, time.Duration(seconds)*time.Second)
	case "InconclusiveAnalysisRun":
		return paused + " after an inconclusive AnalysisRun, until it is promoted or aborted"
	case "InconclusiveExperiment":
		return paused + " after an inconclusive Experiment, until it is promoted or aborted"
	case "manually paused":
		return paused + " manually (spec.paused), until it is resumed"
	}
	return paused + ": " + brief(a.message)
}

// until returns what ends a pause of the given length; a length of 0 means that
// the pause has no end of its own.
func (a *argoRollout) until(since time.Time, lasts time.Duration) string {
	if lasts == 0 || since.IsZero() {
		return ", until it is promoted"
	}
	if left := since.Add(lasts).Sub(a.at); left > 0 {
		return ", goes on in " + wording.Age(left)
	}
	return ", its time is over"
}
