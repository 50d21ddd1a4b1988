package cluster_test

import (
	"net/http"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const usagePath = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/web"

func askUsage(t *testing.T, answer http.HandlerFunc) *snapshot.Snapshot {
	t.Helper()
	handlers := map[string]http.HandlerFunc{podsPath: configz(`{"kind":"PodList","apiVersion":"v1","items":[]}`)}
	if answer != nil {
		handlers[usagePath] = answer
	}
	a := serve(t, handlers)
	s := &snapshot.Snapshot{At: moment}
	q := snapshot.Query{Reads: []snapshot.Read{
		{Resource: "pods", Namespace: "shop", Impact: "pods"},
		{Resource: snapshot.PodUsageResource, Namespace: "shop", Name: "web", Optional: true, Impact: "usage"},
	}}
	if err := a.cluster(t, cluster.Options{}).Load(t.Context(), s, q); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPodUsageIsRead(t *testing.T) {
	s := askUsage(t, configz(`{"kind":"PodMetrics","apiVersion":"metrics.k8s.io/v1beta1","metadata":{"name":"web"},
		"timestamp":"2026-08-20T12:00:00Z","window":"15s",
		"containers":[{"name":"app","usage":{"cpu":"12m","memory":"123456Ki"}},{"name":"log","usage":{}}]}`))
	usage := s.PodUsages[snapshot.PodKey{Namespace: "shop", Name: "web"}]
	if usage == nil || len(usage.Memory) != 1 {
		t.Fatalf("got %+v", usage)
	}
	if memory := usage.Memory["app"]; memory.Value() != 123456<<10 || usage.At.IsZero() {
		t.Errorf("got %s at %s", memory.String(), usage.At)
	}
}

// The metrics API is an extra: that it is not there, refuses or breaks is no gap.
func TestWithoutMetricsNothingIsMissing(t *testing.T) {
	for what, answer := range map[string]http.HandlerFunc{
		"absent":  nil,
		"refused": forbidden("pods", `pods.metrics.k8s.io "web" is forbidden: User "jane" cannot get resource "pods"`),
		"down":    refuse(503, "1"),
		"broken":  configz("<html>"),
	} {
		s := askUsage(t, answer)
		if len(s.Gaps) > 0 || len(s.PodUsages) > 0 {
			t.Errorf("%s: gaps %v, usages %v", what, s.Gaps, s.PodUsages)
		}
	}
}
