package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// The rules of this file judge by how the last run ended.

// outOfMemory judges what the kernel killed for its memory.
func outOfMemory(f *caseFile) *Cause {
	if !f.end.known() || f.end.Reason != "OOMKilled" {
		return systemOOM(f.node, f.end)
	}
	limit, _ := memoryOf(f.c)
	cause := &Cause{Category: OutOfMemory, Confidence: High, Culprit: f.self(), Evidence: []Claim{f.end.claim()}}
	if limit == "" { // without a limit of its own it was killed for that of the pod, or for the node
		cause.Culprit = f.node.culprit()
	} else {
		cause.addEvidence(memorySettings(f.c))
	}
	cause.Summary = f.end.wentOver(limit)
	cause.addEvidence(memoryClaims(f, limit)...)
	cause.WouldSettle = []string{"the working set of the container over a run: a leak grows steadily, a limit that is too low is met at once"}
	return cause
}

// memoryClaims returns what shows how the memory was used up: what is measured, what the program
// allows itself and logged, what else counts, what changed, and whether the node was short of it.
func memoryClaims(f *caseFile, limit string) []Claim {
	out := slices.Concat(workingSet(f.Container, f.s, limit), f.clues.heapBeyond(limit))
	if f.read.is(logs.OutOfMemory) {
		out = append(out, f.read.claim())
	}
	out = slices.Concat(out, tmpfs(f.c), f.history.memoryChanged())
	for _, c := range f.node.trouble() {
		if strings.Contains(c.Claim, "MemoryPressure") {
			out = append(out, c)
		}
	}
	return out
}

// wentOver returns what was killed, and what it went over. The container's reason is OOMKilled also
// if the kernel killed a child process: then the main process exited with a code of its own.
func (t termination) wentOver(limit string) string {
	of := "the memory limit " + limit
	if limit == "" {
		of = "the memory of the pod or node (the container has no limit)"
	}
	if t.ExitCode == 137 {
		return fmt.Sprintf("it went over %s and was OOMKilled", of)
	}
	return fmt.Sprintf(
		"a child process of it went over %s and was OOMKilled; the main process then exited with code %d", of, t.ExitCode,
	)
}

// systemOOM judges by the events of the node, for a runtime can miss an OOM kill.
func systemOOM(node nodeFacts, end termination) *Cause {
	if !end.known() || end.ExitCode != 137 {
		return nil
	}
	const near = 30 * time.Second // the event is recorded apart from the exit
	e := node.near(end.FinishedAt.Time, near, near, "SystemOOM", "OOMKilling")
	if e == nil {
		return nil
	}
	return &Cause{
		Category: OutOfMemory, Confidence: Medium, Culprit: node.culprit(),
		Summary:     fmt.Sprintf("killed by SIGKILL while node %s was out of memory", node.name),
		Evidence:    []Claim{end.claim(), claim("event "+e.Reason+" of node "+e.InvolvedObject.Name, "%s", quoted(e.Message))},
		WouldSettle: []string{"whether the kernel's log names this container's process"},
	}
}

// tmpfs returns the volumes in memory, which survive restarts and count towards the limit.
func tmpfs(c pod.Container) []Claim {
	const text = "volume %s is in memory: what is written to %s counts against the limit, and stays over restarts"
	var out []Claim
	for _, m := range c.Spec.VolumeMounts {
		v, _ := volume(c.Pod, m.Name)
		if v.EmptyDir != nil && v.EmptyDir.Medium == corev1.StorageMediumMemory {
			out = append(out, claim("pod template", text, m.Name, m.MountPath))
		}
	}
	return out
}

// memoryChanged reports whether the rollout changed the container's resources, or
// else its image, and that the former revision ran well.
func (h history) memoryChanged() []Claim {
	if !h.good() {
		return nil
	}
	for _, item := range h.others() {
		if strings.Contains(item.Path, "].resources") {
			return []Claim{claim(h.source(), "%s: %s; %s", revision(h.now), item.Words(), h.formerWell())}
		}
	}
	if item, changed := h.image(); changed {
		return []Claim{h.onlyImage(item), claim(h.source(), "under the same limit %s", h.formerWell())}
	}
	return nil
}

// killed judges exits by a signal that nothing else explains.
func killed(f *caseFile) *Cause {
	if !f.end.known() || !f.end.signalled() {
		return nil
	}
	if f.end.because(pod.ReasonRestartingAll) {
		return restartedWithAll(f.Container, f.end)
	}
	if stopsItself(f) {
		return nil // the rules of the log judge
	}
	by := fmt.Sprintf("it was ended by %s (exit code %d)", pod.Signal(f.end.ExitCode), f.end.ExitCode)
	cause := &Cause{
		Category: ExternalKill, Confidence: Low, Culprit: f.self(), Evidence: []Claim{f.end.claim()}, Summary: by + "; the sender is unknown",
	}
	if line, ok := f.read.last(logs.Killing); ok {
		cause.Confidence = Medium
		cause.Summary = by + ", sent by its own supervisor: " + line
		cause.addEvidence(claim(f.read.source, "%s", line))
	}
	cause.Against = notKilledBy(f)
	cause.WouldSettle = []string{"what else signals the process: a supervisor, an operator, an agent on the node"}
	if f.end.ExitCode == 137 {
		const advice = "the kernel log of node %s at the time of the exit: an out-of-memory kill would be there"
		cause.WouldSettle = append(cause.WouldSettle, fmt.Sprintf(advice, f.node.name))
	}
	return cause
}

