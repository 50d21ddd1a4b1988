package fielddoc_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// TestLifeOfFields: the release notes and KEPs of Kubernetes say when these came.
func TestLifeOfFields(t *testing.T) {
	for _, c := range []struct {
		apiVersion, kind, path string
		want                   fielddoc.Life
		stage                  map[int]fielddoc.Stage
	}{
		{"apps/v1", "Deployment", "spec.replicas", fielddoc.Life{}, nil},
		{"v1", "Pod", "spec.containers[0].lifecycle.preStop.exec.command", fielddoc.Life{}, nil}, // Handler was renamed in 1.23
		{"v1", "Pod", "spec.containers[0].livenessProbe.httpGet.path", fielddoc.Life{}, nil},
		{
			"v1", "Pod", "spec.containers[0].lifecycle.preStop.sleep.seconds",
			fielddoc.Life{Since: 29, Gate: "PodLifecycleSleepAction"},
			map[int]fielddoc.Stage{28: "", 29: "alpha", 30: "beta", 34: "ga"},
		},
		{"apps/v1", "Deployment", "spec.template.spec.initContainers[0].restartPolicy", fielddoc.Life{
			Since: 28,
			Gate:  "SidecarContainers",
		}, map[int]fielddoc.Stage{28: "alpha", 29: "beta", 33: "ga"}},
		{"v1", "Pod", "spec.hostUsers", fielddoc.Life{Since: 25, Gate: "UserNamespacesSupport"}, map[int]fielddoc.Stage{
			25: "alpha",
			30: "beta-off", 33: "beta",
		}},
		{"v1", "Pod", "spec.os.name", fielddoc.Life{Since: 23, Gate: "IdentifyPodOS"}, map[int]fielddoc.Stage{23: "alpha", 24: "beta", 25: "ga"}},
		{"batch/v1", "CronJob", "spec.timeZone", fielddoc.Life{Since: 24, Gate: "CronJobTimeZone"}, map[int]fielddoc.Stage{
			24: "alpha",
			25: "beta", 27: "ga",
		}},
		{"batch/v1", "Job", "spec.suspend", fielddoc.Life{Since: 21, Gate: "SuspendJob"}, nil},
		{"batch/v1", "Job", "spec.managedBy", fielddoc.Life{Since: 30, Gate: "JobManagedBy"}, nil},
		{"v1", "Service", "spec.trafficDistribution", fielddoc.Life{Since: 30, Gate: "ServiceTrafficDistribution"}, nil},
		{"v1", "Service", "spec.internalTrafficPolicy", fielddoc.Life{Since: 21, Gate: "ServiceInternalTrafficPolicy"}, nil},
		{"policy/v1", "PodDisruptionBudget", "spec.unhealthyPodEvictionPolicy", fielddoc.Life{
			Since: 26,
			Gate:  "PDBUnhealthyPodEvictionPolicy",
		}, nil},
		{"apps/v1", "StatefulSet", "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", fielddoc.Life{
			Since: 23,
			Gate:  "StatefulSetAutoDeletePVC",
		}, nil},
		{"networking.k8s.io/v1", "NetworkPolicy", "spec.egress[0].ports[0].endPort", fielddoc.Life{Since: 21, Gate: "NetworkPolicyEndPort"}, nil},
		{"v1", "Pod", "spec.topologySpreadConstraints[0].minDomains", fielddoc.Life{Since: 24, Gate: "MinDomainsInPodTopologySpread"}, nil},
		{"apiextensions.k8s.io/v1", "CustomResourceDefinition", "spec.versions[0].selectableFields", fielddoc.Life{
			Since: 30,
			Gate:  "CustomResourceFieldSelectors",
		}, nil},
	} {
		at := kind(t, c.apiVersion, c.kind).Root(nil)
		path, _ := fielddoc.ParsePath(c.path)
		for _, step := range path {
			at = at.Step(step)
		}
		if got := at.Life(); got != c.want {
			t.Errorf("%s %s: got %+v, want %+v", c.kind, c.path, got, c.want)
		}
		for minor, want := range c.stage {
			if got := at.Life().StageAt(minor); got != want {
				t.Errorf("%s %s in 1.%d: got %q, want %q", c.kind, c.path, minor, got, want)
			}
		}
	}
}

func TestLifeOfValues(t *testing.T) {
	for _, c := range []struct {
		apiVersion, kind, path, value string
		want                          fielddoc.Life
	}{
		{"v1", "Pod", "spec.restartPolicy", "Always", fielddoc.Life{}},
		{"apps/v1", "StatefulSet", "spec.updateStrategy.type", "Recreate", fielddoc.Life{Since: 37, Gate: "StatefulSetRecreateStrategy"}},
		{"v1", "Service", "spec.trafficDistribution", "PreferSameNode", fielddoc.Life{}},
	} {
		at := kind(t, c.apiVersion, c.kind).Root(nil)
		path, _ := fielddoc.ParsePath(c.path)
		for _, step := range path {
			at = at.Step(step)
		}
		if got := at.ValueLife(c.value); got != c.want {
			t.Errorf("%s %s=%s: got %+v, want %+v", c.kind, c.path, c.value, got, c.want)
		}
	}
}

// TestDefaultsOfVersions: a version fills in the defaults of the fields that work in it.
func TestDefaultsOfVersions(t *testing.T) {
	for _, c := range []struct {
		apiVersion, kind, spec, path string
		first                        int // the minor version that fills it in
		want                         string
	}{
		{"v1", "Service", "{type: ClusterIP}", "spec.internalTrafficPolicy", 22, "Cluster"},
		{"v1", "Service", "{type: LoadBalancer}", "spec.allocateLoadBalancerNodePorts", 22, "true"},
		{"apps/v1", "StatefulSet", "{}", "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", 27, "Retain"},
		{
			"apps/v1", "StatefulSet", "{updateStrategy: {type: RollingUpdate, rollingUpdate: {}}}",
			"spec.updateStrategy.rollingUpdate.maxUnavailable", 37, "1",
		},
		{"v1", "Pod", "{}", "spec.restartPolicy", fielddoc.Oldest, "Always"},
	} {
		path, _ := fielddoc.ParsePath(c.path)
		o := map[string]any{"apiVersion": c.apiVersion, "kind": c.kind, "spec": object(t, c.spec)}
		for _, minor := range []int{c.first - 1, c.first, fielddoc.Newest()} {
			d := kind(t, c.apiVersion, c.kind).At(minor).Field(path, o)
			if known := minor >= c.first; (d.DefaultKnown != known && minor >= fielddoc.Oldest) || (known && d.Default != c.want) {
				t.Errorf("%s %s in 1.%d: got %q, %t", c.kind, c.path, minor, d.Default, d.DefaultKnown)
			}
		}
	}
}

// Of a gate without a stage explainfields would say that it is off.
func TestEveryGateHasAStage(t *testing.T) {
	if gates := fielddoc.UnknownGates(); len(gates) > 0 {
		t.Errorf("gates without a stage: %v", gates)
	}
}
