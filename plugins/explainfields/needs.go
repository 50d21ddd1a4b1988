package explainfields

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// checkVersions checks the flags about versions of Kubernetes.
func (f *flags) checkVersions(o *options) error {
	if f.target != "" {
		minor, ok := fielddoc.ParseTarget(f.target)
		if !ok {
			return cli.Usagef(
				"--target %q: give a version of Kubernetes from %s to %s",
				f.target,
				fielddoc.Version(fielddoc.Oldest),
				fielddoc.Release,
			)
		}
		o.target = minor
	}
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

// targets returns the versions that --target takes, newest first.
func targets() []string {
	var versions []string
	for minor := fielddoc.Newest(); minor >= fielddoc.Oldest; minor-- {
		versions = append(versions, fielddoc.Version(minor))
	}
	return versions
}

// need is which versions of Kubernetes serve one object.
type need struct {
	place, object string
	needs         *annotate.Needs
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
	columns := []view.Column{
		{
			Head:   "file",
			Shrink: 12,
		}, {Head: "object", Shrink: 12}, {Head: "lowest"}, {Head: "highest"}, {Head: "decided by", Shrink: 20, Prose: true},
	}
	live := len(r.flags.Filenames) == 0
	if live {
		columns = columns[1:]
	}
	table := view.NewTable(columns...)
	row := func(place, object string, n *annotate.Needs, by string) {
		none := "any"
		if n.Unknown {
			none = "unknown"
		}
		cells := []string{place, object, versionOr(n.Lowest, none), versionOr(n.Highest, none), by}
		if live {
			cells = cells[1:]
		}
		table.Row(cells...)
	}
	all := annotate.Needs{}
	var lowestBy, highestBy string
	unknown := 0
	for _, n := range r.needs {
		if n.needs.Unknown {
			unknown++
		}
		row(n.place, n.object, n.needs, decided(n.needs, n.needs.LowestBy, n.needs.HighestBy))
		if newer(n.needs.Lowest, all.Lowest) {
			all.Lowest, lowestBy = n.needs.Lowest, n.object+" "+n.needs.LowestBy
		}
		if n.needs.Highest != "" && (all.Highest == "" || newer(all.Highest, n.needs.Highest)) {
			all.Highest, highestBy = n.needs.Highest, n.object+" "+n.needs.HighestBy
		}
	}
	if len(r.needs) > 1 {
		words := decided(&all, lowestBy, highestBy)
		if all.Highest != "" && newer(all.Lowest, all.Highest) {
			words = "no version serves all: " + words
		}
		if unknown > 0 {
			words = strings.TrimPrefix(words+"; without "+wording.Count(unknown, "object")+" of an unknown kind", "; ")
		}
		row("all", "", &all, words)
	}
	return table.Write(r.env.Out, r.flags.Style(r.env))
}

func versionOr(version, none string) string {
	if version == "" {
		return none
	}
	return version
}

// newer reports whether version a is newer than b; an empty one is the oldest.
func newer(a, b string) bool {
	x, _ := fielddoc.ParseTarget(a)
	y, _ := fielddoc.ParseTarget(b)
	return x > y
}

// decided returns which fields decide, in words.
func decided(n *annotate.Needs, lowestBy, highestBy string) string {
	var words string
	switch {
	case n.Lowest != "" && n.Highest != "" && lowestBy == highestBy:
		words = lowestBy
	case n.Lowest != "" && n.Highest != "":
		words = lowestBy + " (lowest), " + highestBy + " (highest)"
	case n.Lowest != "":
		words = lowestBy
	case n.Highest != "":
		words = highestBy
	}
	if n.Gate != "" {
		gate := n.GateBy + " needs the feature gate " + n.Gate
		if words == n.GateBy || words == "" {
			return gate
		}
		return words + "; " + gate
	}
	if n.Unknown {
		return "no version from " + fielddoc.Version(fielddoc.Oldest) + " to " + fielddoc.Release + " has the kind"
	}
	if words == "" && n.Custom {
		return "a custom kind: see its CustomResourceDefinition"
	}
	return words
}
