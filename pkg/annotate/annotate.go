package annotate

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// Look is how annotated text looks.
type Look struct {
	// Width is the number of columns to fill, 80 where it is 0.
	Width int
	// Long writes whole texts above the fields.
	Long bool
	// Show chooses the fields to explain; nil for all.
	Show func(*Field) bool
	// Subset leaves out the lines of fields that Show does not choose, except
	// for those that hold chosen ones.
	Subset bool
	// Hidden tells characters that must not be written as they are; they are
	// escaped in values and replaced in comments. nil for none.
	Hidden func(rune) bool
	// Comment and Problem colour a comment and one that tells a problem; nil for
	// no colour.
	Comment, Problem func(string) string
	// Header and Footer are lines to write first and last, as comments.
	Header, Footer []string
	// Before is text to write as it is behind the header, such as the marker that
	// begins a document.
	Before string
}

// Annotate returns the manifest's text with what the reports say as comments.
// The reports are those that Explain made of this manifest. The text parses to
// the same objects, but for values that are redacted and lines that a Subset
// leaves out.
func (m *Manifest) Annotate(reports []*Report, look Look) string {
	look.Width = cmp.Or(look.Width, 80)
	p := page{look: look, lines: slices.Clone(m.lines), source: m.lines}
	p.edit(m.root, reports)
	p.column = p.align(reports)
	for _, r := range reports {
		p.explain(r)
	}
	p.drop(reports)
	return p.write()
}

// page is a manifest while it is annotated.
type page struct {
	look   Look
	source []line // as parsed, for places
	lines  []line
	column int // at which comments at the ends of lines begin
}

// explain writes the comments of one object.
func (p *page) explain(r *Report) {
	problems := r.byField()
	seen := map[string]bool{}
	for i := range r.Fields {
		f := &r.Fields[i]
		at := f.at.key.Line - 1
		if at >= len(p.lines) || (p.look.Show != nil && !p.look.Show(f)) {
			continue
		}
		if f.at.flow {
			p.explainInside(r, f, seen)
			continue
		}
		if p.lines[at].taken {
			continue
		}
		c := comment{problems: problems[f.Path], marks: f.marks(r.live, r.maker)}
		// What was explained once in this object is not explained again.
		if key := schemaPath(f.doc.Path); !seen[key] {
			c.text, seen[key] = f.meaning(p.look.Long), true
		}
		if !c.empty() {
			p.lines[at].taken = true
			p.place(f, at, c)
		}
	}
}

// explainInside writes what a field in braces means above the line that the
// braces open on, with its name.
func (p *page) explainInside(r *Report, f *Field, seen map[string]bool) {
	key := schemaPath(f.doc.Path)
	text, marks := strings.Join(strings.Fields(f.meaning(p.look.Long)), " "), strings.Join(f.marks(r.live, r.maker), " · ")
	if seen[key] || text == "" || f.Section == Identity {
		return
	}
	seen[key] = true
	top := f
	for top.at.flow && top.holder.at.key != nil {
		top = top.holder
	}
	at := top.at.key.Line - 1
	indent := p.lines[at].text[:len(p.lines[at].text)-len(strings.TrimLeft(p.lines[at].text, " "))]
	p.aside(at, indent, "  "+tail(f.doc.Path[len(top.doc.Path):].Names())+": "+text, marks)
}

// tail is the end of a path where that is long: what it leads to must be told, too.
func tail(names string) string {
	const room = 28
	short := names
	for width(short) > room {
		_, rest, more := strings.Cut(short, ".")
		if !more {
			break
		}
		short = rest
	}
	if short != names {
		return "…" + short
	}
	return names
}

// byField returns the problems by the field at which they are told: the field
// itself, or what lacks it or holds it on the same line.
func (r *Report) byField() map[string][]Problem {
	written := map[string]bool{}
	for _, f := range r.Fields {
		written[f.Path] = !f.at.flow
	}
	at := map[string][]Problem{}
	told := slices.Clone(r.Problems)
	for _, a := range r.Against {
		if a.File != nil {
			told = append(told, Problem{Path: a.Path, Message: a.words(), live: true})
		}
	}
	for _, p := range told {
		path := p.Path
		for path != "" && !written[path] {
			path = path[:max(strings.LastIndexAny(path, ".["), 0)]
		}
		at[path] = append(at[path], p)
	}
	return at
}

// schemaPath is the path without the places in lists.
func schemaPath(p fielddoc.Path) string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(s.Name)
		b.WriteByte('\n')
	}
	return b.String()
}

// write returns the page as text.
func (p *page) write() string {
	var b strings.Builder
	for _, h := range p.look.Header {
		b.WriteString(p.look.colour("# "+cut(p.visible(h), max(p.look.Width-2, 40))) + "\n")
	}
	b.WriteString(p.look.Before)
	for i := range p.lines {
		l := &p.lines[i]
		if l.gone {
			continue
		}
		end := cmp.Or(l.end, "\n")
		for _, above := range l.above {
			b.WriteString(p.look.colour(above) + end)
		}
		b.WriteString(l.text)
		if l.comment != "" || l.marks != "" {
			at := max(p.column, width(l.text)+2)
			b.WriteString(strings.Repeat(" ", at-width(l.text)) + p.look.colour(p.visible(fit(l.comment, l.marks, p.look.Width-at))))
		}
		b.WriteString(l.end)
	}
	if n := b.Len(); n > 0 && b.String()[n-1] != '\n' && len(p.look.Footer) > 0 {
		b.WriteByte('\n')
	}
	for _, f := range p.look.Footer {
		lead := f[:len(f)-len(strings.TrimLeft(f, " "))]
		for i, part := range wrap(p.visible(f), max(p.look.Width-6, 30)) {
			b.WriteString(p.look.colour("# "+lead+strings.Repeat("  ", min(i, 1))+part) + "\n")
		}
	}
	return b.String()
}

// colour colours a comment line, its indentation left out.
func (l Look) colour(text string) string {
	trimmed := strings.TrimLeft(text, " ")
	paint := l.Comment
	if strings.HasPrefix(trimmed, "# "+problemMark) || strings.HasPrefix(trimmed, "# "+liveMark) {
		paint = l.Problem
	}
	if paint == nil {
		return text
	}
	return text[:len(text)-len(trimmed)] + paint(trimmed)
}

func width(text string) int { return utf8.RuneCountInString(text) }
