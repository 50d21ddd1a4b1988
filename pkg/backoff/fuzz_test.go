package backoff_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/backoff"
)

// FuzzParseMessage reads anything as the message of a container that waits.
func FuzzParseMessage(f *testing.F) {
	f.Add("back-off 2m40s restarting failed container=app pod=web_default(1)")
	f.Add("back-off -1s restarting failed container=")
	f.Add("back-off 9999999999h restarting failed container=x")
	f.Fuzz(func(t *testing.T, message string) {
		if wait, ok := backoff.ParseMessage(message); ok && wait < 0 {
			t.Errorf("%q: a wait of %s", message, wait)
		}
	})
}
