package fielddoc

import (
	"encoding/json"
)

// checkExtensions judges what only Kubernetes adds to JSON schema: apiextensions-apiserver
// pkg/apiserver/schema/validation.go.
func (n schemaNode) checkExtensions() {
	const (
		either   = "x-kubernetes-int-or-string"
		keep     = "x-kubernetes-preserve-unknown-fields"
		embedded = "x-kubernetes-embedded-resource"
	)
	if n.fields[keep] == false {
		n.refuseIn("", Key(keep), "must be true or left out")
	}
	// A number or text has no fields to keep, and is no object.
	if n.fields[either] == true && (n.fields[keep] == true || n.fields[embedded] == true) {
		n.refuseIn("", Key(either), "cannot be set beside %s and %s", keep, embedded)
	}
	if n.fields[embedded] == true {
		if n.text("type") != "object" {
			n.refuseIn("", Key(embedded), "needs type: object")
			// An object in an object has fields that the schema does not name: either they are
			// described, or all are kept.
		} else if n.fields[keep] != true && len(n.object("properties")) == 0 {
			n.demand("properties", " if "+embedded+" is true without "+keep)
		}
	}
	if n.fields["x-kubernetes-map-type"] != nil && n.text("type") != "object" {
		n.refuseIn("", Key("x-kubernetes-map-type"), "needs type: object")
	}
}

// checkDefault: a default is a value that the schema itself takes, with no
// fields that the schema would drop: pkg/apiserver/schema/defaulting.
func (n schemaNode) checkDefault() {
	value, given := n.fields["default"]
	if !given || value == nil || n.level == atRoot {
		return
	}
	// The default is checked against the schema that holds it, which is read like that of an installed definition.
	raw, err := json.Marshal(n.fields)
	if err != nil {
		return
	}
	if why, _ := ruleOf(raw).broken(value); why != "" {
		n.refuse("default", "%s", why)
	} else if field := undescribed(n.fields, value, ""); field != "" {
		n.refuse("default", "has the field %s, which the schema does not describe", field)
	}
}

// checkPattern reports a pattern that is no regular expression of Go: that of ECMAScript, which
// JSON schema means, has lookarounds.
func (n schemaNode) checkPattern() {
	if text := n.text("pattern"); text != "" {
		if words := formProblem("regexp", text); words != "" {
			n.refuse("pattern", "%s %s", quoteShort(text), words)
		}
	}
}
