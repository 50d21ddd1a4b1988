package fielddoc

import (
	"slices"
	"strings"
)

// celKnown are the names that every expression can use: types, and the first names of
// functions of the libraries that the API server has (apiserver pkg/cel/library).
var celKnown = strings.Fields("int uint double bool string bytes list map type null_type dyn duration timestamp google " +
	"optional math cel sets base64 strings lists regex format ip cidr json proto semver quantity url net kubernetes")

// celFields are the fields of the variables that have a declared type: apiserver
// pkg/admission/plugin/cel/compile.go and dynamic-resource-allocation cel/compile.go.
var celFields = map[string][]string{
	"request": strings.Fields("kind resource subResource requestKind requestResource requestSubResource name namespace operation " +
		"userInfo dryRun options"),
	"namespaceObject": {"metadata", "spec", "status"},
	"device":          {"driver", "attributes", "capacity", "allowMultipleAllocations"},
}

// celWant is the type of value that an expression must return.
type celWant int

const (
	wantsAny       celWant = iota
	wantsCondition         // true or false
	wantsText
)

// expression judges a CEL expression in a field: whether it can be parsed, whether the
// names in it are declared, and whether a mere literal is of the wanted type. The types
// of other expressions are not computed.
func (s scope) expression(field string, want celWant, declared ...string) {
	text, isText := s.value(field).(string)
	if !isText || strings.TrimSpace(text) == "" {
		return // reported at its own field
	}
	read := readCEL(text)
	if read.problem != "" {
		s.refuse(field, "is no expression of CEL: %s", read.problem)
		return
	}
	if p, wrong := undeclared(read.names, declared); wrong {
		p.Path = pathOf(s.at, field)
		s.report(p)
		return
	}
	if want == wantsCondition && read.literal != noLiteral {
		s.refuse(field, "must give true or false")
	}
	if want == wantsText && read.literal == otherLiteral {
		s.refuse(field, "must give a text")
	}
}

// undeclared returns the problem with the first name in an expression that is not
// declared, or else with the first field that its variable does not have.
func undeclared(names []celName, declared []string) (Problem, bool) {
	for _, used := range names {
		if slices.Contains(declared, used.name) || slices.Contains(celKnown, used.name) {
			continue
		}
		return Problem{
			Kind: WrongType, DidYouMean: Closest(used.name, declared),
			Message: "uses " + quoteShort(used.name) + ", which is not declared: there are " + strings.Join(declared, ", "),
		}, true
	}
	for _, used := range names {
		fields, typed := celFields[used.name]
		if !typed || used.field == "" || slices.Contains(fields, used.field) || !slices.Contains(declared, used.name) {
			continue
		}
		return Problem{
			Kind: WrongType, DidYouMean: Closest(used.field, fields),
			Message: "uses " + used.name + "." + used.field + ", but there are " + strings.Join(fields, ", "),
		}, true
	}
	return Problem{}, false
}

// matchConditions: the expressions of a webhook.
// Upstream: validateMatchConditions.
func matchConditions(s scope) {
	s.each("matchConditions", func(m scope) {
		m.expression("expression", wantsCondition, "object", "oldObject", "request", "authorizer", "namespaceObject")
	})
}

// policyExpressions: the expressions of a policy use what it declares: pkg/apis/
// admissionregistration/validation and apiserver pkg/admission/plugin/cel.
func policyExpressions(s scope) {
	base := []string{"object", "oldObject", "request", "namespaceObject"}
	if s.value("paramKind") != nil {
		base = append(base, "params")
	}
	full := append(slices.Clone(base), "authorizer")
	s.each("matchConditions", func(m scope) { m.expression("expression", wantsCondition, full...) })
	if len(s.list("variables")) > 0 || s.at.typ.ID == "admissionregistration.MutatingAdmissionPolicySpec" {
		base = append(base, "variables")
		full = append(full, "variables")
	}
	variables := s.policyVariables(full)
	s.each("validations", func(v scope) {
		v.expression("expression", wantsCondition, full...)
		v.variables("expression", variables)
		v.expression("messageExpression", wantsText, base...)
		v.variables("messageExpression", variables)
	})
	s.each("auditAnnotations", func(a scope) { a.expression("valueExpression", wantsText, full...) })
	full = append(full, "Object", "JSONPatch", "jsonpatch")
	s.each("mutations", func(m scope) {
		for _, field := range []string{"applyConfiguration.expression", "jsonPatch.expression"} {
			m.expression(field, wantsAny, full...)
			m.variables(field, variables)
		}
	})
}

// policyVariables judges the variables of a policy and returns their names; each can use
// those before it.
func (s scope) policyVariables(known []string) []string {
	var variables []string
	s.each("variables", func(v scope) {
		v.expression("expression", wantsAny, known...)
		v.variables("expression", variables)
		variables = append(variables, v.text("name"))
	})
	return variables
}

// variables judges which variables of the policy an expression uses: those before it.
func (s scope) variables(field string, declared []string) {
	for _, used := range readCEL(s.text(field)).names {
		if used.name == "variables" && used.field != "" && !slices.Contains(declared, used.field) {
			s.report(Problem{
				Path: pathOf(s.at, field), Kind: WrongType, DidYouMean: Closest(used.field, declared),
				Message: "uses variables." + used.field + ", which no variable before it declares",
			})
			return
		}
	}
}

// deviceExpression: the expression of a selector is about a device.
// Upstream: validateCELExpression.
func deviceExpression(s scope) { s.expression("expression", wantsCondition, "device") }
