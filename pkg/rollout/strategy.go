package rollout

import (
	"cmp"
	"math"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// fenceposts resolves the percentages of a strategy for a number of pods: surge
// rounds up, unavailable down, and if both are 0, one pod may be unavailable
// (ResolveFenceposts in k8s.io/kubernetes pkg/controller/deployment/util).
func fenceposts(surge, unavailable *intstr.IntOrString, replicas int32) (maxSurge, maxUnavailable int32) {
	maxSurge = scaled(surge, replicas, true)
	maxUnavailable = scaled(unavailable, replicas, false)
	if maxSurge == 0 && maxUnavailable == 0 {
		maxUnavailable = 1
	}
	return maxSurge, min(maxUnavailable, replicas)
}

// scaled resolves a number or a percentage of replicas; what is absent or not
// valid counts as 0, as in the controllers.
func scaled(v *intstr.IntOrString, replicas int32, up bool) int32 {
	n, err := intstr.GetScaledValueFromIntOrPercent(intstr.ValueOrDefault(v, intstr.FromInt32(0)), int(replicas), up)
	if err != nil {
		return 0
	}
	return int32(min(max(n, 0), math.MaxInt32))
}

// deploymentStrategy returns the strategy with its defaults and percentages worked out
// (SetDefaults_Deployment in k8s.io/kubernetes pkg/apis/apps/v1/defaults.go, 1.37): files may
// hold manifests that no API server has completed.
func deploymentStrategy(d *appsv1.Deployment) Strategy {
	if d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return Strategy{Type: "Recreate"}
	}
	quarter := ptr(intstr.FromString("25%")) // the default of the API server
	surge := quarter
	unavailable := quarter
	if r := d.Spec.Strategy.RollingUpdate; r != nil {
		surge = cmp.Or(r.MaxSurge, quarter)
		unavailable = cmp.Or(r.MaxUnavailable, quarter)
	}
	replicas := deref(d.Spec.Replicas, 1)
	maxSurge, maxUnavailable := fenceposts(surge, unavailable, replicas)
	return Strategy{
		Type: "RollingUpdate", MaxSurge: &maxSurge, MaxUnavailable: &maxUnavailable,
		MaxPods: ptr(replicas + maxSurge), MinAvailable: ptr(replicas - maxUnavailable),
	}
}

// deadline returns when the Deployment controller will report that a rollout
// exceeded its progress deadline. It returns nil if it never will: no deadline
// is set, nothing is being rolled out, the Deployment is paused, or the
// deadline has passed already.
func deadline(d *appsv1.Deployment, at time.Time) *Deadline {
	seconds := d.Spec.ProgressDeadlineSeconds
	progressing := deploymentCondition(d, appsv1.DeploymentProgressing)
	if seconds == nil || *seconds == math.MaxInt32 || d.Spec.Paused || !underWay(progressing) {
		return nil
	}
	end := progressing.LastUpdateTime.Add(time.Duration(*seconds) * time.Second)
	return &Deadline{At: snapshot.Time{Time: end}, Remaining: snapshot.Duration(end.Sub(at))}
}

// underWay reports whether the condition Progressing, nil if there is none, is of a rollout that has
// neither completed nor failed.
func underWay(progressing *appsv1.DeploymentCondition) bool {
	return progressing != nil && progressing.Status == corev1.ConditionTrue && progressing.Reason != "NewReplicaSetAvailable"
}

// deploymentCondition returns the condition of a type, nil if there is none.
func deploymentCondition(d *appsv1.Deployment, kind appsv1.DeploymentConditionType) *appsv1.DeploymentCondition {
	for i := range d.Status.Conditions {
		if d.Status.Conditions[i].Type == kind {
			return &d.Status.Conditions[i]
		}
	}
	return nil
}
