package diagnose

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// troubles describe what is wrong between the container and another system, which {} names. An entry
// of the vocabulary with words of its own goes before them.
var troubles = map[logs.Kind]string{
	logs.Refused: "cannot connect to {}", logs.Unresolved: "cannot resolve the name of {}", logs.TimedOut: "gets no answer in time from {}",
	logs.LoginDenied: "is refused its credentials by {}", logs.Forbidden: "is refused by {}: it lacks a right there",
	logs.Untrusted:   "cannot set up TLS with {} (certificate)",
	logs.Unavailable: "is answered by {} that it cannot serve", logs.Rejected: "is refused its request by {}",
	logs.Absent: "does not find what it asks {} for",
}

// trouble returns what is wrong between the container and another system.
func (r reading) trouble(with string) string {
	say := cmp.Or(troubles[r.kind()], "fails on {}")
	if c := r.Cause; c != nil && c.Kind == c.Entry.Kind && c.Entry.Say != "" {
		say = c.Entry.Say
		if !strings.Contains(say, "{}") {
			say += " ({})"
		}
	}
	text := "it " + filled(say, with)
	if c := r.Cause; c != nil && c.Kind == logs.Absent && c.Operand.Quoted && c.Operand.Type != logs.OperandHost {
		text += " (" + c.Operand.Text + ")"
	}
	return text
}

// dependency judges programs that exit for something they need.
func dependency(f *caseFile) *Cause {
	if f.read.category() != Dependency || f.end.faulted() {
		return nil
	}
	switch f.read.kind() {
	case logs.DiskFull, logs.DiskBroken:
		return storage(f)
	case logs.Migration:
		return orChange(f.Container, f.read, f.history, without(f.read, f.end), lookup{})
	default:
	}
	if cause := listenAt(f); cause != nil {
		return cause
	}
	found := f.peers.upstreams()
	switch {
	case len(found) == 0 && f.read.vague():
		return nil
	case len(found) == 0 && f.bareSocket() != "":
		return asksItself(f, blameDependency(f.read, f.end), lookup{HostRef: logs.HostRef{Host: f.bareSocket()}})
	case len(found) == 0:
		return orChange(f.Container, f.read, f.history, without(f.read, f.end), lookup{})
	case found[0].local && alone(f.Container, f.read, found[0].Port):
		return asksItself(f, blameDependency(f.read, f.end), found[0])
	}
	return orChange(f.Container, f.read, f.history, lacksUpstream(f, found[0]), found[0])
}

// lacksUpstream blames an upstream dependency, the more surely the more the cluster shows it broken.
func lacksUpstream(f *caseFile, l lookup) *Cause {
	cause := blameDependency(f.read, f.end)
	needs(f, cause, l)
	guessed := f.read.vague() && len(f.peers.namedHosts()) == 0 // only a setting names it, and the log may be about anything
	if !l.broken() && (guessed || f.read.Survived()) {
		cause.Confidence = Low
	} else if l.broken() || (f.read.is(logs.LoginDenied, logs.Untrusted) && f.read.strength() == logs.Decides) {
		cause.Confidence = High
	}
	if !l.broken() && l.healthy() && f.read.is(logs.Refused, logs.TimedOut, logs.Unresolved) {
		cause.addAgainst(claim(l.name, "it has %s now", wording.Count(l.ready, "ready endpoint")))
	}
	if edit, edited := editedSince(f); edited && !l.broken() {
		cause.addEvidence(edit.Claim)
	}
	return cause
}

// blameDependency is a verdict on a dependency before it is known which, and how sure that is.
func blameDependency(log reading, end termination) *Cause {
	return &Cause{Category: Dependency, Confidence: Medium, Evidence: append(log.claims(), end.claim())}
}

// without blames a dependency that neither the log nor the settings name, or that
// is not a matter of a host.
func without(log reading, end termination) *Cause {
	cause := blameDependency(log, end)
	if log.Survived() {
		cause.Confidence = Low
	}
	with := cmp.Or(log.socket(), "something it needs")
	if c := log.Cause; c.Operand.Type == logs.OperandHost {
		with = c.Operand.Text
	}
	cause.Summary = fmt.Sprintf("%s: %s", log.trouble(with), log.line())
	if troubles[log.kind()] == "" || log.particular() {
		cause.Summary = fmt.Sprintf("%s: %s", log.wrong(), log.line())
	}
	cause.WouldSettle = log.settlesWithout()
	return cause
}

// settlesWithout returns what would show which dependency is meant: what the vocabulary advises of
// the very message is the most particular.
func (r reading) settlesWithout() []string {
	fix := r.Cause.Entry.Fix
	switch socket := r.socket(); {
	case r.is(logs.Migration):
		return r.migrationAdvice()
	case fix != "":
		return []string{fix}
	case socket != "":
		return []string{"what listens on the socket " + socket + ", and whether the container is given its directory"}
	case r.answered():
		return []string{"which system answers that: neither its log nor its settings name one that this cluster knows"}
	}
	return []string{"which host and port the program asks for: neither its log nor its settings name one that this cluster knows"}
}

