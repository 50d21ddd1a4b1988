package fielddoc

import (
	"fmt"
	"maps"
	"slices"
)

// selectsTemplate: the pods of a template must have the labels that the selector
// asks for, and a selector must not be empty.
// Upstream: ValidatePodTemplateSpecForReplicaSet, ValidatePodTemplateSpecForStatefulSet and
// ValidateDaemonSetSpec.
func selectsTemplate(s scope) {
	if !s.freshlyWritten() {
		return // the server has judged it, and recordings leave labels out
	}
	labels := s.object("template.metadata.labels")
	if s.at.typ.ID == "core.ReplicationControllerSpec" {
		s.matches("selector", s.object("selector"), labels)
		return
	}
	selector, ok := s.value("selector").(map[string]any)
	if !ok || s.value("template") == nil {
		return
	}
	exact := s.object("selector.matchLabels")
	expressions := s.list("selector.matchExpressions")
	if len(exact) == 0 && len(expressions) == 0 && onlyKnown(selector) {
		s.refuse("selector", "is empty, but must select the pods of the template")
		return
	}
	s.matches("selector.matchLabels", exact, labels)
	for i, e := range expressions {
		if words := unmatched(e, labels); words != "" {
			path := pathOf(s.at, "selector.matchExpressions").With(Item(i))
			s.refuseAt(path, words)
		}
	}
}

// onlyKnown reports whether a selector has no fields but the two that it can have.
func onlyKnown(selector map[string]any) bool {
	for name := range selector {
		if name != "matchLabels" && name != "matchExpressions" {
			return false
		}
	}
	return true
}

// matches reports the labels at path that a selector wants and that are absent or have
// another value.
func (s scope) matches(path string, wanted, labels map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		have, ok := labels[name]
		switch {
		case ok && fmt.Sprint(have) == fmt.Sprint(wanted[name]):
		case ok:
			s.report(Problem{
				Path: pathOf(s.at, path).With(Key(name)), Kind: WrongType,
				Message: fmt.Sprintf("selects the label %s=%v, but the pods of the template have %s=%v", name, wanted[name], name, have),
			})
		default:
			s.report(Problem{
				Path: pathOf(s.at, path).With(Key(name)), Kind: WrongType,
				Message: fmt.Sprintf("selects the label %s=%v, which the template's labels do not have", name, wanted[name]),
			})
		}
	}
}

// unmatched returns why labels do not meet a requirement, empty if they do.
func unmatched(requirement any, labels map[string]any) string {
	key := fmt.Sprint(get(requirement, "key"))
	have, ok := labels[key]
	values, _ := get(requirement, "values").([]any)
	in := ok && slices.ContainsFunc(values, func(v any) bool { return fmt.Sprint(v) == fmt.Sprint(have) })
	var met bool
	switch get(requirement, "operator") {
	case "In":
		met = in
	case "NotIn":
		met = !in
	case "Exists":
		met = ok
	case "DoesNotExist":
		met = !ok
	default:
		return "" // reported at its own field
	}
	if met {
		return ""
	}
	return "does not select the pods of the template: it is about the label " + key
}
