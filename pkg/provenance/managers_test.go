package provenance_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// TestWhoManagersAre judges a field with no default that one manager owns.
func TestWhoManagersAre(t *testing.T) {
	for _, c := range []struct{ manager, apply, update string }{
		{"kubectl", "user observed", "user deduced"},
		{"kubectl-client-side-apply", "user observed", "user deduced"},
		{"kubectl-edit", "user observed", "user deduced"},
		{"kubectl-rollout", "user observed", "user deduced"},
		{"helm", "user observed", "user deduced"},
		{"Terraform", "user observed", "user deduced"},
		{"pulumi-kubernetes-1a2b", "user observed", "user deduced"},
		{"k9s", "user observed", "user deduced"},
		{"Mozilla", "user observed", "user deduced"},
		{"argocd-server", "user observed", "user deduced"},
		// They deliver what people keep in their repositories.
		{"argocd-controller", "user observed", "user deduced"},
		{"argocd-application-controller", "user observed", "user deduced"},
		{"kustomize-controller", "user observed", "user deduced"},
		{"helm-controller", "user observed", "user deduced"},
		{"kube-controller-manager", "controller observed", "controller observed"},
		{"kube-scheduler", "controller observed", "controller observed"},
		{"kubelet", "controller observed", "controller observed"},
		{"clusterrole-aggregation-controller", "controller observed", "controller observed"},
		{"cluster-autoscaler", "controller observed", "controller observed"},
		{"keda-operator", "controller observed", "controller observed"},
		{"vpa-updater", "controller observed", "controller observed"},
		{"recommender", "controller observed", "controller observed"},
		{"cert-manager-certificates-issuing", "controller observed", "controller observed"},
		{"manager", "controller observed", "controller observed"},
		// These are classified by their names alone.
		{"sidecar-injector", "controller deduced", "controller deduced"},
		{"acme-operator", "controller deduced", "controller deduced"},
		{"acme-controller-manager", "controller deduced", "controller deduced"},
		{"alice", "user deduced", "user deduced"},
		{"deploy-bot", "user deduced", "user deduced"},
		{"kube-apiserver", "server observed", "server observed"},
		{"api-priority-and-fairness-config-producer-v1", "server observed", "server observed"},
		// Nobody in particular.
		{"before-first-apply", "unknown deduced", "unknown deduced"},
		{"ancient-changes", "unknown deduced", "unknown deduced"},
		{"Go-http-client", "unknown deduced", "unknown deduced"},
		{"node-fetch", "unknown deduced", "unknown deduced"},
		{"unknown", "unknown deduced", "unknown deduced"},
	} {
		for operation, want := range map[string]string{"Apply": c.apply, "Update": c.update} {
			compare(t, `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: x
  uid: u
  managedFields:
  - {manager: kubectl-create, operation: Update, fieldsV1: {f:spec: {f:selector: {}, f:paused: {}, f:replicas: {}}}}
  - {manager: "`+c.manager+`", operation: `+operation+`, fieldsV1: {f:spec: {f:minReadySeconds: {}}}}
spec: {minReadySeconds: 7}
`, map[string]string{"spec.minReadySeconds": want + " " + c.manager})
		}
	}
	if !provenance.IsController(provenance.Manager{Manager: "anybody", Subresource: "status"}) ||
		provenance.IsController(provenance.Manager{Manager: "kubectl-edit", Subresource: "status"}) {
		t.Error("who writes a status is a controller, but for people with kubectl")
	}
}
