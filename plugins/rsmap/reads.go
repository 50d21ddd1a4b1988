package rsmap

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// warnings returns the read of the events that report what failed. Normal ones are far more; they
// are read only of pods that wait without another reason (rollout.Wanted).
func (o *options) warnings() snapshot.Read {
	return snapshot.Read{
		Resource:  "events",
		Namespace: o.namespace,
		Fields:    "type=Warning",
		Impact:    "why pods cannot be created or mounted may be missing",
	}
}

// scalers returns the read of the autoscalers, which change the number of pods beside the user.
func (o *options) scalers() snapshot.Read {
	return snapshot.Read{
		Resource:  "horizontalpodautoscalers",
		Namespace: o.namespace,
		Impact:    "whether something scales the workload is not known",
	}
}

// budgets returns the read of what limits evictions: drains of nodes, not rollouts.
func (o *options) budgets() snapshot.Read {
	return snapshot.Read{Resource: "poddisruptionbudgets", Namespace: o.namespace, Impact: "whether a drain may evict the pods is not known"}
}

// children returns the reads of what belongs to the workloads that were found.
func (o *options) children(s *snapshot.Snapshot) []snapshot.Read {
	reads := []snapshot.Read{o.warnings(), o.scalers(), o.budgets()}
	return slices.Concat(reads, analyses(s), o.configs(s), gather.Children(s))
}

// analyses returns the reads of what Argo Rollouts judge their steps by. Optional: a cluster may have the
// controller without these kinds.
func analyses(s *snapshot.Snapshot) []snapshot.Read {
	var reads []snapshot.Read
	for _, other := range s.Others {
		if other.GetKind() != "Rollout" {
			continue
		}
		for _, resource := range []string{"analysisruns.argoproj.io", "experiments.argoproj.io"} {
			reads = append(reads, snapshot.Read{
				Resource: resource, Namespace: other.GetNamespace(), Optional: true, Impact: "analyses are known only from the status of the Rollout",
			})
		}
	}
	return reads
}

// configs returns the reads of the ConfigMaps that the workloads refer to: one that was changed after the
// pods started is a change of the program that no revision shows. A Secret is looked at in files only:
// few may read them, and few need to.
func (o *options) configs(s *snapshot.Snapshot) []snapshot.Read {
	var reads []snapshot.Read
	add := func(namespace string, t *corev1.PodTemplateSpec) {
		for _, c := range rollout.Configs(t) {
			read := configRead(c, namespace)
			// Several workloads may refer to one ConfigMap.
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

// configRead returns the read of a ConfigMap or Secret that a template refers to. A template may
// refer to one that does not exist, if it marks the reference as optional.
func configRead(c rollout.Config, namespace string) snapshot.Read {
	return snapshot.Read{
		Resource:  snapshot.Plural(c.Kind),
		Namespace: namespace,
		Name:      c.Name,
		Optional:  true,
		Impact:    "changes after the pods started are not known",
	}
}
