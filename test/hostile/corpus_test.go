package hostile_test

import (
	"path/filepath"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// archives returns the last recording of each case of the corpora: it holds the
// most history.
func archives(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, corpus := range []string{"corpus", "unseen"} {
		cases, err := filepath.Glob(filepath.Join("..", "..", "testdata", corpus, "*", "case.yaml"))
		if err != nil || len(cases) == 0 {
			t.Fatalf("cases of %s: %v, %v", corpus, cases, err)
		}
		for _, c := range cases {
			snaps, err := filepath.Glob(filepath.Join(filepath.Dir(c), "snap-*.tar.gz"))
			if err != nil || len(snaps) == 0 {
				t.Fatalf("recordings of %s: %v, %v", c, snaps, err)
			}
			out = append(out, snaps[len(snaps)-1])
		}
	}
	return out
}

// recorded returns everything in an archive, with the logs that a diagnosis asks for.
func recorded(t testing.TB, archive string) *snapshot.Snapshot {
	t.Helper()
	files := bundle.New([]string{archive}, bundle.Options{})
	var q snapshot.Query
	for _, kind := range snapshot.Kinds {
		q.Reads = append(q.Reads, snapshot.Read{Resource: kind.Resource(), Optional: true})
	}
	s := &snapshot.Snapshot{}
	if err := files.Load(t.Context(), s, q); err != nil {
		t.Fatal(err)
	}
	evidence := gather.Evidence{Load: files.Load}
	if _, err := evidence.Read(t.Context(), s, nil); err != nil {
		t.Fatal(err)
	}
	return s
}
