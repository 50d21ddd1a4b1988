package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// troubles say a sign of a dependency in words, with what it is about.
var troubles = map[sign]string{
	refused: "cannot connect to %s", noHost: "cannot resolve the name of %s", timedOut: "gets no answer in time from %s",
	denied: "is refused its credentials by %s", untrusted: "cannot set up TLS with %s (certificate)", unavailable: "is told by %s that it cannot serve",
	absent: "does not find what it asks %s for", signNone: "ends over %s",
}

// trouble says what is wrong between the container and a peer.
func (f *facts) trouble(with string) string {
	format, ok := troubles[f.read.sign]
	if !ok {
		format = troubles[signNone]
	}
	return f.it() + " " + fmt.Sprintf(format, with)
}

// dependency judges programs that end for something they need.
func dependency(f *facts) *Cause {
	if f.read.sign.category() != Dependency {
		return nil
	}
	if f.read.sign == noSpace {
		return diskFull(f)
	}
	found := f.named()
	cause := &Cause{Category: Dependency, Confidence: Medium, Evidence: append(f.saidClaims(), f.exitClaim())}
	if len(found) == 0 && f.vague() {
		return nil
	}
	if len(found) == 0 {
		cause.Summary = fmt.Sprintf("%s: %s", f.trouble("something it needs"), f.read.said())
		cause.WouldSettle = []string{"which host and port the program asks for: neither its log nor its settings name one that this cluster knows"}
		return f.orChange(cause, lookup{})
	}
	l := found[0]
	if l.local && f.alone(l.port) {
		return f.asksItself(cause, l)
	}
	f.needs(cause, l)
	switch {
	case l.broken(), f.read.sign == denied && !f.read.weak, f.read.sign == untrusted:
		cause.Confidence = High
	case l.sound() && (f.read.sign == refused || f.read.sign == timedOut || f.read.sign == noHost):
		cause.Against = append(cause.Against, claim(l.name, "it has %s now", plural(l.ready, "ready endpoint")))
	}
	if edit, _, edited := f.editedSince(); edited && !l.broken() {
		cause.Evidence = append(cause.Evidence, edit)
	}
	return f.orChange(cause, l)
}

// needs blames a peer, with what the cluster shows of it.
func (f *facts) needs(cause *Cause, l lookup) {
	cause.Culprit = l.culprit(f)
	cause.Summary = f.trouble(l.title())
	if tail := l.tail(f); tail != "" {
		cause.Summary += ": " + tail
	} else if said := f.read.said(); l.service == nil && len(cause.Summary)+len(said) < maxQuoted {
		cause.Summary += ": " + said
	}
	cause.Evidence = append(cause.Evidence, l.evidence(f)...)
	f.chain(cause, l)
	for _, other := range f.alsoNaming(l.host, f) {
		cause.Evidence = append(cause.Evidence, claim("log of "+other, "%s fails on the same host %s", other, l.host))
	}
	cause.WouldSettle = f.settles(l)
}

// unreachable judges last words that no pattern reads, yet name a host which
// the cluster shows to be broken.
func unreachable(f *facts) *Cause {
	if f.Pod == "" || f.death == nil || f.death.ExitCode == 0 || f.read.sign.category() != Undetermined {
		return nil
	}
	for _, text := range []string{f.read.said(), strings.Join(f.read.excerpt(4), "\n")} {
		for _, l := range slices.Concat(f.lookups(text, false), f.servicesIn(text)) {
			if !l.broken() || l.missing && !l.url && l.port == 0 {
				continue // any word may look like a host that is not there
			}
			cause := &Cause{Category: Dependency, Confidence: Medium, Evidence: []Claim{f.saidClaim(), f.exitClaim()}}
			f.needs(cause, l)
			return f.orChange(cause, l)
		}
	}
	return nil
}

// servicesIn looks up the Services of the namespace whose names stand in text,
// in whatever language that is: those that a setting names too, so that no word
// of the language is taken for one.
func (f *facts) servicesIn(text string) []lookup {
	var out []lookup
	for _, svc := range snapshot.InNamespace(f.s.Services, f.Namespace) {
		if hasWord(text, svc.Name) && f.configured(svc.Name) {
			if l := f.resolve(peer{host: svc.Name}); l.workload == nil || *l.workload != f.Root {
				out = append(out, l)
			}
		}
	}
	return out
}

