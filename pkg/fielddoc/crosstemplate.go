package fielddoc

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// endless: pods that are always restarted have no deadline: pkg/apis/apps/validation.
func endless(s scope) {
	if s.value("template.spec.activeDeadlineSeconds") != nil {
		s.refuse("template.spec.activeDeadlineSeconds", "is not allowed here: only Jobs and Pods have a deadline")
	}
}

// debugContainers are added to pods that run, not written into them.
// Upstream: ValidatePodCreate and ValidatePodTemplateSpec.
func debugContainers(s scope) {
	if len(s.list("spec.ephemeralContainers")) == 0 || (s.at.typ.ID == "core.Pod" && !s.freshlyWritten()) {
		return
	}
	s.refuse("spec.ephemeralContainers", "cannot be set here: kubectl debug adds them to a running pod")
}

// gatedPod: a pod with gates is not yet on a node: ValidatePodCreate.
func gatedPod(s scope) {
	if s.text("spec.nodeName") != "" && len(s.list("spec.schedulingGates")) > 0 && s.freshlyWritten() {
		s.refuse("spec.nodeName", "cannot be set beside schedulingGates")
	}
}

// podImages: an image has no blanks around it. In templates the server does not look.
// Upstream: validateContainerOnlyForPod.
func podImages(s scope) {
	s.below("spec").eachContainer(func(c scope) {
		if image := c.text("image"); strings.TrimSpace(image) != image {
			c.refuse("image", "%s must not begin or end with a blank", quoteShort(image))
		}
	})
}

// podAnnotations: annotations that the server reads: ValidatePodSpecificAnnotations.
func podAnnotations(s scope) {
	const cost = "controller.kubernetes.io/pod-deletion-cost"
	annotations := s.object("metadata.annotations")
	if word, set := annotations[cost].(string); set {
		if n, err := strconv.ParseInt(word, 10, 32); err != nil || strconv.FormatInt(n, 10) != word {
			s.refuseIn("metadata.annotations", Key(cost), "%s must be a whole number", quoteShort(word))
		}
	}
	names := map[string]bool{}
	s.below("spec").eachContainer(func(c scope) { names[c.text("name")] = true })
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		name, of := strings.CutPrefix(key, "container.apparmor.security.beta.kubernetes.io/")
		if of && !names[name] {
			s.refuseIn("metadata.annotations", Key(key), "%q is no container of the pod", name)
		}
	}
}

// podName: a pod that names itself does so without the host and within 64 characters.
// Upstream: validatePodHostName.
func podName(s scope) {
	if s.value("hostnameOverride") == nil {
		return
	}
	for _, name := range []string{"setHostnameAsFQDN", "hostNetwork"} {
		if s.value(name) == true {
			s.refuse("hostnameOverride", "cannot be set if %s is true", name)
		}
	}
}

// resizes: containers of a pod that never restarts are not restarted by a resize, either.
// Upstream: validateResizePolicy.
func resizes(s scope) {
	if s.text("restartPolicy") != "Never" {
		return
	}
	s.eachContainer(func(c scope) {
		c.each("resizePolicy", func(p scope) {
			if p.text("restartPolicy") == "RestartContainer" {
				p.refuse("restartPolicy", "must be NotRequired if the pod's restartPolicy is Never")
			}
		})
	})
}

// restartRules need a policy for what no rule is about.
// Upstream: validateContainerRestartPolicy.
func restartRules(s scope) {
	if len(s.list("restartPolicyRules")) > 0 && s.value("restartPolicy") == nil {
		s.demand("restartPolicy", " if restartPolicyRules is set")
	}
}

// largePages: huge pages come with cpu or memory, and only whole ones.
// Upstream: validateResourceRequirements and validateResourceQuantityHugePageValue.
func largePages(s scope) {
	var pages []string
	plain := false
	for _, field := range []string{"limits", "requests"} {
		amounts := s.object(field)
		plain = plain || amounts["cpu"] != nil || amounts["memory"] != nil
		for _, name := range slices.Sorted(maps.Keys(amounts)) {
			size, huge := strings.CutPrefix(name, "hugepages-")
			if !huge {
				continue
			}
			pages = append(pages, field+" "+name)
			if !wholePages(size, amounts[name]) {
				s.refuseIn(field, Key(name), "is %v, but must be a multiple of the size of the pages", amounts[name])
			}
		}
	}
	if len(pages) > 0 && !plain {
		field, name, _ := strings.Cut(pages[0], " ")
		s.refuseIn(field, Key(name), "needs an amount of cpu or memory beside it")
	}
}

