package bundle_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func ExampleFiles_Load() {
	text := `{"kind":"PodList","apiVersion":"v1","items":[
		{"metadata":{"name":"web-1","namespace":"shop","creationTimestamp":"2026-03-01T10:00:00Z"}}]}`
	files := bundle.New([]string{"-"}, bundle.Options{Stdin: strings.NewReader(text)})
	s := &snapshot.Snapshot{}
	if err := files.Load(context.Background(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Namespace: "shop"}}}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Pods[0].Name, s.At, s.AtSource, s.Source.Layout)
	// Output: web-1 2026-03-01 10:00:00 +0000 UTC newest-timestamp manifests
}
