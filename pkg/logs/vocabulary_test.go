package logs

import (
	"slices"
	"testing"
)

func TestVocabulariesAreWellFormed(t *testing.T) {
	d, err := newDictionary()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range d.vocabularies {
		if v.source == "" {
			t.Errorf("%s has no source", v.name)
		}
		for _, e := range v.entries {
			if e.Means == "" || e.Not == "" {
				t.Errorf("%s: %s says not what it means, and what it does not", v.name, e.Name)
			}
			if len(e.examples) == 0 || len(e.lookAlikes) == 0 || len(e.patterns) == 0 {
				t.Errorf("%s: %s lacks a pattern, an example or a look-alike", v.name, e.Name)
			}
			for _, p := range e.patterns {
				if n := len(p.text); n > 2400 {
					t.Errorf("%s: %s: pattern is %d bytes long", v.name, e.Name, n)
				}
			}
		}
	}
}

// TestExamples holds each entry to its examples and look-alikes, and each
// pattern to an example that needs it.
func TestExamples(t *testing.T) {
	d := words()
	for _, v := range d.vocabularies {
		for _, e := range v.entries {
			t.Run(v.name+"/"+e.Name, func(t *testing.T) {
				for _, x := range e.examples {
					testExample(t, d, e, x)
				}
				for _, line := range e.lookAlikes {
					testLookAlike(t, d, e, line)
				}
				for _, p := range e.patterns {
					if !slices.ContainsFunc(e.examples, func(x example) bool { return p.matches(newLine(x.line).Text) }) {
						t.Errorf("no example needs %q", p.text)
					}
				}
			})
		}
	}
}

func testExample(t *testing.T, d *dictionary, e *Entry, x example) {
	t.Helper()
	text := newLine(x.line).Text
	found := d.matches(text)
	if !slices.ContainsFunc(found, func(m match) bool { return m.entry == e }) {
		t.Errorf("%q does not match", x.line)
		return
	}
	if !e.Kind.reason() {
		return
	}
	b := best(found)
	f := newFinding(text, found, b)
	if f.Kind != e.Kind {
		t.Errorf("%q is %s: %s/%s", x.line, f.Kind, b.entry.Vocabulary, b.entry.Name)
	} else if x.operand != "" && f.Operand.Text != x.operand {
		t.Errorf("%q: operand %q, want %q (%s)", x.line, f.Operand.Text, x.operand, b.entry.Name)
	}
}

func testLookAlike(t *testing.T, d *dictionary, e *Entry, line string) {
	t.Helper()
	text := newLine(line).Text
	found := d.matches(text)
	if b := best(found); b != nil && b.entry == e {
		if newFinding(text, found, b).Upstream {
			return
		}
		t.Errorf("%q is taken for it", line)
	}
	if !e.Kind.reason() && slices.ContainsFunc(found, func(m match) bool { return m.entry == e }) {
		t.Errorf("%q is taken for it", line)
	}
}

// matches reports whether a pattern matches a message, without its keys.
func (p *pattern) matches(text string) bool {
	from, _, _ := p.match(text, lowered(text))
	return from >= 0
}
