package diagnose

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// of fills in what is known of a Service and of the workload that it selects.
func (l lookup) of(s *snapshot.Snapshot, f *owners.Forest, svc *corev1.Service) lookup {
	l.service = svc
	l.name = "Service " + svc.Name
	l.namespace = svc.Namespace
	if svc.Spec.Type == corev1.ServiceTypeExternalName {
		l.outside = true
		l.name = fmt.Sprintf("Service %s (external name %s)", svc.Name, svc.Spec.ExternalName)
		return l
	}
	l.count(s)
	l.noPort = l.Port != 0 && lacksPort(svc, l.Port)
	if len(svc.Spec.Selector) == 0 {
		return l
	}
	l.selected(s, f, labels.SelectorFromSet(svc.Spec.Selector))
	l.aim()
	return l
}

// lacksPort reports whether a Service forwards no such port. One without a cluster IP forwards none:
// its name resolves to the pods, which may listen on any.
func lacksPort(svc *corev1.Service, port int32) bool {
	if len(svc.Spec.Ports) == 0 || svc.Spec.ClusterIP == corev1.ClusterIPNone {
		return false
	}
	return !slices.ContainsFunc(svc.Spec.Ports, func(p corev1.ServicePort) bool { return p.Port == port })
}

// selected finds the pods that the Service selects, and their workload.
func (l *lookup) selected(s *snapshot.Snapshot, f *owners.Forest, selector labels.Selector) {
	for object := range s.PodObjects(l.namespace) {
		if object.GetDeletionTimestamp() != nil || !selector.Matches(labels.Set(object.GetLabels())) {
			continue
		}
		// Only the few pods that match are unpacked.
		if pod := snapshot.PodOf(object); pod.Status.Phase != corev1.PodSucceeded && pod.Status.Phase != corev1.PodFailed {
			l.backing = append(l.backing, pod)
			root := f.Root(pod)
			l.workload = &root
		}
	}
	if l.workload == nil {
		l.idle(s, selector)
	}
}

// aim sets target if the Service forwards the port of the dependency to a port
// that none of the pods that it selects declares.
func (l *lookup) aim() {
	for _, p := range l.service.Spec.Ports {
		if (l.Port != 0 && p.Port != l.Port) || (l.Port == 0 && len(l.service.Spec.Ports) > 1) {
			continue // another port, or the log names none of several
		}
		target := p.TargetPort.String()
		if target == "0" { // not set: the port itself
			target = fmt.Sprint(p.Port)
		}
		for _, backing := range l.backing {
			if mayServe(backing, target) {
				return
			}
			l.target = target
		}
	}
}

// mayServe reports whether a pod declares a port, by name or number, or declares none at all: ports
// need not be declared, and then there is nothing to compare.
func mayServe(p *corev1.Pod, port string) bool {
	ports := declaredPorts(p)
	return len(ports) == 0 || slices.ContainsFunc(ports, func(p corev1.ContainerPort) bool {
		return p.Name == port || fmt.Sprint(p.ContainerPort) == port
	})
}

// declaredPorts returns the ports of all containers of a pod.
func declaredPorts(p *corev1.Pod) []corev1.ContainerPort {
	var ports []corev1.ContainerPort
	for c := range pod.Containers(p) {
		ports = append(ports, c.Spec.Ports...)
	}
	return ports
}

// idle finds the workload whose pods the Service would select, had it any: a Deployment that is
// scaled to 0 has no pods that match, but its template does.
func (l *lookup) idle(s *snapshot.Snapshot, selector labels.Selector) {
	namespace := l.service.Namespace
	take := func(kind, name string, template map[string]string, replicas *int32) {
		if l.workload == nil && selector.Matches(labels.Set(template)) {
			l.workload = &owners.Ref{APIVersion: "apps/v1", Kind: kind, Namespace: namespace, Name: name}
			l.zero = replicas != nil && *replicas == 0
		}
	}
	for _, d := range snapshot.InNamespace(s.Deployments, namespace) {
		take("Deployment", d.Name, d.Spec.Template.Labels, d.Spec.Replicas)
	}
	for _, d := range snapshot.InNamespace(s.StatefulSets, namespace) {
		take("StatefulSet", d.Name, d.Spec.Template.Labels, d.Spec.Replicas)
	}
	for _, d := range snapshot.InNamespace(s.DaemonSets, namespace) {
		take("DaemonSet", d.Name, d.Spec.Template.Labels, nil)
	}
}

// count counts the endpoints of the Service, from its EndpointSlices or else
// its Endpoints.
func (l *lookup) count(s *snapshot.Snapshot) {
	svc := l.service
	for _, slice := range snapshot.InNamespace(s.EndpointSlices, svc.Namespace) {
		if slice.Labels[discoveryv1.LabelServiceName] == svc.Name { // a large Service has several slices
			l.endpoints = true
			l.addSlice(slice)
		}
	}
	if l.endpoints {
		return
	}
	if e, found := snapshot.Find(s.Endpoints, svc.Namespace, svc.Name); found {
		l.endpoints = true
		for _, subset := range e.Subsets {
			l.ready += len(subset.Addresses)
			l.unready += len(subset.NotReadyAddresses)
		}
		return
	}
	// If all slices were read and none is of it, there are no endpoints: that is known too.
	l.endpoints = s.Complete("endpointslices", svc.Namespace) && len(svc.Spec.Selector) > 0
}

// addSlice counts the endpoints of one slice. An endpoint that does not report whether it is ready
// counts as ready, as the API asks of consumers (k8s.io/api discovery/v1).
func (l *lookup) addSlice(slice *discoveryv1.EndpointSlice) {
	for _, e := range slice.Endpoints {
		if e.Conditions.Ready == nil || *e.Conditions.Ready {
			l.ready += max(1, len(e.Addresses))
		} else {
			l.unready += max(1, len(e.Addresses))
		}
	}
}
