package explainfields

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// writeHTML writes one page: each object with what is wrong, its fields with
// their meaning, and what is not set.
func (r *run) writeHTML(reports []*annotate.Report) error {
	name := "Fields"
	if len(reports) == 1 {
		name = title(reports[0])
	}
	problems := 0
	for _, report := range reports {
		problems += len(report.Problems)
	}
	answer := view.Text(fmt.Sprintf("%d objects", len(reports)))
	if len(reports) == 1 {
		answer = view.Text(counts(reports[0]))
	}
	if problems > 0 {
		answer += " " + view.Badge("bad", fmt.Sprintf("%d wrong", problems))
	}
	var about []string
	if len(reports) == 1 {
		about = []string{documentedBy(reports[0])}
	}
	if r.fleet != nil {
		about = append(about, r.fleet.header)
	}
	body := []view.HTML{view.Head(name, answer, about, nil)}
	if len(reports) > 1 {
		var links []view.HTML
		for i, report := range reports {
			links = append(links, view.Tag("li", "", view.Link(anchor(i), view.Text(title(report))), view.Text(": "+counts(report))))
		}
		body = append(body, view.Tag("ul", "", links...))
	}
	for i, report := range reports {
		var content []view.HTML
		class := ""
		if len(reports) > 1 {
			class = "part"
			content = append(content, view.Tag("h2", "", view.Text(title(report))), view.Tag("p", "about", view.Text(documentedBy(report))))
		}
		content = append(content, wrong(report), r.fields(report), different(report), divergent(report), notSet(report))
		body = append(body, view.Element("section", view.Attrs{"id", anchor(i), "class", class}, content...))
	}
	return view.Page(r.env.Out, name, body...)
}

func anchor(i int) string { return fmt.Sprintf("o%d", i+1) }

// documentedBy says whose documentation the page tells.
func documentedBy(r *annotate.Report) string {
	by := "Kubernetes " + r.Schema.Version
	switch r.Schema.Source {
	case fielddoc.Server:
		by = "the server"
	case fielddoc.CRDFile:
		by = "its CustomResourceDefinition"
	case fielddoc.BuiltIn:
	}
	return r.Object.APIVersion + " · as " + by + " documents it"
}

// counts returns how many fields there are, and whose.
func counts(r *annotate.Report) string {
	var origins []string
	for _, w := range originWords {
		if n := r.Summary.ByOrigin[w.origin]; n > 0 {
			origins = append(origins, fmt.Sprintf("%d %s", n, w.words))
		}
	}
	words := fmt.Sprintf("%d fields", r.Summary.Fields)
	if len(origins) > 0 {
		words += ": " + strings.Join(origins, ", ")
	}
	return words
}

func section(head string, content view.HTML) view.HTML {
	return view.Tag("h3", "", view.Text(head)) + content
}

func wrong(r *annotate.Report) view.HTML {
	if len(r.Problems) == 0 {
		return ""
	}
	var items []view.HTML
	for _, p := range r.Problems {
		where := ""
		if p.Line > 0 {
			where = fmt.Sprintf(" (line %d)", p.Line)
		}
		items = append(items, view.Tag("li", "", view.Tag("code", "bad", view.Text(view.CleanLine(p.Path))),
			view.Text(" "+view.CleanLine(p.Sentence())+where)))
	}
	return section("What is wrong", view.Tag("ul", "", items...))
}

func different(r *annotate.Report) view.HTML {
	if len(r.Against) == 0 {
		return ""
	}
	table := view.NewTable(view.Column{Head: "field"}, view.Column{Head: "file", Prose: true}, view.Column{Head: "live", Prose: true},
		view.Column{Head: "set by"})
	for _, a := range r.Against {
		table.Row(a.Path, valueText(a.File), valueText(a.Live), a.Manager)
	}
	return section("How the live object differs", table.HTML("Fields of the live object that differ", view.Style{}))
}

// divergent lists the fields that are not the same in all contexts, a line for
// each value.
func divergent(r *annotate.Report) view.HTML {
	if len(r.Divergences) == 0 {
		return ""
	}
	table := view.NewTable(view.Column{Head: "field"}, view.Column{Head: "contexts", Prose: true}, view.Column{Head: "value", Prose: true},
		view.Column{Head: "set by"})
	for _, d := range r.Divergences {
		for _, v := range d.Variants {
			value := "not set"
			if v.Value != nil {
				value = valueText(v.Value)
			}
			table.Row(d.Path, strings.Join(v.Contexts, ", "), value, v.Manager)
		}
	}
	return section("What differs between contexts", table.HTML("Fields that differ between contexts", view.Style{}))
}

func notSet(r *annotate.Report) view.HTML {
	if len(r.Unset) == 0 {
		return ""
	}
	table := view.NewTable(view.Column{Head: "field"}, view.Column{Head: "type"}, view.Column{Head: "holds then"},
		view.Column{Head: "meaning", Prose: true})
	for _, u := range r.Unset {
		holds := ""
		if u.Default != nil {
			holds = *u.Default
		}
		table.Row(u.Path, u.Type, holds, u.Note)
	}
	return section("Not set", table.HTML("Fields that are not set", view.Style{}))
}

// fields is the table of the fields, each under the one that holds it.
func (o *options) fields(r *annotate.Report) view.HTML {
	if len(r.Fields) == 0 {
		return view.Tag("p", "", "No fields match.")
	}
	column := view.Attrs{"scope", "col"}
	rows := make([]view.HTML, 0, len(r.Fields))
	var holders []string
	for i := range r.Fields {
		f := &r.Fields[i]
		for len(holders) > 0 && !holds(holders[len(holders)-1], f.Path) {
			holders = holders[:len(holders)-1]
		}
		rows = append(rows, o.field(f, holders))
		holders = append(holders, f.Path)
	}
	return view.Element("div", view.Attrs{"class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Fields of " + title(r)},
		view.Tag("table", "fields",
			view.Tag("thead", "", view.Tag("tr", "", view.Element("th", column, "field"), view.Element("th", column, "value"),
				view.Element("th", column, "meaning"), view.Element("th", column, "origin"))),
			view.Tag("tbody", "", rows...)))
}
