package thrash

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// An image that fails in several contexts is one line, with what runs in the
// others: only what is ready there, in a container of the same name.
func TestCommon(t *testing.T) {
	crash := func(context, image string, code int32) diagnose.Item {
		return diagnose.Item{
			Context: context, Namespace: "shop", Pod: "api-1", Container: "app", Image: image, Status: diagnose.Thrashing,
			LastTermination: &backoff.Termination{ExitCode: code},
		}
	}
	runs := func(container, image string) []runningImage { return []runningImage{{"shop", container, image}} }
	running := map[string][]runningImage{
		"a": runs("app", "shop-api:2.3.9"), "b": nil, "c": nil,
		"d": runs("app", "shop-api:2.3.9"), "e": runs("app", "shop-api:2.3.9"), "f": runs("other", "shop-api:2.3.9"), "g": runs("app",
			"proxy:2.3.9"),
	}
	recovered := crash("d", "shop-api:2.3.9", 1)
	recovered.Status = diagnose.Recovered
	for name, test := range map[string]struct {
		items []diagnose.Item
		want  []string
	}{
		"three crash": {
			[]diagnose.Item{crash("a", "shop-api:2.4.0", 2), crash("b", "shop-api:2.4.0", 2), crash("c", "shop-api:2.4.0", 2), recovered},
			[]string{"shop-api:2.4.0 crashes in 3 of 7 contexts (a, b, c); shop-api:2.3.9 runs in 2 (d, e)"},
		},
		"one exits with 0": {
			[]diagnose.Item{crash("f", "shop-api:2.4.0", 2), crash("g", "shop-api:2.4.0", 0)},
			[]string{"shop-api:2.4.0 fails in 2 of 7 contexts (f, g); shop-api:2.3.9 runs in 3 (a, d, e)"},
		},
		"one context":    {[]diagnose.Item{crash("a", "shop-api:2.4.0", 2), crash("a", "shop-api:2.4.0", 2)}, nil},
		"several images": {[]diagnose.Item{crash("a", "shop-api:2.4.0", 2), crash("b", "shop-api:2.4.1", 2)}, nil},
	} {
		var got []string
		for _, c := range common(test.items, running, 0) {
			got = append(got, c.Summary)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Of a long log the beginning and the end are shown, on twelve lines.
func TestShortenedLog(t *testing.T) {
	var lines []string
	for n := range 20 {
		lines = append(lines, fmt.Sprint(n))
	}
	want := []string{"0", "1", "2", "3", "4", "5", "6", "7", "… 9 more lines (in full with -o html)", "17", "18", "19"}
	if diff := cmp.Diff(want, shortened(lines)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(lines[:12], shortened(lines[:12])); diff != "" {
		t.Error(diff)
	}
}
