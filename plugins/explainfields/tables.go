package explainfields

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/provenance"
	"github.com/thrashkit/thrashkit/pkg/view"
)

var originWords = []struct {
	origin provenance.Origin
	words  string
}{
	{provenance.User, "yours"},
	{provenance.Default, "defaults"},
	{provenance.Controller, "by controllers"},
	{provenance.Admission, "by admission"},
	{provenance.Server, "by the server"},
	{provenance.Unknown, "of unknown origin"},
}

// writeSummary writes the counts, a line an object.
func (o *options) writeSummary(reports []*annotate.Report) error {
	for _, r := range reports {
		var origins, facts []string
		for _, w := range originWords {
			if n := r.Summary.ByOrigin[w.origin]; n > 0 {
				words := w.words
				switch by := controllers(r); {
				case w.origin != provenance.Controller || by == 0:
				case by == 1:
					words = "by 1 controller"
				default:
					words = fmt.Sprintf("by %d controllers", by)
				}
				origins = append(origins, fmt.Sprintf("%d %s", n, words))
			}
		}
		for _, fact := range []struct {
			n     int
			words string
		}{{r.Summary.Deprecated, "deprecated"}, {r.Summary.Immutable, "immutable"}, {r.Summary.Unknown, "not known"}, {
			len(r.Problems),
			"wrong",
		}, {len(r.Divergences), "different in other contexts"}} {
			if fact.n > 0 {
				facts = append(facts, fmt.Sprintf("%d %s", fact.n, fact.words))
			}
		}
		line := fmt.Sprintf("%s: %d fields: %s", title(r), r.Summary.Fields, strings.Join(origins, ", "))
		if len(facts) > 0 {
			line += "; " + strings.Join(facts, ", ")
		}
		if _, err := fmt.Fprintln(o.env.Out, view.CleanLine(line)); err != nil {
			return err
		}
	}
	return nil
}

// controllers counts the controllers that the object says it was written by.
func controllers(r *annotate.Report) int {
	names := map[string]bool{}
	for i := range r.Fields {
		for _, m := range r.Fields[i].Managers {
			if r.Fields[i].Origin == provenance.Controller && provenance.IsController(m) {
				names[m.Manager] = true
			}
		}
	}
	return len(names)
}

// title names the object of a report, with its context if there are several.
func title(r *annotate.Report) string {
	name := r.Object.Name
	if r.Object.Namespace != "" {
		name = r.Object.Namespace + "/" + name
	}
	name = strings.TrimSpace(r.Object.Kind + " " + name)
	if r.Context != "" {
		name += " in " + r.Context
	}
	return name
}

// writeTable writes one line a field.
func (o *options) writeTable(reports []*annotate.Report) error {
	many := len(reports) > 1
	across := slices.ContainsFunc(reports, func(r *annotate.Report) bool { return len(r.Divergences) > 0 })
	columns := []view.Column{
		{Head: "field", Shrink: 30},
		{Head: "value", Shrink: 14, Prose: true},
		{Head: "type", Drop: 2},
		{Head: "default", Drop: 1, Shrink: 10, Prose: true},
		{Head: "origin"},
		{Head: "meaning", Shrink: 20, Prose: true},
	}
	if many {
		columns = slices.Insert(columns, 0, view.Column{Head: "object", Shrink: 12})
	}
	if across {
		columns = append(columns, view.Column{Head: "differs", Shrink: 20, Prose: true})
	}
	table := view.NewTable(columns...)
	for _, r := range reports {
		elsewhere := r.Elsewhere()
		for i := range r.Fields {
			cells := row(&r.Fields[i])
			if many {
				cells = slices.Insert(cells, 0, title(r))
			}
			if across {
				cells = append(cells, elsewhere[r.Fields[i].Path])
			}
			table.Row(cells...)
		}
	}
	return table.Write(o.env.Out, o.flags.Style(o.env))
}

// row is a field as cells: path, value, type, default, origin, meaning.
func row(f *annotate.Field) []string {
	def := ""
	if f.Default != nil {
		def = *f.Default
	}
	return []string{f.Path, short(valueText(f.Value)), f.Type, def, string(f.Origin), f.Meaning()}
}

// widestValue is how much of a value a table shows: one long annotation would
// push all else out of sight.
const widestValue = 60

// short cuts a value for a table.
func short(text string) string {
	if runes := []rune(text); len(runes) > widestValue {
		return string(runes[:widestValue-1]) + "…"
	}
	return text
}

func valueText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		data, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(data)
	}
}
