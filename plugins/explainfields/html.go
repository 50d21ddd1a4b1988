package explainfields

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// page collects one page: each object with what is wrong, its fields with their meaning, and what is not
// set. Several objects have a list of links.
type page struct {
	*run
	// first is the first object. Its section waits for a second one: an object that is alone looks otherwise.
	first    *annotate.Report
	links    []view.HTML
	sections []view.HTML // of all objects but a first that waits, in the order of links
	problems int
}

func (p *page) add(report *annotate.Report) error {
	p.problems += len(report.Problems)
	p.links = append(p.links, link(len(p.links), report))
	switch len(p.links) {
	case 1:
		p.first = report
		return nil
	case 2:
		p.sections = append(p.sections, view.Joined(p.object(0, p.first, false)))
		p.first = nil
	}
	p.sections = append(p.sections, view.Joined(p.object(len(p.sections), report, false)))
	return nil
}

func (p *page) print(context.Context) error {
	if p.first != nil {
		name := title(p.first)
		return view.PageOf(p.env.Out, name, view.Chain(view.Pieces(p.head(name), "\n"), p.object(0, p.first, true), view.Pieces("\n")))
	}
	const name = "Fields"
	body := []view.HTML{p.head(name), view.Tag("ul", "", p.links...)}
	return view.Page(p.env.Out, name, append(body, p.sections...)...)
}

// head returns the head of the page: its title, how many fields or objects there
// are, how many problems, and whose documentation it is.
func (p *page) head(name string) view.HTML {
	// Of several objects each section has its own counts and documentation.
	answer := view.Text(fmt.Sprintf("%d objects", len(p.links)))
	var about []string
	if p.first != nil {
		answer = view.Text(counts(p.first))
		about = append(about, documentedBy(p.first))
	}
	if p.problems > 0 {
		answer += " " + view.Badge("bad", fmt.Sprintf("%d wrong", p.problems))
	}
	if p.fleet != nil {
		about = append(about, p.fleet.header)
	}
	return view.Head(name, answer, about, nil)
}

// link returns the line of object i in the list of the objects on a page, with its counts.
func link(i int, report *annotate.Report) view.HTML {
	name := view.Link(anchor(i), view.Text(title(report)))
	return view.Tag("li", "", name, view.Text(": "+counts(report)))
}

// object returns the section of one object. The only object of a page needs no
// heading of its own: the page has it.
func (r *run) object(i int, report *annotate.Report, alone bool) iter.Seq[view.HTML] {
	var head []view.HTML
	class := ""
	if !alone {
		class = "part"
		head = append(head, view.Tag("h2", "", view.Text(title(report))), view.Tag("p", "about", view.Text(documentedBy(report))))
	}
	// What is wrong first: a page with thousands of fields is opened because of it.
	head = append(head, wrong(report, alone))
	rest := []view.HTML{different(report, alone), divergent(report, alone), notSet(report, alone)}
	return view.Within("section", view.Attrs{"id", anchor(i), "class", class},
		view.Chain(view.Pieces(head...), r.fields(report), view.Pieces(rest...)))
}

// anchor returns the id of the section of object i, counting from 0: o1. Names of objects could
// be there twice.
func anchor(i int) string { return fmt.Sprintf("o%d", i+1) }

// documentedBy returns whose documentation the page shows.
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

// counts returns how many fields an object has, and how many of each origin.
func counts(r *annotate.Report) string {
	var origins []string
	for _, w := range originWords { // in this order, whatever there is most of
		if n := r.Summary.ByOrigin[w.origin]; n > 0 {
			origins = append(origins, fmt.Sprintf("%d %s", n, w.words))
		}
	}
	words := fmt.Sprintf("%d fields", r.Summary.Fields)
	if len(origins) == 0 {
		return words
	}
	return words + ": " + strings.Join(origins, ", ")
}

// section returns a part of an object under its heading. alone reports that the object is the
// only one, so that the heading is one level higher.
func section(alone bool, head string, content view.HTML) view.HTML {
	return view.Minor(alone, head) + content
}

// wrong lists the problems of an object.
func wrong(r *annotate.Report, alone bool) view.HTML {
	if len(r.Problems) == 0 {
		return ""
	}
	var items []view.HTML
	for _, p := range r.Problems {
		items = append(items, problemItem(p))
	}
	return section(alone, "What is wrong", view.Tag("ul", "", items...))
}

