package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// lastGood returns the last start that is known to have gone well before the
// trouble, and how that is known.
func lastGood(c pod.Container, course course, h history) (time.Time, string, bool) {
	p, at := h.latestHealthy()
	switch {
	case p != nil:
		return at, "pod " + p.Name + ", which runs well, started", true
	case h.good() && h.former.CreatedAt != nil:
		return h.former.CreatedAt.Time, revision(h.former) + ", which ran well, was made", true
	case course.ranWell() > 0:
		return c.Pod.CreationTimestamp.Time, "the pod, which ran well at first, was made", true
	}
	return time.Time{}, "", false
}

// latestHealthy returns the pod in which the container started last of all that run it well, and
// when; nil if there is none.
func (h history) latestHealthy() (latest *corev1.Pod, at time.Time) {
	for _, p := range slices.Concat(h.healthy, h.well) {
		c, _ := pod.Find(p, h.container)
		if run := c.Status.State.Running; run != nil && run.StartedAt.After(at) {
			latest = p
			at = run.StartedAt.Time
		}
	}
	return latest, at
}

// misconfigured judges programs that exit over what they were given.
func misconfigured(f *caseFile) *Cause {
	if f.read.category() != AppConfig || f.end.faulted() {
		return nil
	}
	cause := &Cause{Category: AppConfig, Confidence: Medium, Culprit: f.self(), Evidence: append(f.read.claims(), f.end.claim())}
	clues := f.clues.all()
	about := followClues(f.Container, cause, clues)
	cause.addEvidence(f.clues.unmounted(f.read.operand())...)
	cause.Summary = f.clues.refusal(about) + ": " + f.read.line()
	cause.WouldSettle = confirms(f.read, f.history, about)
	if f.read.is(logs.PortTaken) && f.c.Pod.Spec.HostNetwork {
		cause.WouldSettle = []string{f.node.listener(f.read.line())}
	}
	if s, ok := f.clues.joined(); ok {
		splitUp(f, cause, s)
	}
	if item, ok := mentioned(f.read, f.history); ok && f.history.good() {
		cause.Confidence = High
		return f.history.sinceChange(cause, item)
	}
	if edit, ok := editedSince(f); ok {
		edit.blame(cause)
		return cause
	}
	return weigh(f, cause, len(clues) > 0)
}

// followClues adds what the manifest has of the names in the log to the cause, and returns what it
// is about. The first object that holds a part of the configuration is to blame.
func followClues(u Container, cause *Cause, clues []clue) (about subject) {
	for _, c := range clues {
		cause.addEvidence(c.evidence...)
		about = cmp.Or(about, c.subject)
		if c.culprit != nil && cause.Culprit.Kind == u.Root.Kind {
			cause.Culprit = c.culprit
		}
		if c.strong {
			cause.Confidence = High
		}
	}
	return about
}

// named judges code that is missing in the image, and that a setting of the
// manifest names: the setting is wrong, or the image does not fit it.
func named(f *caseFile) *Cause {
	name := f.read.operand()
	if !f.hasEnded() || !(f.read.is(logs.ModuleMissing) || f.read.lacksFile()) || name == "" {
		return nil
	}
	i := slices.IndexFunc(f.config.settings, func(s setting) bool { return s.known && namesModule(s.value, name) })
	if i < 0 {
		return nil
	}
	s := f.config.settings[i]
	return &Cause{
		Category: AppConfig, Confidence: Medium, Culprit: f.clues.culpritOf(s),
		Summary:     fmt.Sprintf("%s names %s, which is not in the image: %s", cmp.Or(s.name, "its command line"), name, f.read.line()),
		Evidence:    f.lineAndEnd(namedIn(s, name)),
		WouldSettle: []string{"whether the image has " + name + ", or whether the setting is meant for another image"},
	}
}

// namesModule reports whether a value has the name of a module other than as a directory of paths, as in
// "/usr/lib/NAME/x".
func namesModule(value, name string) bool {
	return hasWord(value, name) && strings.Count(value, name) > strings.Count(value, "/"+name+"/")
}