// named returns the peers that the words of the end name, those that the
// cluster shows broken first; without any, those of the settings that are broken.
func (f *facts) named() []lookup {
	for _, text := range []string{f.read.said(), f.read.words(3)} {
		if out := f.lookups(text, true); len(out) > 0 {
			return out
		}
	}
	if out := f.brokenSettings(); len(out) > 0 || f.read.sign != denied && f.read.sign != absent && f.read.sign != unavailable || elsewhere.MatchString(manuals.ReplaceAllString(f.read.told(), "")) {
		return out
	}
	return f.onlySetting()
}

// elsewhere are words of services that hardly ever run in the cluster: what
// they refuse is not refused by the one Service that the settings name.
var elsewhere = regexp.MustCompile(`(?i)\bs3\b|bucket|\baws\b|amazon|\bgcp\b|google|azure|\bhttps?\b|\bapi\b|oauth|\btoken|\bsts\b|\biam\b|github|registry`)

// resolve looks a peer up, and whether what stands behind it is sick itself.
func (f *facts) resolve(p peer) lookup {
	l := resolve(f.s, f.forest, p, f.c.pod)
	l.shaky = l.workload != nil && *l.workload != f.Root && len(l.backing) > 0
	for _, pod := range l.backing {
		l.shaky = l.shaky && slices.ContainsFunc(f.cases, func(c *facts) bool {
			return c.Pod == pod.Name && c.Namespace == pod.Namespace && c.Status == Thrashing && c.c.status.RestartCount > 1 && c.c.runningFor(f.s.At) < time.Minute
		})
	}
	return l
}

// settingPeers returns the peers that settings name: in URLs and addresses, or
// as the bare name of a Service.
func (f *facts) settingPeers() []lookup {
	var out []lookup
	for _, s := range f.settings {
		if !s.known || len(s.value) >= 300 {
			continue
		}
		found := f.lookups(s.value, false)
		for _, name := range strings.FieldsFunc(s.value, func(r rune) bool { return strings.ContainsRune(", ;", r) }) {
			if svc, is := snapshot.Find(f.s.Services, f.Namespace, name); is {
				found = append(found, f.resolve(peer{host: svc.Name}))
			}
		}
		for _, l := range found {
			if !slices.ContainsFunc(out, func(have lookup) bool { return have.host == l.host }) && (l.workload == nil || *l.workload != f.Root) {
				out = append(out, l)
			}
		}
	}
	return out
}

// brokenSettings returns the peers that settings name and the cluster shows broken.
func (f *facts) brokenSettings() []lookup {
	return slices.DeleteFunc(f.settingPeers(), func(l lookup) bool { return (l.service == nil || !l.broken()) && !l.missing })
}

// onlySetting returns the one Service that the settings name, if it is one.
func (f *facts) onlySetting() []lookup {
	out := slices.DeleteFunc(f.settingPeers(), func(l lookup) bool { return l.service == nil })
	if len(out) > 1 {
		return nil
	}
	return out
}

