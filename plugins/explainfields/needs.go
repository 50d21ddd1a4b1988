package explainfields

import (
	"cmp"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// checkVersions checks the flags about versions of Kubernetes.
func (f *flags) checkVersions() error {
	if _, ok := fielddoc.ParseTarget(f.target); !ok && f.target != "" {
		return cli.Usagef("--target %q: give a version of Kubernetes from %s to %s",
			f.target, fielddoc.Version(fielddoc.Oldest), fielddoc.Release)
	}
	// The versions that serve an object are asked for in place of what one of them says.
	if f.needs && (f.target != "" || f.summary || f.against != "" || f.verify) {
		return cli.Usagef("--needs prints its own lines: leave out --target, --summary, --against and --verify-defaults")
	}
	if f.needs && slices.Contains([]string{"table", "markdown", "html"}, f.Output) {
		return cli.Usagef("--needs prints text: leave out -o %s", f.Output)
	}
	if slices.Contains(f.FailOn, findings[fielddoc.BeyondTarget]) && f.target == "" {
		return cli.Usagef("--fail-on target requires --target")
	}
	return nil
}

// targets returns the versions that --target takes, newest first, for the completion of a shell.
func targets() []string {
	var versions []string
	for minor := fielddoc.Newest(); minor >= fielddoc.Oldest; minor-- {
		versions = append(versions, fielddoc.Version(minor))
	}
	return versions
}

// need is the range of versions of Kubernetes that serve one object, as far as this command
// knows them: from fielddoc.Oldest to fielddoc.Release.
type need struct {
	place  string // "web.yaml:12", empty for live objects
	object string // "Deployment shop/web"
	needs  *annotate.Needs
}

// firstLine returns the line of the file on which an object begins, 0 for live ones.
func firstLine(d *document, r *annotate.Report) int {
	if d.file == "" || len(r.Fields) == 0 {
		return 0
	}
	return r.Fields[0].Line
}

// writeNeeds writes a line for each object, and one for all if there are several.
func (r *run) writeNeeds() error {
	t := newNeedsTable(len(r.flags.Filenames) == 0)
	for _, n := range r.needs {
		t.row(n.place, n.object, n.needs, decided(n.needs, n.needs.LowestBy, n.needs.HighestBy))
	}
	if len(r.needs) > 1 {
		all, words := together(r.needs)
		t.row("all", "", &all, words)
	}
	return t.Write(r.env.Out, r.flags.Style(r.env))
}

// needsTable is the table that --needs prints. Live objects have no column for the file.
type needsTable struct {
	*view.Table
	live bool
}

// newNeedsTable returns the table without rows.
func newNeedsTable(live bool) needsTable {
	columns := needsColumns
	if live { // no file
		columns = columns[1:]
	}
	return needsTable{view.NewTable(columns...), live}
}

// needsColumns are the columns of the table, for objects of files.
var needsColumns = []view.Column{
	{Head: "file", Shrink: 12}, // with the line, to be found in an editor
	{Head: "object", Shrink: 12},
	{Head: "lowest"},
	{Head: "highest"},
	{Head: "decided by", Shrink: 20, Prose: true},
}

// row adds the versions of one object, or of all. by is what decides them, in words.
func (t needsTable) row(place, object string, n *annotate.Needs, by string) {
	none := "any" // no bound among the versions that this command knows
	if n.Unknown {
		none = "unknown"
	}
	cells := []string{place, object, cmp.Or(n.Lowest, none), cmp.Or(n.Highest, none), by}
	if t.live {
		cells = cells[1:]
	}
	t.Row(cells...)
}

// together returns the versions that serve all objects, and what decides them, in
// words: the object with the highest lowest version, and the one with the lowest
// highest version. Objects of an unknown kind are counted apart.
func together(objects []need) (annotate.Needs, string) {
	all := annotate.Needs{}
	var lowestBy, highestBy string
	// The range that all have in common: the highest of the lowest, the lowest of the highest.
	for _, n := range objects {
		// Of two that need the same version the first is named.
		if newer(n.needs.Lowest, all.Lowest) {
			all.Lowest = n.needs.Lowest
			lowestBy = n.object + " " + n.needs.LowestBy
		}
		if n.needs.Highest != "" && (all.Highest == "" || newer(all.Highest, n.needs.Highest)) {
			all.Highest = n.needs.Highest
			highestBy = n.object + " " + n.needs.HighestBy
		}
	}
	words := decided(&all, lowestBy, highestBy)
	// One object may need a field that is newer than the last version of another's API version.
	if all.Highest != "" && newer(all.Lowest, all.Highest) {
		words = "no version serves all: " + words
	}
	if unknown := countUnknown(objects); unknown > 0 {
		words = strings.TrimPrefix(words+"; without "+wording.Count(unknown, "object")+" of an unknown kind", "; ")
	}
	return all, words
}

// countUnknown counts the objects of which no version is known to have the kind.
func countUnknown(objects []need) int {
	n := 0
	for _, o := range objects {
		if o.needs.Unknown {
			n++
		}
	}
	return n
}

// newer reports whether version a is newer than b; an empty one is the oldest.
func newer(a, b string) bool {
	x, _ := fielddoc.ParseTarget(a) // compared as numbers: as text 1.9 would be newer than 1.30
	y, _ := fielddoc.ParseTarget(b)
	return x > y
}

// decided returns in words what decides the versions of an object: the fields, a
// feature gate, or that the kind is unknown or a custom one.
func decided(n *annotate.Needs, lowestBy, highestBy string) string {
	words := decidedBy(n, lowestBy, highestBy)
	switch {
	case n.Gate != "": // which no version has on by default: a version alone would not be enough
		gate := n.GateBy + " needs the feature gate " + n.Gate
		if words == n.GateBy || words == "" { // the field would be named twice
			return gate
		}
		return words + "; " + gate
	case n.Unknown:
		return "no version from " + fielddoc.Version(fielddoc.Oldest) + " to " + fielddoc.Release + " has the kind"
	case words == "" && n.Custom: // a version of Kubernetes does not decide
		return "a custom kind: see its CustomResourceDefinition"
	default:
		return words
	}
}

// decidedBy returns the fields that decide the lowest and the highest version:
// "spec.loadBalancerClass (lowest), apiVersion (highest)", or one of them if there is no other bound.
func decidedBy(n *annotate.Needs, lowestBy, highestBy string) string {
	switch {
	case n.Lowest == "" && n.Highest == "":
		return ""
	case n.Highest == "":
		return lowestBy
	case n.Lowest == "":
		return highestBy
	case lowestBy == highestBy:
		return lowestBy
	default:
		return lowestBy + " (lowest), " + highestBy + " (highest)"
	}
}
