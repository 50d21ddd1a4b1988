package annotate

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// line adds the line of a field.
func (k *kindPage) line(d fielddoc.Doc, text, indent string, inside fielddoc.Cursor, open bool) {
	c := Field{Note: d.Note, Description: d.Description, doc: d}
	n := len(inside.Type().Fields())
	var marks []string
	if word := typeMark(d.Type, n > 0); word != "" {
		marks = append(marks, word)
	}
	if d.Required {
		marks = append(marks, "required")
	}
	if !open && n > 0 {
		marks = append(marks, map[bool]string{true: "1 field", false: fmt.Sprintf("%d fields", n)}[n == 1])
		if n > k.most {
			k.folded, k.most = d.Path.Names(), n
		}
	}
	if d.DefaultKnown && strings.Contains(d.Default, " ") {
		marks = append(marks, "default: "+d.Default)
	}
	if len(d.Enum) > 0 && len(d.Enum) < 7 {
		marks = append(marks, strings.Join(d.Enum, "|"))
	}
	if mark := c.changeMark(k.holders[parent(d.Path).String()]); mark != "" && len(d.Path) > 1 && d.Path[0].Name != "metadata" {
		marks = append(marks, mark)
	}
	k.holders[d.Path.String()] = &c
	if d.Deprecated != "" {
		marks = append(marks, "deprecated")
	}
	meaning, _, _ := strings.Cut(c.meaning(k.look.Long), undescribed) // the type is a mark
	if d.Description == "" && d.Note == "" {
		meaning = strings.TrimSuffix(undescribed, ": ")
	}
	k.lines = append(k.lines, line{text: text, end: "\n", comment: meaning, marks: strings.Join(marks, " · "), indent: indent})
}

// comment puts the comment of a line above it where the line has no room.
func (k *kindPage) comment(at int) {
	l := &k.lines[at]
	if k.look.Long {
		for _, paragraph := range strings.Split(l.comment, "\n") {
			if paragraph != "" {
				k.above(at, l.indent, paragraph)
			}
		}
		l.comment = ""
	}
	room := k.look.Width - max(width(l.text)+2, k.column) - len("#  · ")
	if room < width(l.marks)+min(width(l.comment), readable) {
		k.aside(at, l.indent, l.comment, l.marks)
		l.comment, l.marks = "", ""
	}
}

// readable is how much of a text must be left beside the marks of a kind.
const readable = 24

// typeMark says the type where the line does not show it.
func typeMark(t *fielddoc.Type, holds bool) string {
	switch {
	case holds && t.Kind == fielddoc.Object:
		return ""
	case holds && t.Kind == fielddoc.List:
		return "list"
	default:
		return t.Name()
	}
}
