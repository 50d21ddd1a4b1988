package rollout

import (
	"math"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"
)

// The revision before another one is the one that had the next lower number at
// the time, regardless of the numbers that they have now or had before.
func TestTheRevisionBeforeHasTheNextLowerNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var revisions []Revision
		numbers := rapid.Int64Range(1, 9)
		for range rapid.IntRange(1, 6).Draw(t, "revisions") {
			r := Revision{FormerNumbers: rapid.SliceOfN(numbers, 0, 3).Draw(t, "former"), Template: &corev1.PodTemplateSpec{}}
			if rapid.Bool().Draw(t, "numbered") {
				r.Number = ptr(numbers.Draw(t, "number"))
			}
			revisions = append(revisions, r)
		}
		had := numbering(revisions)
		for i, r := range revisions {
			if r.Number == nil {
				continue
			}
			want := int64(math.MinInt64)
			before := -1
			for j, other := range revisions {
				for _, n := range append(slices.Clone(other.FormerNumbers), deref(other.Number, math.MaxInt64)) {
					if n < *r.Number && n > want {
						want = n
						before = j
					}
				}
			}
			got := change(revisions, i, had)
			switch {
			case before < 0 && *r.Number == 1:
				if got == nil || got.Verdict != First {
					t.Fatalf("revision 1 is %+v", got)
				}
			case before < 0, before == i:
				if got != nil {
					t.Fatalf("nothing is before revision %d: %+v", i, got)
				}
			case got == nil || got.From == nil || *got.From != want:
				t.Fatalf("revision %d is compared with %+v, not with number %d", i, got, want)
			}
		}
	})
}
