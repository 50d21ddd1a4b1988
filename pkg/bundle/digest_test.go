package bundle

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// A bundle may have very many objects that nothing asks for: until something does, each is its JSON alone.
func TestEvidenceIsDecodedWhenItIsAskedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dir", "objects.yaml")
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: blue}\n" +
		"---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := New([]string{filepath.Dir(path)}, Options{Trim: true})
	s := &snapshot.Snapshot{}
	load := func(resource string) {
		t.Helper()
		if err := f.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: resource}}}); err != nil {
			t.Fatal(err)
		}
	}
	load("pods")
	rec := f.index.records["configmaps"][0]
	if len(s.Pods) != 1 || rec.Object != nil || len(rec.JSON) == 0 || cap(rec.JSON) > 2*len(rec.JSON) {
		t.Errorf("%d pods; a ConfigMap that was not asked for has the object %v and %d bytes of JSON", len(s.Pods), rec.Object, cap(rec.JSON))
	}
	load("configmaps")
	if len(s.ConfigMaps) != 1 || s.ConfigMaps[0].Data["colour"] != "blue" || rec.JSON != nil {
		t.Errorf("ConfigMaps %v, with %d bytes of JSON beside them", s.ConfigMaps, len(rec.JSON))
	}
}
