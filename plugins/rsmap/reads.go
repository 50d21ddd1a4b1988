package rsmap

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/load"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func (o *options) warnings() load.Read {
	return load.Read{Resource: "events", Namespace: o.namespace, Fields: "type=Warning", Effect: "why pods cannot be created or mounted may be missing"}
}

func (o *options) scalers() load.Read {
	return load.Read{Resource: "horizontalpodautoscalers", Namespace: o.namespace, Effect: "whether something scales the workload is not known"}
}

func (o *options) budgets() load.Read {
	return load.Read{Resource: "poddisruptionbudgets", Namespace: o.namespace, Effect: "whether a drain may evict the pods is not known"}
}

// children returns the reads of what belongs to the workloads that were found.
func (o *options) children(s *snapshot.Snapshot) []load.Read {
	reads := []load.Read{o.warnings(), o.scalers(), o.budgets()}
	add := func(selector *metav1.LabelSelector, resources ...string) {
		parsed, err := metav1.LabelSelectorAsSelector(selector)
		if err != nil || parsed.Empty() {
			parsed = labels.Everything()
		}
		for _, r := range resources {
			read := load.Read{Resource: r, Namespace: o.namespace, Labels: parsed.String(), Effect: childEffects[r]}
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
func (o *options) configs(s *snapshot.Snapshot) []load.Read {
	var reads []load.Read
	add := func(namespace string, t *corev1.PodTemplateSpec) {
		for _, c := range rollout.Configs(t) {
			read := load.Read{Resource: strings.ToLower(c.Kind) + "s", Namespace: namespace, Name: c.Name, Optional: true, Effect: "whether it changed after the pods started is not known"}
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
