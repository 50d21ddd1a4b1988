package diagnose_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func ExampleReport() {
	s := &snapshot.Snapshot{At: now, Logs: map[snapshot.LogKey]snapshot.Log{
		{Namespace: "shop", Pod: "web", Container: "c"}: {Text: "panic: environment variable API_URL is not set\n"},
	}}
	s.Add(one("web", corev1.RestartPolicyAlways, waits("CrashLoopBackOff", 4)))
	s.Sort()
	for _, item := range diagnose.Report(owners.Build(s), diagnose.Options{}) {
		fmt.Println(item.Pod, item.Status, item.Cause.Category, item.Cause.Confidence)
		fmt.Println(item.Cause.Summary)
	}
	// Output:
	// web thrashing app-config high
	// API_URL is not set: panic: environment variable API_URL is not set
}
