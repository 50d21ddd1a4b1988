package fielddoc

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// containerLists are the lists of containers of a pod.
var containerLists = []string{"initContainers", "containers", "ephemeralContainers"}

// eachContainer calls do with every container of a pod.
func (s scope) eachContainer(do func(scope)) {
	for _, list := range containerLists {
		for i := range s.list(list) {
			do(s.inside(list, i))
		}
	}
}

// mountsVolumes: a mount names a volume of the pod. In a template of a StatefulSet
// its claims count, too.
// Upstream: ValidateVolumeMounts and ValidateVolumeDevices.
func mountsVolumes(s scope) {
	names := map[string]bool{}
	for _, v := range s.list("volumes") {
		names[fmt.Sprint(get(v, "name"))] = true
	}
	for _, v := range s.claims() {
		names[fmt.Sprint(get(v, "metadata.name"))] = true
	}
	s.eachContainer(func(c scope) {
		for _, list := range []string{"volumeMounts", "volumeDevices"} {
			c.mounts(list, names)
		}
	})
}

// mounts reports the mounts of a list that name none of the volumes.
func (s scope) mounts(list string, volumes map[string]bool) {
	for i := range s.list(list) {
		mount := s.inside(list, i)
		if name := mount.text("name"); name != "" && !volumes[name] {
			s.report(Problem{
				Path: pathOf(mount.at, "name"), Kind: WrongType, DidYouMean: Closest(name, slices.Sorted(maps.Keys(volumes))),
				Message: fmt.Sprintf("%q is no volume of the pod", name),
			})
		}
	}
}

// claims returns the claims of the StatefulSet whose template holds the pod.
// Upstream: volumesToAddForTemplates.
func (s scope) claims() []any {
	for h := s.at.holder; h != nil; h = h.up {
		if list, ok := get(h.value, "volumeClaimTemplates").([]any); ok {
			return list
		}
	}
	return nil
}

// sharedNames: containers and init containers have names of their own.
// Upstream: validateInitContainers.
func sharedNames(s scope) {
	seen := map[string]string{}
	for i, c := range s.list("initContainers") {
		seen[fmt.Sprint(get(c, "name"))] = fmt.Sprintf("initContainers[%d]", i)
	}
	for i := range s.list("containers") {
		c := s.inside("containers", i)
		if name := c.text("name"); name != "" && seen[name] != "" {
			c.refuse("name", "%q is the name of %s, too", name, seen[name])
		}
	}
}

// hostPorts: in the network of the node the port of a container is that of the node.
// Upstream: validatePodHostNetworkDeps.
func hostPorts(s scope) {
	if s.value("hostNetwork") != true {
		return
	}
	s.eachContainer(func(c scope) {
		for i := range c.list("ports") {
			port := c.inside("ports", i)
			host, ok := port.number("hostPort")
			if n, has := port.number("containerPort"); ok && has && host != 0 && host != n {
				port.refuse("hostPort", "is %v, but with hostNetwork it must be the containerPort %v", host, n)
			}
		}
	})
}

// podOptions reports settings of a pod that exclude each other or lack their other half.
// Upstream: validatePodDNSConfig, validateShareProcessNamespace and validateHostUsers.
func podOptions(s scope) {
	if s.text("dnsPolicy") == "None" && len(s.list("dnsConfig.nameservers")) == 0 {
		s.demand("dnsConfig.nameservers", " if dnsPolicy is None")
	}
	if s.value("hostPID") == true && s.value("shareProcessNamespace") == true {
		s.refuse("shareProcessNamespace", "cannot be true beside hostPID")
	}
	if s.value("hostUsers") == false {
		for _, name := range []string{"hostNetwork", "hostPID", "hostIPC"} {
			if s.value(name) == true {
				s.refuse(name, "cannot be true if hostUsers is false")
			}
		}
	}
}

