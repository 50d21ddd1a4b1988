package pod

import (
	corev1 "k8s.io/api/core/v1"
)

// Condition returns the condition of that type, nil if p has none.
func Condition(p *corev1.Pod, typ corev1.PodConditionType) *corev1.PodCondition {
	for i := range p.Status.Conditions {
		if p.Status.Conditions[i].Type == typ {
			return &p.Status.Conditions[i]
		}
	}
	return nil
}

// Is reports whether p has a condition of that type whose status is True.
func Is(p *corev1.Pod, typ corev1.PodConditionType) bool {
	c := Condition(p, typ)
	return c != nil && c.Status == corev1.ConditionTrue
}

// OnWindows reports whether p runs on Windows, by its node or, if node is nil,
// by its specification.
func OnWindows(p *corev1.Pod, node *corev1.Node) bool {
	if node != nil && node.Status.NodeInfo.OperatingSystem != "" {
		return node.Status.NodeInfo.OperatingSystem == string(corev1.Windows)
	}
	return (p.Spec.OS != nil && p.Spec.OS.Name == corev1.Windows) ||
		p.Spec.NodeSelector[corev1.LabelOSStable] == string(corev1.Windows)
}
