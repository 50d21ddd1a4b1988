package fielddoc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// selectsTemplate: the pods of a template must have the labels that the selector
// asks for, and a selector must not be empty.
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
			s.report(Problem{Path: path, Kind: WrongType, Message: words})
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

func (s scope) matches(path string, wanted, labels map[string]any) {
	for _, name := range sortedKeys(wanted) {
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
		return "" // reported where it stands
	}
	if met {
		return ""
	}
	return "does not select the pods of the template: it is about the label " + key
}

func deploymentStrategy(s scope) {
	if s.value("strategy.rollingUpdate") != nil && s.text("strategy.type") == "Recreate" {
		s.refuse("strategy.rollingUpdate", "cannot be set if the type is Recreate")
	}
	s.rolling("strategy.rollingUpdate", "25%", "25%")
}

func daemonStrategy(s scope) {
	path := "updateStrategy.rollingUpdate"
	if s.value(path) == nil {
		return
	}
	unavailable, surge := zero(s.value(path+".maxUnavailable"), "1"), zero(s.value(path+".maxSurge"), "0")
	if unavailable && surge {
		s.refuse(path+".maxUnavailable", "cannot be 0 if maxSurge is 0: no pod could be replaced")
	}
	if !unavailable && !surge {
		s.refuse(path+".maxSurge", "cannot be set if maxUnavailable is not 0")
	}
}

func statefulStrategy(s scope) {
	if s.value("updateStrategy.rollingUpdate") != nil && s.text("updateStrategy.type") == "OnDelete" {
		s.refuse("updateStrategy.rollingUpdate", "cannot be set if the type is OnDelete")
	}
}

// rolling judges the bounds of a rolling update.
func (s scope) rolling(path, unavailable, surge string) {
	if s.value(path) == nil {
		return
	}
	if zero(s.value(path+".maxUnavailable"), unavailable) && zero(s.value(path+".maxSurge"), surge) {
		s.refuse(path+".maxUnavailable", "cannot be 0 if maxSurge is 0: no pod could be replaced")
	}
	for _, name := range []string{".maxUnavailable", ".maxSurge"} {
		s.share(path+name, name == ".maxUnavailable")
	}
}

// share judges a number of pods or a percentage of them.
func (s scope) share(path string, bounded bool) {
	switch v := s.value(path).(type) {
	case string:
		digits, percent := strings.CutSuffix(v, "%")
		n, err := strconv.Atoi(digits)
		switch {
		case !percent || err != nil || n < 0:
			s.refuse(path, "wants a number or a percentage such as 25%%, but this is %q", v)
		case bounded && n > 100:
			s.refuse(path, "is %s, but at most 100%% is wanted", v)
		}
	default:
		if n, ok := numberOf(v); ok && n < 0 {
			s.refuse(path, "is %v, but at least 0 is wanted", v)
		}
	}
}

// zero reports whether a number of pods or a percentage is none.
func zero(value any, omitted string) bool {
	if value == nil {
		value = omitted
	}
	word := strings.TrimSuffix(fmt.Sprint(value), "%")
	return word == "0"
}

func deadlineBehindReady(s scope) {
	deadline, has := s.number("progressDeadlineSeconds")
	ready, ok := s.number("minReadySeconds")
	if !has {
		deadline = 600
	}
	if (ok && ready >= deadline) || deadline == 0 {
		if has {
			s.refuse("progressDeadlineSeconds", "must be greater than minReadySeconds")
		} else {
			s.refuse("minReadySeconds", "must be less than progressDeadlineSeconds, which defaults to 600")
		}
	}
}

func jobIndexes(s scope) {
	indexed := s.text("completionMode") == "Indexed"
	for _, name := range []string{"backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"} {
		if s.value(name) != nil && !indexed {
			s.refuse(name, "needs the completionMode Indexed")
		}
	}
	if s.value("maxFailedIndexes") != nil && s.value("backoffLimitPerIndex") == nil {
		s.demand("backoffLimitPerIndex", " if maxFailedIndexes is set")
	}
	if s.value("manualSelector") == true && s.value("selector") == nil {
		s.demand("selector", " if manualSelector is true")
	}
	failed, limited := s.number("maxFailedIndexes")
	if most, ok := s.number("completions"); ok && limited && failed > most {
		s.refuse("maxFailedIndexes", "is %v, but completions is %v", failed, most)
	}
	if s.value("podFailurePolicy") != nil && s.text("template.spec.restartPolicy") == "OnFailure" {
		s.refuse("podFailurePolicy", "needs the restartPolicy Never")
	}
	if !Empty(s.value("selector")) && s.value("manualSelector") != true && s.at.path.String() == "spec" && s.freshlyWritten() {
		s.refuse("selector", "must be left out unless manualSelector is true")
	}
}

// freshlyWritten reports whether no server has stored the object: what it added, such
// as the selector of a Job, is no one's mistake.
func (k checker) freshlyWritten() bool {
	metadata, _ := k.object["metadata"].(map[string]any)
	return metadata["uid"] == nil && metadata["resourceVersion"] == nil && metadata["creationTimestamp"] == nil
}

func scalerBounds(s scope) {
	least, ok := s.number("minReplicas")
	if !ok {
		least = 1
	}
	if most, has := s.number("maxReplicas"); has && most >= 1 && most < least {
		s.refuse("maxReplicas", "is %v, but minReplicas is %v", most, least)
	}
}

// metricValue: a metric of an object or of another system has one of two targets.
func metricValue(s scope) {
	value, average := s.value("target.value"), s.value("target.averageValue")
	switch {
	case s.value("target") == nil: // reported as missing
	case value == nil && average == nil:
		s.demand("target.averageValue", ", or value")
	case value != nil && average != nil && s.at.typ.ID == "autoscaling.ExternalMetricSource":
		s.refuse("target.value", "cannot be set beside averageValue")
	}
}

// resourceTarget: a resource of the pods is compared with a share or with an amount.
func resourceTarget(s scope) {
	share, amount := s.value("target.averageUtilization"), s.value("target.averageValue")
	switch {
	case s.value("target") == nil: // reported as missing
	case share == nil && amount == nil:
		s.demand("target.averageUtilization", ", or averageValue")
	case share != nil && amount != nil:
		s.refuse("target.averageValue", "cannot be set beside averageUtilization")
	}
}

func positiveTarget(s scope) {
	for _, name := range []string{"value", "averageValue"} {
		if amount, ok := quantity(s.value(name)); ok && amount.Sign() <= 0 {
			s.refuse(name, "is %v, but more than 0 is wanted", s.value(name))
		}
	}
}

func percentages(s scope) {
	s.share("minAvailable", true)
	s.share("maxUnavailable", true)
}

func priority(s scope) {
	if n, ok := s.number("value"); ok && n > 1000000000 && !strings.HasPrefix(s.text("metadata.name"), "system-") {
		s.refuse("value", "is %.0f, but at most 1000000000 is wanted", n)
	}
}
