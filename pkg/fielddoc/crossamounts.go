package fielddoc

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
)

// resourceAmounts: a limit is at least the request, and both name what a container
// can have.
// Upstream: ValidateContainerResourceRequirements.
func resourceAmounts(s scope) {
	for _, field := range []string{"limits", "requests"} {
		amounts := s.object(field)
		for _, name := range slices.Sorted(maps.Keys(amounts)) {
			s.amount(field, name, amounts[name])
		}
	}
}

// amount judges the amount of one resource in limits or requests.
func (s scope) amount(field, name string, value any) {
	at := pathOf(s.at, field).With(Key(name))
	wrong := func(format string, args ...any) {
		s.refuseAt(at, fmt.Sprintf(format, args...))
	}
	if !containerResource(name) {
		s.report(Problem{
			Path: at, Kind: WrongType, DidYouMean: Closest(name, []string{"cpu", "memory", "ephemeral-storage"}),
			Message: "is no resource of containers: cpu, memory, ephemeral-storage, hugepages-SIZE or a name such as example.org/gpu",
		})
		return
	}
	amount, ok := quantity(value)
	if !ok {
		return // reported at its own field
	}
	if amount.Sign() < 0 {
		wrong("is %v, but at least 0 is wanted", value)
		return
	}
	if strings.Contains(name, "/") && amount.MilliValue()%1000 != 0 { // devices are counted
		wrong("is %v, but a whole number is wanted", value)
		return
	}
	if field == "requests" {
		s.againstLimit(name, value, wrong)
	}
}

// againstLimit judges a request by the limit of the same resource. wrong reports at the request.
// Upstream: validateResourceRequirements.
func (s scope) againstLimit(name string, value any, wrong func(format string, args ...any)) {
	amount, _ := quantity(value)
	extended := strings.Contains(name, "/")
	limit, has := quantity(s.object("limits")[name])
	fixed := extended || strings.HasPrefix(name, "hugepages-") // a node cannot hand out more than it has
	switch {
	case has && amount.Cmp(limit) > 0:
		wrong("is %v, but the limit is %v", value, s.object("limits")[name])
	case has && fixed && amount.Cmp(limit) != 0:
		wrong("is %v, but must be as the limit, %v", value, s.object("limits")[name])
	case !has && fixed:
		wrong("needs the same limit: %s cannot be overcommitted", name)
	}
}

// quantity returns a value as a quantity; ok is false if there is none, or it is none.
func quantity(value any) (q resource.Quantity, ok bool) {
	if value == nil {
		return q, false
	}
	q, err := resource.ParseQuantity(fmt.Sprint(value))
	return q, err == nil
}

// containerResource reports whether a container can have a resource: a standard one,
// or one with a domain of its own.
// Upstream: ValidateContainerResourceName.
func containerResource(name string) bool {
	if strings.Contains(name, "/") {
		return len(validation.IsQualifiedName(name)) == 0
	}
	return slices.Contains([]string{"cpu", "memory", "ephemeral-storage"}, name) || strings.HasPrefix(name, "hugepages-")
}

// podAmounts: what a whole pod gets is cpu, memory and huge pages, at least what its
// containers ask for and no less than what one of them may use: validatePodResources.
func podAmounts(s scope) {
	if s.value("resources") == nil || s.loosened(s.at.Key("resources")).loose {
		return
	}
	if s.value("resources.claims") != nil {
		s.refuse("resources.claims", "is not allowed for a whole pod")
	}
	for _, field := range []string{"limits", "requests"} {
		amounts := s.object("resources." + field)
		for _, name := range slices.Sorted(maps.Keys(amounts)) {
			if name != "cpu" && name != "memory" && !hugePages(name) {
				s.refuseIn("resources."+field, Key(name), "is not allowed for a whole pod: cpu, memory and hugepages-SIZE are")
				continue
			}
			s.againstContainers(field, name, amounts[name])
		}
	}
}

// againstContainers judges the amount of one resource of a pod against those of its
// containers.
// Upstream: validatePodResourceConsistency.
func (s scope) againstContainers(field, name string, value any) {
	whole, ok := quantity(value)
	if !ok {
		return // reported at its own field
	}
	var sum resource.Quantity
	s.each("containers", func(c scope) {
		limit, limited := quantity(c.object("resources.limits")[name])
		request, asked := quantity(c.object("resources.requests")[name])
		if asked {
			sum.Add(request)
		} else if limited {
			sum.Add(limit) // the server takes the limit for the request
		}
		if field == "limits" && limited && limit.Cmp(whole) > 0 {
			c.refuseIn("resources.limits", Key(name), "is more than the %v that the whole pod may use", value)
		}
	})
	if field == "requests" && sum.Cmp(whole) > 0 {
		s.refuseIn("resources.requests", Key(name), "is %v, but its containers ask for %s", value, sum.String())
	}
}
