package command_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/command"
)

func TestInContext(t *testing.T) {
	for line, want := range map[string]string{
		"kubectl logs web-1 -n shop":                          "kubectl logs --context=prod-eu web-1 -n shop",
		"kubectl rollout undo deployment/web --to-revision=2": "kubectl rollout --context=prod-eu undo deployment/web --to-revision=2",
		"kubectl get pods | kubectl apply -f -":               "kubectl get --context=prod-eu pods | kubectl apply --context=prod-eu -f -",
		"kubectl exec web-1 -- sh -c 'kubectl get pods'":      "kubectl exec --context=prod-eu web-1 -- sh -c 'kubectl get pods'",
		"docker pull web":                                     "docker pull web",
		"kubectl":                                             "kubectl",
		"":                                                    "",
	} {
		if got := command.InContext(line, "prod-eu"); got != want {
			t.Errorf("InContext(%q) = %q, want %q", line, got, want)
		}
	}
	if got := command.InContext("kubectl get pods", "a b;id"); got != "kubectl get '--context=a b;id' pods" {
		t.Error(got)
	}
	if got := command.InContext("kubectl get pods", ""); got != "kubectl get pods" {
		t.Error(got)
	}
}
