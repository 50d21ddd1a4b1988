package rollout

import "testing"

// A quota that allows less than one pod asks for does not become free.
func TestNeverFits(t *testing.T) {
	for message, want := range map[string]bool{
		"exceeded quota: a, requested: pods=1, used: pods=0, limited: pods=0":                                                  true,
		"exceeded quota: a, requested: pods=1, used: pods=10, limited: pods=10":                                                false,
		"exceeded quota: a, requested: requests.cpu=2,pods=1, used: requests.cpu=0,pods=0, limited: requests.cpu=1500m,pods=9": true,
		"exceeded quota: a, requested: requests.memory=1Gi, used: requests.memory=1Gi, limited: requests.memory=1Gi":           false,
		"exceeded quota: a, requested: requests.memory=1025Mi, used: requests.memory=0, limited: requests.memory=1Gi":          true,
		`failed quota: a: must specify requests.cpu for: main`:                                                                 false,
	} {
		if got := neverFits(message); got != want {
			t.Errorf("neverFits(%q) = %v, want %v", message, got, want)
		}
	}
}
