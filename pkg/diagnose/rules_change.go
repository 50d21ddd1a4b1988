package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// mentioned returns the change of the rollout that the words of the end name:
// by the name of a variable, a path, or a value.
func mentioned(log reading, h history) (rollout.Item, bool) {
	text := log.context()
	for _, item := range h.others() {
		if log.namesChange(text, item) {
			return item, true
		}
	}
	return rollout.Item{}, false
}

// context is the text around the reason that may name settings, or else the last
// lines.
func (r reading) context() string {
	return cmp.Or(r.Context(), strings.Join(r.Excerpt(4), "\n"))
}

// namesChange reports whether text names what a change is about.
func (r reading) namesChange(text string, item rollout.Item) bool {
	if name, found := keyAfter(item.Path, ".env["); found {
		return hasWord(text, name) || (item.Kind != rollout.ItemRemoved && cites(text, item.New))
	}
	for _, field := range fieldKinds {
		if strings.Contains(item.Path, field.part) {
			return r.is(field.kinds...)
		}
	}
	if strings.Contains(item.Path, ".command") || strings.Contains(item.Path, ".args") {
		return r.is(logs.OptionBad, logs.CommandMissing) || cites(text, item.New)
	}
	volume := strings.Contains(item.Path, "olume") // volumes, volumeMounts, volumeDevices
	return volume && slices.ContainsFunc(logs.Files(text), func(path string) bool { return ofVolume(item, path) })
}

// fieldKinds are fields that no log names, with the kinds of trouble that a change of them can bring.
// The first part that a path has counts.
var fieldKinds = []struct {
	part  string
	kinds []logs.Kind
}{
	{"serviceAccount", []logs.Kind{logs.LoginDenied, logs.Forbidden}},
	{"readOnlyRootFilesystem", []logs.Kind{logs.FileReadOnly}},
	{"securityContext", []logs.Kind{logs.FileDenied, logs.FileReadOnly, logs.PortDenied, logs.RightMissing, logs.UserWrong}},
}

// keyAfter returns the key in brackets behind a part of a path: LOG_LEVEL for ".env[" in
// spec.containers[web].env[LOG_LEVEL].value, and false if the path has no such part.
func keyAfter(path, part string) (string, bool) {
	_, rest, found := strings.Cut(path, part)
	key, _, _ := strings.Cut(rest, "]")
	return key, found
}

// ofVolume reports whether a changed volume or mount has a path.
func ofVolume(item rollout.Item, path string) bool {
	if !strings.HasPrefix(path, "/") {
		return false
	}
	if strings.Contains(item.Old+item.New, path) {
		return true
	}
	first, _ := keyAfter(item.Path, "[")
	at, isMount := keyAfter(item.Path, ".volumeMounts[") // a mount is keyed by its path
	return (first != "" && strings.HasPrefix(path, first)) || (isMount && strings.HasPrefix(path, at))
}

// edit is an edit of a ConfigMap or Secret that a container uses.
type edit struct {
	Claim
	at      time.Time
	culprit *Culprit
}

// blame makes the edit the cause of what cause describes.
func (e edit) blame(cause *Cause) {
	cause.Confidence = High
	cause.Culprit = e.culprit
	cause.Since = snapshot.NewTime(e.at)
	cause.Onset = OnsetChange
	cause.addEvidence(e.Claim)
	cause.Summary = fmt.Sprintf("since %s %s was edited: %s", e.culprit.Kind, e.culprit.Name, cause.Summary)
}

// editedSince returns the ConfigMap or Secret of the container that was edited
// after the last time that things are known to have gone well, and before they
// went wrong; false if there is none.
func editedSince(f *caseFile) (edit, bool) {
	good, how, ok := lastGood(f.c, f.course, f.history)
	if !ok {
		return edit{}, false
	}
	for _, o := range f.config.objects {
		at, by, changed := f.config.edited(o)
		if !changed || !at.After(good) || f.course.inTroubleBefore(at) {
			continue
		}
		return edit{
			Claim: claim("managedFields of "+o.kind+" "+o.name,
				"%s %s was edited %s ago (by %s), after %s", o.kind, o.name, wording.Lasted(f.s.At.Sub(at)), by, how),
			at: at, culprit: o.culprit(f.Namespace),
		}, true
	}
	return edit{}, false
}

// inTroubleBefore reports whether the container was in trouble before that time already, so that
// an edit then cannot be the cause: it may be the attempt to mend it.
func (o course) inTroubleBefore(at time.Time) bool {
	if o.end.known() && at.After(o.end.FinishedAt.Time) {
		return true
	}
	first := o.happened.firstTrouble()
	return o.ranWell() > 0 && !first.IsZero() && at.After(first)
}

// reason is the line of the log that explains the exit, or else the exit itself.
func reason(log reading, end termination) string {
	if said := log.line(); said != "" {
		if log.is(logs.PlatformWrong) {
			said = log.wrong() + ": " + said
		}
		return said
	}
	return end.brief()
}

