package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Pods are what this is about; without their events it can go on. The server
// stands for a cluster that refuses them.
func ExampleCluster_Load() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", "Mon, 23 Nov 2026 22:53:46 GMT")
		if r.URL.Path != "/api/v1/namespaces/shop/pods" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"apiVersion":"v1","kind":"PodList","metadata":{},"items":[{"metadata":{"name":"web-0","namespace":"shop"}}]}`)
	}))
	defer server.Close()
	config := genericclioptions.NewConfigFlags(true) // as of --kubeconfig, --context and so on
	config.APIServer = &server.URL

	cluster, err := cluster.New(config, cluster.Options{ChunkSize: 5000})
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	s := &snapshot.Snapshot{}
	err = cluster.Load(context.Background(), s, snapshot.Query{Reads: []snapshot.Read{
		{Resource: "pods", Namespace: "shop", Required: true},
		{Resource: "events", Namespace: "shop", Impact: "the reasons of failures are not known"},
	}})
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Println(s.Pods[0].Name, "at", s.At.Format("15:04"), "by the", s.AtSource+"'s clock")
	for _, gap := range s.Gaps {
		fmt.Println(gap.Resource+":", gap.Impact)
	}
	// Output:
	// web-0 at 22:53 by the server's clock
	// events: the reasons of failures are not known
}
