package rollout

import (
	"cmp"
	"fmt"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// countWords returns how far the pods are. The words are the same whether the controller calls that
// healthy or not.
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

// pauseEnds are the reasons of pauses that only a person ends, with what they mean.
var pauseEnds = map[string]string{
	"InconclusiveAnalysisRun": " after an inconclusive AnalysisRun, until it is promoted or aborted",
	"InconclusiveExperiment":  " after an inconclusive Experiment, until it is promoted or aborted",
	"manually paused":         " manually (spec.paused), until it is resumed",
}

// pauseWords returns why a Rollout is paused, since when, and what ends that.
func (a *argoRollout) pauseWords() string {
	reason, since := a.pause()
	a.argo.PausedSince = snapshot.NewTime(since)
	paused := "paused" + lasted(a.at, since)
	switch why := cmp.Or(reason, a.message); {
	case why == "CanaryPauseStep":
		return paused + " by a canary step" + a.until(since, a.stepPause())
	case why == "BlueGreenPause":
		seconds := deref(count32(a.object, "spec", "strategy", "blueGreen", "autoPromotionSeconds"), 0)
		return paused + " before promotion, the old revision serves" + a.until(since, time.Duration(seconds)*time.Second)
	case pauseEnds[why] != "":
		return paused + pauseEnds[why]
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
		return ", continues in " + wording.Age(left)
	}
	return ", its time is over"
}