// stopsItself reports whether a program reported at its start what is wrong with what it was given, before anything
// asked it to stop: then it, or what supervises it, ends the other processes by a signal.
func stopsItself(f *caseFile) bool {
	_, supervised := f.read.last(logs.Killing)
	return !supervised && failsAtStart(f) && f.read.strength() >= logs.Supports && f.read.category() == AppConfig
}

// notKilledBy states what did not end a container that a signal ended.
func notKilledBy(f *caseFile) []Claim {
	var out []Claim
	if f.end.ExitCode == 137 {
		const text = "reason %s, not OOMKilled: the runtime reported no kill for memory"
		out = append(out, claim(f.statusSource(), text, cmp.Or(f.end.Reason, "none")))
	}
	if f.c.Spec.LivenessProbe == nil && f.c.Spec.StartupProbe == nil {
		out = append(out, claim("pod template", "it has no probe for which the kubelet kills a container"))
	} else if !f.s.HasGap("events", f.Namespace) {
		out = append(out, claim("events of pod "+f.Pod, "no failure of a liveness or startup probe is reported; events expire after an hour"))
	}
	return out
}

// failedQuietly reports whether a program that exited with code 0 reported as its
// last act that it cannot run: some do not pass their failure on to the exit code.
func failedQuietly(f *caseFile) bool {
	const last = 6 // records
	ran, known := f.end.ran()
	if !known || (ran > quietly && !(f.read.strength() == logs.Decides && f.read.Starting())) {
		return false
	}
	if f.read.Threw() {
		return true
	}
	if f.read.strength() < logs.Supports || f.read.Behind() > last {
		return false
	}
	category := f.read.category()
	if f.read.strength() == logs.Decides && (category == AppConfig || category == Dependency) {
		return true
	}
	return misconfigured(f) != nil || dependency(f) != nil || named(f) != nil || imageLacks(f) != nil
}

// quietly is how long a program runs at most that cannot start.
const quietly = 10 * time.Second

// cleanExit judges programs that end in order and are started again.
func cleanExit(f *caseFile) *Cause {
	if !f.end.known() || f.end.ExitCode != 0 || f.Status == Failed {
		return nil
	}
	if _, told := f.read.stop(); told && !stopsItself(f) {
		return stoppedInOrder(f)
	}
	if failedQuietly(f) {
		return nil // the rules of the log judge
	}
	if line, ok := f.read.Supervised(); ok {
		return supervisorEnds(f, quoted(line.Quote()))
	}
	const summary = "the program ends with exit code 0 (Completed), and restartPolicy %s of the %s starts it again"
	policy := f.c.Pod.Spec.RestartPolicy
	cause := &Cause{
		Category: CleanExit, Confidence: High, Culprit: f.self(), Summary: fmt.Sprintf(summary, policy, f.Root.Kind),
		Evidence: []Claim{
			f.end.claim(),
			claim("pod template", "restartPolicy %s: the kubelet starts it again whatever its exit code", policy),
		},
		WouldSettle: []string{
			"whether the program is meant to end: then it belongs in a Job or CronJob; or it needs to stay in the foreground",
		},
	}
	f.read.endedComplaining(cause)
	return cause
}

// supervisorEnds judges a supervisor that exits with code 0 after the process that it runs has failed.
func supervisorEnds(f *caseFile, line string) *Cause {
	return &Cause{
		Category: Undetermined, Confidence: Low, Culprit: f.self(),
		Summary:     "it ends with exit code 0, but the process that it runs has failed: " + line,
		Evidence:    []Claim{f.end.claim(), claim(f.read.source, "%s", line)},
		WouldSettle: []string{"what the process wrote before it failed: its supervisor may keep that in a file of its own"},
	}
}

// endedComplaining adds what a program logged before it exited with code 0. A complaint makes it
// less sure that the program did what it was meant to.
func (r reading) endedComplaining(cause *Cause) {
	line := r.line()
	complains := logs.Complains(line)
	if line != "" {
		cause.addEvidence(claim(r.source, "%s", line))
		cause.Summary += ifTrue(complains, "; what it complains of last: "+line)
	}
	if c := r.category(); c == AppConfig || c == Dependency || complains {
		cause.Confidence = Medium
	}
}

// restartedWithAll judges a container that a restart rule of another one restarted: the kubelet then
// ends all containers of the pod.
func restartedWithAll(u Container, end termination) *Cause {
	return &Cause{
		Category: Undetermined, Confidence: Low, Culprit: u.self(), Evidence: []Claim{end.claim()},
		Summary:     "it did not fail: all containers of the pod were restarted, by a restart rule of one of them",
		WouldSettle: []string{"which container of the pod exited with a code that its restartPolicyRules name"},
	}
}
