package fielddoc

// rbacGroup is the API group of users and groups as subjects, which are no objects of it.
const rbacGroup = "rbac.authorization.k8s.io"

// bindingSubjects reports subjects whose API group does not have their kind, and accounts
// without a namespace.
// Upstream: ValidateRoleBindingSubject.
func bindingSubjects(s scope) {
	for i := range s.list("subjects") {
		subject := s.inside("subjects", i)
		group := subject.text("apiGroup")
		kind := subject.text("kind")
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

// roleRule reports rules that name URLs beside resources, or in a Role, which is of one
// namespace.
// Upstream: ValidatePolicyRule.
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
