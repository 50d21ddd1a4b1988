package provenance

import (
	"slices"
	"strings"
)

// writer is the kind of program that a manager is.
type writer int

const (
	stranger writer = iota // not known; people's own scripts and servers most likely
	tool                   // writes what somebody wants just then, or keeps in files
	program                // acts by itself, in a loop
	server                 // the API server itself
	nameless               // the name does not identify the writer
)

// The API server takes a manager's name from the request, or else from the
// User-Agent header up to the first slash, which is the name of the binary
// (k8s.io/apiserver/pkg/endpoints/handlers/create.go, managerOrUserAgent).

// tools are what people write with, by name; "kubectl-*" stands for all that
// begin so. Browsers are the consoles of clusters. Argo CD and Flux write what
// people keep in their repositories.
var tools = []string{
	"kubectl", "kubectl-*", "oc", "kubeadm", "k9s", "dashboard", "Mozilla", "curl", "argocd-server", "kapp", "skaffold", "tanka",
	"argocd-controller", "argocd-application-controller", "kustomize-controller", "helm-controller", "kapp-controller", "fleetagent",
	"helm", "Helm", "terraform", "Terraform", "terraform-provider-*", "HashiCorp", "OpenTofu", "pulumi-kubernetes", "pulumi-kubernetes-*",
}

// programs are controllers, by name. Binaries made with kubebuilder are called
// manager, and those of the vertical autoscaler recommender and updater.
var programs = []string{
	"kube-controller-manager", "kubelet", "kube-scheduler", "kube-proxy", "cloud-controller-manager", "clusterrole-aggregation-controller",
	"horizontal-pod-autoscaler", "cluster-autoscaler", "keda", "keda-operator", "karpenter",
	"vpa-recommender", "vpa-updater", "vpa-admission-controller", "recommender", "updater",
	"argocd-applicationset-controller", "rollouts-controller", "source-controller", "notification-controller",
	"cert-manager-*", "coredns", "calico-node", "cilium-agent", "cilium-operator-*", "pilot-discovery", "istio-operator", "kyverno",
	"gatekeeper",
	"PrometheusOperator", "crossplane", "external-secrets", "csi-provisioner", "csi-attacher", "csi-resizer", "manager", "controller",
}

// servers are the names by which the API server writes its own objects
// (k8s.io/kubernetes/pkg/controlplane; pkg/util/flowcontrol of k8s.io/apiserver).
var servers = []string{"kube-apiserver", "api-priority-and-fairness-config-*"}

// unnamed are managers that identify no program: the names that the API server
// uses for writers that it does not know, and the User-Agents of libraries.
var unnamed = []string{
	"", "unknown", "before-first-apply", "ancient-changes", "Go-http-client", "node-fetch", "python-requests", "OpenAPI-Generator",
	"okhttp", "axios", "kubernetes-client", "fabric8-kubernetes-client",
}

// endings are how controllers are usually called.
var endings = []string{"-controller", "-controller-manager", "-operator", "-autoscaler", "-scheduler", "-injector"}

// writer returns what a manager is, and whether that is certain.
func (m Manager) writer() (who writer, known bool) {
	switch {
	case listed(tools, m.Manager):
		return tool, true
	case listed(programs, m.Manager):
		return program, true
	case listed(servers, m.Manager):
		return server, true
	case slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(m.Manager, end) }),
		m.Subresource == "status":
		return program, false
	case listed(unnamed, m.Manager):
		return nameless, true
	default:
		return stranger, false
	}
}

// listed reports whether a list has a name, or an entry with "*" at its end that the name begins with.
func listed(names []string, name string) bool {
	return slices.ContainsFunc(names, func(entry string) bool {
		start, open := strings.CutSuffix(entry, "*")
		return entry == name || (open && strings.HasPrefix(name, start))
	})
}

// IsController reports whether a manager is a controller or the server: a known
// one, one with a name that ends as controllers' names do, or one that writes a
// status, unless people use it as a tool. Both kubectl scale and autoscalers
// write the subresource "scale", so for it the name of the manager decides.
func IsController(m Manager) bool {
	who, _ := m.writer()
	return who == program || who == server
}
