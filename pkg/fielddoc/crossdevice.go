package fielddoc

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// claimRequests: constraints and configuration are about requests of the claim, a request
// or REQUEST/SUBREQUEST: validateDeviceClaim in pkg/apis/resource/validation.
func claimRequests(s scope) {
	var have []string
	s.each("requests", func(r scope) {
		name := r.text("name")
		have = append(have, name)
		r.each("firstAvailable", func(sub scope) { have = append(have, name+"/"+sub.text("name")) })
	})
	for _, list := range []string{"constraints", "config"} {
		s.each(list, func(c scope) { c.requestsOf(have) })
	}
}

// requestsOf reports the requests that are none of those that the claim has.
func (s scope) requestsOf(claim []string) {
	for i, item := range s.list("requests") {
		word, _ := item.(string)
		if !slices.Contains(claim, word) {
			s.report(Problem{
				Path: pathOf(s.at, "requests").With(Item(i)), Kind: WrongType, DidYouMean: Closest(word, claim),
				Message: quoteShort(word) + " is no request of the claim",
			})
		}
	}
}

// deviceCount: a number of devices is for the mode that counts them.
// Upstream: validateDeviceAllocationMode.
func deviceCount(s scope) {
	mode := orDefault(s.text("allocationMode"), "ExactCount")
	n, set := s.number("count")
	if mode == "All" && set && n != 0 {
		s.refuse("count", "cannot be set if allocationMode is All")
	} else if mode == "ExactCount" && set && n < 0 {
		s.refuse("count", "is %v, but at least 1 is wanted", n)
	}
}

// deviceToleration: all values are tolerated by Exists, one by Equal.
// Upstream: validateDeviceToleration.
func deviceToleration(s scope) {
	operator := orDefault(s.text("operator"), "Equal")
	value := s.text("value")
	if operator == "Exists" && value != "" {
		s.refuse("value", "cannot be set if operator is Exists")
	}
	if operator == "Equal" && formProblem("label-value", value) != "" {
		s.refuse("value", "%s %s", quoteShort(value), formProblem("label-value", value))
	}
}

// sliceNodes: a slice has one field for the nodes that reach its devices, or
// perDeviceNodeSelection, and then each device has one.
// Upstream: validateResourceSliceSpec.
func sliceNodes(s scope) {
	ways := []string{"nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"}
	s.nodes(ways)
	if terms := s.list("nodeSelector.nodeSelectorTerms"); s.value("nodeSelector") != nil && len(terms) > 1 {
		s.refuse("nodeSelector.nodeSelectorTerms", "has %d terms, but exactly 1 is wanted", len(terms))
	}
	each := s.value("perDeviceNodeSelection") == true
	s.each("devices", func(d scope) {
		if each {
			d.nodes(ways[:3])
			return
		}
		for _, way := range ways[:3] {
			if d.value(way) != nil {
				d.refuse(way, "needs perDeviceNodeSelection: true in the spec")
			}
		}
	})
	sliceLength(s)
}

// sliceLength: a slice has at most 128 devices, and 64 if one of them has taints or
// consumes counters: ResourceSliceMaxDevices in pkg/apis/resource/types.go.
func sliceLength(s scope) {
	most := 128
	s.each("devices", func(d scope) {
		if len(d.list("taints")) > 0 || len(d.list("consumesCounters")) > 0 {
			most = 64
		}
	})
	if count := len(s.list("devices")); count > most {
		s.refuse("devices", "has %d devices, but at most %d are wanted", count, most)
	}
}

// nodes judges that one of several ways to name nodes is used.
func (s scope) nodes(ways []string) {
	var used []string
	for _, way := range ways {
		switch s.value(way) {
		case nil, "":
		case false:
			s.refuse(way, "must be true or left out")
		default:
			used = append(used, way)
		}
	}
	if len(used) == 0 {
		s.report(Problem{Path: s.at.path, Kind: MissingRequired, Message: "needs " + oneOf(ways)})
	} else if len(used) > 1 {
		s.refuse(used[1], "cannot be set beside %s", used[0])
	}
}

// deviceBinding: conditions of success and of failure come together and differ.
// Upstream: validateDeviceBindingParameters.
func deviceBinding(s scope) {
	good := s.list("bindingConditions")
	bad := s.list("bindingFailureConditions")
	if len(good) == 0 && len(bad) > 0 {
		s.demand("bindingConditions", " if bindingFailureConditions is set")
	} else if len(bad) == 0 && len(good) > 0 {
		s.demand("bindingFailureConditions", " if bindingConditions is set")
	}
	for i, item := range bad {
		if slices.Contains(good, item) {
			s.refuseIn("bindingFailureConditions", Item(i), "%v is in bindingConditions, too", item)
		}
	}
}

