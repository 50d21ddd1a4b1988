package fielddoc

import (
	"slices"
	"strings"
)

// Doc returns the documentation of the field.
func (c Cursor) Doc() Doc {
	d := Doc{
		Path: c.path, Known: c.known, Free: c.free, Type: c.typ, Immutable: c.immutability(),
		Description: c.description(), Enum: c.allowed(), Constraints: c.constraints(),
	}
	if c.isItem() {
		return d // an item has what its list has
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

// allowed returns the values that are allowed here, for a list those of its items. The
// tables may allow fewer than the type does.
func (c Cursor) allowed() []string {
	if narrower := c.values(); narrower != nil {
		return narrower
	}
	if c.typ.Enum == nil && c.typ.Kind == List {
		return c.typ.Elem.Enum
	}
	return c.typ.Enum
}

// constraints returns the rules of the field and its type in words.
func (c Cursor) constraints() []string {
	// Clipped, so that append does not write behind the field's own list, which is shared.
	out := append(slices.Clip(c.field.Constraints), c.typ.Constraints...)
	if len(c.field.ListKeys) > 0 {
		out = append(out, "items are identified by "+strings.Join(c.field.ListKeys, ", "))
	}
	return out
}

// Required reports whether the field must be there, by its source or by validation.
// Some conditions depend on other fields; they are judged by the object at the cursor.
func (c Cursor) Required() bool {
	lines, at := c.lookupAll(requireds())
	if slices.Contains(lines, string(Never)) {
		return false
	}
	if c.field.Required {
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

// isItem reports whether the cursor is at an item of a list, or at the top.
func (c Cursor) isItem() bool {
	return len(c.path) == 0 || c.path[len(c.path)-1].List
}

// schemaOfField is the type of a field in a CustomResourceDefinition, which has a
// description of its own.
const schemaOfField = "apiextensions.JSONSchemaProps"

// description returns the text of the API on the field, or that of its type. Names that
// people chose have none; their map describes them.
func (c Cursor) description() string {
	if c.field.Description != "" {
		return c.field.Description
	}
	if c.free && len(c.path) > 0 && (c.typ.Kind != Object || c.typ.ID == schemaOfField) {
		return "" // a name that people chose
	}
	if _, generic := c.note(); generic {
		return "" // it is described by its map
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
// types such as *Condition, then the top fields of all kinds.
func (c Cursor) lookupAs(t table, suffix string) (values []string, at anchor) {
	if c.isItem() {
		return nil, anchor{}
	}
	if c.in&t.in == 0 && (!c.free || anyName()&t.in == 0) {
		return nil, anchor{} // no path in the table ends in this name: most fields end here
	}
	var last anchor
	for a := range c.seen {
		if a.path == "" {
			continue
		}
		last = a
		if values, ok := c.entryFrom(t, a, suffix); ok {
			return values, a
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

// entryFrom returns the entry of t for the field as seen from one of the types that hold it.
// A name that people chose may stand there as *.
func (c Cursor) entryFrom(t table, a anchor, suffix string) ([]string, bool) {
	if values, ok := t.of(a.id)[a.path+suffix]; ok {
		return values, true
	}
	if !c.free {
		return nil, false
	}
	name := c.path[len(c.path)-1].Name
	values, ok := t.of(a.id)[strings.TrimSuffix(a.path, name)+"*"+suffix]
	return values, ok
}

// families are the ends of the names of types that share entries in the tables.
var families = []string{"Condition", "VolumeSource"}

// typeMeta is the entry of the tables for the top fields of all kinds.
const typeMeta = "meta.TypeMeta"

// Common reports whether the field is one that people should set on purpose, because
// leaving it out has effects that surprise.
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
