package fielddoc

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// serviceAddresses: clusterIPs begins with clusterIP, and the name of an external service
// is a DNS name.
// Upstream: ValidateServiceClusterIPsRelatedFields.
func serviceAddresses(s scope) {
	all := s.list("clusterIPs")
	first := s.text("clusterIP")
	switch {
	case len(all) == 0:
	case first == "":
		s.refuse("clusterIPs", "needs clusterIP, with the first of them")
	case all[0] != first:
		s.refuse("clusterIPs", "must begin with the clusterIP %s", first)
	}
	for _, name := range []string{"clusterIPs", "ipFamilies"} {
		if list := s.list(name); len(list) == 2 && list[0] == list[1] {
			s.refuse(name, "has the same twice")
		}
	}
	if name := s.text("externalName"); name != "" && s.text("type") == "ExternalName" {
		if words := formProblem("subdomain", strings.TrimSuffix(name, ".")); words != "" {
			s.refuse("externalName", "%s %s", quoteShort(name), words)
		}
	}
}

// serviceRanges: a range of addresses for each family.
// Upstream: validateServiceCIDRSpec.
func serviceRanges(s scope) {
	list := s.list("cidrs")
	if len(list) > 2 {
		s.refuse("cidrs", "has %d ranges, but at most 2 are possible", len(list))
	}
	if len(list) != 2 {
		return
	}
	one, err := netip.ParsePrefix(fmt.Sprint(list[0]))
	if err != nil {
		return
	}
	if other, err := netip.ParsePrefix(fmt.Sprint(list[1])); err == nil && one.Addr().Is4() == other.Addr().Is4() {
		s.refuse("cidrs", "has two ranges of one family of addresses")
	}
}

// endpointAddresses: the addresses of a slice are of one type.
// Upstream: validateEndpoints.
func endpointAddresses(s scope) {
	kind := s.text("addressType")
	for i := range s.list("endpoints") {
		e := s.inside("endpoints", i)
		for j, value := range e.list("addresses") {
			word, _ := value.(string)
			addr, err := netip.ParseAddr(word)
			want := ""
			switch {
			case kind == "IPv4" && (err != nil || !addr.Is4()):
				want = "an IPv4 address"
			case kind == "IPv6" && (err != nil || !addr.Is6()):
				want = "an IPv6 address"
			case kind == "FQDN" && (!strings.Contains(word, ".") || formProblem("subdomain", strings.TrimSuffix(word, ".")) != ""):
				want = "a full DNS name"
			case err == nil && (addr.IsUnspecified() || addr.IsLoopback() || addr.IsLinkLocalUnicast() || addr.IsLinkLocalMulticast()):
				want = "an address that is neither local to the node nor to the link"
			default:
				continue
			}
			path := pathOf(e.at, "addresses").With(Item(j))
			s.refuseAt(path, quoteShort(word)+", but "+want+" is wanted")
		}
	}
}

// exemptPrecedence: the first place is for the schema that the server keeps.
// Upstream: ValidateFlowSchemaSpec.
func exemptPrecedence(s scope) {
	if n, ok := s.number("spec.matchingPrecedence"); ok && n == 1 && s.text("metadata.name") != "exempt" {
		s.refuse("spec.matchingPrecedence", "is 1, which only the FlowSchema exempt can have")
	}
}

// wildcardsAlone: if * is in a list, nothing else can be.
// Upstream: ValidateFlowSchemaResourcePolicyRule and ValidateFlowSchemaNonResourcePolicyRule.
func wildcardsAlone(s scope) {
	for _, name := range []string{"verbs", "nonResourceURLs", "apiGroups", "resources", "namespaces", "operations", "apiVersions"} {
		if list := s.list(name); len(list) > 1 && slices.Contains(list, any("*")) {
			s.refuse(name, "can have nothing beside *")
		}
	}
}

// policyPorts reports ranges of ports that have no number or end before they begin.
// Upstream: ValidateNetworkPolicyPort.
func policyPorts(s scope) {
	end, ok := s.number("endPort")
	if !ok {
		return
	}
	first, numbered := s.number("port")
	if !numbered {
		s.refuse("endPort", "needs a port that is a number")
	} else if end < first {
		s.refuse("endPort", "is %v, but port is %v", end, first)
	}
}

// policyPeer reports peers that are addresses and selectors at once, and exceptions outside
// of their block.
// Upstream: ValidateNetworkPolicyPeer and ValidateIPBlock.
func policyPeer(s scope) {
	if s.value("ipBlock") != nil && (s.value("podSelector") != nil || s.value("namespaceSelector") != nil) {
		s.refuse("ipBlock", "cannot be set beside podSelector and namespaceSelector")
	}
	block, err := netip.ParsePrefix(s.text("ipBlock.cidr"))
	if err != nil {
		return
	}
	for i, item := range s.list("ipBlock.except") {
		word, _ := item.(string)
		except, err := netip.ParsePrefix(word)
		if err == nil && (!block.Contains(except.Addr()) || except.Bits() <= block.Bits()) {
			s.report(Problem{
				Path: pathOf(s.at, "ipBlock.except").With(Item(i)), Kind: WrongType,
				Message: fmt.Sprintf("%s must be a smaller range inside of %s", word, s.text("ipBlock.cidr")),
			})
		}
	}
}
