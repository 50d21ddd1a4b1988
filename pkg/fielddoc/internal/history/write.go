package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// write writes the table: the gates that something needs, the kinds, and the fields by type:
//
//	gate JobPodReplacementPolicy alpha@28 beta@29 ga@34
//	kind policy/v1beta1 PodDisruptionBudget 5 21 25
//	batch/v1.JobSpec
//	  podReplacementPolicy 28 0 JobPodReplacementPolicy
func (t *timeline) write(out *bytes.Buffer) {
	var body bytes.Buffer
	used := map[string]bool{}
	t.writeKinds(&body)
	t.writeFields(&body, used)
	for _, name := range slices.Sorted(maps.Keys(used)) {
		fmt.Fprintf(out, "gate %s %s\n", name, t.gates[name])
	}
	out.Write(body.Bytes())
}

// writeKinds writes when API versions appeared, were deprecated and disappeared.
// What the oldest release has and nothing ends needs no line.
func (t *timeline) writeKinds(out *bytes.Buffer) {
	kinds, last := t.lifecycles()
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		l := kinds[name].gone(last[name])
		if l.introduced <= oldest && l.deprecated == 0 && l.removed == 0 {
			continue
		}
		fmt.Fprintf(out, "kind %s %d %d %d\n", name, l.introduced, l.deprecated, l.removed)
	}
}

// gone returns the lifecycle of a kind whose types are in the releases up to last. Some were taken
// out earlier than their methods said, and stable ones have no methods.
func (l lifecycle) gone(last int) lifecycle {
	if last < newest && (l.removed == 0 || l.removed > last+1) {
		l.removed = last + 1
	}
	return l
}

// lifecycles returns what all releases together state of each API version, and the last release
// that has it.
func (t *timeline) lifecycles() (kinds map[string]lifecycle, last map[string]int) {
	kinds = map[string]lifecycle{}
	last = map[string]int{}
	for _, r := range t.releases {
		for name, l := range r.kinds {
			have, known := kinds[name]
			// Without the methods it was introduced with the first release that has it. In the oldest
			// one it may have been for long.
			if l.introduced == 0 && !known && r.minor > oldest {
				l.introduced = r.minor
			}
			kinds[name] = l.after(have)
			last[name] = r.minor
		}
	}
	return kinds, last
}

// after returns what a release states of an API version, and what earlier ones state that it does not.
func (l lifecycle) after(earlier lifecycle) lifecycle {
	return lifecycle{
		introduced: cmp.Or(l.introduced, earlier.introduced),
		deprecated: cmp.Or(l.deprecated, earlier.deprecated),
		removed:    cmp.Or(l.removed, earlier.removed),
	}
}

// writeFields writes the fields and values that came or went after the oldest release.
func (t *timeline) writeFields(out *bytes.Buffer, used map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(t.now().structs)) {
		if lines := t.linesOf(name, used); len(lines) > 0 {
			fmt.Fprintf(out, "%s\n%s\n", name, strings.Join(lines, "\n"))
		}
	}
}

// linesOf returns what is written of the fields of a struct, and adds the gates that they need to used.
func (t *timeline) linesOf(name string, used map[string]bool) []string {
	var lines []string
	for _, f := range slices.Sorted(maps.Keys(t.since[name])) {
		if line := t.fieldLine(name, f, used); line != "" {
			lines = append(lines, "  "+f+line)
		}
		lines = append(lines, t.valueLines(name, f, used)...)
	}
	return lines
}

// fieldLine returns what is written of a field after its name, empty for nothing.
func (t *timeline) fieldLine(name, f string, used map[string]bool) string {
	at := t.since[name][f]
	return at.line(t.born[name], t.gate(name, f, at), used)
}

// line returns what is written of a field or value after its name, " 28 0 JobPodReplacementPolicy";
// empty if nothing is known but that it came with what holds it, in the minor born. The gate is
// added to used.
func (at span) line(born int, gate string, used map[string]bool) string {
	since := at.since
	if since <= max(oldest, born) {
		since = 0 // as old as what holds it
	}
	if since == 0 && at.until == 0 && gate == "" {
		return ""
	}
	if gate != "" {
		used[gate] = true
	}
	return fmt.Sprintf(" %d %d %s", since, at.until, cmp.Or(gate, "-"))
}

// gate returns the feature gate of a field: the one that its marker names, or the
// one that its text named in the first release that had it.
func (t *timeline) gate(name, f string, at span) string {
	now := t.now().structs[name].fields[f]
	if gate, ok := unmarked[name+" "+f]; ok {
		return gate
	}
	if gate := t.known(now.gates); gate != "" {
		return gate
	}
	// Later texts speak of other things; a field that was always there needs no gate.
	first := t.releases[max(at.since, oldest)-oldest].structs[name]
	if first == nil || at.since <= oldest {
		return ""
	}
	return t.named(first.fields[f].doc)
}

