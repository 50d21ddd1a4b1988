package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// title returns the name of a dependency for a sentence: "Service db on port 5432", or the host as the
// log has it if the cluster does not know it.
func (l lookup) title() string {
	text := l.name
	if l.service == nil && len(l.backing) == 0 && !l.API {
		text = l.Host
	}
	if l.Port != 0 {
		text += fmt.Sprintf(" on port %d", l.Port)
	}
	if l.local {
		text += " in its own pod"
	}
	return text
}

// tail describes in a few words what the cluster shows to be wrong with an upstream.
func (l lookup) tail(f peerFinder) string {
	switch {
	case l.missing:
		text := fmt.Sprintf("the Service %s does not exist in namespace %s", l.name, l.namespace)
		return text + ifTrue(l.similar != "", fmt.Sprintf(" (%s does)", l.similar))
	case l.noPort:
		return fmt.Sprintf("%s has no port %d (%s)", l.name, l.Port, ports(l.service))
	case l.target != "":
		return fmt.Sprintf("it sends port %d to port %s, which no container behind it has", l.service.Spec.Ports[0].Port, l.target)
	case l.zero:
		return fmt.Sprintf("it has no endpoints, for %s is scaled to 0 replicas", l.workload)
	case l.unserved():
		return "it has no ready endpoints" + l.why(f)
	case l.shaky:
		return fmt.Sprintf("%s behind it is itself crash-looping", l.workload)
	case l.podNotReady():
		return "that pod is not ready"
	}
	return ""
}

// why returns why a Service has no ready endpoints, as the end of a sentence; "" if that is not known.
func (l lookup) why(f peerFinder) string {
	if l.workload == nil {
		// Without a selector somebody else keeps the endpoints.
		return ifTrue(len(l.service.Spec.Selector) > 0, ", no pod has the labels it selects")
	}
	if unhealthy := f.unhealthyOf(*l.workload); unhealthy != nil && !unhealthy.is(f.Container) {
		if unhealthy.Status == Thrashing {
			return fmt.Sprintf(", %s itself is crash-looping", l.workload)
		}
		return fmt.Sprintf(", %s is itself %s", l.workload, unhealthy.Status)
	}
	return l.whyNotReady()
}

// whyNotReady returns why the pods behind a Service are not ready, by their own status.
func (l lookup) whyNotReady() string {
	for _, pod := range l.backing {
		if unscheduled(pod) != "" {
			return fmt.Sprintf(", pod %s of %s is Pending (unschedulable)", pod.Name, l.workload)
		}
	}
	if len(l.backing) > 0 {
		return fmt.Sprintf(", the pods of %s are not ready", l.workload)
	}
	return ""
}

// unscheduled returns why no node takes a pod, "" if one did.
func unscheduled(pod *corev1.Pod) string {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			return cmp.Or(c.Message, c.Reason)
		}
	}
	return ""
}

// ports lists the ports of a Service, as part of a sentence: "it has 80, 443".
func ports(svc *corev1.Service) string {
	var out []string
	for _, p := range svc.Spec.Ports {
		out = append(out, fmt.Sprint(p.Port))
	}
	return "it has " + wording.List(out)
}

// evidence returns what the cluster shows of a dependency.
func (l lookup) evidence(f peerFinder) []Claim {
	var out []Claim
	where := "services of namespace " + l.namespace
	if l.missing {
		text := fmt.Sprintf("there is no Service %s in namespace %s: it does not exist", l.name, l.namespace)
		text += ifTrue(l.similar != "", "; a Service of a similar name is "+l.similar)
		return []Claim{claim(where, "%s", text)}
	}
	if l.service != nil && l.Host != l.service.Name {
		out = append(out, claim(where, "%s is Service %s", l.Host, l.service.Name))
	}
	out = append(out, l.portClaims()...)
	if l.endpoints {
		out = append(out, claim("endpoints of "+l.name, "%d ready, %d not ready", l.ready, l.unready))
	}
	if l.zero {
		out = append(out, claim(l.workload.String(), "it is scaled to 0 replicas, so the Service has no endpoints"))
	}
	if l.broken() {
		out = append(out, f.behind(l)...)
	}
	return out
}

// portClaims returns what is wrong with the ports of a Service: one that it lacks, or one that it
// sends to where nothing listens.
func (l lookup) portClaims() []Claim {
	var out []Claim
	if l.noPort {
		out = append(out, claim(l.name, "it has no port %d; %s", l.Port, ports(l.service)))
	}
	if l.target != "" {
		out = append(out, claim(l.name, "targetPort %s is none of the ports that the containers of %s declare", l.target, l.backing[0].Name))
	}
	return out
}

// behind returns why the pods that a Service selects are not ready: of the first one that no node
// takes, with what keeps its volumes.
func (f peerFinder) behind(l lookup) []Claim {
	i := slices.IndexFunc(l.backing, func(p *corev1.Pod) bool { return unscheduled(p) != "" })
	if i < 0 {
		return nil
	}
	p := l.backing[i]
	out := []Claim{claim("status of pod "+p.Name, "Pending: %s", quoted(unscheduled(p)))}
	for _, v := range p.Spec.Volumes {
		if v.PersistentVolumeClaim != nil {
			out = append(out, f.unbound(v.PersistentVolumeClaim.ClaimName)...)
		}
	}
	return out
}

// unbound returns why a claim of a Pending pod has no volume.
func (f peerFinder) unbound(name string) []Claim {
	for _, e := range f.events.OfName("PersistentVolumeClaim", f.Namespace, name) {
		if e.Type == corev1.EventTypeWarning {
			return []Claim{claim("event "+e.Reason+" of PersistentVolumeClaim "+name, "%s", quoted(e.Message))}
		}
	}
	return nil
}

// culprit names what the trouble is with: the workload behind a Service rather than the Service, nil
// for a host outside of the cluster, which no object stands for.
func (l lookup) culprit(f peerFinder) *Culprit {
	switch {
	case l.workload != nil:
		return &Culprit{Kind: l.workload.Kind, Namespace: l.workload.Namespace, Name: l.workload.Name}
	case l.service != nil:
		return &Culprit{Kind: "Service", Namespace: l.service.Namespace, Name: l.service.Name}
	case l.local && f.beside(l.Port) != "":
		beside := f.self()
		beside.Container = f.beside(l.Port)
		return beside
	case l.missing:
		return &Culprit{Kind: "Service", Namespace: l.namespace, Name: l.name}
	}
	return nil
}
