package fielddoc

import (
	"slices"
	"strings"
	"sync"
)

// narrowed is the table of values that validation accepts, by type and path, "A|B" in a row: of
// fields whose type names no values, or more than are accepted there.
var narrowed = sync.OnceValue(func() map[string]map[string][]string {
	values := map[string]map[string][]string{}
	for id, paths := range parseTables(0, "values.txt").rows {
		values[id] = map[string][]string{}
		for path, lines := range paths {
			values[id][path] = strings.Split(lines[0], "|")
		}
	}
	return values
})

// narrowedNames are the last names of the paths in that table: most fields are not
// in it, and need not be looked up.
var narrowedNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, paths := range narrowed() {
		for path := range paths {
			names[path[strings.LastIndexByte(path, '.')+1:]] = true
		}
	}
	return names
})

// values returns the values that the kind which holds the field accepts, nil if
// those of its type count. The outermost type in the table decides.
func (c Cursor) values() []string {
	if len(c.path) == 0 || !narrowedNames()[c.names[strings.LastIndexByte(c.names, '.')+1:]] {
		return nil
	}
	// The values of a list are those of its elements.
	for a := range c.seen {
		if values, ok := narrowed()[a.id][a.path]; ok && (c.typ.Kind != List || c.isItem()) {
			return values
		}
	}
	return nil
}

// allowed returns the values that the field can have, without those that need a
// feature gate which is off; empty for any.
func (k checker) allowed(c Cursor) []string {
	if values := c.values(); values != nil {
		return values
	}
	off := k.gated(c)
	if len(off) == 0 {
		return c.typ.Enum
	}
	return slices.DeleteFunc(slices.Clone(c.typ.Enum), func(v string) bool { return slices.Contains(off, v) })
}

// gated returns the values of the field that need a feature gate which is off. Only
// the built-in documentation knows: a server may have the gate on.
func (k checker) gated(c Cursor) []string {
	var off []string
	if k.schema.Source != BuiltIn || c.typ.strict {
		return nil
	}
	for _, value := range c.typ.Enum {
		if _, works := c.ValueLife(value).Works(); !works {
			off = append(off, value)
		}
	}
	return off
}

// accepts reports whether one of the values, which may end in * or be */*, is word. A mere * is
// itself, a value such as that of verbs.
func accepts(values []string, word string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		if v == "*/*" {
			return strings.Contains(word, "/")
		}
		prefix, open := strings.CutSuffix(v, "*")
		return v == word || (open && prefix != "" && strings.HasPrefix(word, prefix))
	})
}

// spelled returns values as the end of "is not one of …", patterns in words.
func spelled(values []string) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = v
		if prefix, open := strings.CutSuffix(v, "*"); v == "*/*" {
			words[i] = "a name with a domain"
		} else if open {
			words[i] = prefix + "…"
		}
	}
	if len(words) == 1 {
		return words[0] + ", the only value accepted here"
	}
	return "one of " + strings.Join(words, ", ")
}