// socket returns the socket in the file system to which the program cannot connect, "" if the log names none.
func (r reading) socket() string {
	if !r.is(logs.Refused) {
		return ""
	}
	for _, file := range logs.Files(r.line()) {
		if base := path.Base(file); strings.Contains(base, "sock") || strings.HasPrefix(base, ".s.PGSQL") {
			return file
		}
	}
	return ""
}

// bareSocket returns the socket of a database to which the program cannot connect if nothing can be behind it: no other
// container runs in its pod, and the socket is on no volume. The clients of PostgreSQL (libpq 17, parameter host) and MySQL
// (mysql_real_connect of 8.4, localhost) ask their own socket if they are given no host.
func (f *caseFile) bareSocket() string {
	socket := f.read.socket()
	base := path.Base(socket)
	_, _, mounted := volumeOf(f.c, socket)
	ofDatabase := strings.HasPrefix(base, ".s.PGSQL") || strings.HasPrefix(base, "mysql")
	if !ofDatabase || mounted || !alone(f.Container, f.read, 0) {
		return ""
	}
	return socket
}

// needs completes the cause that blames a dependency with what the cluster shows
// of it.
func needs(f *caseFile, cause *Cause, l lookup) {
	cause.Culprit = l.culprit(f.peers)
	cause.Summary = f.read.trouble(l.title())
	if tail := l.tail(f.peers); tail != "" {
		cause.Summary += ": " + tail
	} else if said := f.read.line(); l.service == nil && len(cause.Summary)+len(said) < longQuote {
		cause.Summary += ": " + said
	}
	cause.addEvidence(l.evidence(f.peers)...)
	chain(f, cause, l)
	for i, other := range f.alsoNaming(l.Host, f) {
		if i == mostNaming {
			cause.addEvidence(claim("logs", "further workloads fail on the same host %s", l.Host))
			break
		}
		cause.addEvidence(claim("log of "+other, "%s fails on the same host %s", other, l.Host))
	}
	cause.WouldSettle = f.read.settles(l)
}

// unreachable judges last words that no pattern reads, yet name a host which the cluster shows to be broken.
// If only the lines around them name it, it may have nothing to do with the end.
func unreachable(f *caseFile) *Cause {
	if !f.hasEnded() || f.end.ExitCode == 0 || f.read.category() != Undetermined {
		return nil
	}
	if f.read.Refuses() { // what it names may be a value of a setting
		return nil
	}
	cause := &Cause{Category: Dependency, Confidence: Medium, Evidence: f.lineAndEnd()}
	said := f.read.line()
	if l, ok := brokenIn(f, said); ok && !f.config.echoesArguments(said) {
		needs(f, cause, l)
		return orChange(f.Container, f.read, f.history, cause, l)
	}
	const last = 4 // lines
	lines := slices.DeleteFunc(f.read.Excerpt(last), f.config.echoesArguments)
	l, ok := brokenIn(f, strings.Join(lines, "\n"))
	if !ok {
		return nil
	}
	needs(f, cause, l)
	cause.Confidence = Low
	cause.Summary = fmt.Sprintf("it names %s before it ends: %s", l.title(), l.tail(f.peers))
	return orChange(f.Container, f.read, f.history, cause, l)
}

// brokenIn returns the first host that a text names and the cluster shows to be broken.
func brokenIn(f *caseFile, text string) (lookup, bool) {
	named := slices.Concat(f.peers.lookups(text, false), f.peers.servicesIn(text))
	i := slices.IndexFunc(named, lookup.surelyBroken)
	if i < 0 {
		return lookup{}, false
	}
	return named[i], true
}

// echoesArguments reports whether a line repeats the command line of the container: what it names is not what failed.
func (c configuration) echoesArguments(line string) bool {
	const enough = 3 // words
	repeated := 0
	for _, s := range c.settings {
		if s.argument() && len(s.value) > 2 && strings.Contains(line, s.value) {
			repeated++
		}
	}
	return repeated >= enough
}

// surelyBroken reports whether a host that no pattern ties to a failure is broken. Any word may look
// like a host that is not there, and the address of a client's end of a connection like one of a
// Service.
func (l lookup) surelyBroken() bool {
	word := l.missing && !l.URL
	clientEnd := l.noPort && l.Port >= ephemeral
	return l.broken() && !word && !clientEnd
}

// ephemeral is the first of the ports that Linux gives the client's end of a connection
// (ip(7), net.ipv4.ip_local_port_range).
const ephemeral = 32768

