package logs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Strength is how far a finding carries a verdict.
type Strength int

// The strengths.
const (
	// Shows is the strength of words that only lead to the line that most likely
	// explains the exit: nothing is asserted.
	Shows Strength = iota + 1
	// Supports is the strength of words that carry their kind together with
	// other evidence.
	Supports
	// Decides is the strength of words that carry their kind alone.
	Decides
)

// Tier is how much an entry reports of what went wrong.
type Tier int

// The tiers, from the least to the most.
const (
	// Vague entries report only that something is wrong, or in which part.
	Vague Tier = iota
	// General entries report what happened to an operand, whatever it is: "not found".
	General
	// Special entries also report which operation failed: "cannot open the configuration".
	Special
)

var tiers = map[string]Tier{"vague": Vague, "general": General}

var strengths = map[string]Strength{"shows": Shows, "supports": Supports, "decides": Decides}

// Entry is one thing that programs report, with the forms in which they do.
type Entry struct {
	Name       string
	Vocabulary string // the name of its file
	Kind       Kind
	Strength   Strength
	Means      string // what it means
	Not        string // what it does not mean though it looks so
	// Tier orders entries that match the same message: one of a lower tier yields.
	Tier Tier
	// Say is what is wrong, as the predicate of a sentence about the program, with {}
	// for the operand. If it is empty, the sentence of Kind is used.
	Say string
	// Fix names the setting or object to look at, if there is one.
	Fix string

	patterns   []*pattern
	examples   []example
	lookAlikes []string
}

// example is a line that must match, with the operand that must be found.
type example struct{ line, operand string }

// vocabulary is a list of entries from one file.
type vocabulary struct {
	name    string
	source  string
	entries []*Entry
}

// parseVocabulary reads a file of entries. Classes that it defines are added to
// known, for it and the files after it.
func parseVocabulary(name, text string, known classes) (*vocabulary, error) {
	v := &vocabulary{name: name}
	var wrong []error
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line == "" || line[0] == '#' {
			continue
		}
		if err := v.line(line, known); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: line %d: %w", name, n+1, err))
		}
	}
	return v, errors.Join(wrong...)
}

// line reads one line of a vocabulary.
func (v *vocabulary) line(line string, known classes) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "source:":
		v.source = rest
		return nil
	case "class":
		return known.define(rest)
	case "entry":
		return v.entry(rest)
	}
	if len(v.entries) == 0 {
		return fmt.Errorf("%q stands before the first entry", line)
	}
	e := v.entries[len(v.entries)-1]
	switch word {
	case "means:":
		e.Means = rest
	case "not:":
		e.Not = rest
	case "say:":
		e.Say = rest
	case "fix:":
		e.Fix = rest
	case "=":
		p, err := newPattern(rest, known)
		if err != nil {
			return err
		}
		e.patterns = append(e.patterns, p)
	case "+":
		text, operand, _ := strings.Cut(rest, " => ")
		e.examples = append(e.examples, example{line: strings.TrimSpace(text), operand: operand})
	case "-":
		e.lookAlikes = append(e.lookAlikes, rest)
	default:
		return fmt.Errorf("%q is no part of an entry", line)
	}
	return nil
}

// entry begins an entry: its name, kind and strength.
func (v *vocabulary) entry(text string) error {
	parts := strings.Fields(text)
	tier := Special
	if len(parts) == 4 {
		tier = tiers[parts[3]]
	}
	if len(parts) < 3 || len(parts) > 4 {
		return fmt.Errorf("entry %q: want a name, a kind, a strength, and general or vague for entries that yield to others", text)
	}
	kind := Kind(parts[1])
	strength := strengths[parts[2]]
	if _, known := sides[kind]; !known || strength == 0 {
		return fmt.Errorf("entry %q: kind or strength is not known", text)
	}
	if slices.ContainsFunc(v.entries, func(e *Entry) bool { return e.Name == parts[0] }) {
		return fmt.Errorf("entry %s is there twice", parts[0])
	}
	v.entries = append(v.entries, &Entry{Name: parts[0], Vocabulary: v.name, Kind: kind, Strength: strength, Tier: tier})
	return nil
}

// define reads "NAME = a | b". The forms may use the classes before it.
func (c classes) define(text string) error {
	name, forms, ok := strings.Cut(text, " = ")
	if !ok {
		return fmt.Errorf("class %q: want NAME = a | b", text)
	}
	class := c[name]
	class.kind = choice
	for _, form := range splitForms(forms) {
		nodes, err := (&parser{text: strings.TrimSpace(form), classes: c}).sequence("")
		if err != nil {
			return fmt.Errorf("class %s: %w", name, err)
		}
		class.of = append(class.of, nodes)
	}
	c[name] = class
	return nil
}

// splitForms splits "a | b" at the marks outside braces.
func splitForms(text string) []string {
	var out []string
	depth := 0
	from := 0
	for i := range len(text) {
		switch {
		case text[i] == '{':
			depth++
		case text[i] == '}':
			depth--
		case depth == 0 && strings.HasPrefix(text[i:], " | "):
			out = append(out, text[from:i])
			from = i + len(" | ")
		}
	}
	return append(out, text[from:])
}
