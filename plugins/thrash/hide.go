package thrash

import (
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/redact"
)

// hide takes what looks like credentials out of what is shown, and returns how
// many there were.
func hide(items []diagnose.Item) int {
	sum := 0
	clean := func(texts ...*string) {
		for _, text := range texts {
			shown, n := redact.Text(*text)
			*text = shown
			sum += n
		}
	}
	for i := range items {
		item := &items[i]
		clean(&item.Cause.Summary)
		for _, claims := range [][]diagnose.Claim{item.Cause.Evidence, item.Cause.Against} {
			for c := range claims {
				clean(&claims[c].Claim)
			}
		}
		for n := range item.Cause.WouldSettle {
			clean(&item.Cause.WouldSettle[n])
		}
		for n := range item.Cause.Words {
			clean(&item.Cause.Words[n])
		}
		for n := range item.Timeline {
			clean(&item.Timeline[n].Message)
		}
		if item.LastTermination != nil {
			shown := *item.LastTermination
			clean(&shown.Message)
			item.LastTermination = &shown
		}
	}
	return sum
}
