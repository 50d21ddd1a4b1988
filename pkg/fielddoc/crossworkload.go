package fielddoc

import (
	"fmt"
	"strconv"
	"strings"
)

// deploymentStrategy: ValidateDeploymentStrategy in pkg/apis/apps/validation.
func deploymentStrategy(s scope) {
	if s.value("strategy.rollingUpdate") != nil && s.text("strategy.type") == "Recreate" {
		s.refuse("strategy.rollingUpdate", "cannot be set if the type is Recreate")
	}
	s.rolling("strategy.rollingUpdate", "25%", "25%")
}

// daemonStrategy: ValidateDaemonSetUpdateStrategy in pkg/apis/apps/validation.
func daemonStrategy(s scope) {
	path := "updateStrategy.rollingUpdate"
	if s.value(path) == nil || s.text("updateStrategy.type") == "OnDelete" {
		return
	}
	s.share(path+".maxUnavailable", true)
	s.share(path+".maxSurge", true)
	unavailable := zero(s.value(path+".maxUnavailable"), "1")
	surge := zero(s.value(path+".maxSurge"), "0")
	if unavailable && surge {
		s.refuse(path+".maxUnavailable", "cannot be 0 if maxSurge is 0: no pod could be replaced")
	}
	if !unavailable && !surge {
		s.refuse(path+".maxSurge", "cannot be set if maxUnavailable is not 0")
	}
}

// statefulStrategy: ValidateStatefulSetSpec in pkg/apis/apps/validation.
func statefulStrategy(s scope) {
	if s.value("updateStrategy.rollingUpdate") != nil && s.text("updateStrategy.type") == "OnDelete" {
		s.refuse("updateStrategy.rollingUpdate", "cannot be set if the type is OnDelete")
	}
}

// rolling judges the bounds of a rolling update.
// Upstream: ValidateRollingUpdateDeployment.
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
// Upstream: ValidatePositiveIntOrPercent and IsNotMoreThan100Percent.
func (s scope) share(path string, bounded bool) {
	switch v := s.value(path).(type) {
	case string:
		digits, percent := strings.CutSuffix(v, "%")
		n, err := strconv.Atoi(digits)
		if !percent || err != nil || n < 0 {
			s.refuse(path, "must be a number or a percentage such as 25%%, but this is %q", v)
		} else if bounded && n > 100 {
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

// deadlineBehindReady reports a Deployment that would miss its deadline while its pods
// become available.
// Upstream: ValidateDeploymentSpec.
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

// jobIndexes reports fields that only a Job with indexes can have.
// Upstream: validateJobSpec and ValidateJobSpec.
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

// percentages judges the two fields of a PodDisruptionBudget that take a number or a share.
// Upstream: ValidatePodDisruptionBudgetSpec.
func percentages(s scope) {
	s.share("minAvailable", true)
	s.share("maxUnavailable", true)
}

// priority reports classes with names and values that Kubernetes keeps for its own.
// Upstream: ValidatePriorityClass.
func priority(s scope) {
	name := s.text("metadata.name")
	if strings.HasPrefix(name, "system-") && name != "system-node-critical" && name != "system-cluster-critical" {
		s.refuse("metadata.name", "cannot begin with system-, which Kubernetes keeps for its own classes")
	}
	if n, ok := s.number("value"); ok && n > 1000000000 && !strings.HasPrefix(s.text("metadata.name"), "system-") {
		s.refuse("value", "is %.0f, but at most 1000000000 is wanted", n)
	}
}
