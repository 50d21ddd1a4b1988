package fielddoc

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
	// Custom reports that the kind is not one of Kubernetes itself, so that its
	// CustomResourceDefinition decides.
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
		n.Lowest, n.LowestBy = life.introduced, Path{Key("apiVersion")}
	}
	if life.removed != 0 && life.removed <= Newest() {
		n.Highest, n.HighestBy = life.removed-1, Path{Key("apiVersion")}
	}
	n.walk(s.Root(object))
	return n
}

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
		for _, name := range sortedKeys(v) {
			n.walk(c.Key(name))
		}
	case []any:
		for i := range v {
			n.walk(c.Step(Item(i)))
		}
	}
}

func (n *Needs) take(life Life, at Path) {
	minor, works := life.Works()
	if !works {
		minor = life.Since
		if n.Gate == "" {
			n.Gate, n.GateBy = life.Gate, at
		}
	}
	if minor > n.Lowest {
		n.Lowest, n.LowestBy = minor, at
	}
	if life.Until != 0 && (n.Highest == 0 || life.Until < n.Highest) {
		n.Highest, n.HighestBy = life.Until, at
	}
}
