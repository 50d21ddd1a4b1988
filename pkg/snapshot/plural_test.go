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

// TestNames holds that a type with a group names the kind of that group alone.
func TestNames(t *testing.T) {
	for _, c := range []struct {
		typed, apiVersion, kind string
		want                    bool
	}{
		{"deploy", "apps/v1", "Deployment", true},
		{"deployments.apps", "apps/v1", "Deployment", true},
		{"deployments.v1.apps", "apps/v1", "Deployment", true},
		{"deployment", "extensions/v1beta1", "Deployment", true}, // its former group
		{"deployment", "example.org/v1", "Deployment", false},
		{"service", "serving.knative.dev/v1", "Service", false},
		{"services.serving.knative.dev", "serving.knative.dev/v1", "Service", true},
		{"widget", "example.org/v1", "Widget", true},
		{"Widgets", "example.org/v1", "Widget", true},
		{"widgets.example.org", "example.org/v1", "Widget", true},
		{"widgets.v1.example.org", "example.org/v1", "Widget", true},
		{"widgets.v2beta1.example.org", "example.org/v1", "Widget", true},
		{"widgets.my.example.org", "example.org/v1", "Widget", false},
		{"widgets.myexample.org", "example.org/v1", "Widget", false},
		{"widgets.org", "example.org/v1", "Widget", false},
		{"gadgets.example.org", "example.org/v1", "Widget", false},
	} {
		if got := snapshot.Names(c.typed, c.apiVersion, c.kind); got != c.want {
			t.Errorf("Names(%q) of %s %s = %t, want %t", c.typed, c.apiVersion, c.kind, got, c.want)
		}
	}
}
