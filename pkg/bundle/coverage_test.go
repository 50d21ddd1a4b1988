package bundle_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// A bundle that has nothing of a namespace shows nothing of it, not that it is
// empty. Plain files are a selection, which may well have nothing of it.
func TestNamespaceThatABundleDoesNotHold(t *testing.T) {
	elsewhere := snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Namespace: "elsewhere", Required: true}}}
	for _, name := range []string{"must-gather.txtar", "support-bundle.txtar", "cluster-info-dump.txtar"} {
		files := bundle.New([]string{writeDir(t, story(t, name))}, bundle.Options{})
		err := files.Load(t.Context(), &snapshot.Snapshot{}, elsewhere)
		missing, ok := errors.AsType[*bundle.NamespaceError](err)
		if !ok || missing.Namespace != "elsewhere" || !strings.HasSuffix(err.Error(), "holds nothing of namespace elsewhere; it holds shop") {
			t.Errorf("%s: error %v, want that it holds nothing of the namespace", name, err)
		}
	}
	files := bundle.New([]string{writeDir(t, story(t, "manifests.txtar"))}, bundle.Options{})
	if err := files.Load(t.Context(), &snapshot.Snapshot{}, elsewhere); err != nil {
		t.Errorf("plain files: %v, want nothing found and no error", err)
	}
}
