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
	if narrower := c.values(); narrower != nil {
		d.Enum = narrower
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
	d.Note, d.Generic = c.note()
	d.Required = c.Required()
	d.Default, d.DefaultRule, d.DefaultKnown = c.defaultValue()
	if d.DefaultKnown {
		d.DefaultWithin = c.defaultWithin()
	}
	d.Deprecated = c.deprecated(d.Description)
	d.Life = c.Life()
	d.Own = d.Life != Life{} && c.ownLife() != Life{}
	return d
}

// Required reports whether the source, or validation, says that the field must
// be there. What depends on other fields is judged by the object.
func (c Cursor) Required() bool {
	lines, at := c.lookupAll(requireds())
	switch {
	case slices.Contains(lines, string(Never)):
		return false
	case c.field.Required:
		return true
	}
	return slices.ContainsFunc(lines, func(line string) bool { return met(parseDefault(" "+line).conditions, at) })
}

// never reports whether the table says that the server takes the object without the
// field, or with an empty one, whatever its type says.
func (c Cursor) never() bool {
	lines, _ := c.lookupAll(requireds())
	return slices.Contains(lines, string(Never))
}

func (c Cursor) isItem() bool {
	return len(c.path) == 0 || c.path[len(c.path)-1].List
}

// schemaOfField is the type of a field in a CustomResourceDefinition, which has a
// description of its own.
const schemaOfField = "apiextensions.JSONSchemaProps"

func (c Cursor) description() string {
	if c.field.Description != "" {
		return c.field.Description
	}
	if c.free && len(c.path) > 0 && (c.typ.Kind != Object || c.typ.ID == schemaOfField) {
		return "" // a name that people chose
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

// lookupAll returns all entries of t for this place, and the type under which
// they stand.
func (c Cursor) lookupAll(t table) (values []string, at anchor) { return c.lookupAs(t, "") }

// lookupAs is lookupAll with a suffix to the path, such as "=true". The types
// that hold the field are asked from the outermost in, then the families of
// types such as *Condition.
func (c Cursor) lookupAs(t table, suffix string) (values []string, at anchor) {
	if c.isItem() {
		return nil, anchor{}
	}
	if c.in&t.in == 0 && (!c.free || anyName()&t.in == 0) {
		return nil, anchor{}
	}
	var last anchor
	for a := range c.seen {
		if a.path == "" {
			continue
		}
		last = a
		if values, ok := t.of(a.id)[a.path+suffix]; ok {
			return values, a
		}
		if c.free {
			name := c.path[len(c.path)-1].Name
			if values, ok := t.of(a.id)[strings.TrimSuffix(a.path, name)+"*"+suffix]; ok {
				return values, a
			}
		}
	}
	for _, family := range families {
		if strings.HasSuffix(last.id, family) {
			last.id = "*" + family
			return t.of(last.id)[last.path+suffix], last
		}
	}
	if len(c.path) == 1 {
		return t.of(typeMeta)[c.path[0].Name+suffix], anchor{id: typeMeta, path: c.path[0].Name}
	}
	return nil, anchor{}
}

// families are the ends of the names of types that share entries in the tables.
var families = []string{"Condition", "VolumeSource"}

// typeMeta is the entry of the tables for the top fields of all kinds.
const typeMeta = "meta.TypeMeta"

// Common reports whether the field is one to think of when writing the object,
// because leaving it out has effects that surprise.
func (c Cursor) Common() bool {
	_, ok := c.lookup(commons())
	return ok
}

// HoldsExample reports whether a field in this one has an example. At the top of an
// object, where the spec is, those of its type count, too: elsewhere a field of such a
// type need not be set at all.
func (c Cursor) HoldsExample() bool {
	if len(c.path) == 1 && c.typ.ID != "" && len(examples().of(c.typ.ID)) > 0 && c.path[0].Name != "metadata" {
		return true
	}
	for a := range c.seen {
		for path := range examples().of(a.id) {
			if a.path != "" && strings.HasPrefix(path, a.path+".") {
				return true
			}
		}
	}
	return false
}

// Example returns a value to begin with, for fields that an object of this kind
// needs to be of use although no rule requires them, and for required ones in
// which not every value is allowed.
func (c Cursor) Example() (string, bool) { return c.lookup(examples()) }
