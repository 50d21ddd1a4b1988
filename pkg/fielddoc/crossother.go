package fielddoc

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// secretTypes are the keys that the types of Secrets demand; one of those in a row is
// enough.
var secretTypes = map[string][][]string{
	"kubernetes.io/tls":              {{"tls.crt"}, {"tls.key"}},
	"kubernetes.io/dockerconfigjson": {{".dockerconfigjson"}},
	"kubernetes.io/dockercfg":        {{".dockercfg"}},
	"kubernetes.io/ssh-auth":         {{"ssh-privatekey"}},
	"kubernetes.io/basic-auth":       {{"username", "password"}},
}

func secretKeys(s scope) {
	kind := s.text("type")
	for _, keys := range secretTypes[kind] {
		found := false
		for _, key := range keys {
			_, inData := s.object("data")[key]
			_, inText := s.object("stringData")[key]
			found = found || inData || inText
		}
		if !found {
			s.demandKey(keys[0], " in a Secret of the type "+kind)
		}
	}
	if kind == "kubernetes.io/dockerconfigjson" || kind == "kubernetes.io/dockercfg" {
		s.jsonKey(strings.TrimPrefix(kind, "kubernetes.io/"))
	}
	if kind == "kubernetes.io/service-account-token" && get(s.object("metadata.annotations"), "") == nil &&
		s.object("metadata.annotations")["kubernetes.io/service-account.name"] == nil {
		s.report(Problem{
			Path: pathOf(s.at, "metadata.annotations").With(Key("kubernetes.io/service-account.name")), Kind: MissingRequired,
			Message: "is required in a Secret of the type " + kind,
		})
	}
}

func (s scope) demandKey(key, why string) {
	s.report(Problem{Path: pathOf(s.at, "data").With(Key(key)), Kind: MissingRequired, Message: "is required" + why})
}

// jsonKey: the credentials of a registry are JSON.
func (s scope) jsonKey(name string) {
	key := "." + name
	field := "stringData"
	word, ok := s.object(field)[key].(string)
	if !ok {
		field = "data"
		encoded, _ := s.object(field)[key].(string)
		decoded, err := base64.StdEncoding.DecodeString(strings.Map(dropSpace, encoded))
		if encoded == "" || err != nil {
			return // reported where it stands
		}
		word = string(decoded)
	}
	if !json.Valid([]byte(word)) {
		s.report(Problem{Path: pathOf(s.at, field).With(Key(key)), Kind: WrongType, Message: "is not JSON"})
	}
}

func configKeys(s scope) {
	for _, key := range sortedKeys(s.object("binaryData")) {
		if _, twice := s.object("data")[key]; twice {
			s.report(Problem{Path: pathOf(s.at, "binaryData").With(Key(key)), Kind: WrongType, Message: "is a key of data, too"})
		}
	}
}

func servicePorts(s scope) {
	ports := s.list("ports")
	for i := range ports {
		port := s.inside("ports", i)
		if len(ports) > 1 && port.text("name") == "" {
			port.demand("name", " if a Service has several ports")
		}
		if word := port.text("targetPort"); word != "" && len(validation.IsValidPortName(word)) > 0 {
			port.refuse("targetPort", "%q is neither a port number nor a port name", word)
		}
		if n, ok := port.number("nodePort"); ok && n != 0 && (s.text("type") == "" || s.text("type") == "ClusterIP") {
			port.refuse("nodePort", "needs the type NodePort or LoadBalancer")
		}
	}
}

func serviceType(s scope) {
	kind := s.text("type")
	outside := kind == "NodePort" || kind == "LoadBalancer"
	if ip := s.text("clusterIP"); ip != "" && ip != "None" {
		if _, err := netip.ParseAddr(ip); err != nil {
			s.refuse("clusterIP", "%q is no IP address, and not None", ip)
		}
	}
	if outside && s.text("clusterIP") == "None" {
		s.refuse("clusterIP", "cannot be None if type is %s", kind)
	}
	if kind == "ExternalName" && s.text("clusterIP") == "None" {
		s.refuse("clusterIP", "cannot be set if type is ExternalName")
	}
	if s.text("externalTrafficPolicy") != "" && !outside && len(s.list("externalIPs")) == 0 {
		s.refuse("externalTrafficPolicy", "needs the type NodePort or LoadBalancer")
	}
	if s.value("healthCheckNodePort") != nil && (kind != "LoadBalancer" || s.text("externalTrafficPolicy") != "Local") {
		if n, ok := s.number("healthCheckNodePort"); ok && n != 0 {
			s.refuse("healthCheckNodePort", "needs the type LoadBalancer and the externalTrafficPolicy Local")
		}
	}
	for _, name := range []string{"loadBalancerClass", "allocateLoadBalancerNodePorts"} {
		if s.value(name) != nil && kind != "LoadBalancer" {
			s.refuse(name, "needs the type LoadBalancer")
		}
	}
	if s.value("sessionAffinityConfig") != nil && s.text("sessionAffinity") != "ClientIP" {
		s.refuse("sessionAffinityConfig", "needs the sessionAffinity ClientIP")
	}
}

