package diagnose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// peerFinder finds what the log and the manifest of a container name of the cluster.
type peerFinder struct {
	*inquiry
	Container
	read   reading
	config configuration
}

// servicesIn looks up the Services of the namespace whose names occur in text.
// A name counts only if a setting has it too: the name of a Service can be an
// ordinary word of the log.
func (f peerFinder) servicesIn(text string) []lookup {
	var out []lookup
	for _, svc := range snapshot.InNamespace(f.s.Services, f.Namespace) {
		if !hasWord(text, svc.Name) || !f.config.configured(svc.Name) {
			continue
		}
		if l := f.resolve(logs.HostRef{Host: svc.Name}); !f.isOwn(l) {
			out = append(out, l)
		}
	}
	return out
}

// isOwn reports whether a dependency is served by the workload of the case itself: programs log their
// own name too.
func (u Container) isOwn(l lookup) bool { return l.workload != nil && *l.workload == u.Root }

// upstreams returns the hosts to which the reason refers, those that the cluster
// shows broken first; without any, those of the settings that are broken. One that refuses what it is asked answers,
// and so is none of these.
func (f peerFinder) upstreams() []lookup {
	if out := f.namedHosts(); len(out) > 0 {
		return out
	}
	broken := f.brokenSettings()
	if !f.read.answered() || (len(broken) > 0 && f.read.is(logs.Unavailable)) { // that answer may come from a proxy before it
		return broken
	}
	if elsewhere.MatchString(logs.WithoutManuals(f.read.passage())) {
		return nil // most likely it does not run in the cluster
	}
	return f.onlySetting()
}

// namedHosts returns the hosts that the log names: from the reason outwards, up to the first text that
// names one which the cluster knows, or else those of the first text with any.
func (f peerFinder) namedHosts() []lookup {
	const around = 3       // lines
	var strangers []lookup // hosts that the cluster does not know
	for _, text := range []string{f.read.operandHost(), f.read.line(), f.read.Around(around)} {
		out := f.lookups(text, true)
		if len(out) > 0 && rank(out[0]) < rank(lookup{outside: true}) {
			return out
		}
		if strangers == nil {
			strangers = out
		}
	}
	return strangers
}

// answered reports whether another system answered that it refuses.
func (r reading) answered() bool {
	return r.is(logs.LoginDenied, logs.Forbidden, logs.Absent, logs.Unavailable, logs.Rejected)
}

// operandHost returns the host that the reason is about, in the form of a
// reference, "" if it names none.
func (r reading) operandHost() string {
	if c := r.Cause; c != nil && c.Operand.Type == logs.OperandHost {
		return "connect to " + c.Operand.Text
	}
	return ""
}

// elsewhere are words of services that hardly ever run in the cluster: what
// they refuse is not refused by the one Service that the settings name.
var elsewhere = lazyregexp.New(
	`(?i)\bs3\b|bucket|\baws\b|amazon|\bgcp\b|google|azure|\bhttps?\b|\bapi\b|oauth|\btoken|\bsts\b|\biam\b|github|registry`,
)

// resolve looks a dependency up, and whether the workload that provides it is
// unhealthy.
func (f peerFinder) resolve(p logs.HostRef) lookup {
	l := resolve(f.s, f.forest, p, f.container.Pod)
	l.shaky = l.workload != nil && !f.isOwn(l) && len(l.backing) > 0
	for _, p := range l.backing {
		l.shaky = l.shaky && f.crashLoops(p)
	}
	return l
}

// crashLoops reports whether a container of a pod restarted several times and hardly runs: such a pod
// can be ready for the moment, and fail the next request.
func (q *inquiry) crashLoops(p *corev1.Pod) bool {
	return slices.ContainsFunc(q.byPod[podName{p.Namespace, p.Name}], func(c *caseFile) bool {
		return c.Status == Thrashing && c.c.Status.RestartCount > 1 && c.c.RunningFor(q.s.At) < time.Minute
	})
}

// addressName matches the names of settings whose value is an address.
var addressName = lazyregexp.New(`(?i)host|addr|url|uri|dsn|endpoint|server|broker|peer|upstream|backend|service|target|proxy|connect`)

