package cluster

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	tests := []struct {
		longest time.Duration
		version string
		want    string
	}{
		{0, "v1.37.2", ""},
		{0, "v1.34.4", ""},
		{2 * time.Second, "v1.37.2", "syncFrequency: 500ms\ncrashLoopBackOff: {maxContainerRestartPeriod: 2s}\n"},
		{time.Minute, "v1.35.0", "syncFrequency: 500ms\ncrashLoopBackOff: {maxContainerRestartPeriod: 1m0s}\n"},
		{
			2 * time.Second,
			"v1.34.4",
			"syncFrequency: 500ms\ncrashLoopBackOff: {maxContainerRestartPeriod: 2s}\nfeatureGates: {KubeletCrashLoopBackOffMax: true}\n",
		},
	}
	for _, tt := range tests {
		if got := pace(tt.longest, tt.version); got != tt.want {
			t.Errorf("%s on %s:\n%s\nwant:\n%s", tt.longest, tt.version, got, tt.want)
		}
	}
}