func claimModes(s scope) {
	modes := s.list("accessModes")
	if len(modes) < 2 {
		return
	}
	for _, mode := range modes {
		if mode == "ReadWriteOncePod" {
			s.refuse("accessModes", "can have no other mode beside ReadWriteOncePod")
		}
	}
}

func claimSize(s scope) {
	if size, ok := quantity(s.value("resources.requests.storage")); ok && size.Sign() <= 0 {
		s.refuse("resources.requests.storage", "is %v, but more than 0 is wanted", s.value("resources.requests.storage"))
	}
}

// limitRange: least, default and most are in this order.
func limitRange(s scope) {
	order := []string{"min", "defaultRequest", "default", "max"}
	for i, low := range order {
		for _, name := range sortedKeys(s.object(low)) {
			for _, high := range order[i+1:] {
				x, ok := quantity(s.object(low)[name])
				y, has := quantity(s.object(high)[name])
				if ok && has && x.Cmp(y) > 0 {
					s.report(Problem{
						Path: pathOf(s.at, low).With(Key(name)), Kind: WrongType,
						Message: fmt.Sprintf("is %v, but %s is %v", s.object(low)[name], high, s.object(high)[name]),
					})
				}
			}
		}
	}
}

func ingressPath(s scope) {
	path, kind := s.text("path"), s.text("pathType")
	switch {
	case kind != "Exact" && kind != "Prefix":
	case path == "":
		s.demand("path", " if pathType is "+kind)
	case !strings.HasPrefix(path, "/"):
		s.refuse("path", "%s must begin with / if pathType is %s", quoteShort(path), kind)
	case strings.Contains(path, "//") || steps(path, ".") || steps(path, ".."):
		s.refuse("path", "%s must not contain //, /./ or /../ if pathType is %s", quoteShort(path), kind)
	}
}

func policyPorts(s scope) {
	end, ok := s.number("endPort")
	if !ok {
		return
	}
	first, numbered := s.number("port")
	switch {
	case !numbered:
		s.refuse("endPort", "needs a port that is a number")
	case end < first:
		s.refuse("endPort", "is %v, but port is %v", end, first)
	}
}

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

const rbacGroup = "rbac.authorization.k8s.io"

func bindingSubjects(s scope) {
	for i := range s.list("subjects") {
		subject := s.inside("subjects", i)
		group, kind := subject.text("apiGroup"), subject.text("kind")
		if kind == "ServiceAccount" && group != "" {
			subject.refuse("apiGroup", "must be omitted for a ServiceAccount")
		}
		if kind == "ServiceAccount" && subject.text("namespace") == "" && s.at.typ.ID == "rbac.ClusterRoleBinding" {
			subject.demand("namespace", " of a ServiceAccount in a ClusterRoleBinding")
		}
		if (kind == "User" || kind == "Group") && group != "" && group != rbacGroup {
			subject.refuse("apiGroup", "must be %s for a %s", rbacGroup, kind)
		}
	}
}

func roleRule(s scope) {
	urls := s.list("nonResourceURLs")
	if len(urls) == 0 {
		return
	}
	if s.schema.GVK.Kind == "Role" {
		s.refuse("nonResourceURLs", "is not allowed in a Role, only in a ClusterRole")
	}
	if len(s.list("resources")) > 0 || len(s.list("apiGroups")) > 0 || len(s.list("resourceNames")) > 0 {
		s.refuse("nonResourceURLs", "cannot be set beside resources, apiGroups and resourceNames")
	}
}

func webhookName(s scope) {
	name := s.text("name")
	if name != "" && (len(validation.IsDNS1123Subdomain(name)) > 0 || strings.Count(name, ".") < 2) {
		s.refuse("name", "%s wants a DNS name of at least three parts, such as check.example.org", quoteShort(name))
	}
	if url := s.text("clientConfig.url"); url != "" && !strings.HasPrefix(url, "https://") {
		s.refuse("clientConfig.url", "must begin with https://")
	}
}

func definitionName(s scope) {
	want := s.text("spec.names.plural") + "." + s.text("spec.group")
	if name := s.text("metadata.name"); name != "" && name != want && len(want) > 1 {
		s.report(Problem{
			Path: pathOf(s.at, "metadata.name"), Kind: WrongType, DidYouMean: want,
			Message: fmt.Sprintf("%q must be the plural name and the group", name),
		})
	}
}

func storedVersion(s scope) {
	stored, known := 0, true
	for i := range s.list("versions") {
		v := s.inside("versions", i)
		if v.value("storage") == true {
			stored++
		}
		if v.fields == nil {
			known = false
		}
		if schema := v.object("schema.openAPIV3Schema"); schema != nil && schema["type"] != "object" && schema["$ref"] == nil {
			v.refuse("schema.openAPIV3Schema", "must have type: object")
		}
	}
	if len(s.list("versions")) > 0 && stored != 1 && known {
		s.refuse("versions", "has %d versions with storage: true, but exactly 1 is wanted", stored)
	}
}
