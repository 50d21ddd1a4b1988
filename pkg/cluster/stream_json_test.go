package cluster_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	kruntime "k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const podsInJSON = `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[`

// jsonPod returns a healthy pod in JSON with an annotation of that many bytes.
func jsonPod(name string, bytes int) string {
	return fmt.Sprintf(`{"metadata":{"name":%q,"annotations":{"note":%q}},"status":{"phase":"Running"}}`, name, strings.Repeat("x", bytes))
}

// loadPods lists the pods of a server that answers with answer, one page of 20.
func loadPods(t *testing.T, answer http.HandlerFunc) (*snapshot.Snapshot, error) {
	t.Helper()
	a := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": answer})
	defer a.Close() // waits for the handler: the test reads what it has counted
	s := &snapshot.Snapshot{}
	c := a.cluster(t, cluster.Options{ChunkSize: 20, Trim: snapshot.Trim})
	return s, c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Required: true}}})
}

// A list in JSON that never ends is ended by the budget of an answer, and only the
// item that arrives is in memory.
func TestAnEndlessJSONListNeedsLittleMemory(t *testing.T) {
	const mebibyte = 1 << 20
	var before, most, sent uint64
	_, err := loadPods(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kruntime.ContentTypeJSON)
		_, _ = fmt.Fprint(w, podsInJSON) // what follows notices that the client has gone
		item := jsonPod("web", mebibyte)
		for n := 0; ; n++ {
			if n%8 == 0 {
				var now runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&now)
				if n == 0 {
					before = now.HeapAlloc
				}
				most = max(most, now.HeapAlloc)
			}
			if _, err := fmt.Fprint(w, item+","); err != nil || r.Context().Err() != nil {
				return
			}
			sent += mebibyte
		}
	})
	if err == nil || !strings.Contains(err.Error(), "the answer has more than 64 MiB") {
		t.Errorf("error %v", err)
	}
	if sent < 60*mebibyte || most-before > 24*mebibyte {
		t.Errorf("%d MiB more in memory after %d MiB", (most-before)/mebibyte, sent/mebibyte)
	}
}

// A list in JSON is read whole or is an error.
func TestJSONListsThatAreDamaged(t *testing.T) {
	pod := jsonPod("a", 1)
	for name, c := range map[string]struct {
		text string
		pods int // -1 for an error
	}{
		"two pods":             {podsInJSON + pod + "," + jsonPod("b", 1) + "]}", 2},
		"no items":             {podsInJSON + "]}", 0},
		"null items":           {strings.TrimSuffix(podsInJSON, "[") + "null}", 0},
		"fields in between":    {strings.TrimSuffix(podsInJSON, `"items":[`) + `"note":{"items":[1]},"items":[` + pod + `]}`, 1},
		"a line feed after it": {podsInJSON + pod + "]}\n", 1},
		"cut in an item":       {podsInJSON + pod + "," + pod[:20], -1},
		"cut after an item":    {podsInJSON + pod, -1},
		"cut after the items":  {podsInJSON + pod + "]", -1},
		"garbage in between":   {podsInJSON + pod + ",?" + pod + "]}", -1},
		"text after it":        {podsInJSON + pod + "]} and more", -1},
		"items twice":          {podsInJSON + pod + `],"items":[` + pod + "]}", -1},
		"items as an object":   {strings.TrimSuffix(podsInJSON, "[") + "{}}", -1},
		"items of text":        {podsInJSON + `"pod"]}`, -1},
		"an item of a kind":    {podsInJSON + `{"kind":"Service","apiVersion":"v1"}]}`, -1},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := loadPods(t, send(kruntime.ContentTypeJSON, []byte(c.text)))
			if (err != nil) != (c.pods < 0) || (err == nil && s.CountPods("") != c.pods) || (err != nil && s.CountPods("") > 0) {
				t.Errorf("%d pods, error %v", s.CountPods(""), err)
			}
		})
	}
}