// known returns the first of the names that is one of a gate, empty if none is.
func (t *timeline) known(gates []string) string {
	for _, g := range gates {
		if t.gates[g] != nil {
			return g
		}
	}
	return ""
}

// unmarked are the gates of fields and values whose comments name none. The server
// drops or refuses these while the gate is off: dropDisabledFields in pkg/api and
// pkg/registry of Kubernetes, and in apiextensions-apiserver. It is empty for fields
// whose comment names a gate that only one of their values needs.
var unmarked = map[string]string{
	"autoscaling/v2.HorizontalPodAutoscalerSpec minReplicas":                    "",
	"autoscaling/v2.MetricSpec type":                                            "",
	"autoscaling/v2.MetricStatus type":                                          "",
	"node/v1.RuntimeClass overhead":                                             "",
	"apiextensions/v1.CustomResourceDefinitionVersion selectableFields":         "CustomResourceFieldSelectors",
	"apiextensions/v1.JSONSchemaProps x-kubernetes-validations":                 "CustomResourceValidationExpressions",
	"batch/v1.JobSpec podReplacementPolicy":                                     "JobPodReplacementPolicy",
	"batch/v1.PodFailurePolicyRule action=FailIndex":                            "JobBackoffLimitPerIndex",
	"core/v1.Lifecycle stopSignal":                                              "ContainerStopSignals",
	"core/v1.LoadBalancerIngress ipMode":                                        "LoadBalancerIPMode",
	"core/v1.PersistentVolumeClaimSpec accessModes=ReadWriteOncePod":            "ReadWriteOncePod",
	"core/v1.PersistentVolumeSpec accessModes=ReadWriteOncePod":                 "ReadWriteOncePod",
	"core/v1.ResourceQuotaSpec scopes=VolumeAttributesClass":                    "VolumeAttributesClass",
	"core/v1.ScopedResourceSelectorRequirement scopeName=VolumeAttributesClass": "VolumeAttributesClass",
	"core/v1.ServiceSpec loadBalancerClass":                                     "ServiceLoadBalancerClass",
	"core/v1.ServiceSpec trafficDistribution":                                   "ServiceTrafficDistribution",
	"core/v1.Toleration operator=Gt":                                            "TaintTolerationComparisonOperators",
	"core/v1.Toleration operator=Lt":                                            "TaintTolerationComparisonOperators",
	"core/v1.TopologySpreadConstraint matchLabelKeys":                           "MatchLabelKeysInPodTopologySpread",
}

// word matches what may be the name of a gate in a text: "NodeSwap".
var word = regexp.MustCompile(`\b[A-Z][A-Za-z0-9]+\b`)

// named returns the feature gate that a text speaks of, empty if there is none or if
// it speaks of no feature at all.
func (t *timeline) named(doc string) string {
	if lower := strings.ToLower(doc); !strings.Contains(lower, "feature") && !strings.Contains(lower, "gate") {
		return ""
	}
	for _, w := range word.FindAllString(doc, -1) {
		if t.gates[w] != nil {
			return w
		}
	}
	return ""
}

// valueLines returns the enum values of a field that came or went later than the
// field itself, or that need a feature gate.
func (t *timeline) valueLines(name, f string, used map[string]bool) []string {
	spans, docs := t.valuesOf(t.now().structs[name].fields[f].typ)
	born := firstOf(spans)
	var lines []string
	for _, value := range slices.Sorted(maps.Keys(spans)) {
		at := spans[value]
		named := f + "=" + value
		if line := at.line(born, t.valueGate(name+" "+named, at, docs[value]), used); line != "" {
			lines = append(lines, "  "+named+line)
		}
	}
	return lines
}

// firstOf returns the first minor of some spans: when the type of the values became an enum that
// had any.
func firstOf(spans map[string]span) int {
	first := newest
	for _, at := range spans {
		first = min(first, at.since)
	}
	return first
}

// valueGate returns the feature gate of an enum value: that of unmarked, under key, the one that its
// marker names, or the one that its text names if the value is no older than what is read.
func (t *timeline) valueGate(key string, at span, c constant) string {
	gate := t.known(append([]string{unmarked[key]}, c.gates...))
	if gate == "" && at.since > oldest {
		return t.named(c.doc)
	}
	return gate
}

// valuesOf returns the values of an enum type with the minors in which they exist,
// and their declarations in the last release that has them.
func (t *timeline) valuesOf(typ string) (map[string]span, map[string]constant) {
	spans := map[string]span{}
	docs := map[string]constant{}
	// The server checks the values of a type only if it is an enum in the newest release.
	if !t.now().enums[typ] {
		return spans, docs
	}
	for _, r := range t.releases {
		there := r.constants(typ)
		note(spans, there, r.minor)
		maps.Copy(docs, there)
	}
	return spans, docs
}

// constants returns the constants of a type by their values. Of two with the same value the later
// one counts.
func (r *release) constants(typ string) map[string]constant {
	there := map[string]constant{}
	for _, c := range r.values[typ] {
		there[c.value] = c
	}
	return there
}
