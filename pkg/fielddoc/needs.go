package fielddoc

import (
	"maps"
	"slices"
)

// Needs is which versions of Kubernetes serve an object.
type Needs struct {
	// Lowest is the first minor version that serves all of it by default, 0 if
	// Oldest does; LowestBy is the field that decides.
	Lowest   int
	LowestBy Path
	// Highest is the last minor version that serves all of it, 0 if Newest does.
	Highest   int
	HighestBy Path
	// Gate is a feature gate that must be enabled because no version up to Newest
	// has it on by default; GateBy is the field that needs it.
	Gate   string
	GateBy Path
	// Custom reports that the kind is not one of Kubernetes itself. Its
	// CustomResourceDefinition then decides which versions serve it.
	Custom bool
	// Unknown reports that Kubernetes never had such a kind in this API version, as
	// far as is recorded: nothing is known of what serves it.
	Unknown bool
}

// Need returns which versions of Kubernetes serve an object.
func Need(s *Schema, object map[string]any) Needs {
	life := s.kindLife()
	n := Needs{Custom: s.custom(), Unknown: s.Undefined && !s.custom() && life == kindLife{}}
	if life.introduced > Oldest {
		n.Lowest = life.introduced
		n.LowestBy = Path{Key("apiVersion")}
	}
	if life.removed != 0 && life.removed <= Newest() {
		n.Highest = life.removed - 1
		n.HighestBy = Path{Key("apiVersion")}
	}
	n.walk(s.Root(object))
	return n
}

// walk takes the lives of a value, of what it holds, and of the words that it chooses.
// Status is left out: nobody applies it.
func (n *Needs) walk(c Cursor) {
	if observed(c.path) || c.value == nil {
		return
	}
	if c.known {
		n.take(c.ownLife(), c.path)
		if word, ok := scalarText(c.value); ok && len(c.typ.Enum) > 0 {
			n.take(c.ValueLife(word), c.path)
		}
	} else {
		n.take(c.ownLife(), c.path) // a field of older versions
	}
	switch v := c.value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			n.walk(c.Key(name))
		}
	case []any:
		for i := range v {
			n.walk(c.Step(Item(i)))
		}
	}
}

// take narrows the range of minors to those that serve a field, and notes the field that
// decides.
func (n *Needs) take(life Life, at Path) {
	minor, works := life.Works()
	if !works {
		minor = life.Since
		if n.Gate == "" {
			n.Gate = life.Gate
			n.GateBy = at
		}
	}
	if minor > n.Lowest {
		n.Lowest = minor
		n.LowestBy = at
	}
	if life.Until != 0 && (n.Highest == 0 || life.Until < n.Highest) {
		n.Highest = life.Until
		n.HighestBy = at
	}
}
