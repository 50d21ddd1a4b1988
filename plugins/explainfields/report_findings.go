package explainfields

import (
	"slices"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// findingFormats are the values of -o that list only what is wrong in files, for
// the programs that show it beside the files.
var findingFormats = []string{"junit", "sarif", "github"}

// unreadable is the rule of a document that cannot be read.
const unreadable = "unreadable"

// findingRules are the rules that findings name, with what each of them means.
var findingRules = []struct{ id, meaning string }{
	{string(fielddoc.UnknownField), "The kind has no such field, or the kind does not exist."},
	{string(fielddoc.WrongType), "The value has the wrong type or form, or breaks a validation rule."},
	{string(fielddoc.NotInEnum), "The value is not one of those that are accepted here."},
	{string(fielddoc.MissingRequired), "A required field is not set."},
	{string(fielddoc.DeprecatedField), "The field, value or API version is deprecated."},
	{string(fielddoc.RemovedVersion), "Kubernetes does not serve the API version any more."},
	{string(fielddoc.BeyondTarget), "The target version of Kubernetes does not have the field, value or API version."},
	{unreadable, "The document cannot be read."},
}

// judgement is what is wrong with one object of a file, or with a document that
// cannot be read.
type judgement struct {
	file     string
	title    string // of the object; empty for a document that cannot be read
	findings []finding
}

// finding is one thing that is wrong, at its place in the file.
type finding struct {
	rule, path, message string
	line, column        int
}

// severe reports whether a finding is an error, not a warning: what is only
// deprecated still works.
func (f finding) severe() bool { return f.rule != string(fielddoc.DeprecatedField) }

func (f finding) level() string {
	if f.severe() {
		return "error"
	}
	return "warning"
}

// text returns what is wrong on one line that begins with the field.
func (f finding) text() string {
	if f.path == "" {
		return f.message
	}
	return f.path + " " + f.message
}

// listsFindings reports whether the output is one of findingFormats.
func (o *options) listsFindings() bool { return slices.Contains(findingFormats, o.flags.Output) }

// checkFindings checks the flags that findingFormats do not go with.
func (f *flags) checkFindings() error {
	switch {
	case !slices.Contains(findingFormats, f.Output):
		return nil
	case len(f.Filenames) == 0:
		return cli.Usagef("-o %s requires -f: it reports what is wrong by file and line, which live objects and types do not have", f.Output)
	case f.summary || f.needs || f.against != "":
		return cli.Usagef("-o %s reports only what is wrong: leave out --summary, --needs and --against", f.Output)
	default:
		return nil
	}
}

// judge keeps what is wrong with a document for findingFormats.
func (r *run) judge(d *document) {
	if !r.listsFindings() {
		return
	}
	for _, e := range d.errors {
		found := finding{rule: unreadable, message: shownLine(e.Err.Error()), line: e.Line, column: e.Column}
		r.judgements = append(r.judgements, judgement{file: d.file, findings: []finding{found}})
	}
	if d.parsed == nil {
		return
	}
	for _, p := range d.parts {
		v := judgement{file: d.file, title: shownLine(title(p.report))}
		for _, problem := range p.report.Problems {
			v.findings = append(v.findings, findingOf(problem))
		}
		r.judgements = append(r.judgements, v)
	}
}

func findingOf(p annotate.Problem) finding {
	return finding{
		rule: string(p.Kind), path: shownLine(p.Path), message: shownLine(p.Sentence()), line: p.Line, column: p.Column,
	}
}

// shownLine returns text on one line, without credentials and control characters.
func shownLine(text string) string {
	shown, _ := redact.Text(text)
	return view.CleanLine(shown)
}

// unread returns what could not be read beside the documents, a line each.
func (r *run) unread() []string {
	var lines []string
	for _, g := range r.snapshot.Gaps {
		what, why := view.Gap(g)
		lines = append(lines, shownLine(what+" not read: "+why))
	}
	return lines
}

// writeFindings writes what is wrong in the format that -o names.
func (r *run) writeFindings() error {
	var out []byte
	var err error
	switch r.flags.Output {
	case "junit":
		out, err = junit(r.judgements, r.unread())
	case "sarif":
		out, err = sarif(r.judgements, r.unread())
	default:
		out = github(r.judgements, r.unread())
	}
	if err != nil {
		return err
	}
	_, err = r.env.Out.Write(out)
	return err
}
