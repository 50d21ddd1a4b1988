package annotate

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// meaning returns what a field means: one sentence, or with long all that is known.
// Names that people chose, such as those of labels, have no meaning of their own.
func (f *Field) meaning(long bool) string {
	if f.defines != "" {
		return f.defines
	}
	if f.inSchema() {
		return ""
	}
	note := f.doc.Note
	if f.doc.Generic {
		note = ""
	}
	if long {
		return f.allOf(note)
	}
	if note == "" {
		note = fielddoc.Headline(f.Description, f.name())
	}
	if note == "" {
		return f.choices()
	}
	return strings.TrimSuffix(fielddoc.FirstSentence(note), ".")
}

// allOf returns all that is known of a field, in paragraphs: its note and what a
// change does, the description of the API, the versions that have it, and its rules.
func (f *Field) allOf(note string) string {
	change := ""
	if !f.sameWords {
		change = f.doc.ChangeWords
	}
	var parts []string
	for _, part := range []string{joined(note, change), f.Description, f.rules()} {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			parts = append(parts, part)
		}
	}
	if note == "" && f.Description == "" {
		parts = append([]string{f.choices()}, parts...)
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// rules returns the versions that have the field, and what validation asks of its value.
func (f *Field) rules() string {
	rules := ""
	if len(f.Constraints) > 0 {
		rules = "Rules: " + strings.Join(f.Constraints, "; ") + "."
	}
	if since := f.lifeWords(); since != "" {
		rules = strings.TrimSpace(since + " " + rules)
	}
	return rules
}

// joined returns a note with the sentences on what a change does.
func joined(note, change string) string {
	note = strings.TrimSpace(note)
	if note == "" || change == "" || strings.HasSuffix(note, ".") {
		return strings.TrimSpace(note + " " + change)
	}
	return note + ". " + change
}

// choices returns the allowed values of a field without a description, empty
// if any value is allowed.
func (f *Field) choices() string {
	if !f.doc.Known || f.doc.Free || len(f.doc.Enum) == 0 {
		return ""
	}
	return "One of " + strings.Join(f.doc.Enum, ", ")
}

// name returns the last step of the field's path.
func (f *Field) name() string { return f.path[len(f.path)-1].Name }

// changeMarks are the words for changes that may surprise. A change that takes effect
// at once has none.
var changeMarks = map[fielddoc.Change]string{
	fielddoc.Recreate: "immutable",
	fielddoc.Rollout:  "change: new pods",
	fielddoc.OnDelete: "change: new pods as you delete old ones",
	fielddoc.NewPods:  "change: for new pods only",
	fielddoc.NextRun:  "change: from the next run",
	fielddoc.Restart:  "change: restarts it",
	fielddoc.Follows:  "change: env needs new pods",
}

// mark returns the most important of the short facts about a field, empty if there
// is none: that it is deprecated, what a change does, who set it, its default.
// A fact that holds for a whole object is noted there, not again at each field in it.
func (f *Field) mark(r *Report, when When) string {
	if f.Deprecated != "" && !plain(f.raw) {
		return "deprecated" // a scalar has a problem that reports it
	}
	if mark := f.changeMark(); mark != "" && (f.Section == Spec || f.Section == Data) {
		return mark
	}
	if by := f.setBy(); r.live && by.name != "" && by != r.main {
		return by.words(when)
	}
	if mark := f.sinceMark(); mark != "" {
		return mark
	}
	return f.defaultMark()
}

// longestDefault is the number of bytes up to which a default is shown in a mark.
const longestDefault = 20

// defaultMark returns that the value is the default, or the default if it is another
// one, short, and not obvious.
func (f *Field) defaultMark() string {
	switch {
	case f.IsDefault == nil:
		return ""
	case *f.IsDefault:
		return "default"
	case len(*f.Default) < longestDefault && fielddoc.Telling(*f.Default):
		return "default " + *f.Default
	default:
		return ""
	}
}

// changeMark returns what a change does, empty if that is known from the holder.
func (f *Field) changeMark() string {
	if f.sameChange {
		return ""
	}
	return changeMarks[f.doc.Change]
}
