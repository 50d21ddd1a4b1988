package fielddoc

import "strings"

// Cursor is at one field of a kind and knows what is documented there.
// Walking with a cursor is how a whole object is explained; Schema.Field is
// the short way to one path.
type Cursor struct {
	path  Path
	typ   *Type
	field Field
	known bool
	free  bool
	// immutable reports that the source marks this field or one that holds it.
	immutable bool
	// rules are those on the way that speak of fields here or further down, and
	// condition is what one of them says of this field or one that holds it.
	rules     []transition
	condition string
	value     any
	minor     int     // of the server, 0 for Release
	holder    *holder // the innermost value on the way that has names in it
	// anchors are the named types on the way, outermost first: the tables look
	// a field up by each of them, so that the more particular entry wins.
	anchors []anchor
	// names is the path without its steps into lists.
	names string
	// in is which tables may have the field; lived reports whether the history may have
	// it or what holds it.
	in    tableSet
	lived bool
}

// anything is the type of what is not known.
var anything = &Type{Kind: Any}

// holder is a value that has names in it, and the one around it.
type holder struct {
	value any
	up    *holder
}

// anchor is a named type on the way to a cursor.
type anchor struct {
	id string
	// versioned is the name of the type with its version: core/v1.PodSpec.
	versioned string
	start     int    // length of the cursor's names at the type
	path      string // from the type to the cursor, list steps left out; see seen
	value     any    // what the object holds at the type
}

// seen returns the anchors as they are seen from the cursor, with their paths.
func (c Cursor) seen(yield func(anchor) bool) {
	for _, a := range c.anchors {
		a.path = strings.TrimPrefix(c.names[a.start:], ".")
		if !yield(a) {
			return
		}
	}
}

// Root returns a cursor at the top of a kind. The object decides
// which conditional defaults apply; it may be nil, and is not changed.
func (s *Schema) Root(object map[string]any) Cursor {
	c := Cursor{typ: s.root, known: s.root != nil, value: object, minor: s.Minor}
	if c.typ == nil {
		c.typ = anything
	}
	return c.anchored()
}

// Field returns what is known of the field at path. The object is as in Root.
func (s *Schema) Field(path Path, object map[string]any) Doc {
	c := s.Root(object)
	for _, step := range path {
		c = c.Step(step)
	}
	return c.Doc()
}

// Expand returns path with the steps into lists that it leaves out, as steps to
// any item: spec.containers.image becomes spec.containers[].image.
func (s *Schema) Expand(path Path) Path {
	c := s.Root(nil)
	for _, step := range path {
		for !step.List && c.typ.Kind == List {
			c = c.Step(Item(-1))
		}
		c = c.Step(step)
	}
	return c.path
}

// Path returns the path of the cursor's field.
func (c Cursor) Path() Path { return c.path }

// Type returns the type of the field; of Kind Any if it is not known.
func (c Cursor) Type() *Type { return c.typ }

// Value returns what the object given to Root holds here; nil if it holds
// nothing, or if no object was given.
func (c Cursor) Value() any { return c.value }

// Known reports whether the schema has this field.
func (c Cursor) Known() bool { return c.known }

// Step returns the cursor one step further.
func (c Cursor) Step(s Step) Cursor {
	if s.List {
		return c.item(s)
	}
	return c.Key(s.Name)
}

// Key returns the cursor at the field or map key name of this one.
func (c Cursor) Key(name string) Cursor {
	next := Cursor{path: c.path.With(Key(name)), typ: anything, immutable: c.immutable, condition: c.condition, minor: c.minor}
	c.stepInto(&next, name)
	next.anchors = c.anchors
	next.names = join(c.names, name)
	next.in = tablesOf()[pathEnd(name)]
	next.lived = c.lived || next.in&inHistory != 0
	next.holder = &holder{c.value, c.holder}
	if m, ok := c.value.(map[string]any); ok {
		next.value = m[name]
	}
	for _, r := range c.rules {
		if len(r.path) > 0 && r.path[0] == name {
			next.rules = append(next.rules, transition{r.path[1:], r.always, r.words})
		}
	}
	return next.anchored()
}

// stepInto sets the type of next, the field or map key name of c, and whether it is
// known or a name that people chose. Nothing lies under a scalar or, by key, under a list.
func (c Cursor) stepInto(next *Cursor, name string) {
	switch c.typ.Kind {
	case Map:
		next.typ = c.typ.Elem
		next.known = c.known
		next.free = true
	case Object:
		f, ok := c.typ.field(name)
		if ok {
			next.field = f
			next.typ = f.Type
			next.known = c.known
			next.immutable = c.immutable || (f.Immutable && !next.embedded())
		} else if c.typ.Open {
			next.known = c.known
			next.free = true
		}
	case Any:
		next.known = c.known
		next.free = true
	default:
	}
}

// join returns a path in dots, one name longer.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// item returns the cursor at an item of a list. Negative indexes stand for any item:
// their value is nil.
func (c Cursor) item(s Step) Cursor {
	next := Cursor{
		path:      c.path.With(s),
		typ:       anything,
		immutable: c.immutable,
		condition: c.condition,
		minor:     c.minor,
		holder:    c.holder,
		anchors:   c.anchors,
		names:     c.names,
		in:        c.in,
		lived:     c.lived,
	}
	switch c.typ.Kind {
	case List:
		next.typ = c.typ.Elem
		next.known = c.known
	case Any:
		next.known = c.known
		next.free = true
	default: // no list: unknown
	}
	if l, ok := c.value.([]any); ok && s.Index >= 0 && s.Index < len(l) {
		next.value = l[s.Index]
	}
	return next.anchored()
}

// anchored adds the type at the cursor to its anchors, and its rules.
func (c Cursor) anchored() Cursor {
	c.rules = append(c.rules[:len(c.rules):len(c.rules)], c.typ.transitions...)
	for _, r := range c.rules {
		switch {
		case len(r.path) > 0:
		case r.always:
			c.immutable = true
		default:
			c.condition = r.words
		}
	}
	if c.typ.Kind == Object && c.typ.ID != "" {
		c.anchors = append(
			c.anchors[:len(c.anchors):len(c.anchors)],
			anchor{id: c.typ.ID, versioned: c.typ.versioned, start: len(c.names), value: c.value},
		)
	}
	return c
}

// Fields returns cursors at the fields that the type here describes, in the
// source's order.
func (c Cursor) Fields() []Cursor {
	fields := c.typ.Fields()
	next := make([]Cursor, len(fields))
	for i, f := range fields {
		next[i] = c.Key(f.Name)
	}
	return next
}