// restartsInInit: only an init container that restarts always has probes and hooks.
// Upstream: validateInitContainers.
func restartsInInit(s scope) {
	list := s.at.path
	if len(list) < 2 || list[len(list)-2] != Key("initContainers") || s.text("restartPolicy") == "Always" {
		return
	}
	for _, name := range []string{"livenessProbe", "readinessProbe", "startupProbe", "lifecycle"} {
		if s.value(name) != nil {
			s.refuse(name, "is not allowed in an init container without restartPolicy: Always")
		}
	}
	for i := range s.list("resizePolicy") {
		if policy := s.inside("resizePolicy", i); policy.text("restartPolicy") == "RestartContainer" {
			policy.refuse("restartPolicy", "cannot be RestartContainer in an init container without restartPolicy: Always")
		}
	}
}

// probes: liveness and startup probes succeed at once, a readiness probe has no grace
// period, and a port in words has the form of the name of a port: pkg/apis/core/validation.
func probes(s scope) {
	for _, name := range []string{"livenessProbe", "startupProbe"} {
		if n, ok := s.number(name + ".successThreshold"); ok && n > 1 {
			s.refuse(name+".successThreshold", "is %v, but must be 1", n)
		}
	}
	if s.value("readinessProbe.terminationGracePeriodSeconds") != nil {
		s.refuse("readinessProbe.terminationGracePeriodSeconds", "is not allowed: a readiness probe ends no container")
	}
	for _, name := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		for _, port := range []string{".httpGet.port", ".tcpSocket.port"} {
			if word := s.text(name + port); word != "" && len(validation.IsValidPortName(word)) > 0 {
				s.refuse(name+port, "%q is neither a port number nor a port name", word)
			}
		}
	}
}

// privileges reports containers that may not gain privileges and are given them.
// Upstream: ValidateSecurityContext.
func privileges(s scope) {
	const escalation = "securityContext.allowPrivilegeEscalation"
	if s.value(escalation) != false {
		return
	}
	if s.value("securityContext.privileged") == true {
		s.refuse(escalation, "cannot be false if privileged is true")
	}
	for _, name := range s.list("securityContext.capabilities.add") {
		if name == "CAP_SYS_ADMIN" {
			s.refuse(escalation, "cannot be false if CAP_SYS_ADMIN is added")
		}
	}
}

// envName: the name of a variable is printable ASCII without "=": IsRelaxedEnvVarName in
// apimachinery pkg/util/validation.
func envName(s scope) {
	name := s.text("name")
	if strings.Contains(name, "=") || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' }) {
		s.refuse("name", "%s must be printable ASCII characters without =", quoteShort(name))
	}
}

// toleration: a toleration without a key tolerates every taint, so its operator must be
// Exists, which takes no value; seconds count only for taints that evict:
// ValidateTolerations in pkg/apis/core/validation.
func toleration(s scope) {
	key := s.text("key")
	operator := s.text("operator")
	switch {
	case key == "" && operator != "Exists" && s.value("operator") != nil:
		s.refuse("operator", "must be Exists if key is omitted")
	case key == "" && operator == "":
		s.demand("operator", " to be Exists if key is omitted")
	case operator == "Exists" && s.text("value") != "":
		s.refuse("value", "cannot be set if operator is Exists")
	}
	if s.value("tolerationSeconds") != nil && s.text("effect") != "NoExecute" {
		s.refuse("tolerationSeconds", "needs the effect NoExecute")
	}
	if key != "" && len(validation.IsQualifiedName(key)) > 0 {
		s.refuse("key", "%s must be a name such as app or example.org/app", quoteShort(key))
	}
}

// requirement: In and NotIn need values, Exists and DoesNotExist take none, Gt and Lt
// take one: ValidateNodeSelectorRequirement in pkg/apis/core/validation.
func requirement(s scope) {
	count := len(s.list("values"))
	switch operator := s.text("operator"); operator {
	case "In", "NotIn":
		if count == 0 {
			s.demand("values", " if operator is "+operator)
		}
	case "Exists", "DoesNotExist":
		if count > 0 {
			s.refuse("values", "cannot be set if operator is %s", operator)
		}
	case "Gt", "Lt":
		if count != 1 {
			s.refuse("values", "has %d values, but operator %s takes 1", count, operator)
		}
	}
}