// chain follows a dependency to the unhealthy workload that provides it, and to
// the dependency of that workload.
func chain(f *caseFile, cause *Cause, l lookup) {
	if l.local {
		chainBeside(f, cause, l.Port)
		return
	}
	if l.workload == nil || *l.workload == f.Root || l.healthy() {
		return
	}
	if unhealthy := f.unhealthyOf(*l.workload); unhealthy != nil {
		chainTo(f, cause, unhealthy)
	}
}

// chainTo adds the verdict on the workload that provides a dependency. If that fails on a dependency
// of its own, the end of the chain is to blame.
func chainTo(f *caseFile, cause *Cause, unhealthy *caseFile) {
	v := f.verdict(unhealthy)
	restarts := wording.Count(int(unhealthy.c.Status.RestartCount), "restart")
	cause.addEvidence(claim("status of pod "+unhealthy.Pod, "%s itself is %s (%s, %s): %s: %s",
		unhealthy.Root, unhealthy.Status, restarts, unhealthy.c.State(), v.Category, v.Summary))
	if v.Category == Dependency && v.Culprit != nil && !f.isRoot(v.Culprit) {
		cause.Culprit = v.Culprit
	}
}

// chainBeside follows a dependency on the own pod to the container that has the port.
func chainBeside(f *caseFile, cause *Cause, port int32) {
	name := f.beside(port)
	if name == "" {
		return
	}
	if c, ok := pod.Find(f.c.Pod, name); ok && !c.Healthy(f.s.At) {
		cause.addEvidence(claim(f.statusSource(), "container %s, which has port %d, does not run well itself: %s", name, port, c.State()))
		cause.Confidence = High
	}
}

// isRoot reports whether a culprit is the workload of the case: two that wait for
// each other do not have the cause in one of them.
func (u Container) isRoot(c *Culprit) bool {
	return c.Kind == u.Root.Kind && c.Namespace == u.Namespace && c.Name == u.Root.Name
}

// settles returns what would confirm that the upstream is at fault.
func (r reading) settles(l lookup) []string {
	switch {
	case r.is(logs.LoginDenied):
		return []string{"whether the credentials that the container is given are those that " + l.title() + " knows"}
	case r.is(logs.Untrusted):
		return []string{"the certificate that " + l.title() + " presents: its dates, names and issuer"}
	case r.is(logs.Forbidden):
		return []string{"which rights " + l.title() + " gives to the account that the container uses"}
	case r.is(logs.Unavailable, logs.Rejected) && !l.broken() && !l.API && !l.outside:
		return []string{"what the log of " + l.title() + " reports at the time of the exit"}
	case r.is(logs.Absent) && !l.broken():
		return []string{"whether " + l.title() + " has what the container asks for"}
	case l.API:
		return []string{"how fast " + l.title() + " answers, and whether other pods of the node reach it"}
	case l.outside && r.is(logs.Unresolved):
		return []string{"whether another pod resolves " + l.Host + ": else the cluster's DNS, or the way from it to the outside, is at fault"}
	case l.outside:
		return []string{"whether " + l.title() + " answers from inside the cluster: it is outside, nothing here can show that"}
	case l.broken():
		return []string{"whether it runs on once " + l.title() + " answers"}
	}
	return []string{"a connection to " + l.title() + " from a pod in the namespace (NetworkPolicies are not looked at)"}
}

// orChange weighs a change of the rollout against a failing dependency: pods of
// the former revision that do well contradict the dependency, unless the
// cluster itself shows it broken.
func orChange(u Container, log reading, h history, cause *Cause, l lookup) *Cause {
	if !h.good() || len(h.change.Items) == 0 {
		return cause
	}
	if item, ok := mentioned(log, h); ok {
		cause.Culprit = u.self()
		cause.Category = AppConfig
		return h.sinceChange(cause, item)
	}
	if l.broken() || len(h.well) == 0 {
		return cause
	}
	item, only := h.imageAlone()
	if !only || !l.healthy() {
		cause.Confidence = Low
		cause.addAgainst(h.wellClaim())
		return cause
	}
	cause.Culprit = u.self()
	cause.Category = ImageBug
	cause.Confidence = Medium
	cause.Summary = fmt.Sprintf("with image %s %s, which serves the pods of %s", tag(item.New), log.trouble(l.title()), tag(item.Old))
	cause.addEvidence(h.onlyImage(item), h.wellClaim())
	return cause
}

// sinceChange makes a change of the rollout, which the log names, the beginning of the trouble.
func (h history) sinceChange(cause *Cause, item rollout.Item) *Cause {
	cause.Summary = fmt.Sprintf("since %s (%s): %s", revision(h.now), item.Words(), cause.Summary)
	cause.addEvidence(h.changed(item), h.wellClaim())
	return h.dated(cause)
}
