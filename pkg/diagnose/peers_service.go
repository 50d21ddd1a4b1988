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
	l.noPort = l.Port != 0 && len(svc.Spec.Ports) > 0 && svc.Spec.ClusterIP != corev1.ClusterIPNone &&
		!slices.ContainsFunc(svc.Spec.Ports, func(p corev1.ServicePort) bool { return p.Port == l.Port })
	if len(svc.Spec.Selector) == 0 {
		return l
	}
	l.selected(s, f, labels.SelectorFromSet(svc.Spec.Selector))
	l.aim()
	return l
}

// selected finds the pods that the Service selects, and their workload.
func (l *lookup) selected(s *snapshot.Snapshot, f *owners.Forest, selector labels.Selector) {
	for object := range s.PodObjects(l.namespace) {
		if object.GetDeletionTimestamp() != nil || !selector.Matches(labels.Set(object.GetLabels())) {
			continue
		}
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
			continue
		}
		target := p.TargetPort.String()
		if target == "0" {
			target = fmt.Sprint(p.Port)
		}
		for _, backing := range l.backing {
			ports := declaredPorts(backing)
			declares := slices.ContainsFunc(ports, func(p corev1.ContainerPort) bool {
				return p.Name == target || fmt.Sprint(p.ContainerPort) == target
			})
			if declares || len(ports) == 0 {
				return // ports need not be declared: then there is nothing to compare
			}
			l.target = target
		}
	}
}

// declaredPorts returns the ports of all containers of a pod.
func declaredPorts(p *corev1.Pod) []corev1.ContainerPort {
	var ports []corev1.ContainerPort
	for c := range pod.Containers(p) {
		ports = append(ports, c.Spec.Ports...)
	}
	return ports
}

// idle finds the workload whose pods the Service would select, had it any.
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
		if slice.Labels[discoveryv1.LabelServiceName] != svc.Name {
			continue
		}
		l.endpoints = true
		for _, e := range slice.Endpoints {
			if e.Conditions.Ready == nil || *e.Conditions.Ready {
				l.ready += max(1, len(e.Addresses))
			} else {
				l.unready += max(1, len(e.Addresses))
			}
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
	l.endpoints = s.Complete("endpointslices", svc.Namespace) && len(svc.Spec.Selector) > 0
}
