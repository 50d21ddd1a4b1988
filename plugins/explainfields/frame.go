package explainfields

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// signature begins the words in brackets with which the header of an explained
// document ends, errorMark the header of one that cannot be read.
const (
	signature = "(explained "
	errorMark = "ERROR: "
)

// Whose documentation the comments are from, as it follows the signature.
const (
	byBuiltIn    = "as in Kubernetes " // a version follows
	byServer     = "by the server's own documentation"
	byCRD        = "by its CustomResourceDefinition"
	bySeveral    = "by kubectl explainfields" // a list whose kinds are documented in several ways
	byNone       = "without documentation: the kind is unknown"
	byBareServer = "without documentation: the server has no schema of the kind"
	byBareCRD    = "without documentation: its CustomResourceDefinition has no schema"
)

// explained reports whether the comment with which a document begins is ours:
// then all comments with its marker are. Only our own words are matched, because a false match
// would remove comments of the author.
func explained(words string) bool {
	if strings.HasPrefix(words, errorMark+"line ") {
		return true
	}
	for _, by := range []string{byBuiltIn, byServer, byCRD, bySeveral, byNone, byBareServer, byBareCRD} {
		if strings.Contains(words, signature+by) {
			return true
		}
	}
	return false
}

// header returns the lines above a document: how many values were redacted, what the
// kind is, whose documentation is used, how the live object and the other contexts
// differ, and who wrote the object.
func (o *options) header(d *document) []annotate.Note {
	if len(d.parts) == 0 {
		return nil // nothing but comments, or null
	}
	var lines []annotate.Note
	add := func(kind annotate.Kind, text string) {
		if text != "" {
			lines = append(lines, annotate.Note{Kind: kind, Text: text})
		}
	}
	add(annotate.Meaning, redactions(d.parts))
	if len(d.parts) != 1 {
		add(annotate.Meaning, fmt.Sprintf("%s: a list of %d objects. %s", filepath.Base(d.file), len(d.parts), source(d.parts)))
		return lines
	}
	// The notes of the objects of a list stand at each; one header could not tell them apart.
	p := d.parts[0]
	add(annotate.Meaning, about(p.schema, p.report)+" "+source(d.parts))
	if p.compared {
		add(annotate.Difference, differences(p.report.Against))
	}
	add(annotate.Meaning, p.contexts)
	add(annotate.Meaning, o.managers(p.report.Shares()))
	return lines
}

// redactions returns the line about redacted values, empty if there are none.
func redactions(parts []part) string {
	redacted := 0
	for _, p := range parts {
		redacted += p.report.Redacted
	}
	switch redacted {
	case 0:
		return ""
	case 1:
		return "1 value is redacted; --show-secrets shows it."
	default:
		return fmt.Sprintf("%d values are redacted; --show-secrets shows them.", redacted)
	}
}

// about returns what a kind is, in a sentence: what a definition defines, the first sentence of
// the documentation, or no more than its name.
func about(s *fielddoc.Schema, r *annotate.Report) string {
	kind := s.GVK.Kind
	if defined := r.Defines(); defined != "" {
		return defined
	}
	text := strings.TrimSuffix(s.Sentence(), ".")
	if text == "" {
		return kind + "."
	}
	return text + "."
}

// source returns in brackets whose documentation the comments are from.
func source(parts []part) string {
	if len(parts) == 0 {
		return signature + bySeveral + ")"
	}
	words := sourceWords(parts[0].schema)
	for _, p := range parts {
		if sourceWords(p.schema) != words {
			words = bySeveral
		}
	}
	return signature + words + ")"
}

// sourceWords returns whose documentation a kind is explained with.
func sourceWords(kind *fielddoc.Schema) string {
	server := kind.Source == fielddoc.Server
	switch {
	case kind.Undefined:
		return byNone
	case kind.Bare() && server:
		return byBareServer
	case kind.Bare():
		return byBareCRD
	case server:
		return byServer
	case kind.Source == fielddoc.CRDFile:
		return byCRD
	}
	return builtInWords(kind.Target())
}

// builtInWords returns the version of the built-in documentation, and the one that the object is judged by
// if that is another: "as in Kubernetes 1.37, judged as by 1.30".
func builtInWords(target string) string {
	if target == "" {
		return byBuiltIn + fielddoc.Release
	}
	return byBuiltIn + fielddoc.Release + ", judged as by " + target
}

// managers returns who wrote the object, with the number of values that each
// owns. An object with one manager needs no names.
func (o *options) managers(shares []annotate.Share) string {
	if len(shares) < 2 {
		return ""
	}
	names := make([]string, len(shares))
	for i, s := range shares {
		names[i] = o.manager(s)
	}
	return "Fields set by " + strings.Join(names, ", ")
}

// manager returns the share of one manager in words. The fields of the main one have
// no note of their own, which the header explains: "kubectl-client-side-apply 12 (3d ago,
// unmarked below)".
func (o *options) manager(s annotate.Share) string {
	words := fmt.Sprintf("%s %d", s.Manager.Manager, s.Fields)
	if facts := o.shareFacts(s); len(facts) > 0 {
		words += " (" + strings.Join(facts, ", ") + ")"
	}
	return words
}

// shareFacts returns what the header adds to a manager: "status", "3d ago", "unmarked below".
func (o *options) shareFacts(s annotate.Share) []string {
	var facts []string
	if s.Subresource != "" {
		facts = append(facts, s.Subresource)
	}
	if s.Time != nil {
		facts = append(facts, o.when(s.Time.Time))
	}
	if s.Main {
		facts = append(facts, "unmarked below")
	}
	return facts
}

// when returns a time in words: how long ago it was by the clock of the server
// or the bundle, else the time itself. Files of unknown age have no "ago".
func (o *options) when(t time.Time) string {
	if o.at.IsZero() || o.atSource == snapshot.AtNewest {
		return t.UTC().Format("2006-01-02 15:04")
	}
	return wording.Age(o.at.Sub(t)) + " ago"
}

// differences counts the fields in which the live object differs from the file, and
// those that only the live object has.
func differences(against []annotate.Against) string {
	if len(against) == 0 {
		return "as the file says"
	}
	only := 0
	for _, a := range against {
		if a.File == nil { // defaults and what controllers set: no difference that one made
			only++
		}
	}
	differ := len(against) - only
	words := wording.Count(differ, "field") + " differ"
	if differ == 1 {
		words = "1 field differs"
	}
	return words + onlyThere(only)
}

// onlyThere counts the fields that the cluster alone has, as the end of a sentence.
func onlyThere(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", 1 more is only there"
	default:
		return fmt.Sprintf(", %d more are only there", n)
	}
}