// deviceCapacity: requests of a share of a device are for devices that are shared.
// Upstream: validateSingleAllocatableDeviceCapacity.
func deviceCapacity(s scope) {
	if s.value("allowMultipleAllocations") == true {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(s.object("capacity"))) {
		if get(s.object("capacity")[name], "requestPolicy") != nil {
			path := pathOf(s.at, "capacity").With(Key(name)).With(Key("requestPolicy"))
			s.refuseAt(path, "needs allowMultipleAllocations: true")
		}
	}
}

// capacityPolicy: the amounts that can be requested are within the capacity, in order, and
// the default is one of them: validateRequestPolicy.
func capacityPolicy(s scope) {
	whole, ok := quantity(s.value("value"))
	usual, set := quantity(s.value("requestPolicy.default"))
	if !ok || !set {
		return
	}
	if s.policyValues(whole, usual) {
		s.policyRange(whole, usual)
	}
}

// policyValues judges the list of the amounts that can be requested. It returns false if
// one of them is no quantity, which is reported at its own field.
// Upstream: validateRequestPolicyValidValues.
func (s scope) policyValues(whole, usual resource.Quantity) bool {
	values := s.list("requestPolicy.validValues")
	found := false
	for i, item := range values {
		amount, fine := quantity(item)
		if !fine {
			return false
		}
		found = found || amount.Cmp(usual) == 0
		if amount.Cmp(whole) > 0 {
			s.refuseIn("requestPolicy.validValues", Item(i), "is %v, but the capacity is %v", item, s.value("value"))
		}
		if i == 0 {
			continue
		}
		if before, fine := quantity(values[i-1]); fine && before.Cmp(amount) >= 0 {
			s.refuseIn("requestPolicy.validValues", Item(i), "must be greater than the one before it")
		}
	}
	if len(values) > 0 && !found {
		s.refuse("requestPolicy.default", "is %v, but must be one of validValues", s.value("requestPolicy.default"))
	}
	return true
}

// policyRange judges the range of the amounts that can be requested.
// Upstream: validateRequestPolicyRange.
func (s scope) policyRange(whole, usual resource.Quantity) {
	const at = "requestPolicy.validRange."
	least, hasMin := quantity(s.value(at + "min"))
	most, hasMax := quantity(s.value(at + "max"))
	switch {
	case !hasMin: // reported as missing
	case least.Cmp(whole) > 0:
		s.refuse(at+"min", "is %v, but the capacity is %v", s.value(at+"min"), s.value("value"))
	case usual.Cmp(least) < 0:
		s.refuse("requestPolicy.default", "is %v, but min is %v", s.value("requestPolicy.default"), s.value(at+"min"))
	case hasMax && least.Cmp(most) > 0:
		s.refuse(at+"max", "is %v, but min is %v", s.value(at+"max"), s.value(at+"min"))
	case hasMax && most.Cmp(whole) > 0:
		s.refuse(at+"max", "is %v, but the capacity is %v", s.value(at+"max"), s.value("value"))
	case hasMax && usual.Cmp(most) > 0:
		s.refuse("requestPolicy.default", "is %v, but max is %v", s.value("requestPolicy.default"), s.value(at+"max"))
	}
	if step, given := quantity(s.value(at + "step")); given && step.Sign() <= 0 {
		s.refuse(at+"step", "is %v, but must be greater than 0", s.value(at+"step"))
	}
}

// skippedOperations: what was prepared is taken back, so both are skipped or none.
// Upstream: validateSkipNodeOperations.
func skippedOperations(s scope) {
	list := s.list("skipNodeOperations")
	if s.loosened(s.at.Key("skipNodeOperations")).loose {
		return
	}
	if slices.Contains(list, any("NodePrepareResources")) && !slices.Contains(list, any("NodeUnprepareResources")) &&
		!slices.Contains(list, any("*")) {
		s.refuse("skipNodeOperations", "must have NodeUnprepareResources beside NodePrepareResources")
	}
}

// templateMetadata: of the metadata in a template only labels and annotations count:
// ValidateTemplateObjectMeta in pkg/apis/core/validation.
func templateMetadata(s scope) {
	for _, name := range slices.Sorted(maps.Keys(s.object("metadata"))) {
		if !slices.Contains(strings.Fields("labels annotations creationTimestamp"), name) && !blank(s.object("metadata")[name]) {
			s.refuse("metadata."+name, "is not allowed: only labels and annotations are")
		}
	}
}

// ownController: an object has one controller: validateOwnerReferences in apimachinery
// pkg/api/validation/objectmeta.go.
func ownController(s scope) {
	first := -1
	for i, owner := range s.list("ownerReferences") {
		if get(owner, "controller") != true {
			continue
		}
		if first >= 0 {
			path := pathOf(s.at, "ownerReferences").With(Item(i)).With(Key("controller"))
			s.refuseAt(path, fmt.Sprintf("cannot be true: item %d is the controller", first))
			return
		}
		first = i
	}
}
