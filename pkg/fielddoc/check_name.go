package fielddoc

import (
	"slices"
	"strings"
)

// checkName reports an object without a name. Requests, and what only wraps
// objects, have none.
func checkName(s *Schema, object map[string]any, report func(Problem)) {
	metadata, ok := object["metadata"].(map[string]any)
	kind := s.GVK.Kind
	if s.Undefined || (object["metadata"] != nil && !ok) || !blank(get(metadata, "name")) || !blank(get(metadata, "generateName")) ||
		kind == "LimitRange" || // the server makes up a name: pkg/registry/core/limitrange/strategy.go
		strings.HasSuffix(kind, "Review") || strings.HasSuffix(kind, "List") || kind == "TokenRequest" || kind == "Status" {
		return
	}
	report(Problem{Path: Path{Key("metadata"), Key("name")}, Kind: MissingRequired, Message: "is required and not set"})
}

// otherNames are the kinds whose names are no DNS names: addresses, and names with the
// signer before a colon.
var otherNames = []string{"IPAddress", "ClusterTrustBundle", "APIService"}

// checkNameForm reports a name that is no DNS name: apimachinery
// pkg/api/validation/generic.go. The table of forms has the kinds with rules of their own.
func checkNameForm(s *Schema, object map[string]any, report func(Problem)) {
	name, _ := get(object, "metadata.name").(string)
	if name == "" || s.Undefined || slices.Contains(otherNames, s.GVK.Kind) || (s.custom() && s.Source != CRDFile) ||
		strings.HasSuffix(s.GVK.Kind, "Review") {
		return
	}
	if slices.ContainsFunc(forms()[s.root.ID], func(r row) bool { return r.path == "metadata.name" }) {
		return
	}
	if words := formProblem("subdomain", name); words != "" {
		report(Problem{Path: Path{Key("metadata"), Key("name")}, Kind: WrongType, Message: quoteShort(name) + " " + words})
	}
}
