package annotate

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// addProblems adds the problems, each at the line on which its field is written. A
// field that is missing is reported at the line of the field that lacks it. first is
// the line of the file on which the document begins.
func (r *Report) addProblems(problems []fielddoc.Problem, first int) {
	if len(problems) == 0 {
		return
	}
	keys := r.keys()
	fields := make(map[string]*Field, len(r.Fields))
	for i := range r.Fields {
		fields[r.Fields[i].Path] = &r.Fields[i]
	}
	for _, p := range problems {
		out := Problem{Path: p.Path.String(), Kind: p.Kind, Message: p.Message, DidYouMean: p.DidYouMean}
		if key := r.keyOf(p.Path, keys); key != nil {
			out.Line = key.Line + first - 1
			out.Column = key.Column
		}
		if f := fields[out.Path]; f != nil {
			f.tie(&out, p)
		}
		r.Problems = append(r.Problems, out)
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return a.Line - b.Line })
}

// tie makes a problem one of the field. A message that quotes a redacted value is replaced.
func (f *Field) tie(out *Problem, p fielddoc.Problem) {
	f.DidYouMean = p.DidYouMean
	if f.hidden && !silent(p) {
		out.Message = "is no " + f.Type + " (its value is redacted)"
		out.DidYouMean = ""
	}
}

// keys returns the nodes at which the fields and list elements begin, by their paths.
func (r *Report) keys() map[string]*yaml.Node {
	keys := make(map[string]*yaml.Node, len(r.places))
	for i := range r.places {
		path := r.places[i].path
		keys[path.String()] = r.places[i].key
		for j, node := range elements(r.places[i].value) {
			keys[path.With(fielddoc.Item(j)).String()] = node
		}
	}
	return keys
}

// keyOf returns the node at which a problem is reported: that of the field, or of the
// nearest field that holds it, or the first of the object. It is nil for an empty one.
func (r *Report) keyOf(path fielddoc.Path, keys map[string]*yaml.Node) *yaml.Node {
	if key := written(path, keys); key != nil {
		return key
	}
	if len(r.places) == 0 {
		return nil
	}
	return r.places[0].key
}

// silent reports whether the message of a problem does not contain the value. Then it
// can be shown for a value that is redacted.
func silent(p fielddoc.Problem) bool {
	switch p.Kind {
	case fielddoc.DeprecatedField, fielddoc.UnknownField, fielddoc.MissingRequired:
		return true
	default:
		return p.Unquoted
	}
}

// elements returns the nodes at which the elements of a list begin.
func elements(list *yaml.Node) []*yaml.Node {
	if list == nil {
		return nil
	}
	if list = yamltext.Resolve(list); list.Kind != yaml.SequenceNode {
		return nil
	}
	nodes := make([]*yaml.Node, len(list.Content))
	for i, item := range list.Content {
		nodes[i] = firstOf(item)
	}
	return nodes
}

// firstOf returns the first key of an element, on which a reader expects the column, or the element
// itself if it has none. An alias is reported where it stands, not where its anchor does.
func firstOf(item *yaml.Node) *yaml.Node {
	if item.Kind == yaml.MappingNode && len(item.Content) > 0 {
		return item.Content[0]
	}
	return item
}

// written returns the node of the field at path, or of the nearest one that
// holds it; nil if there is none.
func written(path fielddoc.Path, keys map[string]*yaml.Node) *yaml.Node {
	for ; len(path) > 0; path = path[:len(path)-1] {
		if key := keys[path.String()]; key != nil {
			return key
		}
	}
	return nil
}

// Sentence returns the message, with the name that was probably meant.
func (p Problem) Sentence() string {
	if p.DidYouMean == "" {
		return p.Message
	}
	return p.Message + "; did you mean " + p.DidYouMean + "?"
}
