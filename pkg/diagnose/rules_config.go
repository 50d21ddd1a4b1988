package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// lastGood returns the last start that is known to have gone well before the
// trouble, and how that is known.
func (f *caseFile) lastGood() (time.Time, string, bool) {
	var at time.Time
	how := ""
	for _, p := range slices.Concat(f.history.healthy, f.history.well) {
		if c, ok := pod.Find(p, f.Name); ok && c.Status.State.Running != nil && c.Status.State.Running.StartedAt.After(at) {
			at = c.Status.State.Running.StartedAt.Time
			how = "pod " + p.Name + ", which runs well, started"
		}
	}
	switch {
	case how != "":
		return at, how, true
	case f.history.good() && f.history.former.CreatedAt != nil:
		return f.history.former.CreatedAt.Time, revision(f.history.former) + ", which ran well, was made", true
	case f.ranWell() > 0:
		return f.c.Pod.CreationTimestamp.Time, "the pod, which ran well at first, was made", true
	}
	return time.Time{}, "", false
}

// misconfigured judges programs that end over what they were given.
func misconfigured(f *caseFile) *Cause {
	if f.read.sign.category() != AppConfig {
		return nil
	}
	cause := &Cause{Category: AppConfig, Confidence: Medium, Culprit: f.self(), Evidence: append(f.read.claims(), f.end.claim())}
	clues := f.clues()
	subject := ""
	for _, c := range clues {
		cause.Evidence = append(cause.Evidence, c.evidence...)
		if subject == "" {
			subject = c.subject
			cause.WouldSettle = []string{"whether it runs on once " + c.subject + " is set right"}
		}
		if c.culprit != nil && cause.Culprit.Kind == f.Root.Kind {
			cause.Culprit = c.culprit
		}
		if c.strong {
			cause.Confidence = High
		}
	}
	cause.Summary = f.refusal(subject) + ": " + f.read.said()
	if item, ok := f.mentioned(); ok && f.history.good() {
		cause.Confidence = High
		cause.Summary = fmt.Sprintf("since %s (%s): %s", revision(f.history.now), item.Words(), f.read.said())
		cause.Evidence = append(cause.Evidence, f.history.changed(item), f.history.wellClaim())
		return f.history.dated(cause)
	}
	if edit, ok := f.editedSince(); ok {
		cause.Confidence, cause.Culprit = High, edit.culprit
		cause.Since, cause.Onset = snapshot.NewTime(edit.at), OnsetChange
		cause.Evidence = append(cause.Evidence, edit.Claim)
		cause.Summary = fmt.Sprintf("since %s %s was edited: %s", edit.culprit.Kind, edit.culprit.Name, cause.Summary)
		return cause
	}
	return f.weigh(cause, len(clues) > 0)
}

// complaint are words with which programs complain of something.
var complaint = regexp.MustCompile(`(?i)\b(?:error|fail(?:ed|ure)?|cannot|can't|could not|couldn't|unable|invalid|empty|bad|broken|corrupt|unexpected|missing|unsupported|unknown|refus(?:ed|ing)|reject(?:ed)?|not)\b`)

// refusal says what is wrong with what the program was given; subject names it,
// "" where nothing does.
func (f *caseFile) refusal(subject string) string {
	path, argument := strings.HasPrefix(subject, "/"), strings.HasPrefix(subject, "argument ")
	switch s := f.read.sign; {
	case s == badFlag:
		return "its command line is refused"
	case s == readOnly && subject == "readOnlyRootFilesystem":
		return "it writes where readOnlyRootFilesystem forbids it"
	case s == readOnly:
		return "it writes to a read-only file system"
	case s == notFound:
		return "a command or program is not found"
	case s == missingVar && subject == "":
		return "a setting is missing"
	case s == missingVar, argument && s != badValue:
		return subject
	case s == portInUse:
		return cmp.Or(subject, "its port") + " is taken already"
	case s == missingFile && (path || subject == ""):
		return cmp.Or(subject, "a file") + " is not there"
	case s == noAccess && (path || subject == ""):
		return "it may not use " + cmp.Or(subject, "what it asks for")
	case s == badSyntax && (path || subject == ""):
		return cmp.Or(subject, "its configuration") + " cannot be used"
	case subject == "":
		return "a value that it is given cannot be used"
	case argument:
		return subject + " cannot be used"
	}
	return fmt.Sprintf("the value of %s cannot be used", subject)
}

