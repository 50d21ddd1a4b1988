package rsmap

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func (o *options) warnings() snapshot.Read {
	return snapshot.Read{Resource: "events", Namespace: o.namespace, Fields: "type=Warning", Impact: "why pods cannot be created or mounted may be missing"}
}

func (o *options) scalers() snapshot.Read {
	return snapshot.Read{Resource: "horizontalpodautoscalers", Namespace: o.namespace, Impact: "whether something scales the workload is not known"}
}

func (o *options) budgets() snapshot.Read {
	return snapshot.Read{Resource: "poddisruptionbudgets", Namespace: o.namespace, Impact: "whether a drain may evict the pods is not known"}
}

// children returns the reads of what belongs to the workloads that were found.
func (o *options) children(s *snapshot.Snapshot) []snapshot.Read {
	reads := []snapshot.Read{o.warnings(), o.scalers(), o.budgets()}
	add := func(selector *metav1.LabelSelector, resources ...string) {
		parsed, err := metav1.LabelSelectorAsSelector(selector)
		if err != nil || parsed.Empty() {
			parsed = labels.Everything()
		}
		for _, r := range resources {
			read := snapshot.Read{Resource: r, Namespace: o.namespace, Labels: parsed.String(), Impact: childEffects[r]}
			if !slices.Contains(reads, read) {
				reads = append(reads, read)
			}
		}
	}
	reads = append(reads, o.configs(s)...)
	for _, d := range s.Deployments {
		add(d.Spec.Selector, "replicasets", "pods")
	}
	for _, d := range s.StatefulSets {
		add(d.Spec.Selector, "controllerrevisions", "pods")
	}
	for _, d := range s.DaemonSets {
		add(d.Spec.Selector, "controllerrevisions", "pods")
	}
	for _, rc := range s.ReplicationControllers {
		add(&metav1.LabelSelector{MatchLabels: rc.Spec.Selector}, "pods")
	}
	for _, rs := range s.ReplicaSets {
		if metav1.GetControllerOfNoCopy(rs) == nil {
			add(rs.Spec.Selector, "pods")
		}
	}
	for _, j := range s.Jobs {
		if metav1.GetControllerOfNoCopy(j) == nil {
			add(j.Spec.Selector, "pods")
		}
	}
	if len(s.CronJobs) > 0 { // nothing but their owner tells the Jobs of a CronJob
		add(nil, "jobs", "pods")
	}
	if len(s.Others) > 0 {
		add(nil, "replicasets", "pods")
	}
	return reads
}

// configs returns the reads of the ConfigMaps that the workloads refer to. A
// Secret is looked at in files only: few may read them, and few need to.
func (o *options) configs(s *snapshot.Snapshot) []snapshot.Read {
	var reads []snapshot.Read
	add := func(namespace string, t *corev1.PodTemplateSpec) {
		for _, c := range rollout.Configs(t) {
			read := snapshot.Read{Resource: strings.ToLower(c.Kind) + "s", Namespace: namespace, Name: c.Name, Optional: true, Impact: "whether it changed after the pods started is not known"}
			if (c.Kind == "ConfigMap" || len(o.flags.Filenames) > 0) && !slices.Contains(reads, read) {
				reads = append(reads, read)
			}
		}
	}
	for _, d := range s.Deployments {
		add(d.Namespace, &d.Spec.Template)
	}
	for _, d := range s.StatefulSets {
		add(d.Namespace, &d.Spec.Template)
	}
	for _, d := range s.DaemonSets {
		add(d.Namespace, &d.Spec.Template)
	}
	return reads
}

var childEffects = map[string]string{
	"replicasets":         "revisions are not known",
	"controllerrevisions": "revisions are not known",
	"pods":                "no pods are shown, and what blocks a rollout is not known",
	"jobs":                "its runs are not known",
}
