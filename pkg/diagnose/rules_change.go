package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// formerWell says how the former revision did.
func (f *facts) formerWell() string {
	h := f.history
	if h.former == nil {
		return "no former revision is known"
	}
	name := revision(h.former)
	switch {
	case len(h.well) > 0:
		return fmt.Sprintf("%s of %s still run it without trouble, for up to %s", wording.Count(len(h.well), "pod"), name, wording.Lasted(h.ranFor))
	case h.ranFor > 0:
		return fmt.Sprintf("%s served for %s before, and no crash of it is known (its pods are gone)", name, wording.Lasted(h.ranFor))
	}
	return fmt.Sprintf("of %s no crash is known (its pods are gone)", name)
}

// onlyImage says that the image changed and what else did.
func (f *facts) onlyImage(item rollout.Item) Claim {
	rest := "nothing else that matters to the container changed"
	if others := f.history.others(f.Name); len(others) > 0 {
		rest = "besides: " + wording.List(phrases(others))
	}
	return claim(f.Root.String(), "%s, %s ago, changed the image from %s to %s; %s", revision(f.history.now), wording.Lasted(f.s.At.Sub(f.history.at)), item.Old, item.New, rest)
}

// changed says one change of the rollout with its values, unless it may be secret.
func (f *facts) changed(item rollout.Item) Claim {
	text := item.Words()
	if strings.Contains(item.Path, ".env[") && !secretName(item.Path) {
		text = fmt.Sprintf("%s (%s → %s)", text, quoted(item.Old), quoted(item.New))
	}
	return claim(f.Root.String(), "%s, %s ago: %s", revision(f.history.now), wording.Lasted(f.s.At.Sub(f.history.at)), text)
}

// mentioned returns the change of the rollout that the words of the end name:
// by the name of a variable, a path, or a value.
func (f *facts) mentioned() (rollout.Item, bool) {
	text := f.context()
	for _, item := range f.history.others(f.Name) {
		if f.names(text, item) {
			return item, true
		}
	}
	return rollout.Item{}, false
}

// context is the text around the end that may name settings: the lines of the
// sign, and the source lines that a traceback quotes.
func (f *facts) context() string {
	if f.read.at >= 0 {
		from := f.read.at
		for from > 0 && f.read.at-from < 12 && (from == f.read.at || f.read.lines[from].frame || f.read.at-from < 3) {
			from--
		}
		var out []string
		for _, l := range f.read.lines[from:min(len(f.read.lines), f.read.at+3)] {
			out = append(out, l.text)
		}
		return strings.Join(out, "\n")
	}
	return strings.Join(f.read.excerpt(4), "\n")
}

// names reports whether text names what a change is about.
func (f *facts) names(text string, item rollout.Item) bool {
	if i := strings.Index(item.Path, ".env["); i >= 0 {
		name, _, _ := strings.Cut(item.Path[i+len(".env["):], "]")
		if hasWord(text, name) {
			return true
		}
		return item.Kind != rollout.ItemRemoved && cites(text, item.New)
	}
	switch {
	case strings.Contains(item.Path, "serviceAccount"):
		return f.read.sign == denied
	case strings.Contains(item.Path, "readOnlyRootFilesystem"):
		return f.read.sign == readOnly
	case strings.Contains(item.Path, "securityContext"):
		return f.read.sign == noAccess || f.read.sign == readOnly || (f.read.sign == portInUse && strings.Contains(text, "permission"))
	case strings.Contains(item.Path, ".command"), strings.Contains(item.Path, ".args"):
		return f.read.sign == badFlag || f.read.sign == notFound || cites(text, item.New)
	case strings.Contains(item.Path, "olume"):
		return slices.ContainsFunc(files(text), func(path string) bool {
			_, rest, _ := strings.Cut(item.Path, "[")
			at, _, _ := strings.Cut(rest, "]")
			return strings.HasPrefix(path, "/") && (strings.Contains(item.Old+item.New, path) || (strings.HasPrefix(path, at) && at != "") || mountIn(item, path))
		})
	}
	return false
}

// mountIn reports whether a changed volumeMount is over path.
func mountIn(item rollout.Item, path string) bool {
	i := strings.Index(item.Path, ".volumeMounts[")
	if i < 0 {
		return false
	}
	at, _, _ := strings.Cut(item.Path[i+len(".volumeMounts["):], "]")
	return strings.HasPrefix(path, at)
}

