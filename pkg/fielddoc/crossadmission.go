package fielddoc

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// reviewVersions: of the versions of a webhook's requests one must be known to the server.
// Upstream: validateAdmissionReviewVersions.
func reviewVersions(s scope, field string) {
	versions := s.list(field)
	if len(versions) > 0 && !slices.Contains(versions, any("v1")) && !slices.Contains(versions, any("v1beta1")) {
		s.refuse(field, "must have v1 or v1beta1, the versions that the server sends")
	}
}

// ruleWildcards: where * is in a list of a webhook's rule, nothing else can be: validateRule
// and validateResources in pkg/apis/admissionregistration/validation.
func ruleWildcards(s scope) {
	for _, name := range []string{"apiGroups", "apiVersions", "operations"} {
		if list := s.list(name); len(list) > 1 && slices.Contains(list, any("*")) {
			s.refuse(name, "can have nothing beside *")
		}
	}
	s.ruleResources(s.list("resources"))
}

// ruleResources judges the resources of a rule: pods, pods/log, pods/*, */scale, * and */*.
func (s scope) ruleResources(list []any) {
	if len(list) > 1 && slices.Contains(list, any("*/*")) {
		s.refuse("resources", "can have nothing beside */*")
		return
	}
	whole := map[string]bool{} // resources with all of their subresources
	wild := map[string]bool{}  // subresources of all resources
	named := false
	for i, item := range list {
		word, _ := item.(string)
		resource, sub, found := strings.Cut(word, "/")
		switch {
		case !found:
			named = word != "*" // the last one counts
		case whole[resource]:
			s.refuseIn("resources", Item(i), "%s/* is there, which has %s", resource, word)
		case wild[sub]:
			s.refuseIn("resources", Item(i), "*/%s is there, which has %s", sub, word)
		}
		whole[resource] = whole[resource] || (found && sub == "*")
		wild[sub] = wild[sub] || (found && resource == "*")
	}
	if named && slices.Contains(list, any("*")) {
		s.refuse("resources", "can have no other resources beside *, only subresources such as pods/log")
	}
}

// policyAnnotations: the key of an audit annotation follows the name of the policy.
// Upstream: validateAuditAnnotation.
func policyAnnotations(s scope) {
	name := s.text("metadata.name")
	s.below("spec").each("auditAnnotations", func(a scope) {
		key := a.text("key")
		if name != "" && key != "" && len(validation.IsQualifiedName(name+"/"+key)) > 0 {
			a.refuse("key", "%s must be at most 63 letters, digits, -, _ and ., a letter or digit first and last", quoteShort(key))
		}
	})
}

// webhookName holds the name and the versions of a webhook against what the API server
// takes.
// Upstream: validateValidatingWebhook and validateMutatingWebhook.
func webhookName(s scope) {
	name := s.text("name")
	if name != "" && (len(validation.IsDNS1123Subdomain(name)) > 0 || strings.Count(name, ".") < 2) {
		s.refuse("name", "%s must be a DNS name of at least three parts, such as check.example.org", quoteShort(name))
	}
	reviewVersions(s, "admissionReviewVersions")
}
