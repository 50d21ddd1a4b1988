package rsmap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// strategyWords returns the strategy and what it allows in numbers, empty for kinds without one:
// "RollingUpdate, at most 5 pods (surge 1), at least 3 available (unavailable 1)".
func strategyWords(w *rollout.Workload) string {
	s := w.Strategy
	if s.Type == "unknown" {
		return "" // of a custom kind, or of an owner that was not read
	}
	words := []string{s.Type}
	if s.MaxSurge != nil && s.MaxPods != nil {
		words = append(words, fmt.Sprintf("at most %s (surge %d)", wording.Count(int(*s.MaxPods), "pod"), *s.MaxSurge))
	}
	// A DaemonSet has no number of replicas that the pods available could be counted from.
	if s.MaxUnavailable != nil && s.MinAvailable != nil {
		words = append(words, fmt.Sprintf("at least %d available (unavailable %d)", *s.MinAvailable, *s.MaxUnavailable))
	} else if s.MaxUnavailable != nil {
		words = append(words, fmt.Sprintf("at most %d unavailable", *s.MaxUnavailable))
	}
	if s.Partition != nil && *s.Partition > 0 { // 0 holds no pod back
		words = append(words, fmt.Sprintf("partition %d: ordinals below keep the old revision", *s.Partition))
	}
	// Other kinds have no strategy of their own.
	switch w.Ref.Kind {
	case "Deployment", "StatefulSet", "DaemonSet", "Rollout":
		return strings.Join(words, ", ")
	case "CronJob":
		return "concurrency " + s.Type
	}
	return ""
}

// nextWords returns what the controller does next, and which pods it waits for:
// "may create 1, may delete 2, waits for web-1, web-2". It is empty if nothing is under way.
func nextWords(w *rollout.Workload) string {
	n := w.Next
	if n == nil {
		return ""
	}
	var words []string
	// What it may do and what it waits for: both at once is usual, since surge allows some.
	if n.MayCreate > 0 {
		words = append(words, fmt.Sprintf("may create %d", n.MayCreate))
	}
	if n.MayDelete > 0 {
		words = append(words, fmt.Sprintf("may delete %d", n.MayDelete))
	}
	if len(n.WaitingFor) > 0 {
		words = append(words, waitWords(n.WaitingFor))
	}
	return strings.Join(words, ", ")
}

// waitWords names the first few pods that a controller waits for.
func waitWords(pods []string) string {
	shown := pods[:min(3, len(pods))]
	words := "waits for " + strings.Join(shown, ", ")
	if more := len(pods) - len(shown); more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return words
}

// ratio returns two counts as "3/5", "?/5" or "3", whatever is known of them: a status that was not
// written yet must not read as 0.
func ratio(a, b *int32) string {
	if a == nil && b == nil {
		return ""
	}
	if a == nil {
		return fmt.Sprintf("?/%d", *b)
	}
	if b == nil {
		return strconv.Itoa(int(*a))
	}
	return fmt.Sprintf("%d/%d", *a, *b)
}

// optional returns a count, empty if it is not known: 0 would be a claim.
func optional(n *int32) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(int(*n))
}

// age returns how long ago since was, empty if it is not known.
func age(at, since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return wording.Age(at.Sub(since))
}

// numberOf returns the number of a revision, empty if it has none.
func numberOf(r rollout.Revision) string {
	if r.Number == nil {
		return ""
	}
	return strconv.FormatInt(*r.Number, 10)
}

// imageList returns the images of a revision with their containers, as kubectl set image takes
// them: "web=nginx:1.27, proxy=envoy:1.31".
func imageList(r rollout.Revision) string {
	list := make([]string, 0, len(r.Images))
	for _, i := range r.Images {
		list = append(list, i.Container+"="+i.Image)
	}
	return strings.Join(slices.Compact(list), ", ")
}
