package annotate

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// meaning says what a field means: in one sentence, or in all that is known.
// Names that people chose have no meaning of their own.
func (f *Field) meaning(long bool) string {
	note := f.doc.Note
	if f.doc.Generic {
		note = ""
	}
	if !long {
		if note == "" {
			note = fielddoc.Headline(f.Description, f.name())
		}
		if note == "" {
			return f.undescribed()
		}
		return strings.TrimSuffix(fielddoc.FirstSentence(note), ".")
	}
	var rules string
	if len(f.Constraints) > 0 {
		rules = "Rules: " + strings.Join(f.Constraints, "; ") + "."
	}
	change := ""
	if f.holder == nil || f.doc.ChangeWords != f.holder.doc.ChangeWords {
		change = f.doc.ChangeWords
	}
	var parts []string
	for _, part := range []string{note + " " + change, f.Description, rules} {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			parts = append(parts, part)
		}
	}
	if note == "" && f.Description == "" {
		parts = append([]string{f.undescribed()}, parts...)
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

const undescribed = "no description: "

// undescribed says plainly that the documentation has nothing but the type of
// a field; empty for names that people chose, and for what is not known at all.
func (f *Field) undescribed() string {
	if !f.doc.Known || f.doc.Free {
		return ""
	}
	words := undescribed + f.doc.Type.Name()
	if len(f.doc.Enum) > 0 {
		words += ", one of " + strings.Join(f.doc.Enum, ", ")
	}
	return words
}

func (f *Field) name() string { return f.doc.Path[len(f.doc.Path)-1].Name }

// changeMarks are the changes that surprise, in short.
var changeMarks = map[fielddoc.Change]string{
	fielddoc.Recreate: "immutable",
	fielddoc.Rollout:  "change: new pods",
	fielddoc.OnDelete: "change: new pods as you delete old ones",
	fielddoc.NewPods:  "change: for new pods only",
	fielddoc.NextRun:  "change: from the next run",
	fielddoc.Restart:  "change: restarts it",
	fielddoc.Follows:  "change: env needs new pods",
}

// marks returns the short facts about a field, the weightiest first. What holds
// for all that a field holds is said once, and so is who made the object.
func (f *Field) marks(live bool, maker string) []string {
	var marks []string
	if f.Deprecated != "" && !plain(f.raw) {
		marks = append(marks, "deprecated")
	}
	isDefault := f.IsDefault != nil && *f.IsDefault
	switch {
	case isDefault:
		marks = append(marks, "default")
	case f.IsDefault != nil && len(*f.Default) < 20 && fielddoc.Telling(*f.Default):
		marks = append(marks, "default "+*f.Default)
	}
	if mark := f.changeMark(f.holder); mark != "" && (f.Section == Spec || f.Section == Data) {
		marks = append(marks, mark)
	}
	if mark := f.whose(); live && mark != "" && mark != maker && (!isDefault || mark == yours) {
		marks = append(marks, mark)
	}
	return marks
}

// changeMark says what a change does, where that is not said at the holder.
func (f *Field) changeMark(holder *Field) string {
	if holder != nil && f.doc.Change == holder.doc.Change {
		return ""
	}
	return changeMarks[f.doc.Change]
}

const yours = "yours"

// whose says who set a value, where that is not plain from the field itself.
func (f *Field) whose() string {
	if (f.Section != Spec && f.Section != Data) || !plain(f.raw) {
		return ""
	}
	switch f.Origin {
	case provenance.User:
		return yours
	case provenance.Controller:
		for _, m := range f.Managers {
			if provenance.IsController(m) {
				return "by " + m.Manager
			}
		}
		if f.Path == "spec.nodeName" {
			return "by the scheduler"
		}
		return "by a controller"
	case provenance.Admission:
		return "by admission"
	case provenance.Server:
		return "by the server"
	default:
		return ""
	}
}

// Maker says by whom all fields are that are not marked otherwise, where a
// controller made the object; empty for what people made.
func (r *Report) Maker() string {
	if !r.live {
		return ""
	}
	return r.maker
}
