//go:build linux

package main

import (
	"fmt"
	"maps"
	"path"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func (c cluster) claim(n int) string { return fmt.Sprintf("%s-data-%d", c.Workload, n) }

// config returns the ConfigMap and the claims.
func (c cluster) config() (configs, claims []any) {
	before := c.before()
	if len(c.Setup.Files) > 0 {
		m := &corev1.ConfigMap{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
			ObjectMeta: c.meta("ConfigMap", c.Workload+"-config", before), Data: map[string]string{},
		}
		for file, text := range c.Setup.Files {
			m.Data[path.Base(file)] = text
		}
		configs = append(configs, m)
	}
	names := slices.Sorted(maps.Values(c.inc.Claims))
	for n, v := range c.Setup.Volumes {
		if v.Claim {
			names = append(names, c.claim(n))
		}
	}
	for _, name := range names {
		size := corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
		claims = append(claims, &corev1.PersistentVolumeClaim{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, ObjectMeta: c.meta("PersistentVolumeClaim", name, before),
			Spec: corev1.PersistentVolumeClaimSpec{
				AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, VolumeName: "pvc-" + string(uid(name)),
				Resources: corev1.VolumeResourceRequirements{Requests: size},
			},
			Status: corev1.PersistentVolumeClaimStatus{Phase: corev1.ClaimBound, Capacity: size},
		})
	}
	return configs, claims
}

// services returns the Services of the namespace with their EndpointSlices:
// the program's own, without a ready endpoint, and those of its peers.
func (c cluster) services() (services, endpointSlices []any) {
	add := func(p peer, endpoints []discoveryv1.Endpoint) {
		services = append(services, c.service(p))
		endpointSlices = append(endpointSlices, c.endpointSlice(p, endpoints))
	}
	if c.Setup.Port != 0 {
		add(peer{Name: c.Workload, Port: c.Setup.Port}, nil)
	}
	for n, p := range c.Setup.Peers {
		if p.inside() && p.State != "absent" {
			add(p, p.endpoints(n))
		}
	}
	return services, endpointSlices
}

// service returns the Service of a peer.
func (c cluster) service(p peer) *corev1.Service {
	return &corev1.Service{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: c.meta("Service", p.Name, c.before()),
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceTypeClusterIP, ClusterIP: p.address(), ClusterIPs: []string{p.address()},
			Selector: map[string]string{"app.kubernetes.io/name": p.Name},
			Ports:    []corev1.ServicePort{{Name: "main", Port: p.Port, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(p.Port)}},
		},
	}
}

// endpointSlice returns the EndpointSlice of the Service of a peer.
func (c cluster) endpointSlice(p peer, endpoints []discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	tcp := corev1.ProtocolTCP
	main := "main"
	m := c.meta("EndpointSlice", p.Name+"-"+hash(p.Name, 5), c.before())
	m.Labels = map[string]string{discoveryv1.LabelServiceName: p.Name, discoveryv1.LabelManagedBy: "endpointslice-controller.k8s.io"}
	return &discoveryv1.EndpointSlice{
		TypeMeta: metav1.TypeMeta{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice"}, ObjectMeta: m,
		AddressType: discoveryv1.AddressTypeIPv4, Endpoints: endpoints,
		Ports: []discoveryv1.EndpointPort{{Name: &main, Port: &p.Port, Protocol: &tcp}},
	}
}

// endpoints returns the endpoint of peer number n, none if it refuses connections: then it has no pods.
func (p peer) endpoints(n int) []discoveryv1.Endpoint {
	if p.State == "refused" {
		return nil
	}
	ready := true
	return []discoveryv1.Endpoint{{
		Addresses: []string{fmt.Sprintf("10.244.2.%d", 40+n)}, Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready},
	}}
}

// peerDeployments returns the Deployments behind the Services of the peers:
// scaled to zero if they refuse, else available.
func (c cluster) peerDeployments() []any {
	var out []any
	for _, p := range c.Setup.Peers {
		if !p.inside() || p.State == "absent" {
			continue
		}
		replicas := int32(1)
		if p.State == "refused" {
			replicas = 0
		}
		m := c.meta("Deployment", p.Name, c.before())
		m.Generation = 1
		m.Labels = map[string]string{"app.kubernetes.io/name": p.Name}
		out = append(out, &appsv1.Deployment{
			TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}, ObjectMeta: m,
			Spec: appsv1.DeploymentSpec{
				Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: m.Labels},
				Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: m.Labels}, Spec: corev1.PodSpec{
					Containers: []corev1.Container{{Name: p.Name, Image: "registry.example/peers/" + p.Name + ":1"}},
				}},
			},
			Status: appsv1.DeploymentStatus{
				ObservedGeneration: 1, Replicas: replicas, ReadyReplicas: replicas, AvailableReplicas: replicas, UpdatedReplicas: replicas,
			},
		})
	}
	return out
}
