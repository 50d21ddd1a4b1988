package fielddoc

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// notOnWindows are the fields that a pod for Windows cannot have, of the pod and of its
// containers: validateWindows.
var (
	notOnWindows = []string{
		"securityContext.appArmorProfile", "securityContext.seLinuxOptions", "securityContext.seccompProfile",
		"securityContext.fsGroup", "securityContext.fsGroupChangePolicy", "securityContext.sysctls", "securityContext.runAsUser",
		"securityContext.runAsGroup", "securityContext.supplementalGroups", "securityContext.supplementalGroupsPolicy",
		"securityContext.seLinuxChangePolicy", "hostUsers", "shareProcessNamespace",
	}
	notInWindowsContainer = []string{
		"securityContext.appArmorProfile", "securityContext.seLinuxOptions", "securityContext.seccompProfile",
		"securityContext.capabilities", "securityContext.readOnlyRootFilesystem", "securityContext.privileged",
		"securityContext.allowPrivilegeEscalation", "securityContext.procMount", "securityContext.runAsUser",
		"securityContext.runAsGroup",
	}
)

// podSystem: some fields are for one operating system only.
// Upstream: validateWindows and validateLinux.
func podSystem(s scope) {
	forbid := func(c scope, system string, names ...string) {
		for _, name := range names {
			if c.value(name) != nil {
				c.refuse(name, "cannot be set in a pod for %s", system)
			}
		}
	}
	switch s.text("os.name") {
	case "windows":
		forbid(s, "windows", notOnWindows...)
		for _, name := range []string{"hostPID", "hostIPC"} {
			if s.value(name) == true {
				s.refuse(name, "cannot be true in a pod for windows")
			}
		}
		s.eachContainer(func(c scope) { forbid(c, "windows", notInWindowsContainer...) })
	case "linux":
		forbid(s, "linux", "securityContext.windowsOptions")
		s.eachContainer(func(c scope) { forbid(c, "linux", "securityContext.windowsOptions") })
	}
}

// hostProcesses: containers that are processes of a Windows node need its network, and
// an unmasked /proc needs users of its own.
// Upstream: validateWindowsHostProcessPod and ValidateSecurityContext.
func hostProcesses(s scope) {
	const field = "securityContext.windowsOptions.hostProcess"
	of := s.value(field) == true
	s.eachContainer(func(c scope) {
		of = of || c.value(field) == true
		if c.text("securityContext.procMount") == "Unmasked" && s.value("hostUsers") != false {
			c.refuse("securityContext.procMount", "can be Unmasked only if hostUsers is false")
		}
	})
	if of && s.value("hostNetwork") != true {
		s.demand("hostNetwork", " to be true if hostProcess is true")
	}
}

// sleepsInGrace: a hook that sleeps must end within the grace period of the pod.
// Upstream: validateSleepAction.
func sleepsInGrace(s scope) {
	grace, ok := s.number("terminationGracePeriodSeconds")
	if !ok {
		grace = 30
	}
	s.eachContainer(func(c scope) {
		for _, hook := range []string{"lifecycle.preStop.sleep.seconds", "lifecycle.postStart.sleep.seconds"} {
			if n, ok := c.number(hook); ok && grace >= 0 && n > grace {
				c.refuse(hook, "is %v, but terminationGracePeriodSeconds is %v", n, grace)
			}
		}
	})
}

// hostSysctls: kernel parameters of a namespace that the pod shares with the node cannot
// be set: validateSysctls and pkg/kubelet/sysctl.
func hostSysctls(s scope) {
	for i, item := range s.list("securityContext.sysctls") {
		name := strings.ReplaceAll(fmt.Sprint(get(item, "name")), "/", ".")
		shared := ""
		switch {
		case strings.HasPrefix(name, "net.") && s.value("hostNetwork") == true:
			shared = "hostNetwork"
		case (name == "kernel.sem" || strings.HasPrefix(name, "kernel.shm") || strings.HasPrefix(name, "kernel.msg") ||
			strings.HasPrefix(name, "fs.mqueue.")) && s.value("hostIPC") == true:
			shared = "hostIPC"
		default:
			continue
		}
		path := pathOf(s.at, "securityContext.sysctls").With(Item(i)).With(Key("name"))
		s.refuseAt(path, fmt.Sprintf("%q cannot be set if %s is true", name, shared))
	}
}