// pointed judges words that no pattern reads, yet name a variable of the
// manifest and quote its value, or complain of a file that the manifest mounts.
func pointed(f *caseFile) *Cause {
	if f.Pod == "" || !f.end.known() || (f.read.sign != signNone && !f.read.weak) {
		return nil
	}
	said := f.read.said()
	for _, file := range files(said) {
		c, ok := f.file(file)
		if !ok || c.culprit == nil || !complaint.MatchString(said) {
			continue
		}
		return &Cause{
			Category: AppConfig, Confidence: Medium, Culprit: c.culprit, Summary: file + " cannot be used: " + said,
			Evidence:    append([]Claim{f.read.claim(), f.end.claim()}, c.evidence...),
			WouldSettle: []string{fmt.Sprintf("whether it runs on once %s %s is set right", c.culprit.Kind, c.culprit.Name)},
		}
	}
	for _, s := range f.config.settings {
		if s.known && s.name != "" && hasWord(said, s.name) && f.citesSetting(said, s) {
			c := f.valueClue(s)
			return &Cause{
				Category: AppConfig, Confidence: Medium, Culprit: f.self(), Summary: fmt.Sprintf("the value of %s is named by its last words: %s", s.name, said),
				Evidence:    append([]Claim{f.read.claim(), f.end.claim()}, c.evidence...),
				WouldSettle: []string{"whether it runs on once " + s.name + " is set right"},
			}
		}
	}
	return nil
}

// usage judges programs that say by their exit code alone that they were told
// something wrong: EX_USAGE and EX_CONFIG of sysexits(3).
func usage(f *caseFile) *Cause {
	if f.Pod == "" || !f.end.known() || (f.end.ExitCode != 78 && f.end.ExitCode != 64) || f.read.sign.category() != Undetermined {
		return nil
	}
	means := "its configuration is wrong (EX_CONFIG)"
	if f.end.ExitCode == 64 {
		means = "it was called in a wrong way (EX_USAGE)"
	}
	cause := &Cause{
		Category: AppConfig, Confidence: Low, Culprit: f.self(),
		Summary:     fmt.Sprintf("it ends with exit code %d, which by convention says that %s", f.end.ExitCode, means),
		Evidence:    []Claim{f.end.claim()},
		WouldSettle: []string{"whether the program means the convention of sysexits(3)"},
	}
	if said := f.read.said(); said != "" {
		cause.Summary += ": " + said
		cause.Evidence = append(cause.Evidence, f.read.claim())
	}
	return cause
}

// weigh lets a rollout that changed just the image, or nothing that ties the
// words to the manifest, speak against a verdict of the log alone.
func (f *caseFile) weigh(cause *Cause, tied bool) *Cause {
	h := f.history
	item, image := h.image()
	switch {
	case image && h.good() && len(h.others()) == 0:
		if !tied && (f.read.sign == missingFile || f.read.sign == notFound || f.read.sign == noAccess || f.read.sign == badValue || f.read.sign == badSyntax) {
			return nil // what came with the image lacks or spoils it: the rules of change judge
		}
		cause.Confidence = Medium
		cause.Evidence = append(cause.Evidence, f.history.onlyImage(item))
		cause.Against = append(cause.Against, claim(f.Root.String(), "the same settings did for %s: %s", tag(item.Old), f.history.formerWell()))
		cause.WouldSettle = []string{fmt.Sprintf("the release notes of %s: what it asks for that %s did not", tag(item.New), tag(item.Old))}
	case h.good() && len(h.others()) > 0:
		cause.Evidence = append(cause.Evidence, claim(f.Root.String(), "%s: %s; %s", revision(h.now), wording.List(phrases(h.others())), f.history.formerWell()))
	case !tied && ofData(f.read.sign) && !settingWords.MatchString(f.read.said()):
		return nil // any data may be bad or lack something: nothing here says it is a setting
	case !tied && (f.read.weak || f.read.sign == badValue):
		cause.Confidence = Low
	}
	return cause
}

// ofData reports whether a sign may be of data as well as of settings.
func ofData(s sign) bool { return s == badValue || s == missingVar || s == badSyntax }

// settingWords make a bad value one of the configuration.
var settingWords = regexp.MustCompile(`(?i)\bconfig|setting|\boption|\bflag|\benv\b|environment|\bport\b|\burl\b|\buri\b|address|\bdsn\b|parameter|propert|argument|\blog.?level|\bpeer|listen|region|scheme|\bmode\b|driver|cron|schedule|placeholder|secret|credential|api.?key|variable|password|\.(?:ya?ml|toml|ini|conf|cfg|properties|env|xml)\b|(?-i:[A-Z][A-Z0-9]+_[A-Z0-9_]+)|directive|keyword|connection string|timezone|locale`)
