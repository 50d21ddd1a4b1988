package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
)

// kindsOfTrouble say a sign of a dependency in words.
var kindsOfTrouble = map[sign]string{
	refused: "the connection is refused or fails", noHost: "the name does not resolve (no such host)", timedOut: "no answer comes in time",
	denied: "the credentials are refused", untrusted: "TLS does not come about (certificate)", unavailable: "it answers, and cannot serve",
	absent: "what is asked for is not there", noSpace: "no space is left on the device",
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
	cause := &Cause{Category: Dependency, Confidence: Medium, Evidence: []Claim{f.saidClaim(), f.exitClaim()}}
	if len(found) == 0 && f.vague() {
		return nil
	}
	if len(found) == 0 {
		cause.Summary = fmt.Sprintf("%s: %s", kindsOfTrouble[f.read.sign], f.read.said())
		cause.WouldSettle = []string{"which host and port the program asks for: neither its log nor its settings name one that this cluster knows"}
		return f.orChange(cause, lookup{})
	}
	l := found[0]
	if l.local && f.alone(l.port) {
		return f.asksItself(cause, l)
	}
	cause.Culprit = l.culprit(f)
	cause.Summary = fmt.Sprintf("%s needs %s, and %s", f.it(), l.title(), kindsOfTrouble[f.read.sign])
	if tail := l.tail(f); tail != "" {
		cause.Summary += ": " + tail
	}
	cause.Evidence = append(cause.Evidence, l.evidence(f)...)
	f.chain(cause, l)
	for _, other := range f.alsoNaming(l.host, f) {
		cause.Evidence = append(cause.Evidence, claim("log of "+other, "%s fails on the same host %s", other, l.host))
	}
	switch {
	case l.broken(), f.read.sign == denied && !f.read.weak, f.read.sign == untrusted:
		cause.Confidence = High
	case l.sound() && (f.read.sign == refused || f.read.sign == timedOut || f.read.sign == noHost):
		cause.Against = append(cause.Against, claim(l.name, "it has %s now", plural(l.ready, "ready endpoint")))
	}
	cause.WouldSettle = f.settles(l)
	return f.orChange(cause, l)
}

// named returns the peers that the words of the end name, those that the
// cluster shows broken first; without any, those of the settings that are broken.
func (f *facts) named() []lookup {
	var out []lookup
	seen := map[string]bool{}
	take := func(text string, mentioned bool) {
		sign, _ := signOf(text)
		unresolved := sign == noHost || f.read.sign == noHost
		for _, p := range peers(text) {
			if seen[p.host] {
				continue
			}
			l := resolve(f.s, f.forest, p, f.c.pod)
			known := l.service != nil || len(l.backing) > 0 || l.local && p.port != 0
			odd := l.missing && (p.url || unresolved || f.configured(p.host))
			if known || odd || mentioned && l.outside && (strings.Contains(p.host, ".") || p.port != 0) {
				seen[p.host] = true
				out = append(out, l)
			}
		}
	}
	take(f.read.said(), true)
	if len(out) == 0 {
		take(f.read.words(3), true)
	}
	if len(out) == 0 {
		var broken []lookup
		for _, s := range f.settings {
			if s.known && len(s.value) < 300 {
				take(s.value, false)
			}
		}
		for _, l := range out {
			if l.service != nil && l.broken() || l.missing {
				broken = append(broken, l)
			}
		}
		out = broken
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
	cause.Summary = fmt.Sprintf("image %s fails on %s (%s), which serves the pods of %s", tag(item.New), l.title(), kindsOfTrouble[f.read.sign], tag(item.Old))
	cause.Evidence = append(cause.Evidence, f.onlyImage(item), claim(f.Root.String(), "%s", f.formerWell()))
	return cause
}
