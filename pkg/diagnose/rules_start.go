package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// The rules of this file judge containers that do not get as far as running.

var (
	noObject = regexp.MustCompile(`(?i)\b(configmap|secret)s? "([^"]+)" not found`)
	noKey    = regexp.MustCompile(`(?i)couldn't find key (\S+) in (configmap|secret) (?:\S+/)?(\S+)`)
	noRef    = regexp.MustCompile(`(?i)references non-existent (config|secret) key: ?(\S+)`)
	noUser   = regexp.MustCompile(`(?i)runAsNonRoot|run as root|non-numeric user|runAsUser|RunAsUser`)
	kinds    = map[string]string{"configmap": "ConfigMap", "secret": "Secret", "config": "ConfigMap"}
)

// missingObject reads which ConfigMap, Secret or key of one a message misses.
func (f *caseFile) missingObject(message string) (summary string, evidence []Claim, ok bool) {
	switch {
	case noKey.MatchString(message):
		m := noKey.FindStringSubmatch(message)
		kind, name := kinds[strings.ToLower(m[2])], strings.Trim(m[3], `"',.`)
		return fmt.Sprintf("%s %s has no key %s", kind, name, m[1]), f.config.keyClaims(kind, name), true
	case noObject.MatchString(message):
		m := noObject.FindStringSubmatch(message)
		kind := kinds[strings.ToLower(m[1])]
		name := m[2][strings.LastIndexByte(m[2], '/')+1:]
		return fmt.Sprintf("%s %s does not exist", kind, name), f.config.likeNamed(kind, name), true
	case noRef.MatchString(message):
		m := noRef.FindStringSubmatch(message)
		return fmt.Sprintf("a volume names key %s, which its %s does not have", m[2], kinds[strings.ToLower(m[1])]), nil, true
	}
	return "", nil, false
}

// createContainer judges containers that the kubelet cannot make.
func createContainer(f *caseFile) *Cause {
	w := f.c.Status.State.Waiting
	if w == nil || !f.c.Blocked() {
		return nil
	}
	cause := Cause{Category: AppConfig, Confidence: High, Culprit: f.self()}
	cause.Evidence = []Claim{claim(f.statusSource(), "waiting: %s: %s", w.Reason, whole(w.Message))}
	summary, evidence, missing := f.missingObject(w.Message)
	switch {
	case missing:
		cause.Summary = "it cannot start: " + summary
		cause.Evidence = append(cause.Evidence, evidence...)
	case noUser.MatchString(w.Message):
		cause.Summary = "it may not start as the user that the image names: " + quoted(w.Message)
	case w.Reason == "CreateContainerConfigError":
		cause.Summary, cause.Confidence = "its configuration cannot be put together: "+quoted(w.Message), Medium
	case regexp.MustCompile(`(?i)deadline exceeded|already (?:in use|reserved)|failed to reserve|no space left|transport is closing|unavailable`).MatchString(w.Message):
		cause.Category, cause.Confidence = Node, Medium
		cause.Summary = fmt.Sprintf("the runtime of node %s cannot make the container: %s", f.node.name, whole(w.Message))
		cause.Culprit = f.node.culprit()
	default:
		cause.Summary, cause.Confidence = "the runtime cannot make the container as the manifest asks: "+quoted(w.Message), Medium
	}
	return f.history.blame(&cause)
}

// recently is how old the last failing try may be for it to go on: the kubelet
// and the controllers try again after two minutes at the most.
const recently = 5 * time.Minute

// setup judges pods whose volumes or sandbox do not come about.
func setup(f *caseFile) *Cause {
	if !f.Suspect || f.happened.setup.count == 0 || f.s.At.Sub(f.happened.setup.last) > recently {
		return nil
	}
	e, source := f.happened.setup, "event "+f.happened.setupOf+" of pod "+f.Pod
	cause := Cause{Confidence: High, Culprit: f.self(), Evidence: []Claim{claim(source, "%s", whole(e.message))}}
	summary, evidence, missing := f.missingObject(e.message)
	switch {
	case missing:
		cause.Category, cause.Summary = AppConfig, "its volumes cannot be mounted: "+summary
		cause.Evidence = append(cause.Evidence, evidence...)
	case f.happened.setupOf == "FailedCreatePodSandBox" || f.happened.setupOf == "NetworkNotReady":
		cause.Category, cause.Confidence = Node, Medium
		cause.Summary = fmt.Sprintf("node %s cannot set up the pod's network or sandbox", f.node.name)
		cause.Culprit = f.node.culprit()
	case regexp.MustCompile(`(?i)hostPath type check failed|is not a (?:directory|file)|subPath|no such file or directory`).MatchString(e.message):
		cause.Category, cause.Confidence, cause.Summary = AppConfig, Medium, "its volumes cannot be mounted as the manifest asks"
	default:
		cause.Category, cause.Confidence, cause.Summary = Dependency, Medium, "a volume that it needs cannot be attached or mounted"
	}
	return f.history.blame(&cause)
}

