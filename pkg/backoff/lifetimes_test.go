package backoff

import (
	"testing"
	"time"
)

func TestPatternOfLives(t *testing.T) {
	for want, cases := range map[Pattern][][]int{
		PatternUnknown:  {{}, {30}},
		PatternInstant:  {{0}, {0, 1, 0}},
		PatternConstant: {{20, 21}, {300, 290, 310}, {0, 2}},
		PatternGrowing:  {{10, 40, 100}, {1, 9}},
		PatternVaries:   {{40, 10, 100}, {90, 10}},
	} {
		for _, lives := range cases {
			var in []time.Duration
			for _, s := range lives {
				in = append(in, time.Duration(s)*time.Second)
			}
			if got := patternOf(in); got != want {
				t.Errorf("%v: %q, want %q", lives, got, want)
			}
		}
	}
}

func TestParseMessage(t *testing.T) {
	for message, want := range map[string]time.Duration{
		"back-off 10s restarting failed container=c pod=p_n(u)":          10 * time.Second,
		"back-off 2m40s restarting failed container=back-off pod=p_n(u)": 160 * time.Second,
		"back-off 5m0s restarting failed container=c pod=p_n(u)":         5 * time.Minute,
		"back-off soon restarting failed container=c pod=p_n(u)":         0,
		"back-off -3s restarting failed container=c pod=p_n(u)":          0,
		"back-off 10s":                 0,
		"Back-off pulling image \"x\"": 0,
		"":                             0,
	} {
		if got, ok := ParseMessage(message); ok != (want > 0) || (ok && got != want) {
			t.Errorf("%q: %s %v, want %s", message, got, ok, want)
		}
	}
}
