package fielddoc

import (
	"fmt"
	"strconv"
	"strings"
)

// jobFailures: rules on failed pods are about containers and limits that the Job has.
// Upstream: validatePodFailurePolicyRule and validatePodReplacementPolicy.
func jobFailures(s scope) {
	if s.value("podFailurePolicy") == nil {
		return
	}
	if policy := s.text("podReplacementPolicy"); policy != "" && policy != "Failed" {
		s.refuse("podReplacementPolicy", "must be Failed if podFailurePolicy is set")
	}
	names := map[string]bool{}
	for _, list := range containerLists {
		for _, c := range s.list("template.spec." + list) {
			names[fmt.Sprint(get(c, "name"))] = true
		}
	}
	rules := s.at.Key("podFailurePolicy").Key("rules")
	list, _ := rules.value.([]any)
	for i := range list {
		c := rules.Step(Item(i))
		m, _ := c.value.(map[string]any)
		rule := scope{s.checker, c, m}
		if rule.text("action") == "FailIndex" && s.value("backoffLimitPerIndex") == nil {
			rule.refuse("action", "can be FailIndex only if backoffLimitPerIndex is set")
		}
		name, set := rule.value("onExitCodes.containerName").(string)
		if set && !names[name] {
			rule.refuse("onExitCodes.containerName", "%q is no container of the template", name)
		}
	}
}

// jobSuccess: a rule does not ask for more pods than the Job completes.
// Upstream: validateSuccessPolicyRule.
func jobSuccess(s scope) {
	most, ok := s.number("completions")
	rules := s.list("successPolicy.rules")
	for i, rule := range rules {
		if n, set := numberOf(get(rule, "succeededCount")); ok && set && n > most {
			path := pathOf(s.at, "successPolicy.rules").With(Item(i)).With(Key("succeededCount"))
			s.refuseAt(path, fmt.Sprintf("is %v, but completions is %v", n, most))
		}
	}
}

// exitCodes reports a policy for the exit code 0, which is no failure.
// Upstream: validatePodFailurePolicyRuleOnExitCodes.
func exitCodes(s scope) {
	for i, value := range s.list("values") {
		if n, ok := numberOf(value); ok && n == 0 && s.text("operator") == "In" {
			s.refuseAt(pathOf(s.at, "values").With(Item(i)), "cannot be 0 if operator is In: a container that exits with 0 has not failed")
		}
	}
}

// succeededIndexes: validateIndexesFormat in pkg/apis/batch/validation.
func succeededIndexes(s scope) {
	text, set := s.value("succeededIndexes").(string)
	if !set {
		return
	}
	count := 0.0
	last := -1
	for _, part := range strings.Split(text, ",") {
		low, high, ranged := strings.Cut(part, "-")
		from, err := strconv.Atoi(low)
		to := from
		if ranged && err == nil {
			to, err = strconv.Atoi(high)
		}
		if err != nil || from <= last || to < from || (ranged && to == from) {
			s.refuse("succeededIndexes", "%s must be ascending indexes such as 1,3-5", quoteShort(text))
			return
		}
		last = to
		count += float64(to - from + 1)
	}
	if n, ok := s.number("succeededCount"); ok && n > count {
		s.refuse("succeededCount", "is %v, but succeededIndexes has %v indexes", n, count)
	}
}
