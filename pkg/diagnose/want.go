package diagnose

import (
	"net/netip"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The bounds on what is read for one namespace or workload.
const (
	logLines      = 1000      // the end of a log that is read
	logBytes      = 128 << 10 // the same in bytes
	podsForEvents = 10        // if there are more unhealthy pods: all events of the namespace
	fewRecovered  = 10        // more recovered containers: only their logs and owners
	podsForLogs   = 3         // pods of one workload that fail alike, whose logs are read
)

// nodeEvents is the namespace of the events of Nodes, which have none themselves.
const nodeEvents = metav1.NamespaceDefault

// Wanted returns what to read to judge unhealthy containers: the owners,
// Services and endpoints of their namespaces; the logs, events, nodes,
// ConfigMaps and Secrets of their pods; and the same for the unhealthy
// workloads that their logs name as dependencies. Those are known only after
// the logs were read, so callers ask again after each reading. No read occurs
// twice, and the order is fixed.
func Wanted(f *owners.Forest, unhealthy []Container) snapshot.Query {
	s := f.Snapshot
	w := wanted{seen: map[snapshot.Read]bool{}, pods: map[string][]string{}, logs: map[string]int{}}
	unhealthy = append(slices.Clip(unhealthy), behind(f, unhealthy)...)
	many := manyRecovered(unhealthy)
	for _, c := range unhealthy {
		if many && c.Status == Recovered {
			w.recovered(c)
			continue
		}
		w.namespace(s, c.Namespace)
		if c.Pod != "" {
			w.container(c)
		}
	}
	w.events()
	w.elsewhere(s, unhealthy)
	return w.query
}

// manyRecovered reports whether too many containers recovered to read everything about each, as after
// a restart of all nodes.
func manyRecovered(unhealthy []Container) bool {
	n := 0
	for _, c := range unhealthy {
		if c.Status == Recovered {
			n++
		}
	}
	return n > fewRecovered
}

// behind returns the other unhealthy workloads that serve the hosts that logs
// name.
func behind(f *owners.Forest, unhealthy []Container) []Container {
	roots := map[owners.Ref]bool{}
	for _, c := range unhealthy {
		addNamed(roots, f, c)
	}
	for _, c := range unhealthy {
		delete(roots, c.Root)
	}
	if len(roots) == 0 { // mostly so: then nothing more has to be judged
		return nil
	}
	return slices.DeleteFunc(Unhealthy(f, Options{}), func(c Container) bool { return !roots[c.Root] })
}

// addNamed adds the workloads that serve the hosts in the log of one container.
func addNamed(roots map[owners.Ref]bool, f *owners.Forest, c Container) {
	for _, p := range failing(f.Snapshot, c) {
		if l := resolve(f.Snapshot, f, p, c.container.Pod); l.workload != nil {
			roots[*l.workload] = true
		}
	}
}

// failing returns the hosts for which the log of an unhealthy container reports
// a failure, none while the log was not read.
func failing(s *snapshot.Snapshot, c Container) []logs.HostRef {
	if c.Pod == "" {
		return nil
	}
	log, ok := s.Logs[logOf(c.container)]
	if !ok {
		return nil
	}
	const around = 3 // lines, as the rules of dependencies take them
	r := read(log, "")
	if r.category() != Dependency {
		return nil
	}
	return logs.Hosts(r.Around(around))
}

// elsewhere adds the reads of what serves the hosts in other namespaces that
// logs name, once the logs were read.
func (w *wanted) elsewhere(s *snapshot.Snapshot, unhealthy []Container) {
	for _, c := range unhealthy {
		for _, p := range failing(s, c) {
			if addr, err := netip.ParseAddr(p.Host); err == nil {
				w.address(s, addr)
				continue
			}
			w.host(s, p.Host, c.Namespace)
		}
	}
}

// host asks for the Services of other namespaces that a host name may stand for.
func (w *wanted) host(s *snapshot.Snapshot, name, namespace string) {
	candidates, inside := services(name, namespace)
	for _, at := range candidates {
		if at.namespace != namespace {
			w.service(s, at, inside)
		}
	}
}

// address asks for the Service of any namespace that has an address, and if there is
// one the rest of its namespace.
func (w *wanted) address(s *snapshot.Snapshot, addr netip.Addr) {
	if !mayBeInside(addr) {
		return
	}
	if svc := serviceAt(s, addr.String()); svc != nil {
		w.namespace(s, svc.Namespace)
		return
	}
	w.add(snapshot.Read{
		Resource: "services", Fields: "spec.clusterIP=" + addr.String(), Optional: true,
		Impact: "whether the address that a log names is a Service of another namespace is not known",
	})
}

// service asks for a Service of another namespace, and if it exists the rest
// of its namespace. A name that can only be a Service is worth the rest in any case.
func (w *wanted) service(s *snapshot.Snapshot, at serviceRef, sure bool) {
	if _, found := snapshot.Find(s.Services, at.namespace, at.name); found || sure {
		w.namespace(s, at.namespace)
		return
	}
	if !s.Complete("services", at.namespace) {
		w.add(snapshot.Read{
			Resource: "services", Namespace: at.namespace, Name: at.name, Optional: true,
			Impact: "hosts that a log names are not looked up",
		})
	}
}
