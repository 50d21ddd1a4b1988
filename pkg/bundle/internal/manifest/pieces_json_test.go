package manifest

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// jsonItems are objects as a list in JSON has them, with what may mislead a reader.
const jsonItems = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a]}\\", "labels": {"x": "\"}"}}},
	{
		"kind": "Pod", "apiVersion": "v1",
		"metadata": {"name": "b"},
		"spec": {"containers": [{"name": "{"}, {}], "n": -1.5e3, "t": true, "z": null}
	} ,
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"items":"[1"}}`

// A list in JSON that is read in pieces holds what it holds as a whole.
func TestPiecesOfJSONAreTheWhole(t *testing.T) {
	for name, text := range map[string]string{
		"one line": `{"apiVersion":"v1","kind":"List","items":[` + jsonItems + `]}`,
		"as kubectl": "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n        " + jsonItems + "\n    ],\n" +
			"    \"kind\": \"List\",\n    \"metadata\": {\"n\": 1}\n}\n",
		"a typed list": `{"items": [{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}], "kind":"PodList", "apiVersion":"v1"}`,
		"none":         `{"apiVersion": "v1", "kind": "List", "items": [ ]}`,
		"not objects":  `{"apiVersion":"v1","kind":"List","items":[1, "a", null, [2]]}`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, some := range []int{1, 200, itemsAtOnce} {
				pieces := NewJSONPieces(iotest.OneByteReader(strings.NewReader(text)), 1<<10)
				pieces.some = some
				got, _ := joined(t, pieces)
				if diff := cmp.Diff(whole(text), got); diff != "" {
					t.Errorf("%d bytes at once: -whole +pieces\n%s", some, diff)
				}
			}
		})
	}
}

// What is not one whole list in JSON is left to who reads it as a whole, also if it ends
// early anywhere.
func TestPiecesOfJSONThatAreNone(t *testing.T) {
	list := `{"apiVersion":"v1","kind":"List","items":[` + jsonItems + `],"metadata":{}}`
	texts := []string{
		list + list, list + " x", `[` + list + `]`, `{"kind":"Pod"}`, `{"items":{}}`, `{"items":[]}`,
		`{kind: List, items: []}`, `{"a" 1,"items":[]}`,
		strings.Replace(list, "],", "]],", 1),
		strings.Replace(list, `],"metadata"`, `],"items":[],"metadata"`, 1),
		strings.Replace(list, `"items":[`, `"items":[,`, 1),
		strings.Replace(list, `],"metadata"`, `,],"metadata"`, 1),
		strings.Replace(list, "b", "\x00", 1),
		`{"kind":"` + strings.Repeat("x", 2000) + `","items":[]}`,
	}
	for end := range list {
		texts = append(texts, list[:end])
	}
	for _, text := range texts {
		pieces := NewJSONPieces(strings.NewReader(text), 1<<10)
		var err error
		for err == nil {
			_, err = pieces.Next()
		}
		if !errors.Is(err, ErrNoList) && json.Valid([]byte(text)) != errors.Is(err, io.EOF) {
			t.Errorf("got %v of %.80q", err, text)
		}
		if errors.Is(err, io.EOF) {
			t.Errorf("%q is taken for a list", text)
		}
	}
}
