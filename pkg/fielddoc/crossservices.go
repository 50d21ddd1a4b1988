package fielddoc

import (
	"fmt"
	"net/netip"
	"strings"
)

// apiServiceName: an APIService is called by its version and group.
// Upstream: ValidateAPIService.
func apiServiceName(s scope) {
	name := s.text("metadata.name")
	want := s.text("spec.version") + "." + s.text("spec.group")
	if name != "" && s.text("spec.version") != "" && name != want {
		s.report(Problem{
			Path: pathOf(s.at, "metadata.name"), Kind: WrongType, DidYouMean: want,
			Message: fmt.Sprintf("%q must be the version and the group", name),
		})
	}
}

// apiServiceTLS: the certificate of a server is either checked or not.
// Upstream: ValidateAPIService.
func apiServiceTLS(s scope) {
	if s.value("insecureSkipTLSVerify") != true {
		return
	}
	if s.value("service") == nil {
		s.refuse("insecureSkipTLSVerify", "is allowed only if service is set")
	} else if s.text("caBundle") != "" {
		s.refuse("insecureSkipTLSVerify", "cannot be true beside caBundle")
	}
}

// nodeRanges: a node has at most one range of pods of each family. If podCIDR is not the
// first of them it counts alone: pkg/apis/core/v1/conversion.go.
func nodeRanges(s scope) {
	field := "podCIDRs"
	list := s.list("podCIDRs")
	if first := s.text("podCIDR"); first != "" && (len(list) == 0 || list[0] != first) {
		field = "podCIDR"
		list = []any{first}
	}
	families := map[bool]int{}
	for i, item := range list {
		word, _ := item.(string)
		if words := s.formProblem("cidr", word); words != "" && field == "podCIDR" {
			s.refuse(field, "%s %s", quoteShort(word), words)
		} else if words != "" {
			s.refuseIn(field, Item(i), "%s %s", quoteShort(word), words)
		}
		if prefix, err := netip.ParsePrefix(word); err == nil {
			families[prefix.Addr().Is4()]++
		}
	}
	if len(list) > 2 || families[true] > 1 || families[false] > 1 {
		s.refuse(field, "can have one range for each family of addresses, IPv4 and IPv6")
	}
}

// endpointPorts: if there are several ports, each has a name of its own.
// Upstream: validateEndpointPort.
func endpointPorts(s scope) {
	ports := s.list("ports")
	s.each("ports", func(p scope) {
		if len(ports) > 1 && p.text("name") == "" {
			p.demand("name", " if there are several ports")
		}
	})
}

// eventFields: fields that an event must have when it is created. Stored ones can be older than
// these rules: ValidateEventCreate in pkg/apis/core/validation.
func eventFields(s scope) {
	if !s.freshlyWritten() {
		return
	}
	for _, name := range []string{"eventTime", "type", "reportingController", "reportingInstance", "action", "reason"} {
		if blank(s.value(name)) {
			s.demand(name, " of an event")
		}
	}
	for _, name := range []string{"deprecatedFirstTimestamp", "deprecatedLastTimestamp"} {
		if s.value(name) != nil {
			s.refuse(name, "must be left out; use eventTime")
		}
	}
	if n, ok := s.number("deprecatedCount"); ok && n != 0 {
		s.refuse("deprecatedCount", "must be left out; use series")
	}
	if len(s.object("deprecatedSource")) > 0 {
		s.refuse("deprecatedSource", "must be left out; use reportingController")
	}
	if s.value("series") != nil && s.value("series.lastObservedTime") == nil {
		s.demand("series.lastObservedTime", " of a series")
	}
}

// eventTimes: an event with eventTime is judged like those of events.k8s.io.
// Upstream: ValidateEventCreate.
func eventTimes(s scope) {
	if s.value("eventTime") == nil {
		return
	}
	for _, f := range []struct{ field, form string }{
		{"reportingComponent", "qualified"}, {"reportingInstance", "at-most-128"}, {"action", "at-most-128"}, {"reason", "at-most-128"},
	} {
		if word := s.text(f.field); word != "" {
			if words := formProblem(f.form, word); words != "" {
				s.refuse(f.field, "%s %s", quoteShort(word), words)
			}
		}
	}
}

// eventNamespace: an event is in the namespace of the object that it is about.
// Upstream: legacyValidateEvent.
func eventNamespace(field string) func(scope) {
	return func(s scope) {
		own := s.text("metadata.namespace")
		about := s.text(field + ".namespace")
		clusterWide := about == "" && (own == "default" || own == "kube-system")
		if own != "" && own != about && !clusterWide {
			s.refuse(field+".namespace", "is %q, but the event is in the namespace %s", about, own)
		}
	}
}

// ingressClass: the old annotation must have the value of the field.
// Upstream: ValidateIngressCreate.
func ingressClass(s scope) {
	const name = "kubernetes.io/ingress.class"
	old, set := s.object("metadata.annotations")[name].(string)
	class, ok := s.value("spec.ingressClassName").(string)
	if set && ok && old != class && s.freshlyWritten() {
		s.refuseIn("metadata.annotations", Key(name), "is %q, but spec.ingressClassName is %q: leave it out", old, class)
	}
}

// sourceRanges: the annotation of ranges is for load balancers, as the field is.
// Upstream: validateService.
func sourceRanges(s scope) {
	const name = "service.beta.kubernetes.io/load-balancer-source-ranges"
	ranges, set := s.object("metadata.annotations")[name].(string)
	if !set || len(s.list("spec.loadBalancerSourceRanges")) > 0 {
		return
	}
	if s.text("spec.type") != "LoadBalancer" {
		s.refuseIn("metadata.annotations", Key(name), "needs the type LoadBalancer")
	}
	for _, part := range strings.Split(strings.TrimSpace(ranges), ",") {
		if words := s.formProblem("cidr", strings.TrimSpace(part)); words != "" && strings.TrimSpace(ranges) != "" {
			s.refuseIn("metadata.annotations", Key(name), "%s %s", quoteShort(part), words)
		}
	}
}

// hostDuplicates: a port of the node is given out once: AccumulateUniqueHostPorts.
func hostDuplicates(s scope) {
	seen := map[string]bool{}
	s.each("containers", func(c scope) {
		c.each("ports", func(p scope) {
			n, ok := p.number("hostPort")
			if s.schema.GVK.Kind == "Pod" && s.value("hostNetwork") == true && n == 0 {
				n, ok = p.number("containerPort") // which the server fills in
			}
			if !ok || n == 0 {
				return
			}
			id := fmt.Sprint(orDefault(p.text("protocol"), "TCP"), p.text("hostIP"), n)
			if seen[id] {
				p.refuse("hostPort", "%v is the port of another container, too", n)
			}
			seen[id] = true
		})
	})
}
