package annotate

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// change is a scalar that is to be written otherwise.
type change struct {
	where extent
	text  string
}

// edit writes redacted values, and escapes what must not be shown. Changes are
// made from the end, so that places before them stay true.
func (p *page) edit(root *yaml.Node, reports []*Report) {
	changes := map[*yaml.Node]change{}
	for _, r := range reports {
		for i := range r.Fields {
			p.redactions(&r.Fields[i], changes)
		}
	}
	p.escapes(root, -1, changes)
	list := make([]change, 0, len(changes))
	for _, c := range changes {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b change) int {
		return cmp.Or(cmp.Compare(b.where.from.line, a.where.from.line), cmp.Compare(b.where.from.at, a.where.from.at))
	})
	for _, c := range list {
		replace(p.lines, c.where, c.text)
	}
	for i := range p.lines {
		p.lines[i].text = p.visible(p.lines[i].text)
	}
}

// redactions adds the changes that take credentials out of a field.
func (p *page) redactions(f *Field, changes map[*yaml.Node]change) {
	node := resolve(f.at.value)
	if !f.hidden {
		return
	}
	switch shown := f.Value.(type) {
	case string:
		if node.Kind == yaml.ScalarNode {
			p.put(node, f.at.indent, shown, changes)
			return
		}
		for _, item := range node.Content {
			p.put(resolve(item), max(node.Column-1, 0), shown, changes)
		}
	case []any:
		raw, _ := f.raw.([]any)
		for i, item := range shown {
			text, ok := item.(string)
			if ok && i < len(raw) && text != raw[i] && i < len(node.Content) {
				p.put(resolve(node.Content[i]), max(node.Column-1, 0), text, changes)
			}
		}
	}
}

func (p *page) put(node *yaml.Node, indent int, text string, changes map[*yaml.Node]change) {
	if where, ok := extentOf(p.source, node, indent); ok {
		changes[node] = change{where, scalar(text, p.look.Hidden)}
	}
}

// escapes adds the changes for scalars with hidden characters.
func (p *page) escapes(node *yaml.Node, indent int, changes map[*yaml.Node]change) {
	if p.look.Hidden == nil || node.Kind == yaml.AliasNode {
		return
	}
	if node.Kind == yaml.ScalarNode && strings.ContainsFunc(node.Value, p.look.Hidden) {
		if _, done := changes[node]; !done {
			if where, ok := extentOf(p.source, node, indent); ok && p.shows(where) {
				changes[node] = change{where, quote(node.Value, p.look.Hidden)}
			}
		}
	}
	for _, child := range node.Content {
		p.escapes(child, node.Column-1, changes)
	}
}

// shows reports whether hidden characters stand in the text itself, not as escapes.
func (p *page) shows(where extent) bool {
	for at := where.from.line; at <= where.to.line; at++ {
		if strings.ContainsFunc(p.source[at].text, p.look.Hidden) {
			return true
		}
	}
	return false
}

// visible replaces hidden characters that are in no scalar, in comments that is.
func (p *page) visible(text string) string {
	if p.look.Hidden == nil || !strings.ContainsFunc(text, p.look.Hidden) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if p.look.Hidden(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}
