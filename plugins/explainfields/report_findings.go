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
// programs such as CI systems, which show the findings beside the lines.
var findingFormats = []string{"junit", "sarif", "github"}

// unreadable is the rule of a document that cannot be read.
const unreadable = "unreadable"

// findingRules are the rules that a finding can name, each with its meaning.
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

// judgement holds the findings on one object of a file, or on a document that
// cannot be read.
type judgement struct {
	file     string
	title    string // of the object; empty for a document that cannot be read
	findings []finding
}

// finding is one problem at its place in the file.
type finding struct {
	rule         string // the id of one of findingRules
	path         string // "spec.replicas", empty for a document that cannot be read
	message      string // a sentence without the field that it is about
	line, column int    // in the file, from 1; 0 if not known
}

// severe reports whether a finding is an error. A deprecated field is only a warning,
// because it still works.
func (f finding) severe() bool { return f.rule != string(fielddoc.DeprecatedField) }

// level returns the level as SARIF and GitHub Actions name it.
func (f finding) level() string {
	if f.severe() {
		return "error"
	}
	return "warning"
}

// text returns a finding as one line that begins with the field.
func (f finding) text() string {
	if f.path == "" {
		return f.message
	}
	return f.path + " " + f.message
}

// listsFindings reports whether the output is one of findingFormats.
func (o *options) listsFindings() bool { return slices.Contains(findingFormats, o.flags.Output) }

// checkFindings checks the flags that cannot be combined with findingFormats.
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

// judge keeps the findings on a document for findingFormats. An object without
// findings is kept, too: JUnit lists it as a passed case.
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
		r.judgements = append(r.judgements, judgementOf(d.file, p.report))
	}
}

// judgementOf returns the findings on one object.
func judgementOf(file string, report *annotate.Report) judgement {
	v := judgement{file: file, title: shownLine(title(report))}
	for _, problem := range report.Problems {
		v.findings = append(v.findings, findingOf(problem))
	}
	return v
}

// findingOf returns a problem of a field as a finding.
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

// unread returns what could not be read beside the documents, such as the server's
// documentation, as one line each.
func (r *run) unread() []string {
	var lines []string
	for _, l := range view.GapLines(r.snapshot.Gaps) {
		lines = append(lines, shownLine(l.What+" not read: "+l.Why))
	}
	return lines
}

// writeFindings writes the findings in the format that -o names.
func (r *run) writeFindings() error {
	out, err := r.encodeFindings()
	if err != nil {
		return err
	}
	// Written at once: half of an XML or JSON document would be none.
	_, err = r.env.Out.Write(out)
	return err
}

// encodeFindings returns the findings as a document in the format that -o names.
func (r *run) encodeFindings() ([]byte, error) {
	switch r.flags.Output {
	case "junit":
		return junit(r.judgements, r.unread())
	case "sarif":
		return sarif(r.judgements, r.unread())
	default:
		return github(r.judgements, r.unread()), nil
	}
}
