package diagnose_test

import (
	"strings"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// TestExitZero checks when a program that exits with code 0 is judged by what it reported.
func TestExitZero(t *testing.T) {
	const (
		refused = "Can not open configuration file /etc/scanner/scanner.conf\n"
		usage   = "Usage: scanner [options]\n  -f FILE\n  -D\n  -N\n  -d LEVEL\n  -V\n  -h\n  -x\n"
	)
	for _, c := range []struct {
		name, log string
		want      diagnose.Category
		sure      diagnose.Confidence
		says      string
	}{
		{"a complaint at the end", refused + "Error opening config file\n", diagnose.AppConfig, "", "scanner.conf"},
		{"a usage text behind it", refused + usage, diagnose.AppConfig, "", "scanner.conf"},
		{"much work behind it", refused + strings.Repeat("served one request\n", 12), diagnose.CleanExit, diagnose.Medium, "exit code 0"},
		{"no complaint", "42 rows written\n", diagnose.CleanExit, diagnose.High, "exit code 0"},
		{"a complaint that no vocabulary knows", "the moon is not full\n", diagnose.CleanExit, diagnose.Medium, "the moon is not full"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cause := causeOf(t, newWorld(0, c.log))
			if cause.Category != c.want || (c.sure != "" && cause.Confidence != c.sure) || !strings.Contains(cause.Summary, c.says) {
				t.Errorf("%s (%s, %s): %s", cause.Category, cause.Confidence, cause.Rule, cause.Summary)
			}
		})
	}
}

// TestExit127 checks that the code with which shells report a missing command
// does not explain the end of a program that reports something else.
func TestExit127(t *testing.T) {
	for log, want := range map[string]string{
		"/entrypoint.sh: line 3: envsubst: not found\n": "start-error",
		"": "start-error",
		"escript: exception error: undefined function cowboy:start_clear/3\n": "undetermined",
	} {
		if cause := causeOf(t, newWorld(127, log)); cause.Rule != want {
			t.Errorf("%q: %s (%s): %s", log, cause.Category, cause.Rule, cause.Summary)
		}
	}
}

// TestComplaintQuotesASetting checks that a complaint which no vocabulary knows
// blames a ConfigMap if it quotes the name of a setting in it, and not if it quotes a value.
func TestComplaintQuotesASetting(t *testing.T) {
	mounted := configMap("docs", "/docs", 72*time.Hour, map[string]string{"site.conf": "title: Handbook\nnav: index\n"})
	for log, want := range map[string]diagnose.Category{
		"the 'nav' of this site is no good and not to my taste\n":   diagnose.AppConfig,
		"the 'index' of this site is no good and not to my taste\n": diagnose.Undetermined,
	} {
		cause := causeOf(t, newWorld(1, log, mounted))
		if cause.Category != want {
			t.Errorf("%q: %s (%s): %s", log, cause.Category, cause.Rule, cause.Summary)
		}
	}
}
