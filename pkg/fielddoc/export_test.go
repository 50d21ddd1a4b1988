package fielddoc

// RootOf returns a cursor at a value of that type, as if the type were a kind.
func RootOf(t *Type, value map[string]any) Cursor {
	return (&Schema{root: t}).Root(value)
}

// Notes returns the tables of notes.
func Notes() map[string]map[string][]string { return notes().rows }

// ReadCEL returns the names that an expression uses, with what is selected of them, and why
// it is no expression.
func ReadCEL(text string) (names []string, problem string) {
	read := readCEL(text)
	for _, n := range read.names {
		name := n.name
		if n.field != "" {
			name += "." + n.field
		}
		names = append(names, name)
	}
	return names, read.problem
}

// UnknownGates returns the feature gates that fields need and of which no stage is recorded.
func UnknownGates() []string {
	var out []string
	for _, fields := range histories().fields {
		for _, life := range fields {
			if life.Gate != "" && len(histories().gates[life.Gate]) == 0 {
				out = append(out, life.Gate)
			}
		}
	}
	return out
}
