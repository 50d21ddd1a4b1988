package annotate

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// addProblems adds what is wrong, each at the line where it is written, or at
// that of what lacks it. first is the line of the file on which the document begins.
func (r *Report) addProblems(problems []fielddoc.Problem, first int) {
	if len(problems) == 0 {
		return
	}
	keys := make(map[string]*yaml.Node, len(r.places))
	for i := range r.places {
		keys[r.places[i].cursor.Path().String()] = r.places[i].key
	}
	fields := make(map[string]*Field, len(r.Fields))
	for i := range r.Fields {
		fields[r.Fields[i].Path] = &r.Fields[i]
	}
	for _, p := range problems {
		out := Problem{Path: p.Path.String(), Kind: p.Kind, Message: p.Message, DidYouMean: p.DidYouMean}
		key := written(p.Path, keys)
		if key == nil && len(r.places) > 0 { // nothing of it is written but the object
			key = r.places[0].key
		}
		if key != nil {
			out.Line, out.Column = key.Line+first-1, key.Column
		}
		if f := fields[out.Path]; f != nil {
			f.DidYouMean = p.DidYouMean
			base64 := strings.HasPrefix(p.Message, fielddoc.NotBase64) // which does not quote the value
			if f.hidden && !base64 && p.Kind != fielddoc.DeprecatedField && p.Kind != fielddoc.UnknownField {
				out.Message, out.DidYouMean = "is no "+f.Type+" (its value is redacted)", ""
			}
		}
		r.Problems = append(r.Problems, out)
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return a.Line - b.Line })
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

// Sentence returns what is wrong, with what was probably meant.
func (p Problem) Sentence() string {
	if p.DidYouMean == "" {
		return p.Message
	}
	return p.Message + "; did you mean " + p.DidYouMean + "?"
}