// resourceDivisor: the units in which a resource is passed to a container.
// Upstream: validateContainerResourceDivisor.
func resourceDivisor(s scope) {
	value := s.value("divisor")
	divisor, ok := quantity(value)
	if !ok || divisor.IsZero() {
		return
	}
	_, name, _ := strings.Cut(s.text("resource"), ".")
	allowed := strings.Fields("1 1k 1M 1G 1T 1P 1E 1Ki 1Mi 1Gi 1Ti 1Pi 1Ei")
	switch {
	case name == "cpu":
		allowed = []string{"1m", "1"}
	case name == "memory" || name == "ephemeral-storage" || strings.HasPrefix(name, "hugepages-"):
	default:
		return
	}
	if !slices.Contains(allowed, divisor.String()) {
		s.refuse("divisor", "is %v, but %s is wanted for %s", value, oneOf(allowed), name)
	}
}

// nodeSelectorTerm: labels of nodes have the values of labels, fields of nodes one value,
// which is a name. What is only preferred is judged alike.
// Upstream: ValidateNodeSelectorTerm.
func nodeSelectorTerm(s scope) {
	for i := range s.list("matchExpressions") {
		s.inside("matchExpressions", i).nodeLabel()
	}
	for i := range s.list("matchFields") {
		s.inside("matchFields", i).nodeField()
	}
}

// nodeLabel judges the values that a label of nodes is compared with.
func (s scope) nodeLabel() {
	if operator := s.text("operator"); operator != "In" && operator != "NotIn" {
		return
	}
	for i, value := range s.list("values") {
		word, _ := value.(string)
		if words := formProblem("label-value", word); words != "" {
			s.refuseAt(pathOf(s.at, "values").With(Item(i)), quoteShort(word)+" "+words)
		}
	}
}

// nodeField judges the comparison of a field of nodes.
// Upstream: ValidateNodeFieldSelectorRequirement.
func (s scope) nodeField() {
	values := s.list("values")
	switch operator := s.text("operator"); {
	case operator != "In" && operator != "NotIn":
		s.refuse("operator", "must be In or NotIn for a field of a node")
	case len(values) != 1:
		s.refuse("values", "has %d values, but a field of a node is compared with 1", len(values))
	case s.text("key") != "metadata.name":
		s.refuse("key", "must be metadata.name, the only field of nodes that can be selected by")
	default:
		word, _ := values[0].(string)
		if words := formProblem("subdomain", word); words != "" {
			s.refuseAt(pathOf(s.at, "values").With(Item(0)), quoteShort(word)+" "+words)
		}
	}
}

// overheads: the overhead of a pod is an amount of what nodes have.
// Upstream: validateOverhead.
func overheads(s scope) {
	amounts := s.object("overhead")
	for _, name := range slices.Sorted(maps.Keys(amounts)) {
		if !containerResource(name) || len(validation.IsQualifiedName(name)) > 0 {
			path := pathOf(s.at, "overhead").With(Key(name))
			s.refuseAt(path, "is no resource of containers such as cpu or memory")
		}
	}
}

// fixedOverhead: what a runtime takes is an amount of what containers have.
// Upstream: validateOverhead.
func fixedOverhead(s scope) {
	for _, name := range slices.Sorted(maps.Keys(s.object("podFixed"))) {
		s.amount("podFixed", name, s.object("podFixed")[name])
	}
}

// claimedResources: a container uses claims of its pod.
// Upstream: validateResourceClaimNames.
func claimedResources(s scope) {
	names := map[string]bool{}
	for _, claim := range s.list("resourceClaims") {
		names[fmt.Sprint(get(claim, "name"))] = true
	}
	s.eachContainer(func(c scope) {
		for i, claim := range c.list("resources.claims") {
			if name, _ := get(claim, "name").(string); name != "" && !names[name] {
				path := pathOf(c.at, "resources.claims").With(Item(i)).With(Key("name"))
				s.refuseAt(path, fmt.Sprintf("%q is no resource claim of the pod", name))
			}
		}
	})
}

// finalizers: kinds of Kubernetes itself demand a domain, those that extend the API do not.
func finalizers(s scope) {
	if len(s.at.path) != 1 {
		return
	}
	form := "finalizer"
	if s.schema.GVK.Group == "apiextensions.k8s.io" || s.schema.GVK.Group == "apiregistration.k8s.io" {
		form = "qualified"
	}
	for i, value := range s.list("finalizers") {
		word, _ := value.(string)
		if words := formProblem(form, word); words != "" {
			s.refuseAt(pathOf(s.at, "finalizers").With(Item(i)), quoteShort(word)+" "+words)
		}
	}
}
