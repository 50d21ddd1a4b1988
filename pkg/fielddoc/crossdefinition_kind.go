package fielddoc

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// definitionGroup: a group has a domain, and those of Kubernetes itself are approved:
// validateAPIApproval in apiextensions-apiserver pkg/apis/apiextensions/validation.
func definitionGroup(s scope) {
	const approval = "api-approved.kubernetes.io"
	group := s.text("spec.group")
	if group != "" && !strings.Contains(group, ".") {
		s.refuse("spec.group", "%q must be a domain with a dot, such as example.org", group)
	}
	// k8s.io itself and all below it, but not myk8s.io.
	guarded := false
	for _, domain := range []string{"k8s.io", "kubernetes.io"} {
		guarded = guarded || group == domain || strings.HasSuffix(group, "."+domain)
	}
	if !guarded || !s.freshlyWritten() {
		return // of an object that is stored the server has judged it
	}
	word, _ := s.object("metadata.annotations")[approval].(string)
	address, err := url.ParseRequestURI(word)
	switch {
	case strings.HasPrefix(word, "unapproved"):
	case word == "":
		path := pathOf(s.at, "metadata.annotations").With(Key(approval))
		s.report(Problem{Path: path, Kind: MissingRequired, Message: "is required in the group " + group + ", which belongs to Kubernetes"})
	case err != nil || address.Host == "" || address.Scheme == "":
		s.refuseIn("metadata.annotations", Key(approval), "must be the URL of the approval, or a reason that begins with unapproved")
	}
}

// definitionSpec: names differ, unknown fields are kept by the schema alone, and a webhook
// takes a version of requests that the server sends.
// Upstream: validateCustomResourceDefinitionSpec and validateCustomResourceConversion.
func definitionSpec(s scope) {
	if s.value("preserveUnknownFields") == true {
		s.refuse("preserveUnknownFields", "must be false; use x-kubernetes-preserve-unknown-fields in the schema")
	}
	if kind := s.text("names.kind"); kind != "" && kind == s.text("names.listKind") {
		s.refuse("names.listKind", "must differ from kind")
	}
	if s.value("conversion.webhook") != nil {
		reviewVersions(s, "conversion.webhook.conversionReviewVersions")
	}
}

// selectableFields: what objects can be selected by is a text, a whole number or a boolean
// of the schema, outside of the metadata.
// Upstream: ValidateCustomResourceSelectableFields.
func selectableFields(s scope) {
	root := s.object("schema.openAPIV3Schema")
	s.each("selectableFields", func(f scope) {
		// A plain path such as .spec.color: it is walked down the properties. Elements of lists
		// and keys of maps cannot be selected by.
		path := f.text("jsonPath")
		schema := any(root)
		for _, name := range strings.Split(strings.TrimPrefix(path, "."), ".") {
			properties, _ := get(schema, "properties").(map[string]any)
			schema = properties[name]
		}
		kind, _ := get(schema, "type").(string)
		switch {
		case path == "" || root == nil: // reported as missing
		case !strings.HasPrefix(path, ".") || strings.HasPrefix(path, ".metadata."):
			f.refuse("jsonPath", "%s must be a field of the schema such as .spec.color", quoteShort(path))
		case schema == nil:
			f.refuse("jsonPath", "%s is no field of the schema", quoteShort(path))
		case !slices.Contains([]string{"string", "boolean", "integer"}, kind):
			f.refuse("jsonPath", "%s must be a string, a boolean or an integer", quoteShort(path))
		}
	})
}

// definitionName holds the name of a definition against the kind that it defines:
// plural.group.
// Upstream: ValidateCustomResourceDefinition.
func definitionName(s scope) {
	want := s.text("spec.names.plural") + "." + s.text("spec.group")
	if name := s.text("metadata.name"); name != "" && name != want && len(want) > 1 {
		s.report(Problem{
			Path: pathOf(s.at, "metadata.name"), Kind: WrongType, DidYouMean: want,
			Message: fmt.Sprintf("%q must be the plural name and the group", name),
		})
	}
}

// storedVersion reports a definition of which not exactly one version is stored, and versions
// whose schema is not that of an object.
// Upstream: validateCustomResourceDefinitionSpec.
func storedVersion(s scope) {
	stored := 0
	known := true
	for i := range s.list("versions") {
		v := s.inside("versions", i)
		if v.value("storage") == true {
			stored++
		}
		if v.fields == nil {
			known = false // what is no object is reported as such, and may be the stored one
		}
		if schema := v.object("schema.openAPIV3Schema"); schema != nil && schema["type"] != "object" && schema["$ref"] == nil {
			v.refuse("schema.openAPIV3Schema", "must have type: object")
		}
	}
	if len(s.list("versions")) > 0 && stored != 1 && known {
		s.refuse("versions", "has %d versions with storage: true, but exactly 1 is wanted", stored)
	}
}