// wholePages reports whether an amount is a number of pages of a size, 6Mi of 2Mi. What is no quantity is
// reported at its own field.
func wholePages(size string, amount any) bool {
	page, ok := quantity(size)
	total, given := quantity(amount)
	return ok && page.Sign() > 0 && (!given || total.Value()%page.Value() == 0)
}

// blockDevices: a device is a claim, and not mounted as well: ValidateVolumeDevices.
func blockDevices(s scope) {
	sources := map[string]map[string]any{}
	for _, volume := range s.list("volumes") {
		m, _ := volume.(map[string]any)
		sources[fmt.Sprint(m["name"])] = m
	}
	for _, claim := range s.claims() {
		delete(sources, fmt.Sprint(get(claim, "metadata.name")))
	}
	s.eachContainer(func(c scope) {
		names := map[string]bool{}
		paths := map[string]bool{}
		c.each("volumeMounts", func(m scope) {
			names[m.text("name")] = true
			paths[m.text("mountPath")] = true
		})
		c.each("volumeDevices", func(d scope) {
			d.deviceSource(sources[d.text("name")])
			if d.text("name") != "" && names[d.text("name")] {
				d.refuse("name", "%q is in volumeMounts, too", d.text("name"))
			}
			if d.text("devicePath") != "" && paths[d.text("devicePath")] {
				d.refuse("devicePath", "%q is the path of a mount, too", d.text("devicePath"))
			}
		})
	})
}

// deviceSource judges the volume of a block device; nil is one that the pod does not have, or a claim of
// its StatefulSet.
func (s scope) deviceSource(volume map[string]any) {
	if volume != nil && volume["persistentVolumeClaim"] == nil && volume["ephemeral"] == nil {
		s.refuse("name", "%q is no claim: only persistentVolumeClaim and ephemeral volumes are block devices", s.text("name"))
	}
}

// fileVolumes: variables come from files in an emptyDir of the pod.
// Upstream: validateFileKeyRefVolumes.
func fileVolumes(s scope) {
	kinds := map[string]bool{}
	for _, volume := range s.list("volumes") {
		kinds[fmt.Sprint(get(volume, "name"))] = get(volume, "emptyDir") != nil || length(volume) == 1
	}
	s.eachContainer(func(c scope) {
		c.each("env", func(e scope) {
			name := e.text("valueFrom.fileKeyRef.volumeName")
			empty, known := kinds[name]
			if name == "" || empty {
				return
			}
			if known {
				e.refuse("valueFrom.fileKeyRef.volumeName", "%q must be an emptyDir", name)
			} else {
				e.refuse("valueFrom.fileKeyRef.volumeName", "%q is no volume of the pod", name)
			}
		})
	})
}

// labelKeys: a label is selected by its value or by its key, not by both, and it is not
// wanted both to match and to differ: ValidateMatchLabelKeysAndMismatchLabelKeys. For a pod
// the server adds what the keys select before it looks.
func labelKeys(s scope) {
	if !s.freshlyWritten() {
		return
	}
	selected := map[string]int{}
	for name := range s.object("labelSelector.matchLabels") {
		selected[name]++
	}
	s.each("labelSelector.matchExpressions", func(e scope) { selected[e.text("key")]++ })
	differ := s.list("mismatchLabelKeys")
	for i, item := range s.list("matchLabelKeys") {
		word, _ := item.(string)
		count := selected[word]
		if s.schema.GVK.Kind == "Pod" && s.label(word) {
			count++
		}
		if count > 1 && selected[word] > 0 {
			s.refuseIn("matchLabelKeys", Item(i), "%q is in labelSelector, too", word)
		} else if slices.Contains(differ, item) {
			s.refuseIn("matchLabelKeys", Item(i), "%q is in mismatchLabelKeys, too", word)
		}
	}
}

// label reports whether the object has a label.
func (s scope) label(name string) bool {
	labels, _ := get(s.checker.object, "metadata.labels").(map[string]any)
	_, has := labels[name]
	return has
}

// setShares: how many pods of a StatefulSet are replaced at once, if the server looks.
// Upstream: validateRollingUpdateStatefulSet.
func setShares(s scope) {
	const path = "updateStrategy.rollingUpdate.maxUnavailable"
	if s.loosened(s.at.descend(path)).loose {
		return
	}
	s.share(path, true)
	if s.value(path) != nil && zero(s.value(path), "1") {
		s.refuse(path, "cannot be 0: no pod could be replaced")
	}
}