// defect judges programs that end by a fault of their own, and those whose
// end no other rule reads, by what changed before.
func defect(f *caseFile) *Cause {
	if !f.hasEnded() {
		return nil
	}
	h := f.history
	if well, unhealthy, ok := h.drift(f.c); ok {
		return drifted(f, well, unhealthy)
	}
	if h.good() && h.change.Verdict == rollout.Changed && f.course.ranWell() == 0 {
		if cause := cameWith(f); cause != nil {
			return cause
		}
	}
	return cameWithEdit(f)
}

// drifted blames a tag that was pushed again: the template is the same, the image is not.
func drifted(f *caseFile, well, unhealthy string) *Cause {
	const (
		source  = "imageID in the status of the pods"
		summary = "image %s was pushed again: the crashing pods run another digest than the healthy ones: %s"
	)
	h := f.history
	crash := podList(h.unhealthy)
	run := podList(h.healthy, h.well)
	cause := &Cause{
		Category: ImageBug, Confidence: High, Culprit: f.self(), Summary: fmt.Sprintf(summary, f.c.Spec.Image, reason(f.read, f.end)),
		Evidence: []Claim{
			claim(source, "%s crash with digest %s", crash, digest(unhealthy)),
			claim(source, "%s run well with digest %s of the same tag", run, digest(well)),
			f.end.claim(),
		},
		WouldSettle: []string{"run the digest of the healthy pods under the same template"},
	}
	if f.read.known && f.read.line() != "" {
		cause.addEvidence(f.read.claim())
	} else {
		cause.Confidence = Medium
	}
	return cause
}

// cameWith blames what the rollout changed.
func cameWith(f *caseFile) *Cause {
	h := f.history
	item, image := h.image()
	others := h.others()
	if (!image && len(others) == 0) || (image && len(others) > 0 && !f.read.faulty()) {
		return nil // nothing changed, or too much to name one change
	}
	cause := h.dated(&Cause{Confidence: High, Culprit: f.self(), Evidence: []Claim{f.end.claim()}})
	if f.read.line() != "" {
		cause.addEvidence(f.read.claim())
	}
	if image {
		cause.Category = ImageBug
		cause.Summary = fmt.Sprintf("it crashes since image %s replaced %s: %s", tag(item.New), tag(item.Old), reason(f.read, f.end))
		cause.addEvidence(h.onlyImage(item))
	} else {
		cameWithSettings(f.history, f.read, f.end, cause, others)
	}
	cause.addEvidence(h.wellClaim())
	doubtChange(f.history, f.read, cause, image && len(others) > 0)
	cause.WouldSettle = []string{fmt.Sprintf("go back to %s and see whether it runs on", revision(h.former))}
	return cause
}

// cameWithSettings blames changes of the manifest other than the image. The summary names all of
// them; with their values a few are quoted.
func cameWithSettings(h history, log reading, end termination, cause *Cause, changes []rollout.Item) {
	const most = 3
	cause.Category = AppConfig
	since := fmt.Sprintf("%s (%s)", revision(h.now), wording.List(phrases(changes)))
	cause.Summary = fmt.Sprintf("it crashes since %s, with the same image: %s", since, reason(log, end))
	for _, change := range changes[:min(most, len(changes))] {
		cause.addEvidence(h.changed(change))
	}
}

// doubtChange lowers the confidence that a change is to blame if it changed more than one thing,
// if the program does not show a fault of its own, or if a pod of the same revision runs well.
func doubtChange(h history, log reading, cause *Cause, several bool) {
	if several || !log.faulty() {
		cause.Confidence = Medium
	}
	if healthy := h.healthy; len(healthy) > 0 {
		cause.Confidence = Low
		cause.addAgainst(claim("status of pod "+healthy[0].Name, "the same revision runs well there"))
	}
}

// faulty reports whether the log shows a defect of the program.
func (r reading) faulty() bool {
	return r.is(logs.Fault, logs.ModuleMissing, logs.LibraryMissing)
}

// cameWithEdit blames an edited ConfigMap or Secret. That both fall together may be chance, so the
// confidence is low.
func cameWithEdit(f *caseFile) *Cause {
	edit, ok := editedSince(f)
	if !ok {
		return nil
	}
	object := edit.culprit.Kind + " " + edit.culprit.Name
	cause := &Cause{
		Category: AppConfig, Confidence: Low, Culprit: edit.culprit, Since: snapshot.NewTime(edit.at), Onset: OnsetChange,
		Summary:     fmt.Sprintf("it crashes since %s was edited: %s", object, reason(f.read, f.end)),
		Evidence:    []Claim{edit.Claim, f.end.claim()},
		WouldSettle: []string{"the former contents of " + object},
	}
	if f.read.Cause != nil {
		cause.addEvidence(f.read.claim())
	}
	return cause
}
