package bundle_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// A list that is too long to be read as a whole has all its items and what follows it, and
// an item that cannot be decoded is reported with its line.
func TestALongListIsReadItemByItem(t *testing.T) {
	const number = 1800
	var text strings.Builder
	text.WriteString("apiVersion: v1\nitems:\n")
	for i := range number {
		fmt.Fprintf(&text, "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c%d\n    namespace: shop\n  data:\n    a: |\n      %s\n",
			i, strings.Repeat("x", 10_000))
	}
	text.WriteString("kind: List\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: last\n  namespace: shop\n")
	path := filepath.Join(t.TempDir(), "all.yaml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &snapshot.Snapshot{}
	files := bundle.New([]string{path}, bundle.Options{Trim: true})
	if err := files.Load(t.Context(), s, everything()); err != nil {
		t.Fatal(err)
	}
	if len(s.ConfigMaps) != number || len(s.Pods)+len(s.PackedPods) != 1 {
		t.Errorf("%d ConfigMaps, %d pods", len(s.ConfigMaps), len(s.Pods)+len(s.PackedPods))
	}

	bad := strings.Replace(text.String(), "    name: c7\n", "    name: [c7]\n", 1)
	if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	err := bundle.New([]string{path}, bundle.Options{Trim: true}).Load(t.Context(), &snapshot.Snapshot{}, everything())
	if err == nil || !strings.Contains(err.Error(), "line 62") {
		t.Errorf("got %v", err)
	}
}