// editedSince returns the ConfigMap or Secret of the container that was edited
// after the last time that things are known to have gone well, and before they
// went wrong.
func (f *facts) editedSince() (Claim, *Culprit, bool) {
	good, how, ok := f.lastGood()
	if !ok {
		return Claim{}, nil, false
	}
	for _, o := range objects(f.c.Pod, f.c.Spec) {
		at, by, changed := f.edited(o)
		if !changed || !at.After(good) {
			continue
		}
		if f.death != nil && at.After(f.death.FinishedAt.Time) {
			continue
		}
		if first := f.happened.firstTrouble(); f.ranWell() > 0 && !first.IsZero() && at.After(first) {
			continue // it was in trouble before
		}
		return claim("managedFields of "+o.kind+" "+o.name, "%s %s was edited %s ago (by %s), after %s", o.kind, o.name, wording.Lasted(f.s.At.Sub(at)), by, how),
			&Culprit{Kind: o.kind, Namespace: f.Namespace, Name: o.name}, true
	}
	return Claim{}, nil, false
}

// defect judges programs that end by a fault of their own, and those whose
// end no other rule reads, by what changed before.
func defect(f *facts) *Cause {
	if f.Pod == "" || f.death == nil {
		return nil
	}
	h := f.history
	if well, sick, ok := h.drift(f.c); ok {
		return f.drifted(well, sick)
	}
	if h.good() && h.change.Verdict == rollout.Changed && f.ranWell() == 0 {
		if cause := f.cameWith(); cause != nil {
			return cause
		}
	}
	return f.cameWithEdit()
}

// drifted blames a tag that was pushed again.
func (f *facts) drifted(well, sick string) *Cause {
	h := f.history
	cause := &Cause{
		Category: ImageBug, Confidence: High, Culprit: f.self(),
		Summary: fmt.Sprintf("image %s was pushed again: the crashing pods run another digest than those that do well: %s", f.c.Spec.Image, f.read.said()),
		Evidence: []Claim{
			claim("imageID in the status of the pods", "%s crash with digest %s", wording.List(podNames(h.sick)), digest(sick)),
			claim("imageID in the status of the pods", "%s run well with digest %s of the same tag", wording.List(podNames(slices.Concat(h.healthy, h.well))), digest(well)),
			f.exitClaim(),
		},
		WouldSettle: []string{"run the digest of the healthy pods under the same template"},
	}
	if f.read.known && f.read.said() != "" {
		cause.Evidence = append(cause.Evidence, f.saidClaim())
	} else {
		cause.Confidence = Medium
	}
	return cause
}

// cameWith blames what the rollout changed.
func (f *facts) cameWith() *Cause {
	h := f.history
	item, image := h.image(f.Name)
	others := h.others(f.Name)
	if (!image && len(others) == 0) || (image && len(others) > 0 && f.read.sign != fault) {
		return nil // nothing changed, or too much to tell which
	}
	cause := &Cause{Confidence: High, Culprit: f.self(), Evidence: []Claim{f.exitClaim()}}
	said := f.read.said()
	if said != "" {
		cause.Evidence = append(cause.Evidence, f.saidClaim())
	} else {
		said = f.ended()
	}
	if image {
		cause.Category = ImageBug
		cause.Summary = fmt.Sprintf("it crashes since image %s replaced %s %s ago: %s", tag(item.New), tag(item.Old), wording.Lasted(f.s.At.Sub(h.at)), said)
		cause.Evidence = append(cause.Evidence, f.onlyImage(item))
	} else {
		cause.Category = AppConfig
		cause.Summary = fmt.Sprintf("it crashes since %s (%s) %s ago, with the same image: %s", revision(h.now), wording.List(phrases(others)), wording.Lasted(f.s.At.Sub(h.at)), said)
		for _, o := range others[:min(3, len(others))] {
			cause.Evidence = append(cause.Evidence, f.changed(o))
		}
	}
	cause.Evidence = append(cause.Evidence, claim(f.Root.String(), "%s", f.formerWell()))
	if (image && len(others) > 0) || f.read.sign != fault {
		cause.Confidence = Medium
	}
	if len(h.healthy) > 0 {
		cause.Confidence = Low
	}
	for _, p := range h.healthy {
		cause.Against = append(cause.Against, claim("status of pod "+p.Name, "the same revision runs well there"))
		break
	}
	cause.WouldSettle = []string{fmt.Sprintf("go back to %s and see whether it runs on", revision(h.former))}
	return cause
}

// cameWithEdit blames an edited ConfigMap or Secret.
func (f *facts) cameWithEdit() *Cause {
	edit, culprit, ok := f.editedSince()
	if !ok {
		return nil
	}
	said := f.read.said()
	if said == "" {
		said = f.ended()
	}
	cause := &Cause{
		Category: AppConfig, Confidence: Low, Culprit: culprit,
		Summary:     fmt.Sprintf("it crashes since %s %s was edited: %s", culprit.Kind, culprit.Name, said),
		Evidence:    []Claim{edit, f.exitClaim()},
		WouldSettle: []string{fmt.Sprintf("the former contents of %s %s", culprit.Kind, culprit.Name)},
	}
	if f.read.sign != signNone {
		cause.Evidence = append(cause.Evidence, f.saidClaim())
	}
	return cause
}
