package load_test

import (
	"context"
	"fmt"

	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/thrashkit/thrashkit/pkg/load"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Pods are what this is about; without their events it can go on.
func ExampleCluster_Load() {
	podsOf := func(ctx context.Context, namespace string) (*snapshot.Snapshot, error) {
		cluster, err := load.NewCluster(genericclioptions.NewConfigFlags(true), load.ClusterOptions{ChunkSize: 5000})
		if err != nil {
			return nil, err
		}
		s := &snapshot.Snapshot{}
		return s, cluster.Load(ctx, s, load.Query{Reads: []load.Read{
			{Resource: "pods", Namespace: namespace, Required: true},
			{Resource: "events", Namespace: namespace, Effect: "the reasons of failures are not known"},
		}})
	}
	s, err := podsOf(context.Background(), "shop")
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Println(len(s.Pods), "pods at", s.At, "and gaps:", s.Gaps)
}
