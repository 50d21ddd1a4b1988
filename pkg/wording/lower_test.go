package wording_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

func TestLowerASCIIKeepsPlaces(t *testing.T) {
	for text, want := range map[string]string{"": "", "ERROR x": "error x", "\x90AB": "\x90ab", "İK": "İk"} {
		if got := wording.LowerASCII(text); got != want || len(got) != len(text) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
