package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A document that is encoded in pieces has the text that the encoder makes of the whole.
func TestPiecesAreTheWhole(t *testing.T) {
	long := strings.Repeat("k", 200) // has a line of its own
	for _, text := range []string{
		`{}`, `[]`, `"a"`, `{"a":{},"b":[]}`, `[[1,2],[[3],4],{}]`,
		`{"a":{"b":{"c":{"d":1,"e":[1,2,3]},"f":"x"},"g":[{"h":1,"i":2},{"h":3}]},"j":null}`,
		`{"a":{"b c":{"` + long + `":{"d":1,"e":2,"f":3}},"x: y":{"z":[1,2,3,4]},"yes":{"no":1,"on":2,"q":{"r":"s"}}}}`,
		`{"data":{"a":"one\ntwo\n","b":"  lead\n\nend","c":"\n","d":{"e":"x\n\ny","f":"#"}},"new\nline":{"a":1,"b":2,"c":3}}`,
	} {
		d := json.NewDecoder(bytes.NewBufferString(text))
		d.UseNumber()
		node, err := readNode(d)
		if err != nil {
			t.Fatal(err)
		}
		want, err := encodeWhole(node)
		if err != nil {
			t.Fatal(err)
		}
		for most := 1; most < 12; most++ {
			if got, err := encodeNode(node, most); err != nil || got != want {
				t.Errorf("%s, %d values at a time: %v\n%s\nwant\n%s", text, most, err, got, want)
			}
		}
	}
}

// Pieces are divided below keys of one line each; what is below other keys is encoded as a whole.
func TestHeadOfKeys(t *testing.T) {
	if head, ok := headOf([]*yaml.Node{stringNode("a"), stringNode("b c")}); !ok || head != "a:\n  b c:\n" {
		t.Errorf("%v, %q", ok, head)
	}
	if head, ok := headOf([]*yaml.Node{stringNode(strings.Repeat("k", 200))}); ok {
		t.Errorf("a long key does not end its line, and has the head %q", head)
	}
}

// BenchmarkManyKeysAsYAML encodes 200,000 keys.
func BenchmarkManyKeysAsYAML(b *testing.B) {
	data := map[string]string{}
	for i := range 200_000 {
		data[fmt.Sprintf("key-%d", i)] = "value"
	}
	for b.Loop() {
		if _, err := YAML(map[string]any{"data": data}); err != nil {
			b.Fatal(err)
		}
	}
}
