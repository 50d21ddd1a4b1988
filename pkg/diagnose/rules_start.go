package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The rules of this file judge containers that do not get as far as running.

// pullErrors are the ways in which registries and the image services of nodes
// refuse, special before general.
var pullErrors = []struct {
	re           *regexp.Regexp
	why, settles string
}{
	{regexp.MustCompile(`(?i)toomanyrequests|too many requests|rate limit|\b429\b`), "the registry refuses further pulls for now (rate limit)", "pull with credentials, or from a mirror"},
	{regexp.MustCompile(`(?i)no match for platform|no matching manifest|image operating system|exec format`), "the image has no variant for the platform of the node", "compare the platforms of the image with the node's"},
	{regexp.MustCompile(`(?i)x509|certificate|tls:|server gave HTTP response`), "TLS with the registry does not come about", "check the registry's certificate from the node"},
	{regexp.MustCompile(`(?i)no such host|server misbehaving|i/o timeout|connection refused|deadline exceeded|timeout|no route to host|EOF|connection reset|\b50[0234]\b`), "the registry cannot be reached from the node", "try the registry from the node"},
	{regexp.MustCompile(`(?i)unauthori[sz]ed|\b401\b|\b403\b|denied|forbidden|authentication required|authorization failed|no basic auth|insufficient_scope`), "the registry refuses the credentials, or there is no such repository", "check imagePullSecrets and the name of the repository"},
	{regexp.MustCompile(`(?i)not found|manifest unknown|\b404\b|name unknown|NAME_UNKNOWN|does not exist`), "there is no such image or tag in the registry", "list the tags of the repository"},
	{regexp.MustCompile(`(?i)no space left`), "the node has no room for the image", "check the node's image file system"},
}

// imagePull judges containers whose image is not had.
func imagePull(f *facts) *Cause {
	w := f.c.status.State.Waiting
	if w == nil {
		return nil
	}
	image := f.c.spec.Image
	cause := Cause{Category: ImagePull, Confidence: High, Culprit: f.self()}
	switch w.Reason {
	case "InvalidImageName":
		cause.Summary = fmt.Sprintf("%q is not the name of an image", image)
		cause.Evidence = []Claim{claim(f.statusSource(), "waiting: InvalidImageName: %s", whole(w.Message))}
		return &cause
	case "ErrImageNeverPull":
		cause.Summary = fmt.Sprintf("image %s is not on node %s, and imagePullPolicy Never forbids to pull it", image, f.c.pod.Spec.NodeName)
		cause.Evidence = []Claim{claim(f.statusSource(), "waiting: ErrImageNeverPull: %s", whole(w.Message))}
		return &cause
	case "ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed":
	default:
		return nil
	}
	message, source := w.Message, f.statusSource()
	if f.happened.pull.message != "" && !strings.Contains(message, "ErrImagePull: ") && w.Reason == "ImagePullBackOff" {
		message, source = f.happened.pull.message, "event Failed of pod "+f.Pod
	}
	why := ""
	for _, e := range pullErrors {
		if e.re.MatchString(strings.ReplaceAll(message, image, "")) {
			why, cause.WouldSettle = e.why, []string{e.settles}
			break
		}
	}
	cause.Summary = fmt.Sprintf("image %s cannot be pulled: %s", image, cmp.Or(why, "the reason is not told"))
	cause.Evidence = []Claim{claim(source, "waiting: %s: %s", w.Reason, whole(message))}
	if why == "" {
		cause.WouldSettle = []string{"the error of the pull, in the pod's events"}
	}
	cause.Evidence = append(cause.Evidence, f.pullSecrets()...)
	cause.Evidence = append(cause.Evidence, f.newImage()...)
	return &cause
}

// pullSecrets tells of imagePullSecrets that are not there.
func (f *facts) pullSecrets() []Claim {
	var out []Claim
	for _, ref := range f.c.pod.Spec.ImagePullSecrets {
		if _, found := snapshot.Find(f.s.Secrets, f.Namespace, ref.Name); !found && f.s.Complete("secrets", f.Namespace) {
			out = append(out, claim("secrets of namespace "+f.Namespace, "imagePullSecret %s does not exist", ref.Name))
		}
	}
	return out
}

