package diagnose

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// lookup is what the cluster shows of a dependency.
type lookup struct {
	logs.HostRef
	name      string // as reports name it: "Service parlor-api"; of a missing Service its bare name
	namespace string
	service   *corev1.Service
	missing   bool   // a name of the cluster that no Service has
	similar   string // a Service whose name is like the missing one's
	local     bool   // the pod itself
	outside   bool   // not of this cluster
	ready     int    // endpoints
	unready   int
	endpoints bool          // ready and unready are known
	noPort    bool          // the Service does not have the port
	target    string        // port to which the Service forwards, if no selected container has it
	backing   []*corev1.Pod // the pods that the Service selects, or the pod that has the address
	workload  *owners.Ref   // the workload that the Service selects
	zero      bool          // that is scaled to 0
	shaky     bool          // every pod of the workload is unhealthy, whether ready now or not
}

// resolve looks a host up as the cluster's DNS would from namespace. What the
// cluster does not show stays open: neither missing nor outside.
func resolve(s *snapshot.Snapshot, f *owners.Forest, p logs.HostRef, pod *corev1.Pod) lookup {
	l := lookup{HostRef: p, name: p.Host}
	if p.Host == "localhost" || p.Host == "ip6-localhost" || p.Host == pod.Name {
		l.local = true
		return l
	}
	if addr, err := netip.ParseAddr(p.Host); err == nil {
		return l.address(s, f, addr, pod)
	}
	l.API = false // the API server is called by its address; a name is a Service, or outside
	return l.named(s, f, pod.Namespace)
}

// address looks up a ClusterIP or the IP of a pod.
func (l lookup) address(s *snapshot.Snapshot, f *owners.Forest, addr netip.Addr, self *corev1.Pod) lookup {
	if addr.IsLoopback() || addr.IsUnspecified() || l.Host == self.Status.PodIP {
		l.local = true
		return l
	}
	if svc := serviceAt(s, l.Host); svc != nil {
		return l.of(s, f, svc)
	}
	if l.API {
		l.name = "the API server at " + l.Host
		return l
	}
	if pod := s.PodWithIP(l.Host); pod != nil {
		l.backing = []*corev1.Pod{pod}
		l.namespace = pod.Namespace
		l.name = "Pod " + pod.Name
		root := f.Root(pod)
		l.workload = &root
		return l
	}
	l.outside = !mayBeInside(addr)
	return l
}

// serviceAt returns the Service that has a cluster IP, nil if none has. Before Kubernetes 1.20 a
// Service has no clusterIPs, but the one clusterIP.
func serviceAt(s *snapshot.Snapshot, ip string) *corev1.Service {
	i := slices.IndexFunc(s.Services, func(svc *corev1.Service) bool {
		return slices.Contains(svc.Spec.ClusterIPs, ip) || svc.Spec.ClusterIP == ip
	})
	if i < 0 {
		return nil
	}
	return s.Services[i]
}

// sharedSpace is the address space of carrier-grade NAT (RFC 6598), which
// clusters use for pods and Services as well.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// mayBeInside reports whether an address can be that of a pod or Service.
func mayBeInside(addr netip.Addr) bool { return addr.IsPrivate() || sharedSpace.Contains(addr) }

// serviceRef is the name of a Service that a host can mean.
type serviceRef struct{ name, namespace string }

// services returns the Services that a host can mean to a pod of namespace, and
// whether it can mean nothing outside the cluster: NAME, NAME.NS, POD.NAME of a
// headless Service, the same with the pod's own NS, NAME.NS.svc, NAME.NS.svc.DOMAIN.
func services(host, namespace string) ([]serviceRef, bool) {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if i := slices.Index(labels, "svc"); i >= 2 {
		return []serviceRef{{labels[i-2], labels[i-1]}}, true
	}
	if ofMember(labels, namespace) {
		return []serviceRef{{labels[1], namespace}}, true
	}
	switch len(labels) {
	case 1:
		return []serviceRef{{labels[0], namespace}}, true
	case 2:
		return []serviceRef{{labels[0], labels[1]}, {labels[1], namespace}}, false
	}
	return nil, false
}

