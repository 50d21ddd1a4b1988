package rollout_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

func TestWantedExplainsPodsThatDoNotStart(t *testing.T) {
	onNode := func(p *corev1.Pod) { p.Spec.NodeName = "node-1" }
	for _, test := range []struct {
		name   string
		status corev1.ContainerStatus
		change func(*corev1.Pod)
		want   []string
	}{
		{"ready", running(true, 0), onNode, nil},
		{"a crash explains itself", crash, onNode, nil},
		{"not ready: the node may be lost", running(false, 0), onNode, []string{"nodes node-1"}},
		{"in creation for long", starting, func(p *corev1.Pod) {
			onNode(p)
			p.Status.Phase = corev1.PodPending
		}, []string{"nodes node-1", "events involvedObject.kind=Pod,involvedObject.name=web-1-0"}},
		{"no node: the claim may not be bound", starting, func(p *corev1.Pod) {
			p.Status.Phase = corev1.PodPending
			p.Status.ContainerStatuses = nil
			claim := &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}
			p.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: claim}}}
		}, []string{
			"persistentvolumeclaims data",
			"events involvedObject.kind=PersistentVolumeClaim,involvedObject.name=data",
			"events reason=TriggeredScaleUp",
			"events reason=Nominated",
		}},
	} {
		w := deployment("web:1", 1, one, none, updated)
		w.set("1", "web:1", 1, 1, 0, test.status)
		test.change(w.Pods[0])
		var got []string
		for _, r := range rollout.Wanted([]*rollout.Workload{w.build(t)}).Reads {
			got = append(got, r.Resource+" "+r.Name+r.Fields)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.name, diff)
		}
	}
}
