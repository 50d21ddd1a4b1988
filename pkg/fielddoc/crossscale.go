package fielddoc

import "strings"

// scaledToZero: only metrics that do not come from the pods can wake a workload without
// pods: validateMetrics in pkg/apis/autoscaling/validation.
func scaledToZero(s scope) {
	least, ok := s.number("minReplicas")
	if !ok || least != 0 {
		return
	}
	for i := range s.list("metrics") {
		if kind := s.inside("metrics", i).text("type"); kind == "Object" || kind == "External" {
			return
		}
	}
	s.refuse("minReplicas", "can be 0 only with a metric of the type Object or External")
}

// scaleTarget: the workload is named with its group, which only the kinds of the core
// group lack: ValidateAPIVersion.
func scaleTarget(s scope) {
	kind := s.text("scaleTargetRef.kind")
	if kind == "" || kind == "ReplicationController" || !s.freshlyWritten() {
		return
	}
	if group, _, found := strings.Cut(s.text("scaleTargetRef.apiVersion"), "/"); !found || group == "" {
		s.report(Problem{
			Path: pathOf(s.at, "scaleTargetRef.apiVersion"), Kind: WrongType, DidYouMean: groupOfWorkload[kind],
			Message: "must name the API group of the workload, such as apps/v1",
		})
	}
}

// groupOfWorkload are the versions of the kinds that autoscalers scale.
var groupOfWorkload = map[string]string{"Deployment": "apps/v1", "StatefulSet": "apps/v1", "ReplicaSet": "apps/v1"}

// scalingPolicies: a list of policies that is given must not be empty.
// Upstream: validateScalingRules.
func scalingPolicies(s scope) {
	if list, given := s.value("policies").([]any); given && len(list) == 0 {
		s.refuse("policies", "must not be empty; leave it out for the defaults")
	}
}

// scaledResource: the resource of a container is one that it can have.
// Upstream: validateContainerResourceSource.
func scaledResource(s scope) {
	if name := s.text("name"); name != "" && !containerResource(name) {
		s.report(Problem{
			Path: pathOf(s.at, "name"), Kind: WrongType, DidYouMean: Closest(name, []string{"cpu", "memory", "ephemeral-storage"}),
			Message: quoteShort(name) + " is no resource of containers: cpu, memory and others",
		})
	}
}

// scalerBounds reports an autoscaler whose minimum is above its maximum.
// Upstream: validateHorizontalPodAutoscalerSpec.
func scalerBounds(s scope) {
	least, ok := s.number("minReplicas")
	if !ok {
		least = 1
	}
	if most, has := s.number("maxReplicas"); has && most >= 1 && most < least {
		s.refuse("maxReplicas", "is %v, but minReplicas is %v", most, least)
	}
}

// metricValue: a metric of an object or of another system has one of two targets.
// Upstream: validateObjectSource and validateExternalSource.
func metricValue(s scope) {
	value := s.value("target.value")
	average := s.value("target.averageValue")
	switch {
	case s.value("target") == nil: // reported as missing
	case value == nil && average == nil:
		s.demand("target.averageValue", ", or value")
	case value != nil && average != nil && s.at.typ.ID == "autoscaling.ExternalMetricSource":
		s.refuse("target.value", "cannot be set beside averageValue")
	}
}

// resourceTarget: a resource of the pods is compared with a share or with an amount.
// Upstream: validateResourceSource.
func resourceTarget(s scope) {
	share := s.value("target.averageUtilization")
	amount := s.value("target.averageValue")
	switch {
	case s.value("target") == nil: // reported as missing
	case share == nil && amount == nil:
		s.demand("target.averageUtilization", ", or averageValue")
	case share != nil && amount != nil:
		s.refuse("target.averageValue", "cannot be set beside averageUtilization")
	}
}

// positiveTarget reports targets of a metric that are not above 0.
// Upstream: validateMetricTarget.
func positiveTarget(s scope) {
	for _, name := range []string{"value", "averageValue"} {
		if amount, ok := quantity(s.value(name)); ok && amount.Sign() <= 0 {
			s.refuse(name, "is %v, but must be greater than 0", s.value(name))
		}
	}
}
