package diagnose_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// TestEndsAtItsStart checks that what a program objects to when it starts counts, with low confidence, as what it was
// given, unless the line is about another system, about code, or about one of many things.
func TestEndsAtItsStart(t *testing.T) {
	for _, c := range []struct {
		name, log string
		given     bool
	}{
		{"a refusal with a setting", "unknown optimizer of the gossip protocol", true},
		{"a refusal without a word of settings", "the tunnel and the ferry must differ", true},
		{"a count of a refusal", "Error: wrong number of fields; got 6, expected 5", true},
		{"a version that is required", "panel_agile requires Panel 4.0 or higher but the version is 3.4.13", true},
		{"a failure that names a file", "failed to create originals path '/albums/originals'", true},
		{"a failure with a word of settings only", "error: the port is full of ships", false},
		{"an answer of another system", "the response must be a list", false},
		{"a database", "the database does not have the tables of the shop", false},
		{"code", "function resize is not defined in the module", false},
		{"one of many things", "form 7: the name is required", false},
		{"behind six further lines", "the tunnel and the ferry must differ" + strings.Repeat("\nthe weather is fine today", 7), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cause := crash(t, 1, c.log+"\n").Cause
			if given := cause.Category == diagnose.AppConfig; given != c.given {
				t.Errorf("%s (%s): %s", cause.Category, cause.Confidence, cause.Summary)
			}
			if c.given && (cause.Rule != "refusal" || cause.Confidence != diagnose.Low) {
				t.Errorf("rule %s, confidence %s: %s", cause.Rule, cause.Confidence, cause.Summary)
			}
		})
	}
}

// TestStopsItself checks that a program that reports at its start what it was given wrongly, and is then ended by a signal,
// is judged by that: its own supervisor stops it.
func TestStopsItself(t *testing.T) {
	const wrong = "error: unknown option '--ring-size'\n"
	for _, c := range []struct {
		name, log string
		exit      int32
		category  diagnose.Category
	}{
		{"killed after a wrong option", wrong, 137, diagnose.AppConfig},
		{"stopped in order after a wrong option", wrong + "one\ntwo\nthree\nfour\nreceived SIGTERM, shutting down\n", 0, diagnose.AppConfig},
		{"killed without a reason", "starting\n", 137, diagnose.ExternalKill},
	} {
		t.Run(c.name, func(t *testing.T) {
			if cause := crash(t, c.exit, c.log).Cause; cause.Category != c.category {
				t.Errorf("%s (%s): %s", cause.Category, cause.Confidence, cause.Summary)
			}
		})
	}
}

// TestWordLikeAnAddress checks that a word with a number behind it is no Service that is missing, if nothing reports a
// connection.
func TestWordLikeAnAddress(t *testing.T) {
	args := with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Args = []string{"-f", "updp:1161"} })
	cause := crash(t, 1, "Error opening specified endpoint \"updp:1161\"\n", args, service("db", 5432, 1)).Cause
	if cause.Category == diagnose.Dependency {
		t.Errorf("%s (%s): %s", cause.Category, cause.Confidence, cause.Summary)
	}
}
