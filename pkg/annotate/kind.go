package annotate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// KindOptions are how a kind is shown.
type KindOptions struct {
	// Path shows only what it leads to, and what holds that.
	Path fielddoc.Path
	// Depth is how many levels are shown, counted from the path; 0 for all.
	// Types that hold themselves end after maxLevels.
	Depth int
}

// maxLevels bounds what is shown of types that hold themselves.
const maxLevels = 14

// Kind returns a kind as a documented manifest: fields that are required come
// first, values are defaults where they are known. Status is left out unless
// the path leads there, and so is what people do not write of metadata.
func Kind(s *fielddoc.Schema, o KindOptions, look Look) string {
	if look.Width == 0 {
		look.Width = 80
	}
	k := kindPage{options: o, page: page{look: look}, holders: map[string]*Field{}}
	k.fields(s.Root(nil), s, 0, "", false)
	for i := range k.lines {
		if w := width(k.lines[i].text) + 2; w <= most {
			k.column = max(k.column, w)
		}
	}
	for i := range k.lines {
		k.comment(i)
	}
	k.closed()
	return k.write()
}

// closed tells at the end how to see what is folded.
func (k *kindPage) closed() {
	if k.folded == "" {
		return
	}
	depth := max(k.options.Depth, 1) + 1
	k.look.Footer = append(k.look.Footer, fmt.Sprintf("{} and [] hold more: --depth %d, or --path %s", depth, k.folded))
}

// KindReport returns what Kind shows as a report.
func KindReport(s *fielddoc.Schema, o KindOptions) *Report {
	apiVersion, kind := s.GVK.ToAPIVersionAndKind()
	r := &Report{
		Object: Ref{APIVersion: apiVersion, Kind: kind}, Schema: SchemaRef{s.Source, s.Version},
		Fields: []Field{}, Problems: []Problem{},
	}
	k := kindPage{options: o, report: r}
	k.fields(s.Root(nil), s, 0, "", false)
	r.summarize()
	return r
}

type kindPage struct {
	page
	options KindOptions
	report  *Report
	holders map[string]*Field // by path, for what is said at the holder already
	folded  string            // path of the largest field that is not opened
	most    int               // fields in that
}

// fields writes the fields at c. The first line of a list item begins with a dash.
func (k *kindPage) fields(c fielddoc.Cursor, s *fielddoc.Schema, level int, indent string, item bool) {
	fields := slices.DeleteFunc(c.Fields(), func(f fielddoc.Cursor) bool { return !k.wanted(f.Path()) })
	slices.SortStableFunc(fields, func(a, b fielddoc.Cursor) int { return rank(a) - rank(b) })
	for i, f := range fields {
		start := indent
		if item && i == 0 {
			start = strings.TrimSuffix(indent, "  ") + "- "
		}
		k.field(f, s, level+1, start, indent)
	}
}

// rank orders apiVersion, kind and metadata first, then what is required.
func rank(c fielddoc.Cursor) int {
	path := c.Path()
	if len(path) == 1 {
		if at := slices.Index([]string{"apiVersion", "kind", "metadata", "spec"}, path[0].Name); at >= 0 {
			return at
		}
		if path[0].Name == "status" {
			return 20
		}
		return 10
	}
	if (path[len(path)-1].Name == "name" && path[0].Name == "metadata") || c.Required() {
		return 0
	}
	return 1
}

// written are the fields of metadata that people write.
var written = []string{"name", "namespace", "labels", "annotations"}

func (k *kindPage) wanted(p fielddoc.Path) bool {
	want := k.options.Path
	switch {
	case len(want) > 0:
		return want.Covers(p) || heads(p, want)
	case p[0].Name == "status":
		return false
	case p[0].Name == "metadata" && len(p) > 1:
		return slices.Contains(written, p[1].Name)
	default:
		return true
	}
}

// heads reports whether p is on the way to what want covers.
func heads(p, want fielddoc.Path) bool {
	have, all := p.Names(), want.Names()
	return have == all || strings.HasPrefix(all, have+".")
}

// field writes one field and what is in it.
func (k *kindPage) field(c fielddoc.Cursor, s *fielddoc.Schema, level int, start, indent string) {
	d := c.Doc()
	inside, item := c, false
	for inside.Type().Kind == fielddoc.List && inside.Type().Elem.Kind == fielddoc.Object {
		inside, item = inside.Step(fielddoc.Item(-1)), true
	}
	open := len(inside.Type().Fields()) > 0 && ((len(k.options.Path) > 0 && heads(c.Path(), k.options.Path) && !k.options.Path.Covers(c.Path())) || k.deepens(c.Path(), level))
	if k.report != nil {
		f := field(place{cursor: c}, c.Path().String())
		f.Pointer, f.Origin, f.OriginBasis, f.Managers = "", provenance.Unknown, provenance.Deduced, []provenance.Manager{}
		f.IsDefault = nil
		k.report.Fields = append(k.report.Fields, f)
	} else {
		k.line(d, start+d.Path[len(d.Path)-1].Name+":"+sample(d, s, open), indent, inside, open)
	}
	if open {
		k.fields(inside, s, level, indent+"  ", item)
	}
}

// deepens reports whether the fields in a field of that level are shown.
func (k *kindPage) deepens(p fielddoc.Path, level int) bool {
	base := 0
	for _, s := range k.options.Path {
		if !s.List {
			base++
		}
	}
	if level >= maxLevels+base {
		return false
	}
	return k.options.Depth == 0 || level < base+k.options.Depth || (p[0].Name == "metadata" && level == 1)
}

// sample is the value to show: the real one, the default, or an empty one.
func sample(d fielddoc.Doc, s *fielddoc.Schema, open bool) string {
	apiVersion, kind := s.GVK.ToAPIVersionAndKind()
	switch path := d.Path.String(); {
	case open:
		return ""
	case path == "apiVersion":
		return " " + apiVersion
	case path == "kind":
		return " " + kind
	}
	switch d.Type.Kind {
	case fielddoc.List:
		return " []"
	case fielddoc.Map, fielddoc.Object:
		return " {}"
	default:
		if d.DefaultKnown && d.Default != "" && !strings.Contains(d.Default, " ") {
			return " " + d.Default
		}
		return ""
	}
}
