package explainfields

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// holds reports whether the field at path is part of the one at holder.
func holds(holder, path string) bool {
	rest, inside := strings.CutPrefix(path, holder)
	return inside && rest != "" && (rest[0] == '.' || rest[0] == '[')
}

// field is the row of a field that is part of the last of its holders.
func (o *options) field(f *annotate.Field, holders []string) view.HTML {
	name := f.Path
	if len(holders) > 0 {
		name = strings.TrimPrefix(strings.TrimPrefix(f.Path, holders[len(holders)-1]), ".")
	}
	class := fmt.Sprintf("in%d", min(len(holders), 8))
	value := view.HTML("")
	if f.Leaf() {
		value = valueOf(f)
	} else {
		class += " bold"
	}
	return view.Tag("tr", "row",
		view.Element("th", view.Attrs{"scope", "row", "class", class, "title", f.Path}, view.Text(view.CleanLine(name))),
		view.Element("td", view.Attrs{"class", "value", "data-head", "value"}, value),
		view.Element("td", view.Attrs{"class", "prose"}, o.meaning(f)...),
		view.Element("td", view.Attrs{"data-head", "origin"}, origin(f)...))
}

// meaning returns what a field means in a sentence and what is special about it,
// and all that its documentation says when that is opened.
func (o *options) meaning(f *annotate.Field) []view.HTML {
	short := f.Meaning()
	var more []view.HTML
	add := func(words string) {
		if words != "" {
			more = append(more, view.Tag("p", "", view.Text(view.CleanLine(words))))
		}
	}
	add(f.Deprecated)
	if description := strings.Join(strings.Fields(f.Description), " "); strings.TrimSuffix(description, ".") != short {
		add(description)
	}
	add(strings.Join(f.Constraints, "; "))
	if len(f.Enum) > 0 {
		add("One of " + strings.Join(f.Enum, ", ") + ".")
	}
	add("Type: " + f.Type)
	sentence := view.Text(view.CleanLine(cmp.Or(short, "No description"))) + marks(f)
	if o.flags.long {
		return append([]view.HTML{sentence}, more...)
	}
	return []view.HTML{view.Folded(sentence, more...)}
}

// marks are what is special about a field, the weightiest first.
func marks(f *annotate.Field) view.HTML {
	out := view.HTML("")
	mark := func(is bool, class, words string) {
		if is {
			out += " " + view.Badge(class, view.CleanLine(words))
		}
	}
	mark(!f.Known, "bad", "not a field of this kind")
	mark(f.Deprecated != "", "warn", "deprecated")
	mark(f.Immutable == fielddoc.Always && f.Section != annotate.Identity, "accent", "immutable")
	mark(f.Required, "dim", "required")
	if f.IsDefault != nil {
		mark(*f.IsDefault, "dim", "the default")
		mark(!*f.IsDefault && f.Default != nil && fielddoc.Telling(*f.Default), "dim", "default "+*cmp.Or(f.Default, new(string)))
	}
	return out
}

// longValue is how long a value may be to be shown at once.
const longValue = 160

func valueOf(f *annotate.Field) view.HTML {
	text := view.Clean(valueText(f.Value))
	whole := view.Tag("code", "", view.Text(text))
	if len(text) <= longValue {
		return whole
	}
	return view.Folded(view.Text(fmt.Sprintf("%d characters", utf8.RuneCountInString(text))), whole)
}

// origin returns who set a field, and when its manager wrote last.
func origin(f *annotate.Field) []view.HTML {
	if !f.Leaf() {
		return nil // its parts say
	}
	words := string(f.Origin)
	if f.Origin == provenance.Unknown {
		words = ""
	}
	out := []view.HTML{view.Text(words)}
	for _, m := range f.Managers {
		who := m.Manager
		if m.Time != nil {
			who += ", " + m.Time.UTC().Format("2006-01-02 15:04")
		}
		out = append(out, view.Tag("div", "dim", view.Text(view.CleanLine(who))))
	}
	return out
}