// lookups looks up the peers that text names, the broken ones first. Those of
// which the cluster knows nothing count where a log tells of a connection.
func (f *facts) lookups(text string, mentioned bool) []lookup {
	var out []lookup
	sign, _ := signOf(text)
	unresolved := sign == noHost || f.read.sign == noHost
	for _, p := range peers(text) {
		l := f.resolve(p)
		known := l.service != nil || len(l.backing) > 0 || l.local && p.port != 0
		odd := l.missing && (p.url || unresolved || f.configured(p.host))
		if known || odd || mentioned && l.outside && (strings.Contains(p.host, ".") || p.port != 0) {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b lookup) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// configured reports whether a setting of the container names the host.
func (f *facts) configured(host string) bool {
	return slices.ContainsFunc(f.settings, func(s setting) bool { return s.known && hasWord(strings.ToLower(s.value), host) })
}

func rank(l lookup) int {
	switch {
	case l.broken():
		return 0
	case l.service != nil || len(l.backing) > 0:
		return 1
	case l.outside:
		return 2
	default:
		return 3
	}
}

// beside returns the container of the same pod that is to listen on port.
func (f *facts) beside(port int32) string {
	for c := range containers(f.c.pod) {
		if c.spec.Name != f.Name && slices.ContainsFunc(c.spec.Ports, func(p corev1.ContainerPort) bool { return p.ContainerPort == port }) {
			return c.spec.Name
		}
	}
	return ""
}

// chain follows a dependency to what is itself sick, and to what that one needs.
func (f *facts) chain(cause *Cause, l lookup) {
	if l.local {
		if name := f.beside(l.port); name != "" {
			if c, ok := find(f.c.pod, name); ok && !c.healthy(f.s.At) {
				cause.Evidence = append(cause.Evidence, claim(f.statusSource(), "container %s, which has port %d, does not run well itself: %s", name, l.port, stateOf(c)))
				cause.Confidence = High
			}
		}
		return
	}
	if l.workload == nil || *l.workload == f.Root || l.sound() {
		return
	}
	sick := f.sickOf(*l.workload)
	if sick == nil {
		return
	}
	v := f.verdict(sick)
	cause.Evidence = append(cause.Evidence, claim("status of pod "+sick.Pod, "%s itself is %s (%s, %s): %s: %s", l.workload, sick.Status, sick.times(), stateOf(sick.c), v.Category, v.Summary))
	if v.Category == Dependency && v.Culprit != nil && (owners.Ref{Kind: v.Culprit.Kind, Namespace: v.Culprit.Namespace, Name: v.Culprit.Name}) != (owners.Ref{Kind: f.Root.Kind, Namespace: f.Namespace, Name: f.Root.Name}) {
		cause.Culprit = v.Culprit
	}
}

// settles says what would tell whether the peer is at fault.
func (f *facts) settles(l lookup) []string {
	switch {
	case f.read.sign == denied:
		return []string{"whether the credentials that the container is given are those that " + l.title() + " knows"}
	case f.read.sign == untrusted:
		return []string{"the certificate that " + l.title() + " presents: its dates, names and issuer"}
	case l.outside:
		return []string{"whether " + l.title() + " answers from inside the cluster: it is outside, nothing here can tell"}
	case l.broken():
		return []string{"whether it runs on once " + l.title() + " answers"}
	}
	return []string{"a connection to " + l.title() + " from a pod in the namespace (NetworkPolicies are not looked at)"}
}

// orChange weighs a change of the rollout against a failing dependency: pods of
// the former revision that do well speak against the dependency, unless the
// cluster itself shows it broken.
func (f *facts) orChange(cause *Cause, l lookup) *Cause {
	h := f.history
	if !h.good() || len(h.change.Items) == 0 {
		return cause
	}
	if item, ok := f.mentioned(); ok {
		cause.Category, cause.Culprit = AppConfig, f.self()
		cause.Summary = fmt.Sprintf("since %s (%s): %s", revision(h.now), item.Words(), cause.Summary)
		cause.Evidence = append(cause.Evidence, f.changed(item), claim(f.Root.String(), "%s", f.formerWell()))
		return cause
	}
	if l.broken() || len(h.well) == 0 {
		return cause
	}
	item, image := h.image(f.Name)
	if !image || len(h.others(f.Name)) > 0 || len(h.well) < 1 || !l.sound() {
		cause.Confidence = Low
		cause.Against = append(cause.Against, claim(f.Root.String(), "%s", f.formerWell()))
		return cause
	}
	cause.Category, cause.Confidence, cause.Culprit = ImageBug, Medium, f.self()
	cause.Summary = fmt.Sprintf("with image %s %s, which serves the pods of %s", tag(item.New), f.trouble(l.title()), tag(item.Old))
	cause.Evidence = append(cause.Evidence, f.onlyImage(item), claim(f.Root.String(), "%s", f.formerWell()))
	return cause
}
