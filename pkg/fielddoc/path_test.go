package fielddoc_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

func TestPathsReadAndWrite(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var p fielddoc.Path
		for range rapid.IntRange(0, 5).Draw(r, "steps") {
			if rapid.Bool().Draw(r, "list") {
				p = append(p, fielddoc.Item(rapid.IntRange(-1, 9).Draw(r, "index")))
				continue
			}
			p = append(p, fielddoc.Key(rapid.SampledFrom([]string{"spec", "a.b/c", "x]y", "q\"q", "", "日本", "a b"}).Draw(r, "name")))
		}
		back, ok := fielddoc.ParsePath(p.String())
		if !ok || !slices.Equal(back, p) {
			r.Fatalf("%q: read back as %v, %v", p.String(), back, ok)
		}
	})
	for _, wrong := range []string{"spec[", "spec[x]", `spec["a`, "a..b", "spec[-2]"} {
		if p, ok := fielddoc.ParsePath(wrong); ok {
			t.Errorf("ParsePath(%q) = %v", wrong, p)
		}
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		p, q string
		want bool
	}{
		{"spec", "spec.replicas", true},
		{"spec.containers.image", "spec.containers[2].image", true},
		{"spec.containers[1]", "spec.containers[1].image", true},
		{"spec.containers[1]", "spec.containers[2].image", false},
		{"spec.containers[]", "spec.containers[2].image", true},
		{"spec.replicas", "spec", false},
		{"", "spec", true},
	} {
		p, _ := fielddoc.ParsePath(c.p)
		q, _ := fielddoc.ParsePath(c.q)
		if got := p.Covers(q); got != c.want {
			t.Errorf("%s covers %s = %v", c.p, c.q, got)
		}
	}
}
