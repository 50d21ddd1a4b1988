package layout

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// Comments about any line of a long scalar go above its first one.
func TestLinesWithinScalars(t *testing.T) {
	text, err := yamltext.Parse("a: |\n  x\n"+strings.Repeat("\n", 1000)+"b: 'y\n  z'\nc: d\n", false)
	if err != nil {
		t.Fatal(err)
	}
	within := 0
	lines := (Manifest{}).lines(text)
	for i := range lines.Len() {
		line := lines.Line(i)
		want, ok := text.Above(i)
		if !ok || line.Above != want {
			t.Errorf("line %d: above %d, want %d (%v)", i, line.Above, want, ok)
		}
		if line.Above < i {
			within++
		}
	}
	for i := lines.Len() - 1; i >= 0; i -= 7 { // in any order
		if want, _ := text.Above(i); lines.Line(i).Above != want {
			t.Errorf("line %d: above %d, want %d", i, lines.Line(i).Above, want)
		}
	}
	if within != 1002 {
		t.Errorf("%d lines are within scalars", within)
	}
}

func BenchmarkLongScalar(b *testing.B) {
	text, err := yamltext.Parse("a: |\n  x\n"+strings.Repeat("\n", 20000), false)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		lines := (Manifest{}).lines(text)
		for i := range lines.Len() {
			lines.Line(i)
		}
	}
}
