package cluster_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// configz answers as a kubelet does, by a clock of its own.
func configz(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", moment.Add(time.Hour).Format(http.TimeFormat))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text)) // an error means that the client has gone
	}
}

// Of the configuration of a kubelet the figures of its back-off are kept; its
// clock is not that of the server. What a kubelet does not report is a gap.
func TestKubeletConfigs(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/nodes/a/proxy/configz": configz(
			`{"kubeletconfig":{"syncFrequency":"1m0s","featureGates":{"KubeletCrashLoopBackOffMax":true},"crashLoopBackOff":{"maxContainerRestartPeriod":"1m0s"}}}`,
		),
		"/api/v1/nodes/b/proxy/configz": configz(`{"kubeletconfig":{"crashLoopBackOff":{}}}`),
		"/api/v1/nodes/c/proxy/configz": forbidden(
			"nodes",
			`nodes "c" is forbidden: User "jane" cannot get resource "nodes/proxy" in API group "" at the cluster scope`,
		),
		"/api/v1/nodes/d/proxy/configz": configz(`404 page not found`),
		"/api/v1/nodes/e/proxy/configz": configz(`{}`),
	})
	s := &snapshot.Snapshot{At: moment}
	q := snapshot.Query{}
	for node := range strings.SplitSeq("a b c d e", " ") {
		q.Reads = append(q.Reads, snapshot.Read{Resource: snapshot.KubeletConfigResource, Name: node, Impact: "guessed"})
	}
	if err := a.cluster(t, cluster.Options{}).Load(t.Context(), s, q); err != nil {
		t.Fatal(err)
	}
	want := map[string]*snapshot.KubeletConfig{
		"a": {Node: "a", MaxContainerRestartPeriod: time.Minute, FeatureGates: map[string]bool{"KubeletCrashLoopBackOffMax": true}},
		"b": {Node: "b"},
	}
	if diff := cmp.Diff(want, s.KubeletConfigs); diff != "" {
		t.Error(diff)
	}
	var gaps []string
	for _, g := range s.Gaps {
		gaps = append(gaps, g.Resource+": "+g.Reason+"; "+g.Impact)
	}
	wantGaps := []string{
		`nodes/proxy: forbidden: User "jane" cannot get resource "nodes/proxy" in API group "" at the cluster scope; guessed`,
		"nodes/proxy: read configz of node d: invalid character 'p' after top-level value; guessed",
		"nodes/proxy: read configz of node e: it has no kubeletconfig; guessed",
	}
	if diff := cmp.Diff(wantGaps, gaps); diff != "" {
		t.Error(diff)
	}
	if !s.At.Equal(moment) {
		t.Errorf("judged from %s", s.At)
	}
}

// The date of a kubelet's answer does not set the time to evaluate as of.
func TestKubeletClockIsNotTheServers(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"/api/v1/nodes/a/proxy/configz": configz(`{"kubeletconfig":{}}`)})
	s := &snapshot.Snapshot{}
	err := a.cluster(t, cluster.Options{}).
		Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: snapshot.KubeletConfigResource, Name: "a"}}})
	if err == nil || !s.At.IsZero() {
		t.Errorf("judged from %s: %v", s.At, err)
	}
}