// namedIn quotes a setting that names something: of a file the line that does.
func namedIn(s setting, name string) Claim {
	if line, n := quotedIn(s.value, name); strings.Contains(s.value, "\n") && n > 0 {
		return claim(s.source, "line %d: %s", n, line)
	}
	return claim(s.source, "%s is %s", cmp.Or(s.name, "the argument"), shown(s))
}

// hasEnded reports whether the case is of a container, not of a Job without pods, whose last exit
// is known.
func (f *caseFile) hasEnded() bool { return f.Pod != "" && f.end.known() }

// lacksFile reports whether a shared library is not there, rather than made for another version.
func (r reading) lacksFile() bool {
	return r.is(logs.LibraryMissing) && strings.Contains(r.line(), "No such file")
}

// weigh lets a rollout that changed just the image, or a reason that nothing ties
// to the manifest, contradict a verdict of the log alone.
func weigh(f *caseFile, cause *Cause, tied bool) *Cause {
	h := f.history
	vague := !tied && f.read.strength() < logs.Decides
	item, only := h.imageAlone()
	switch {
	case only && !tied && ofImage(f.read.kind()):
		return nil // the new image lacks it or brings it: the rules of change judge
	case only:
		h.newVersionAsks(cause, item)
	case h.good() && len(h.others()) > 0:
		cause.addEvidence(claim(h.source(), "%s: %s; %s", revision(h.now), wording.List(phrases(h.others())), h.formerWell()))
	case vague && !ofSettings(f):
		return nil // any data may be bad or lack something: nothing here shows that it is a setting
	case vague:
		cause.Confidence = Low
	}
	return cause
}

// newVersionAsks weakens a verdict on settings that did for the former image: the new version may
// only ask for more.
func (h history) newVersionAsks(cause *Cause, item rollout.Item) {
	cause.Confidence = Medium
	cause.addEvidence(h.onlyImage(item))
	cause.addAgainst(claim(h.source(), "the same settings did for %s: %s", tag(item.Old), h.formerWell()))
	cause.WouldSettle = []string{fmt.Sprintf("the release notes of %s: what it asks for that %s did not", tag(item.New), tag(item.Old))}
}

// ofImage reports whether what is wrong may be part of the image.
func ofImage(kind logs.Kind) bool {
	switch kind {
	case logs.FileMissing, logs.CommandMissing, logs.FileDenied, logs.FileBad, logs.ConfigValue, logs.ConfigSyntax, logs.ConfigUnknown,
		logs.DataForeign, logs.UserMissing, logs.PluginMissing:
		return true
	default:
		return false
	}
}

// ofSettings reports whether the words of the reason are those of a configuration,
// or the reason is about a file where Linux programs have theirs (hier(7)), or about a name of several words in one in
// a program that fails at its start: before it has data, it checks its settings.
func ofSettings(f *caseFile) bool {
	r := f.read
	if r.namesKey() && failsAtStart(f) {
		return true
	}
	if settingWords.MatchString(r.line()) || strings.HasPrefix(r.operand(), "/etc/") {
		return true
	}
	return r.Cause != nil && r.Cause.Place.File != ""
}

// failsAtStart reports whether the program of a container that is to run on ends soon after its start. What a Job is
// given to work on is data.
func failsAtStart(f *caseFile) bool {
	ran, known := f.end.ran()
	return known && ran <= quietly && f.job == nil
}

// settingWords are words of configurations.
var settingWords = lazyregexp.New(
	`(?i)\bconfig|setting|schedule|cron|\bflag|\benv\b|environment|port number|\bur[li]\b|\bdsn\b|parameter|propert|argument|\blisten` +
		`|directive|keyword|variable|\.(?:ya?ml|toml|ini|conf|cfg|properties|env|xml)\b|placeholder|connection string|log.?level`,
)
