package pod_test

import (
	"slices"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// FuzzMessages reads anything as a message of a kubelet.
func FuzzMessages(f *testing.F) {
	f.Add("Container app failed liveness probe, will be restarted", "app:1")
	f.Add("Readiness probe failed: HTTP probe failed with statuscode: 503", "app:1")
	f.Add(`Failed to pull image "app:1": rpc error: code = NotFound desc = not found`, "app:1")
	f.Add("Back-off pulling image \"\": ErrImagePull: [", "")
	f.Fuzz(func(t *testing.T, message, image string) {
		for _, read := range []func(string) (string, bool){pod.KillingProbe, pod.FailedProbe} {
			if probe, ok := read(message); ok && !slices.Contains([]string{"liveness", "readiness", "startup"}, probe) {
				t.Errorf("%q: the probe is %q", message, probe)
			}
		}
		if why, ok := pod.WhyNotPulled(message, image); ok && why.Means == "" {
			t.Errorf("%q: a pull error without a meaning", message)
		}
	})
}
