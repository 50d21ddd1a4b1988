package explainfields

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/provenance"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// originWords are the origins of fields in the order of the summary.
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

// summaryLine returns the counts of one object:
// "Deployment shop/web: 42 fields: 18 yours, 24 defaults; 1 deprecated".
func summaryLine(r *annotate.Report) string {
	line := fmt.Sprintf("%s: %d fields: %s", title(r), r.Summary.Fields, strings.Join(origins(r), ", "))
	if facts := factsOf(r); len(facts) > 0 {
		line += "; " + strings.Join(facts, ", ")
	}
	return line
}

// origins returns how many fields there are of each origin, and how many controllers
// set theirs.
func origins(r *annotate.Report) []string {
	var out []string
	for _, w := range originWords {
		n := r.Summary.ByOrigin[w.origin]
		if n == 0 {
			continue
		}
		words := w.words
		if w.origin == provenance.Controller {
			words = byControllers(r, words)
		}
		out = append(out, fmt.Sprintf("%d %s", n, words))
	}
	return out
}

// byControllers returns in words how many controllers set fields, or otherwise if
// none of them is known by its name.
func byControllers(r *annotate.Report, otherwise string) string {
	n := controllers(r)
	if n == 0 { // the origin is known from the value or the place
		return otherwise
	}
	return "by " + wording.Count(n, "controller")
}

// factsOf returns how many fields are deprecated, immutable, not known, wrong or
// different; what there is none of is left out.
func factsOf(r *annotate.Report) []string {
	var facts []string
	for _, fact := range []struct {
		n     int
		words string
	}{
		{r.Summary.Deprecated, "deprecated"},
		{r.Summary.Immutable, "immutable"},
		{r.Summary.Unknown, "not known"},
		{len(r.Problems), "wrong"},
		{len(r.Divergences), "different in other contexts"},
	} {
		if fact.n > 0 {
			facts = append(facts, fmt.Sprintf("%d %s", fact.n, fact.words))
		}
	}
	return facts
}

// controllers counts the controllers among the managers of the object's fields.
func controllers(r *annotate.Report) int {
	names := map[string]bool{}
	for i := range r.Fields {
		for _, m := range r.Fields[i].Managers {
			// A person may own the field, too: only what a controller decided counts.
			if r.Fields[i].Origin == provenance.Controller && provenance.IsController(m) {
				names[m.Manager] = true
			}
		}
	}
	return len(names)
}

// title names the object of a report as people speak of it, with its context if there are several:
// "Deployment shop/web in prod-eu". A kind alone has no name.
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

// fieldTable collects one line for each field.
type fieldTable struct {
	*run
	objects int
	across  bool // a field has another value in another context
	rows    [][]string
}

// add keeps the rows with all columns. Whether the table has several objects, and contexts that differ, is
// known at its end.
func (t *fieldTable) add(report *annotate.Report) error {
	t.objects++
	t.across = t.across || len(report.Divergences) > 0
	name := title(report)
	elsewhere := report.Elsewhere()
	for i := range report.Fields {
		f := &report.Fields[i]
		t.rows = append(t.rows, slices.Concat([]string{name}, row(f), []string{elsewhere[f.Path]}))
	}
	return nil
}

func (t *fieldTable) print(context.Context) error {
	// Of several objects each line names its own: a table may be sorted or searched by line.
	many := t.objects > 1
	// Contexts that differ in nothing need no column: the message about them reports that.
	table := view.NewTable(fieldColumns(many, t.across)...)
	for _, cells := range t.rows {
		if !many {
			cells = cells[1:]
		}
		if !t.across {
			cells = cells[:len(cells)-1]
		}
		table.Row(cells...)
	}
	t.rows = nil // the table has them
	return table.Write(t.env.Out, t.flags.Style(t.env))
}

// fieldColumns returns the columns of the table of fields: those of row, before them
// the object if there are many, and behind them how other contexts differ.
func fieldColumns(many, across bool) []view.Column {
	// A path keeps 30 columns: without it a row is about nothing.
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
	return columns
}

// row returns a field as cells: path, value, type, default, origin, meaning.
func row(f *annotate.Field) []string {
	def := ""
	if f.Default != nil {
		def = *f.Default
	}
	return []string{f.Path, short(valueText(f.Value)), f.Type, def, string(f.Origin), f.Meaning()}
}

// widestValue is the number of characters of a value that a table shows: one long
// annotation would push the other columns out of sight.
const widestValue = 60

// short cuts a value for a table.
func short(text string) string {
	if runes := []rune(text); len(runes) > widestValue { // bytes could be cut within a character
		return string(runes[:widestValue-1]) + "…"
	}
	return text
}

// valueText returns a value as text: a string as it is, anything else as JSON.
func valueText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		data, err := json.Marshal(v)
		if err != nil { // no value of a manifest is like that
			return fmt.Sprint(v)
		}
		return string(data)
	}
}
