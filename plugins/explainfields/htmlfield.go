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

// field is the row of a field. Its name is shown without the path of the last of
// its holders, and indented by their number.
func (o *options) field(f *annotate.Field, holders []string) view.HTML {
	class := fmt.Sprintf("in%d", min(len(holders), deepest))
	value := view.HTML("")
	if f.Leaf() {
		value = valueOf(f)
	} else {
		class += " bold"
	}
	return view.Tag("tr", "row",
		view.Element("th", view.Attrs{"scope", "row", "class", class, "title", f.Path}, view.Text(view.CleanLine(nameIn(f.Path, holders)))),
		view.Element("td", view.Attrs{"class", "value", "data-head", "value"}, value),
		view.Element("td", view.Attrs{"class", "prose"}, o.meaning(f)...),
		view.Element("td", view.Attrs{"data-head", "origin"}, origin(f)...))
}

// nameIn returns a path without the one of the last holder: "replicas" in spec, "[0]" in a list.
func nameIn(path string, holders []string) string {
	if len(holders) == 0 {
		return path
	}
	return strings.TrimPrefix(strings.TrimPrefix(path, holders[len(holders)-1]), ".")
}

// deepest is how many levels of indentation the style sheet of the page has: classes in1 to in8.
const deepest = 8

// meaning returns a field's meaning in a sentence with its marks. The rest of the
// documentation is folded, or shown at once with --long.
func (o *options) meaning(f *annotate.Field) []view.HTML {
	short := f.Meaning()
	sentence := view.Text(view.CleanLine(cmp.Or(short, "No description"))) + marks(f)
	var more []view.HTML
	for _, words := range details(f, short) {
		if words != "" {
			more = append(more, view.Tag("p", "", view.Text(view.CleanLine(words))))
		}
	}
	if o.flags.long {
		return append([]view.HTML{sentence}, more...)
	}
	return []view.HTML{view.Folded(sentence, more...)}
}

// details returns the paragraphs of a field's documentation beside its short
// meaning; empty ones have nothing to show.
func details(f *annotate.Field, short string) []string {
	description := strings.Join(strings.Fields(f.Description), " ")
	if strings.TrimSuffix(description, ".") == short {
		description = "" // the sentence above is all of it
	}
	return []string{f.Deprecated, description, strings.Join(f.Constraints, "; "), enumWords(f), "Type: " + f.Type}
}

// enumWords returns the values that a field accepts, empty if it accepts any of its type.
func enumWords(f *annotate.Field) string {
	if len(f.Enum) == 0 {
		return ""
	}
	return "One of " + strings.Join(f.Enum, ", ") + "."
}

// marks returns the marks of a field, the most important first.
func marks(f *annotate.Field) view.HTML {
	out := view.HTML("")
	mark := func(is bool, class, words string) {
		if is {
			out += " " + view.Badge(class, view.CleanLine(words))
		}
	}
	mark(!f.Known, "bad", "not a field of this kind")
	mark(f.Deprecated != "", "warn", "deprecated")
	// The name and namespace of an object never change: the mark would only repeat that.
	mark(f.Immutable == fielddoc.Always && f.Section != annotate.Identity, "accent", "immutable")
	mark(f.Required, "dim", "required")
	words := defaultMark(f)
	mark(words != "", "dim", words)
	return out
}

// defaultMark returns how a value compares with its default: "the default", or "default 3" if it
// is another one. It is empty if there is none to compare with, or none worth to be known.
func defaultMark(f *annotate.Field) string {
	switch {
	case f.IsDefault == nil:
		return ""
	case *f.IsDefault:
		return "the default"
	case f.Default != nil && fielddoc.Telling(*f.Default):
		return "default " + *f.Default
	default:
		return ""
	}
}

// longValue is the number of bytes up to which a value is shown unfolded.
const longValue = 160

// valueOf returns the value of a field; a long one is folded under its length.
func valueOf(f *annotate.Field) view.HTML {
	text := view.Clean(valueText(f.Value))
	whole := view.Tag("code", "", view.Text(text))
	if len(text) <= longValue {
		return whole
	}
	return view.Folded(view.Text(fmt.Sprintf("%d characters", utf8.RuneCountInString(text))), whole)
}

// origin returns who set a field, and when its manager wrote last. A field that
// holds others has no origin of its own.
func origin(f *annotate.Field) []view.HTML {
	if !f.Leaf() {
		return nil
	}
	out := []view.HTML{view.Text(originWord(f.Origin))}
	for _, m := range f.Managers {
		out = append(out, view.Tag("div", "dim", view.Text(view.CleanLine(managerWords(m)))))
	}
	return out
}

// originWord returns an origin as a page shows it. That nothing is known needs no word in each row.
func originWord(o provenance.Origin) string {
	if o == provenance.Unknown {
		return ""
	}
	return string(o)
}

// managerWords returns a manager and when it wrote last: "helm, 2025-03-01 10:20". The time is not
// the one at which it set this field: managedFields have one time for all fields of a manager.
func managerWords(m provenance.Manager) string {
	if m.Time == nil {
		return m.Manager
	}
	return m.Manager + ", " + m.Time.UTC().Format("2006-01-02 15:04")
}
