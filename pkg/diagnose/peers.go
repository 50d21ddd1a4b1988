package diagnose

import (
	"net/netip"
	"slices"
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
	name      string // as reports name it: "Service parlor-api"
	namespace string
	service   *corev1.Service
	missing   bool // a name of the cluster that no Service has
	similar   string
	local     bool // the pod itself
	outside   bool // not of this cluster
	ready     int  // endpoints
	unready   int
	endpoints bool   // ready and unready are known
	noPort    bool   // the Service does not have the port
	target    string // port to which the Service forwards, if no selected container has it
	backing   []*corev1.Pod
	workload  *owners.Ref // the workload that the Service selects
	zero      bool        // that is scaled to 0
	shaky     bool        // every pod of the workload is unhealthy, whether ready now or not
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
	return l.named(s, f, pod.Namespace)
}

// address looks up a ClusterIP or the IP of a pod.
func (l lookup) address(s *snapshot.Snapshot, f *owners.Forest, addr netip.Addr, self *corev1.Pod) lookup {
	if addr.IsLoopback() || addr.IsUnspecified() || l.Host == self.Status.PodIP {
		l.local = true
		return l
	}
	for _, svc := range s.Services {
		if slices.Contains(svc.Spec.ClusterIPs, l.Host) || svc.Spec.ClusterIP == l.Host {
			return l.of(s, f, svc)
		}
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

// sharedSpace is the address space of carrier-grade NAT (RFC 6598), which
// clusters use for pods and Services as well.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// mayBeInside reports whether an address can be that of a pod or Service.
func mayBeInside(addr netip.Addr) bool { return addr.IsPrivate() || sharedSpace.Contains(addr) }

// services returns the Services, as name and namespace, that a host can mean
// to a pod of namespace, and whether it can mean nothing outside the cluster:
// NAME, NAME.NS, POD.NAME of a headless Service, NAME.NS.svc, NAME.NS.svc.DOMAIN.
func services(host, namespace string) ([][2]string, bool) {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if i := slices.Index(labels, "svc"); i >= 2 {
		return [][2]string{{labels[i-2], labels[i-1]}}, true
	}
	switch len(labels) {
	case 1:
		return [][2]string{{labels[0], namespace}}, true
	case 2:
		return [][2]string{{labels[0], labels[1]}, {labels[1], namespace}}, false
	}
	return nil, false
}

// named looks up the Service of a name.
func (l lookup) named(s *snapshot.Snapshot, f *owners.Forest, namespace string) lookup {
	candidates, inside := services(l.Host, namespace)
	for _, c := range candidates {
		if svc, found := snapshot.Find(s.Services, c[1], c[0]); found {
			return l.of(s, f, svc)
		}
	}
	if !inside {
		l.outside = true
		return l.misplaced(s, candidates, namespace)
	}
	l.name = candidates[0][0]
	l.namespace = candidates[0][1]
	if s.Complete("services", l.namespace) {
		l.similar = similar(s, l.namespace, l.name)
		l.missing = true
	}
	return l
}

// misplaced looks for a host of two labels that no Service has: if one of
// its first label is known, the second was meant to be a namespace.
func (l lookup) misplaced(s *snapshot.Snapshot, candidates [][2]string, namespace string) lookup {
	if len(candidates) == 0 {
		return l
	}
	if _, found := snapshot.Find(s.Services, namespace, candidates[0][0]); found {
		l.outside = false
		l.missing = true
		l.name = candidates[0][0]
		l.namespace = candidates[0][1]
		l.similar = candidates[0][0] + "." + namespace
	}
	return l
}

// broken reports whether the cluster shows that the dependency cannot answer.
func (l lookup) broken() bool {
	return l.missing || l.noPort || l.shaky || l.target != "" || (l.endpoints && l.ready == 0 && !l.outside) ||
		(len(l.backing) == 1 && l.service == nil && !pod.Is(l.backing[0], corev1.PodReady))
}

// sound reports whether the cluster shows that the dependency can answer.
func (l lookup) sound() bool {
	return l.endpoints && l.ready > 0 && !l.noPort && l.target == "" && !l.shaky
}

// similar returns the Service of the namespace whose name is most like name.
func similar(s *snapshot.Snapshot, namespace, name string) string {
	best := ""
	shortest := 4
	for _, svc := range snapshot.InNamespace(s.Services, namespace) {
		d := distance(name, svc.Name)
		if strings.HasPrefix(svc.Name, name) || strings.HasPrefix(name, svc.Name) {
			d = min(d, 3)
		}
		if d < shortest {
			best = svc.Name
			shortest = d
		}
	}
	return best
}

// distance is the number of single edits between two words.
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
