package fielddoc

import (
	"net/netip"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// servicePorts reports ports of a Service that have no name beside others, or the same
// number and protocol.
// Upstream: validateServicePort.
func servicePorts(s scope) {
	ports := s.list("ports")
	for i := range ports {
		port := s.inside("ports", i)
		if len(ports) > 1 && port.text("name") == "" {
			port.demand("name", " if a Service has several ports")
		}
		if word := port.text("targetPort"); word != "" && len(validation.IsValidPortName(word)) > 0 {
			port.refuse("targetPort", "%q is neither a port number nor a port name", word)
		}
		if n, ok := port.number("nodePort"); ok && n != 0 && (s.text("type") == "" || s.text("type") == "ClusterIP") {
			port.refuse("nodePort", "needs the type NodePort or LoadBalancer")
		}
	}
}

// serviceType reports fields that a Service of its type cannot have.
// Upstream: validateService.
func serviceType(s scope) {
	kind := s.text("type")
	outside := kind == "NodePort" || kind == "LoadBalancer"
	if ip := s.text("clusterIP"); ip != "" && ip != "None" {
		if _, err := netip.ParseAddr(ip); err != nil {
			s.refuse("clusterIP", "%q is no IP address, and not None", ip)
		}
	}
	if outside && s.text("clusterIP") == "None" {
		s.refuse("clusterIP", "cannot be None if type is %s", kind)
	}
	if kind == "ExternalName" && s.text("clusterIP") == "None" {
		s.refuse("clusterIP", "cannot be set if type is ExternalName")
	}
	if s.text("externalTrafficPolicy") != "" && !outside && len(s.list("externalIPs")) == 0 {
		s.refuse("externalTrafficPolicy", "needs the type NodePort or LoadBalancer")
	}
	if s.value("healthCheckNodePort") != nil && (kind != "LoadBalancer" || s.text("externalTrafficPolicy") != "Local") {
		if n, ok := s.number("healthCheckNodePort"); ok && n != 0 {
			s.refuse("healthCheckNodePort", "needs the type LoadBalancer and the externalTrafficPolicy Local")
		}
	}
	for _, name := range []string{"loadBalancerClass", "allocateLoadBalancerNodePorts"} {
		if s.value(name) != nil && kind != "LoadBalancer" {
			s.refuse(name, "needs the type LoadBalancer")
		}
	}
	if s.value("sessionAffinityConfig") != nil && s.text("sessionAffinity") != "ClientIP" {
		s.refuse("sessionAffinityConfig", "needs the sessionAffinity ClientIP")
	}
}

// ingressPath reports paths that their pathType does not take.
// Upstream: validateHTTPIngressPath.
func ingressPath(s scope) {
	path := s.text("path")
	kind := s.text("pathType")
	strict := kind == "Exact" || kind == "Prefix"
	switch {
	case !strict && kind != "ImplementationSpecific": // reported at its own field
	case path == "" && strict:
		s.demand("path", " if pathType is "+kind)
	case path != "" && !strings.HasPrefix(path, "/"):
		s.refuse("path", "%s must begin with /", quoteShort(path))
	case strict && (strings.Contains(path, "//") || steps(path, ".") || steps(path, "..") || strings.Contains(strings.ToLower(path), "%2f")):
		s.refuse("path", "%s must not contain //, /./, /../ or %%2F if pathType is %s", quoteShort(path), kind)
	}
}
