package annotate

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// At returns the path of the field in the object.
func (f *Field) At() fielddoc.Path { return f.path }

// Leaf reports whether the field holds a value, not further fields.
func (f *Field) Leaf() bool { return plain(f.raw) }

// Whole reports whether the field shows as a whole only: it holds a value or is
// empty, or is a list of which elements are empty.
func (f *Field) Whole() bool { return f.whole }

// Meaning returns what the field means in one sentence, empty if that is unknown.
func (f *Field) Meaning() string {
	if text := f.meaning(false); text != "" {
		return text
	}
	return strings.TrimSuffix(fielddoc.FirstSentence(f.doc.Note), ".")
}

// AddUnset adds the fields that the object does not set: those that are
// "required", or those that are "common" to think of. Only what is in something
// that the object has counts; status and metadata do not.
func (r *Report) AddUnset(s *fielddoc.Schema, object map[string]any, which string) {
	if which != "" {
		r.addUnset(s.Root(object), which)
	}
}

// addUnset adds the fields that are not set at a place and below it.
func (r *Report) addUnset(c fielddoc.Cursor, which string) {
	switch v := c.Value().(type) {
	case []any:
		for i := range v {
			r.addUnset(c.Step(fielddoc.Item(i)), which)
		}
	case map[string]any:
		for _, f := range c.Fields() {
			if setElsewhere(f.Path(), which) {
				continue
			}
			if _, set := v[f.Path()[len(f.Path())-1].Name]; set {
				r.addUnset(f, which)
			} else if wants(f, which) {
				r.Unset = append(r.Unset, unset(f))
			}
		}
	}
}

// wants reports whether a field is one of those that are asked for.
func wants(f fielddoc.Cursor, which string) bool {
	return (which == "required" && f.Required()) || (which == "common" && f.Common())
}

// setElsewhere reports whether a field is not for the author of a manifest to set.
func setElsewhere(path fielddoc.Path, which string) bool {
	return path[0].Name == "status" || (path[0].Name == "metadata" && which == "common") || managedField(path)
}

// unset returns a field that the object does not have, with its documentation.
func unset(c fielddoc.Cursor) Unset {
	d := c.Doc()
	u := Unset{Path: d.Path.String(), Type: d.Type.Name(), Note: fielddoc.FirstSentence(d.Note), holder: d.Path[:len(d.Path)-1].String()}
	if u.Note == "" {
		u.Note = fielddoc.FirstSentence(d.Description)
	}
	if d.DefaultKnown {
		u.Default = &d.Default
	}
	return u
}

// words returns the name of the field, its default and what it means.
func (u Unset) words() string {
	words := u.Path[len(u.holder):]
	words = strings.TrimPrefix(words, ".")
	if u.Default != nil && fielddoc.Telling(*u.Default) {
		words += " (default " + *u.Default + ")"
	}
	if u.Note != "" {
		words += ": " + strings.TrimSuffix(u.Note, ".")
	}
	return words
}