// startError judges containers whose process the runtime or a shell cannot start.
func startError(f *caseFile) *Cause {
	if !f.end.known() || f.waitingFor("PostStartHookError") {
		return nil
	}
	d := f.end
	never := pod.NeverStarted(d.ContainerStateTerminated)
	shell := (d.ExitCode == 126 || d.ExitCode == 127) && (f.read.Cause == nil || f.read.is(logs.CommandMissing, logs.FileDenied, logs.PlatformWrong, logs.FileMissing))
	if !never && !shell {
		return nil
	}
	message := cmp.Or(strings.TrimSpace(d.Message), f.read.said())
	cause := Cause{Category: AppConfig, Confidence: High, Culprit: f.self(), Evidence: []Claim{f.end.claim()}}
	if message != "" {
		cause.Evidence = append(cause.Evidence, claim(f.statusSource(), "%s", whole(message)))
	}
	switch {
	case never && noSuch.MatchString(message):
		cause.Summary = fmt.Sprintf("the command does not exist in the image: %s", f.command(message))
	case regexp.MustCompile(`(?i)exec format error`).MatchString(message):
		cause.Summary, cause.Confidence = "the program is built for another platform than the node's (exec format error)", Medium
	case regexp.MustCompile(`(?i)permission denied`).MatchString(message) || d.ExitCode == 126:
		cause.Summary = fmt.Sprintf("the command may not be executed: %s", f.command(message))
	case d.ExitCode == 127:
		cause.Summary = fmt.Sprintf("a command is not found in the image: %s", cmp.Or(quoted(message), "the log does not name it"))
	case mountedOver.MatchString(message):
		f.overMount(&cause, mountedOver.FindStringSubmatch(message)[1])
	default:
		cause.Summary, cause.Confidence = "the runtime cannot start the process: "+quoted(message), Medium
	}
	if words := slices.Concat(f.c.Spec.Command, f.c.Spec.Args); len(words) > 0 {
		cause.Evidence = append(cause.Evidence, claim("pod template", "the command line is %s", quoted(strings.Join(words, " "))))
	}
	return f.orImage(&cause)
}

// mountedOver is the path in the container at which a mount fails.
var mountedOver = regexp.MustCompile(`error mounting .* to rootfs at "([^"]+)"`)

// overMount tells which mount of the manifest fails. The kubelet makes a
// directory of a subPath that is not there, which does not go over a file.
func (f *caseFile) overMount(cause *Cause, at string) {
	cause.Summary = "the runtime cannot mount a volume at " + at
	for _, o := range f.config.objects {
		if o.path != at || o.key == "" {
			continue
		}
		cause.Summary = fmt.Sprintf("%s %s cannot be mounted at %s", o.kind, o.name, at)
		if have := f.config.keyClaims(o.kind, o.name); !hasKey(f.s, f.Namespace, o, o.key) && len(have) > 0 {
			cause.Summary += ": it has no key " + o.key
			cause.Evidence = append(cause.Evidence, have...)
		}
		cause.Culprit = &Culprit{Kind: o.kind, Namespace: f.Namespace, Name: o.name}
	}
}

// orImage blames the image for what it lacks, where only the image changed.
func (f *caseFile) orImage(cause *Cause) *Cause {
	if item, changed := f.history.image(); changed && f.history.good() && len(f.history.others()) == 0 {
		cause.Category = ImageBug
		cause.Summary += fmt.Sprintf("; it came with the image %s (before: %s)", tag(item.New), tag(item.Old))
		cause.Evidence = append(cause.Evidence, f.history.onlyImage(item), f.history.wellClaim())
		return cause
	}
	if len(f.history.change.Items) == 0 && !f.history.good() && f.end.known() && len(f.c.Spec.Command) == 0 {
		cause.Confidence = Medium
		cause.WouldSettle = append(cause.WouldSettle, "whether the image is meant to be run so: its own entrypoint fails, the manifest gives none")
	}
	return f.history.blame(cause)
}

var noSuch = regexp.MustCompile(`(?i)no such file or directory|executable file not found|not found`)

// command returns the program that a start error names, or the manifest's.
func (f *caseFile) command(message string) string {
	if m := regexp.MustCompile(`exec: "([^"]+)"`).FindStringSubmatch(message); m != nil {
		return m[1]
	}
	if len(f.c.Spec.Command) > 0 {
		return f.c.Spec.Command[0]
	}
	return quoted(message)
}

func (f *caseFile) waitingFor(reason string) bool { return f.c.WaitingReason() == reason }

// postStart judges containers that their own postStart hook ends.
func postStart(f *caseFile) *Cause {
	if !f.waitingFor("PostStartHookError") {
		return nil
	}
	return f.history.blame(&Cause{
		Category: AppConfig, Confidence: Medium, Culprit: f.self(),
		Summary:  "its postStart hook fails, and the kubelet kills the container for it",
		Evidence: []Claim{claim(f.statusSource(), "waiting: PostStartHookError: %s", quoted(f.c.Status.State.Waiting.Message))},
	})
}

// otherPlatform judges programs that their node's processor cannot run.
func otherPlatform(f *caseFile) *Cause {
	if !f.read.is(logs.PlatformWrong) {
		return nil
	}
	return &Cause{
		Category: AppConfig, Confidence: Medium, Culprit: f.self(),
		Summary:     "a program of the image is built for another platform than the node's: " + f.read.said(),
		Evidence:    []Claim{f.read.claim(), f.end.claim()},
		WouldSettle: []string{"the platforms of the image, beside kubernetes.io/arch of the node"},
	}
}
