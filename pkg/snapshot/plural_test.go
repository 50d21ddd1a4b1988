package snapshot_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func TestPluralIsRightForEveryKnownKind(t *testing.T) {
	for _, k := range snapshot.Kinds {
		if got := snapshot.Plural(k.Kind); got != k.Plural {
			t.Errorf("Plural(%q) = %q, want %q", k.Kind, got, k.Plural)
		}
	}
	for kind, want := range map[string]string{"Certificate": "certificates", "RetryPolicy": "retrypolicies", "RouteIngress": "routeingresses"} {
		if got := snapshot.Plural(kind); got != want {
			t.Errorf("Plural(%q) = %q, want %q", kind, got, want)
		}
	}
}

func TestMayName(t *testing.T) {
	for _, c := range []struct {
		word, kind string
		want       bool
	}{
		{"rollout", "Rollout", true},
		{"ROLLOUTS", "Rollout", true},
		{"retrypolicies", "RetryPolicy", true},
		{"boxes", "Box", true},
		{"endpoints", "Endpoints", true},
		{"box", "Boxer", false},
		{"rolloutss", "Rollout", false},
		{"", "Rollout", false},
	} {
		if got := snapshot.MayName(c.word, c.kind); got != c.want {
			t.Errorf("MayName(%q, %q) = %t, want %t", c.word, c.kind, got, c.want)
		}
	}
}