// problemItem returns one problem. Live objects have no lines that a reader could look at.
func problemItem(p annotate.Problem) view.HTML {
	where := ""
	if p.Line > 0 {
		where = fmt.Sprintf(" (line %d)", p.Line)
	}
	return view.Tag("li", "", view.Tag("code", "bad", view.Text(view.CleanLine(p.Path))),
		view.Text(" "+view.CleanLine(p.Sentence())+where))
}

// different lists the fields in which the live object differs from the file.
func different(r *annotate.Report, alone bool) view.HTML {
	if len(r.Against) == 0 {
		return ""
	}
	table := view.NewTable(view.Column{Head: "field"}, view.Column{Head: "file", Prose: true}, view.Column{Head: "live", Prose: true},
		view.Column{Head: "set by"})
	for _, a := range r.Against {
		table.Row(a.Path, valueText(a.File), valueText(a.Live), a.Manager)
	}
	return section(alone, "How the live object differs", table.HTML("Fields in which "+title(r)+" differs in the cluster", view.Style{}))
}

// divergent lists the fields that are not the same in all contexts, a line for
// each value.
func divergent(r *annotate.Report, alone bool) view.HTML {
	if len(r.Divergences) == 0 {
		return ""
	}
	table := view.NewTable(view.Column{Head: "field"}, view.Column{Head: "contexts", Prose: true}, view.Column{Head: "value", Prose: true},
		view.Column{Head: "set by"})
	for _, d := range r.Divergences {
		for _, v := range d.Variants {
			value := "not set" // an empty cell would read as an empty value
			if v.Value != nil {
				value = valueText(v.Value)
			}
			table.Row(d.Path, strings.Join(v.Contexts, ", "), value, v.Manager)
		}
	}
	return section(alone, "What differs between contexts", table.HTML("Fields of "+title(r)+" that differ between contexts", view.Style{}))
}

// notSet lists the fields that --unset asks for.
func notSet(r *annotate.Report, alone bool) view.HTML {
	if len(r.Unset) == 0 {
		return ""
	}
	table := view.NewTable(view.Column{Head: "field"}, view.Column{Head: "type"}, view.Column{Head: "holds then"},
		view.Column{Head: "meaning", Prose: true})
	for _, u := range r.Unset {
		holds := "" // nothing is known, or it depends on other fields
		if u.Default != nil {
			holds = *u.Default
		}
		table.Row(u.Path, u.Type, holds, u.Note)
	}
	return section(alone, "Not set", table.HTML("Fields of "+title(r)+" that are not set", view.Style{}))
}

// fields is the table of the fields, each indented under the one that holds it.
// Reports list a field before the fields in it.
func (o *options) fields(r *annotate.Report) iter.Seq[view.HTML] {
	if len(r.Fields) == 0 {
		return view.Pieces(view.Tag("p", "", "No fields match."))
	}
	head := view.Pieces(view.Tag("thead", "", view.Tag("tr", "", fieldHeads()...)))
	table := view.Within("table", view.Attrs{"class", "fields"}, view.Chain(head, view.Within("tbody", nil, o.rows(r))))
	// A wide table scrolls on its own. Without tabindex a keyboard could not scroll it.
	return view.Within("div", view.Attrs{"class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Fields of " + title(r)}, table)
}

// fieldHeads returns the heads of the columns that field fills.
func fieldHeads() []view.HTML {
	var heads []view.HTML
	for _, head := range []view.HTML{"field", "value", "meaning", "origin"} {
		heads = append(heads, view.Element("th", view.Attrs{"scope", "col"}, head))
	}
	return heads
}

// rows returns a row for each field.
func (o *options) rows(r *annotate.Report) iter.Seq[view.HTML] {
	return func(yield func(view.HTML) bool) {
		// Holders are a stack: the fields come in the order of the text, in which what a field holds follows it.
		var holders []string // the paths of the fields that hold the current one, the outermost first
		for i := range r.Fields {
			f := &r.Fields[i]
			holders = holdersOf(f.Path, holders)
			if !yield(o.field(f, holders)) {
				return
			}
			holders = append(holders, f.Path)
		}
	}
}

// holdersOf returns those of the holders of the field before that hold the field at path, too.
func holdersOf(path string, holders []string) []string {
	for len(holders) > 0 && !holds(holders[len(holders)-1], path) {
		holders = holders[:len(holders)-1]
	}
	return holders
}