// settingPeers returns the dependencies that settings name: in URLs and
// addresses, or as the bare name of a Service.
func (f peerFinder) settingPeers() []lookup {
	var out []lookup
	for _, s := range f.config.settings {
		for _, l := range f.peersIn(s) {
			if l.missing && !l.URL && !addressName.MatchString(s.name) {
				continue // any word with a number: a partition, a version, a user
			}
			known := slices.ContainsFunc(out, func(have lookup) bool { return have.Host == l.Host })
			if !known && !f.isOwn(l) {
				out = append(out, l)
			}
		}
	}
	return out
}

// peersIn returns the dependencies that the value of one setting names. A long value is a text, in
// which any word may be the name of a Service.
func (f peerFinder) peersIn(s setting) []lookup {
	const longest = 300
	if !s.known || len(s.value) >= longest {
		return nil
	}
	out := f.known(logs.Addresses(s.value), false)
	for _, name := range strings.FieldsFunc(s.value, func(r rune) bool { return strings.ContainsRune(", ;", r) }) {
		if svc, is := snapshot.Find(f.s.Services, f.Namespace, name); is {
			out = append(out, f.resolve(logs.HostRef{Host: svc.Name}))
		}
	}
	return out
}

// brokenSettings returns the dependencies that settings name and that the
// cluster shows to be broken.
func (f peerFinder) brokenSettings() []lookup {
	return slices.DeleteFunc(f.settingPeers(), func(l lookup) bool { return (l.service == nil || !l.broken()) && !l.missing })
}

// onlySetting returns the one Service that the settings name, if it is one.
func (f peerFinder) onlySetting() []lookup {
	out := slices.DeleteFunc(f.settingPeers(), func(l lookup) bool { return l.service == nil })
	if len(out) > 1 {
		return nil
	}
	return out
}

// lookups looks up the hosts to which text refers, the broken ones first.
func (f peerFinder) lookups(text string, mentioned bool) []lookup {
	return f.known(logs.Hosts(text), mentioned)
}

// known looks hosts up, the broken ones first. A host that the cluster does not
// know counts only if a log reports a connection to it.
func (f peerFinder) known(hosts []logs.HostRef, mentioned bool) []lookup {
	var out []lookup
	for _, p := range hosts {
		l := f.resolve(p)
		outside := l.outside && (strings.Contains(p.Host, ".") || p.Port != 0)
		if l.inCluster() || f.trulyMissing(l) || (mentioned && outside) {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b lookup) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// inCluster reports whether a host is known: by its Service, its pod, as the API server, or as a port of the own pod.
func (l lookup) inCluster() bool {
	return l.service != nil || len(l.backing) > 0 || l.API || (l.local && l.Port != 0)
}

// trulyMissing reports whether a name that no Service has is more than a word that looks like a host.
func (f peerFinder) trulyMissing(l lookup) bool {
	return l.missing && (l.URL || l.member() || f.read.is(logs.Unresolved) || f.config.configured(l.Host))
}

// configured reports whether a setting of the container names the host.
func (c configuration) configured(host string) bool {
	return slices.ContainsFunc(c.settings, func(s setting) bool { return s.known && hasWord(strings.ToLower(s.value), host) })
}

// rank orders what a log may be about: a dependency that is broken explains most, one that is known
// in the cluster more than one outside of it, and a name that nothing stands for least.
func rank(l lookup) int {
	switch {
	case l.broken():
		return 0
	case l.service != nil || len(l.backing) > 0 || l.API:
		return 1
	case l.outside:
		return 2
	default:
		return 3
	}
}

// beside returns the container of the same pod that is to listen on port, "" if none declares it.
func (u Container) beside(port int32) string {
	has := func(p corev1.ContainerPort) bool { return p.ContainerPort == port }
	for c := range pod.Containers(u.container.Pod) {
		if c.Spec.Name != u.Name && slices.ContainsFunc(c.Spec.Ports, has) {
			return c.Spec.Name
		}
	}
	return ""
}
