package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// The quick conversion writes what the encoder writes, or leaves it to the encoder.
func FuzzQuickYAML(f *testing.F) {
	for _, s := range []string{
		`{"a":1,"b":[],"c":{},"d":[1,"x",{"k":"v","l":[true,null]},[2,[3,{}]],[]],"e":{"f":{"g":"h"}},"i":-1.5e3}`,
		`["a",["b"],{"c":"d"}]`, `"text"`, `{}`, `[]`, `3`, `null`, `[{}]`, `[{"a":{}}]`, `[[[]]]`,
		`{"a":"true","b":"No","c":"1","d":"1:30","e":"a: b","f":"a #b","g":"","h":" x","i":"x ","j":"#x","k":"- x","l":"a:"}`,
		`{"a":"::error::x","b":"##[x","c":"é","d":"😀","e":"\u202e","f":"a\tb","g":"\\","h":"\"","i":"a::b","j":"/a:b","k":"::","l":"a: :b"}`,
		`{"a":"x\ny"}`, `{"true":1}`, `{"a b":1}`, `{"a:b":1}`, `{"":1}`, `{"<<":1}`, `{"1":1}`, `{"/a[0].b":1}`, `{"a":"2026-01-01T00:00:00Z"}`,
		`{"a":"b,c[d]=e;f(g)","b":"x --- y","c":"...","d":"~","e":"null","f":"Null","g":"y","h":".inf","i":"e1","j":"a, b","k":"[a]"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var compact bytes.Buffer
		if !json.Valid(data) || json.Compact(&compact, data) != nil {
			return
		}
		q := quickYAML{data: compact.Bytes()}
		quick, ok := q.toYAML()
		if !ok {
			return
		}
		if want, err := encodedYAML(compact.Bytes()); err != nil || !bytes.Equal(quick, want) {
			t.Errorf("%s:\n%s, want (%v)\n%s", compact.Bytes(), quick, err, want)
		}
	})
}

// A report of a large object has a million scalars, of which most need no quotes and many are equal.
func TestLongYAMLTakesFewAllocations(t *testing.T) {
	type field struct {
		Path        string `json:"path"`
		Description string `json:"description"`
		Value       string `json:"value"`
	}
	fields := make([]field, 1000)
	for i := range fields {
		fields[i] = field{Path: fmt.Sprintf("data.k%d", i), Description: "'What it is': more", Value: "v"}
	}
	var text []byte
	allocations := testing.AllocsPerRun(1, func() { text, _ = YAML(fields) })
	if !strings.HasSuffix(string(text), "\n- path: data.k999\n  description: '''What it is'': more'\n  value: v\n") {
		t.Errorf("%s", text[len(text)-200:])
	}
	if allocations > 1000 {
		t.Errorf("%.0f allocations for %d fields", allocations, len(fields))
	}
}
