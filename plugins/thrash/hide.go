package thrash

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/redact"
)

// hide removes credentials from what is shown, and returns how many there were,
// those that redact.Evidence removed before included.
func hide(items []diagnose.Item) int {
	sum := 0
	clean := func(texts ...*string) {
		for _, text := range texts {
			*text, _ = redact.Text(*text)
			sum += strings.Count(*text, redact.Mark)
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
		item.Cause.Words, _ = redact.Lines(item.Cause.Words)
		for _, word := range item.Cause.Words {
			sum += strings.Count(word, redact.Mark)
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
