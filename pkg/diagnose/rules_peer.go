package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// troubles say a sign of a dependency in words, with what it is about.
var troubles = map[sign]string{
	refused: "cannot connect to %s", noHost: "cannot resolve the name of %s", timedOut: "gets no answer in time from %s",
	denied: "is refused its credentials by %s", untrusted: "cannot set up TLS with %s (certificate)", unavailable: "is told by %s that it cannot serve",
	absent: "does not find what it asks %s for", signNone: "ends over %s",
}

// trouble says what is wrong between the container and a peer.
func (f *caseFile) trouble(with string) string {
	format, ok := troubles[f.read.sign]
	if !ok {
		format = troubles[signNone]
	}
	return "it " + fmt.Sprintf(format, with)
}

// dependency judges programs that end for something they need.
func dependency(f *caseFile) *Cause {
	if f.read.sign.category() != Dependency {
		return nil
	}
	if f.read.sign == noSpace {
		return diskFull(f)
	}
	found := f.named()
	cause := &Cause{Category: Dependency, Confidence: Medium, Evidence: append(f.read.claims(), f.end.claim())}
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
		cause.Against = append(cause.Against, claim(l.name, "it has %s now", wording.Count(l.ready, "ready endpoint")))
	}
	if edit, edited := f.editedSince(); edited && !l.broken() {
		cause.Evidence = append(cause.Evidence, edit.Claim)
	}
	return f.orChange(cause, l)
}

// needs blames a peer, with what the cluster shows of it.
func (f *caseFile) needs(cause *Cause, l lookup) {
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
func unreachable(f *caseFile) *Cause {
	if f.Pod == "" || !f.end.known() || f.end.ExitCode == 0 || f.read.sign.category() != Undetermined {
		return nil
	}
	for _, text := range []string{f.read.said(), strings.Join(f.read.excerpt(4), "\n")} {
		for _, l := range slices.Concat(f.lookups(text, false), f.servicesIn(text)) {
			if !l.broken() || (l.missing && !l.url && l.port == 0) {
				continue // any word may look like a host that is not there
			}
			cause := &Cause{Category: Dependency, Confidence: Medium, Evidence: []Claim{f.read.claim(), f.end.claim()}}
			f.needs(cause, l)
			return f.orChange(cause, l)
		}
	}
	return nil
}

// chain follows a dependency to what is itself sick, and to what that one needs.
func (f *caseFile) chain(cause *Cause, l lookup) {
	if l.local {
		if name := f.beside(l.port); name != "" {
			if c, ok := pod.Find(f.c.Pod, name); ok && !c.Healthy(f.s.At) {
				cause.Evidence = append(cause.Evidence, claim(f.statusSource(), "container %s, which has port %d, does not run well itself: %s", name, l.port, c.State()))
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
	cause.Evidence = append(cause.Evidence, claim("status of pod "+sick.Pod, "%s itself is %s (%s, %s): %s: %s", l.workload, sick.Status, wording.Count(int(sick.c.Status.RestartCount), "restart"), sick.c.State(), v.Category, v.Summary))
	if v.Category == Dependency && v.Culprit != nil && (owners.Ref{Kind: v.Culprit.Kind, Namespace: v.Culprit.Namespace, Name: v.Culprit.Name}) != (owners.Ref{Kind: f.Root.Kind, Namespace: f.Namespace, Name: f.Root.Name}) {
		cause.Culprit = v.Culprit
	}
}

// settles says what would tell whether the peer is at fault.
func (f *caseFile) settles(l lookup) []string {
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
func (f *caseFile) orChange(cause *Cause, l lookup) *Cause {
	h := f.history
	if !h.good() || len(h.change.Items) == 0 {
		return cause
	}
	if item, ok := f.mentioned(); ok {
		cause.Category, cause.Culprit = AppConfig, f.self()
		cause.Summary = fmt.Sprintf("since %s (%s): %s", revision(h.now), item.Words(), cause.Summary)
		cause.Evidence = append(cause.Evidence, f.history.changed(item), f.history.wellClaim())
		return f.history.dated(cause)
	}
	if l.broken() || len(h.well) == 0 {
		return cause
	}
	item, image := h.image()
	if !image || len(h.others()) > 0 || len(h.well) < 1 || !l.sound() {
		cause.Confidence = Low
		cause.Against = append(cause.Against, f.history.wellClaim())
		return cause
	}
	cause.Category, cause.Confidence, cause.Culprit = ImageBug, Medium, f.self()
	cause.Summary = fmt.Sprintf("with image %s %s, which serves the pods of %s", tag(item.New), f.trouble(l.title()), tag(item.Old))
	cause.Evidence = append(cause.Evidence, f.history.onlyImage(item), f.history.wellClaim())
	return cause
}