// member reports whether the host is a pod of a StatefulSet behind its headless Service.
func (l lookup) member() bool { return ofMember(strings.Split(l.Host, "."), l.namespace) }

// ofMember reports whether labels are POD.NAME or POD.NAME.NAMESPACE of a pod of a StatefulSet, SET-N, and of a headless
// Service that is called after the set: SET, SET-headless, SETs.
func ofMember(labels []string, namespace string) bool {
	if len(labels) != 2 && !(len(labels) == 3 && labels[2] == namespace) {
		return false
	}
	dash := strings.LastIndexByte(labels[0], '-')
	if dash < 1 || !strings.HasPrefix(labels[1], labels[0][:dash]) {
		return false
	}
	_, err := strconv.ParseUint(labels[0][dash+1:], 10, 16)
	return err == nil
}

// named looks up the Service of a name.
func (l lookup) named(s *snapshot.Snapshot, f *owners.Forest, namespace string) lookup {
	candidates, inside := services(l.Host, namespace)
	for _, c := range candidates {
		if svc, found := snapshot.Find(s.Services, c.namespace, c.name); found {
			return l.of(s, f, svc)
		}
	}
	if !inside {
		l.outside = true
		return l.misplaced(s, candidates, namespace)
	}
	l.name = candidates[0].name
	l.namespace = candidates[0].namespace
	if s.Complete("services", l.namespace) { // in a list that is not complete it may be there
		l.similar = similar(s, l.namespace, l.name)
		l.missing = true
	}
	return l
}

// misplaced looks for a host of two labels that no Service has: if one of
// its first label is known, the second was meant to be a namespace.
func (l lookup) misplaced(s *snapshot.Snapshot, candidates []serviceRef, namespace string) lookup {
	if len(candidates) == 0 {
		return l
	}
	meant := candidates[0]
	if _, found := snapshot.Find(s.Services, namespace, meant.name); found {
		l.outside = false
		l.missing = true
		l.name = meant.name
		l.namespace = meant.namespace
		l.similar = meant.name + "." + namespace
	}
	return l
}

// broken reports whether the cluster shows that the dependency cannot answer.
func (l lookup) broken() bool {
	return l.missing || l.noPort || l.shaky || l.target != "" || l.unserved() || l.podNotReady()
}

// unserved reports whether no pod is ready behind a Service of the cluster.
func (l lookup) unserved() bool { return l.endpoints && l.ready == 0 && !l.outside }

// podNotReady reports whether the host is the address of one pod, which is not ready.
func (l lookup) podNotReady() bool {
	return len(l.backing) == 1 && l.service == nil && !pod.Is(l.backing[0], corev1.PodReady)
}

// healthy reports whether the cluster shows that the dependency can answer. One that is not broken
// need not be healthy: of a host outside of the cluster neither is known.
func (l lookup) healthy() bool {
	return l.endpoints && l.ready > 0 && !l.noPort && l.target == "" && !l.shaky
}

// similar returns the Service of the namespace whose name is most like name: at most three edits
// away, or a longer or shorter form of it, as db and db-primary.
func similar(s *snapshot.Snapshot, namespace, name string) string {
	const most = 3
	best := ""
	fewest := most + 1
	for _, svc := range snapshot.InNamespace(s.Services, namespace) {
		edits := distance(name, svc.Name)
		if strings.HasPrefix(svc.Name, name) || strings.HasPrefix(name, svc.Name) {
			edits = min(edits, most)
		}
		if edits < fewest {
			best = svc.Name
			fewest = edits
		}
	}
	return best
}

// distance is the number of single edits between two words (Levenshtein), computed with one row of
// the table of their beginnings.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
