package fielddoc

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
)

// The resources that quotas and limits know by names without a domain: pkg/apis/core/helper.
var (
	counted = strings.Fields("pods resourcequotas services replicationcontrollers secrets configmaps persistentvolumeclaims " +
		"services.nodeports services.loadbalancers")
	computed = strings.Fields("cpu memory ephemeral-storage requests.cpu requests.memory requests.ephemeral-storage " +
		"limits.cpu limits.memory limits.ephemeral-storage")
	// ofPods are those that a scope of pods can be applied to, stored those of claims.
	ofPods = strings.Fields("pods cpu memory requests.cpu requests.memory limits.cpu limits.memory")
	stored = strings.Fields("persistentvolumeclaims requests.storage")
)

// quotaResource reports whether a quota can limit a resource.
// Upstream: ValidateResourceQuotaResourceName.
func quotaResource(name string) bool {
	if len(validation.IsQualifiedName(name)) > 0 {
		return false
	}
	return strings.Contains(name, "/") || name == "requests.storage" || hugePages(name) || hugePages(strings.TrimPrefix(name, "requests.")) ||
		slices.Contains(counted, name) || slices.Contains(computed, name)
}

// hugePages reports whether a resource is memory in huge pages.
func hugePages(name string) bool { return strings.HasPrefix(name, "hugepages-") }

// quotaLimits: what a quota limits exists, and is counted in whole numbers if it is one.
// Upstream: ValidateResourceQuotaSpec.
func quotaLimits(s scope) {
	hard := s.object("hard")
	for _, name := range slices.Sorted(maps.Keys(hard)) {
		amount, ok := quantity(hard[name])
		switch {
		case !quotaResource(name):
			s.report(Problem{
				Path: pathOf(s.at, "hard").With(Key(name)), Kind: WrongType,
				DidYouMean: Closest(name, slices.Concat(counted, computed, []string{"requests.storage"})),
				Message:    "is no resource that a quota can limit: requests.cpu, limits.memory, pods, count/RESOURCE and others",
			})
		case ok && amount.Sign() < 0:
			s.refuseIn("hard", Key(name), "is %v, but at least 0 is wanted", hard[name])
		case ok && slices.Contains(counted, name) && amount.MilliValue()%1000 != 0:
			s.refuseIn("hard", Key(name), "is %v, but a whole number is wanted", hard[name])
		}
	}
	quotaScopes(s, hard)
}

// oppositeScopes exclude each other.
var oppositeScopes = [][2]string{{"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"}}

// quotaScopes: scopes fit each other and what is limited.
// Upstream: validateResourceQuotaScopes and validateScopeSelector.
func quotaScopes(s scope, hard map[string]any) {
	var named []any
	s.each("scopeSelector.matchExpressions", func(e scope) {
		name := e.text("scopeName")
		operator := e.text("operator")
		named = append(named, name)
		if name != "PriorityClass" && name != "VolumeAttributesClass" && operator != "" && operator != "Exists" {
			e.refuse("operator", "must be Exists for the scope %s", name)
		}
		if words := scopeMisses(name, hard); words != "" {
			e.refuse("scopeName", "%s", words)
		}
	})
	for i, item := range s.list("scopes") {
		if words := scopeMisses(fmt.Sprint(item), hard); words != "" {
			s.refuseIn("scopes", Item(i), "%s", words)
		}
	}
	s.refuseOpposites("scopes", s.list("scopes"))
	s.refuseOpposites("scopeSelector.matchExpressions", named)
}

// refuseOpposites reports scopes in one field that no pod can have at once.
func (s scope) refuseOpposites(field string, scopes []any) {
	for _, pair := range oppositeScopes {
		if slices.Contains(scopes, any(pair[0])) && slices.Contains(scopes, any(pair[1])) {
			s.refuse(field, "cannot have both %s and %s", pair[0], pair[1])
		}
	}
}

// scopeMisses returns why a scope cannot be applied to what a quota limits, empty if it can.
func scopeMisses(name string, hard map[string]any) string {
	fitting := ofPods
	switch name {
	case "Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity":
	case "BestEffort":
		fitting = []string{"pods"}
	case "VolumeAttributesClass":
		fitting = stored
	default:
		return "" // reported at its own field
	}
	for _, resource := range slices.Sorted(maps.Keys(hard)) {
		standard := quotaResource(resource) && !strings.Contains(resource, "/")
		if standard && !slices.Contains(fitting, resource) {
			return fmt.Sprintf("cannot be the scope of %s, only of %s", resource, strings.Join(fitting, ", "))
		}
	}
	return ""
}

// limitNames: limits are about resources of what they limit; a ratio is at least 1 and
// possible within the bounds.
// Upstream: ValidateLimitRange.
func limitNames(s scope) {
	kind := s.text("type")
	for _, field := range []string{"max", "min", "default", "defaultRequest", "maxLimitRequestRatio"} {
		for _, name := range slices.Sorted(maps.Keys(s.object(field))) {
			known := quotaResource(name) || name == "storage"
			if kind == "Pod" || kind == "Container" {
				known = containerResource(name)
			}
			if !known {
				s.report(Problem{
					Path: pathOf(s.at, field).With(Key(name)), Kind: WrongType,
					DidYouMean: Closest(name, []string{"cpu", "memory", "ephemeral-storage", "storage"}),
					Message:    "is no resource that limits of the type " + kind + " can be about",
				})
			}
		}
	}
	if kind == "PersistentVolumeClaim" && s.object("max")["storage"] == nil && s.object("min")["storage"] == nil {
		s.demand("max", " or min, with storage, for claims")
	}
	limitRatios(s)
}

// limitRatios reports ratios of limit to request below 1, which no container could have.
func limitRatios(s scope) {
	one := resource.MustParse("1")
	for _, name := range slices.Sorted(maps.Keys(s.object("maxLimitRequestRatio"))) {
		value := s.object("maxLimitRequestRatio")[name]
		ratio, ok := quantity(value)
		if ok && ratio.Cmp(one) < 0 {
			s.refuseIn("maxLimitRequestRatio", Key(name), "is %v, but at least 1 is wanted", value)
			continue
		}
		least, hasMin := quantity(s.object("min")[name])
		most, hasMax := quantity(s.object("max")[name])
		if !ok || !hasMin || !hasMax || least.Sign() <= 0 {
			continue
		}
		if possible := most.AsApproximateFloat64() / least.AsApproximateFloat64(); ratio.AsApproximateFloat64() > possible*1.000001 {
			s.refuseIn("maxLimitRequestRatio", Key(name), "is %v, but max divided by min is %.3g", value, possible)
		}
	}
}

// limitRange: least, default and most are in this order.
// Upstream: ValidateLimitRange.
func limitRange(s scope) {
	order := []string{"min", "defaultRequest", "default", "max"}
	for i, low := range order {
		for _, name := range slices.Sorted(maps.Keys(s.object(low))) {
			for _, high := range order[i+1:] {
				s.notAbove(low, high, name)
			}
		}
	}
}

// notAbove reports a resource of which there is more in low than in high.
func (s scope) notAbove(low, high, resource string) {
	x, ok := quantity(s.object(low)[resource])
	y, has := quantity(s.object(high)[resource])
	if ok && has && x.Cmp(y) > 0 {
		s.report(Problem{
			Path: pathOf(s.at, low).With(Key(resource)), Kind: WrongType,
			Message: fmt.Sprintf("is %v, but %s is %v", s.object(low)[resource], high, s.object(high)[resource]),
		})
	}
}
