package fielddoc

import (
	"slices"
	"strings"
)

// Doc returns what is known of the field.
func (c Cursor) Doc() Doc {
	d := Doc{
		Path: c.path, Known: c.known, Free: c.free, Type: c.typ, Immutable: Unknown,
		Description: c.description(), Enum: c.typ.Enum,
		Constraints: append(c.field.Constraints[:len(c.field.Constraints):len(c.field.Constraints)], c.typ.Constraints...),
	}
	if d.Enum == nil && c.typ.Kind == List {
		d.Enum = c.typ.Elem.Enum
	}
	if len(c.field.ListKeys) > 0 {
		d.Constraints = append(d.Constraints, "items are told apart by "+strings.Join(c.field.ListKeys, ", "))
	}
	d.Immutable = c.immutability()
	if c.isItem() {
		return d
	}
	d.Change, d.ChangeWords = c.change(d.Immutable)
	d.Note, _ = c.lookup(notes())
	d.Generic = c.free && d.Note != "" && c.generic()
	d.Required = c.Required()
	d.Default, d.DefaultRule, d.DefaultKnown = c.defaultValue()
	d.Deprecated = c.deprecated(d.Description)
	return d
}

// generic reports whether the note of this free name is the one for all names.
func (c Cursor) generic() bool {
	_, a := c.lookupAll(notes())
	_, own := notes()[a.id][a.path]
	return !own
}

// Required reports whether the source, or validation, says that the field must
// be there. What depends on other fields is judged by the object.
func (c Cursor) Required() bool {
	lines, at := c.lookupAll(requireds())
	if c.field.Required {
		return !slices.Contains(lines, string(Never))
	}
	return slices.ContainsFunc(lines, func(line string) bool { return met(parseDefault(" "+line).conditions, at) })
}

func (c Cursor) isItem() bool {
	return len(c.path) == 0 || c.path[len(c.path)-1].List
}

func (c Cursor) description() string {
	if c.field.Description != "" {
		return c.field.Description
	}
	if c.free && len(c.path) > 0 && c.typ.Kind != Object {
		return ""
	}
	return c.typ.Description
}

// lookup returns the first entry of t for this place. A name that people chose
// is also looked up as *.
func (c Cursor) lookup(t table) (string, bool) {
	values, _ := c.lookupAll(t)
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

func (c Cursor) lookupAll(t table) (values []string, at anchor) {
	if c.isItem() {
		return nil, anchor{}
	}
	for a := range c.seen {
		if a.path == "" {
			continue
		}
		if values, ok := t[a.id][a.path]; ok {
			return values, a
		}
		if c.free {
			name := c.path[len(c.path)-1].Name
			if values, ok := t[a.id][strings.TrimSuffix(a.path, name)+"*"]; ok {
				return values, a
			}
		}
	}
	if len(c.path) == 1 {
		return t[typeMeta][c.path[0].Name], anchor{id: typeMeta, path: c.path[0].Name}
	}
	return nil, anchor{}
}

// typeMeta is the entry of the tables for the top fields of all kinds.
const typeMeta = "meta.TypeMeta"

// Common reports whether the field is one to think of when writing the object,
// because leaving it out has effects that surprise.
func (c Cursor) Common() bool {
	_, ok := c.lookup(commons())
	return ok
}

// Example returns a value to begin with, for fields that an object of this kind
// needs to be of use although no rule requires them, and for required ones in
// which not every value is allowed.
func (c Cursor) Example() (string, bool) { return c.lookup(examples()) }