// newImage tells that the image came with the revision of the pod.
func (f *facts) newImage() []Claim {
	item, changed := f.history.image(f.Name)
	if !changed {
		return nil
	}
	return []Claim{claim(f.Root.String(), "%s changed the image from %s to %s", revision(f.history.now), item.Old, item.New)}
}

var (
	noObject = regexp.MustCompile(`(?i)\b(configmap|secret)s? "([^"]+)" not found`)
	noKey    = regexp.MustCompile(`(?i)couldn't find key (\S+) in (configmap|secret) (?:\S+/)?(\S+)`)
	noRef    = regexp.MustCompile(`(?i)references non-existent (config|secret) key: ?(\S+)`)
	noUser   = regexp.MustCompile(`(?i)runAsNonRoot|run as root|non-numeric user|runAsUser|RunAsUser`)
	kinds    = map[string]string{"configmap": "ConfigMap", "secret": "Secret", "config": "ConfigMap"}
)

// missingObject reads which ConfigMap, Secret or key of one a message misses.
func (f *facts) missingObject(message string) (summary string, evidence []Claim, ok bool) {
	switch {
	case noKey.MatchString(message):
		m := noKey.FindStringSubmatch(message)
		kind, name := kinds[strings.ToLower(m[2])], strings.Trim(m[3], `"',.`)
		return fmt.Sprintf("%s %s has no key %s", kind, name, m[1]), f.keysOf(kind, name), true
	case noObject.MatchString(message):
		m := noObject.FindStringSubmatch(message)
		kind := kinds[strings.ToLower(m[1])]
		name := m[2][strings.LastIndexByte(m[2], '/')+1:]
		return fmt.Sprintf("%s %s does not exist", kind, name), f.likeNamed(kind, name), true
	case noRef.MatchString(message):
		m := noRef.FindStringSubmatch(message)
		return fmt.Sprintf("a volume names key %s, which its %s does not have", m[2], kinds[strings.ToLower(m[1])]), nil, true
	}
	return "", nil, false
}

// keysOf tells which keys an object has.
func (f *facts) keysOf(kind, name string) []Claim {
	var have []string
	switch kind {
	case "ConfigMap":
		if cm, found := snapshot.Find(f.s.ConfigMaps, f.Namespace, name); found {
			have = append(keys(cm.Data), keys(cm.BinaryData)...)
		}
	case "Secret":
		if secret, found := snapshot.Find(f.s.Secrets, f.Namespace, name); found {
			have = keys(secret.Data)
		}
	}
	if len(have) == 0 {
		return nil
	}
	return []Claim{claim(kind+" "+name, "its keys are %s", list(have))}
}

// likeNamed tells of an object whose name is like the missing one.
func (f *facts) likeNamed(kind, name string) []Claim {
	best, shortest := "", len(name)/3+2
	try := func(other string) {
		d := distance(name, other)
		if common := prefix(name, other); common*2 > len(name) {
			d = min(d, len(name)/3+1)
		}
		if d < shortest {
			best, shortest = other, d
		}
	}
	if kind == "ConfigMap" {
		for _, o := range snapshot.InNamespace(f.s.ConfigMaps, f.Namespace) {
			try(o.Name)
		}
	} else {
		for _, o := range snapshot.InNamespace(f.s.Secrets, f.Namespace) {
			try(o.Name)
		}
	}
	if best == "" || best == name {
		return nil
	}
	return []Claim{claim("namespace "+f.Namespace, "a %s of a similar name exists: %s", kind, best)}
}

func prefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// createContainer judges containers that the kubelet cannot make.
func createContainer(f *facts) *Cause {
	w := f.c.status.State.Waiting
	if w == nil || !blocking(w.Reason) {
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
		cause.Summary = fmt.Sprintf("the runtime of node %s cannot make the container: %s", f.c.pod.Spec.NodeName, whole(w.Message))
		cause.Culprit = &Culprit{Kind: "Node", Name: f.c.pod.Spec.NodeName}
	default:
		cause.Summary, cause.Confidence = "the runtime cannot make the container as the manifest asks: "+quoted(w.Message), Medium
	}
	return f.blameChange(&cause)
}

// blameChange adds that the pod's revision changed more than the image.
func (f *facts) blameChange(cause *Cause) *Cause {
	if f.history.good() && len(f.history.change.Items) > 0 {
		cause.Evidence = append(cause.Evidence, claim(f.Root.String(), "%s: %s; %s", revision(f.history.now), list(f.history.change.Words()), f.formerWell()))
	}
	return cause
}

