package fielddoc

// RootOf returns a cursor at a value of that type, as if the type were a kind.
func RootOf(t *Type, value map[string]any) Cursor {
	return (&Schema{root: t}).Root(value)
}

// Notes returns the tables of notes.
func Notes() map[string]map[string][]string { return notes().rows }
