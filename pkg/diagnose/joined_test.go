package diagnose_test

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// TestWordsInOneArgument checks that several words in one argument are blamed, unless they are the script of a shell.
func TestWordsInOneArgument(t *testing.T) {
	const log = "Error: Unknown option '-c /etc/b.conf'.\n"
	for name, c := range map[string]struct {
		args []string
		want bool
	}{
		"for the program": {[]string{"run", "-c /etc/b.conf"}, true},
		"for a shell":     {[]string{"sh", "-ec", "-c /etc/b.conf"}, false},
	} {
		w := newWorld(1, log)
		w.container().Args = c.args
		for _, item := range w.build() {
			if item.Pod != "web-2-x" {
				continue
			}
			if got := strings.Contains(item.Cause.Summary, "several words"); got != c.want || item.Cause.Category != diagnose.AppConfig {
				t.Errorf("%s: %s: %s", name, item.Cause.Category, item.Cause.Summary)
			}
		}
	}
}