// recently is how old the last failing try may be for it to go on: the kubelet
// and the controllers try again after two minutes at the most.
const recently = 5 * time.Minute

// setup judges pods whose volumes or sandbox do not come about.
func setup(f *facts) *Cause {
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
		cause.Summary = fmt.Sprintf("node %s cannot set up the pod's network or sandbox", f.c.pod.Spec.NodeName)
		cause.Culprit = &Culprit{Kind: "Node", Name: f.c.pod.Spec.NodeName}
	case regexp.MustCompile(`(?i)hostPath type check failed|is not a (?:directory|file)|subPath|no such file or directory`).MatchString(e.message):
		cause.Category, cause.Confidence, cause.Summary = AppConfig, Medium, "its volumes cannot be mounted as the manifest asks"
	default:
		cause.Category, cause.Confidence, cause.Summary = Dependency, Medium, "a volume that it needs cannot be attached or mounted"
	}
	return f.blameChange(&cause)
}

// startError judges containers whose process the runtime or a shell cannot start.
func startError(f *facts) *Cause {
	if f.death == nil || f.waitingFor("PostStartHookError") {
		return nil
	}
	d := f.death
	never := d.Reason == "StartError" || d.Reason == "ContainerCannotRun" || d.ExitCode == 128 && d.StartedAt.Year() < 1980
	shell := (d.ExitCode == 126 || d.ExitCode == 127) && (f.read.sign == notFound || f.read.sign == noAccess || f.read.sign == wrongArch || f.read.sign == missingFile || f.read.sign == signNone)
	if !never && !shell {
		return nil
	}
	message := cmp.Or(strings.TrimSpace(d.Message), f.read.said())
	cause := Cause{Category: AppConfig, Confidence: High, Culprit: f.self(), Evidence: []Claim{f.exitClaim()}}
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
	default:
		cause.Summary, cause.Confidence = "the runtime cannot start the process: "+quoted(message), Medium
	}
	if words := slices.Concat(f.c.spec.Command, f.c.spec.Args); len(words) > 0 {
		cause.Evidence = append(cause.Evidence, claim("pod template", "the command line is %s", quoted(strings.Join(words, " "))))
	}
	return f.orImage(&cause)
}

// orImage blames the image for what it lacks, where only the image changed.
func (f *facts) orImage(cause *Cause) *Cause {
	if item, changed := f.history.image(f.Name); changed && f.history.good() && len(f.history.others(f.Name)) == 0 {
		cause.Category = ImageBug
		cause.Summary += fmt.Sprintf("; it came with the image %s (before: %s)", tag(item.New), tag(item.Old))
		cause.Evidence = append(cause.Evidence, f.onlyImage(item), claim(f.Root.String(), "%s", f.formerWell()))
		return cause
	}
	if len(f.history.change.Items) == 0 && !f.history.good() && f.death != nil && len(f.c.spec.Command) == 0 {
		cause.Confidence = Medium
		cause.WouldSettle = append(cause.WouldSettle, "whether the image is meant to be run so: its own entrypoint fails, the manifest gives none")
	}
	return f.blameChange(cause)
}

var noSuch = regexp.MustCompile(`(?i)no such file or directory|executable file not found|not found`)

// command returns the program that a start error names, or the manifest's.
func (f *facts) command(message string) string {
	if m := regexp.MustCompile(`exec: "([^"]+)"`).FindStringSubmatch(message); m != nil {
		return m[1]
	}
	if len(f.c.spec.Command) > 0 {
		return f.c.spec.Command[0]
	}
	return quoted(message)
}

func (f *facts) waitingFor(reason string) bool { return f.c.waiting() == reason }

// postStart judges containers that their own postStart hook ends.
func postStart(f *facts) *Cause {
	if !f.waitingFor("PostStartHookError") {
		return nil
	}
	return f.blameChange(&Cause{
		Category: AppConfig, Confidence: Medium, Culprit: f.self(),
		Summary:  "its postStart hook fails, and the kubelet kills the container for it",
		Evidence: []Claim{claim(f.statusSource(), "waiting: PostStartHookError: %s", quoted(f.c.status.State.Waiting.Message))},
	})
}
