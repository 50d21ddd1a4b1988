package diagnose

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// nextSteps returns commands for what to look at or do next, as a person would
// type them. None is ever run here.
func (f *facts) nextSteps(cause *Cause) []string {
	steps := []string{}
	add := func(format string, args ...any) {
		if step := fmt.Sprintf(format, args...); !slices.Contains(steps, step) {
			steps = append(steps, step)
		}
	}
	ns := "-n " + f.Namespace
	if f.Pod == "" {
		add("kubectl describe job %s %s", f.job.Name, ns)
		return steps
	}
	if f.Status != Blocked && f.death != nil && f.death.Reason != "StartError" {
		previous := ""
		if f.c.previous() {
			previous = " --previous"
		}
		add("kubectl logs %s -c %s %s%s", f.Pod, f.Name, ns, previous)
	}
	target := strings.ToLower(f.Root.Kind) + "/" + f.Root.Name
	h := f.history
	switch cause.Category {
	case ImageBug, AppConfig, ImagePull:
		if undoable(f.Root.Kind) && h.good() && h.former.Number != nil && h.change.Verdict == rollout.Changed {
			add("kubectl rollout undo %s --to-revision=%d %s", target, *h.former.Number, ns)
		}
		if c := cause.Culprit; c != nil && (c.Kind == "ConfigMap" || c.Kind == "Secret") {
			add("kubectl describe %s %s %s", strings.ToLower(c.Kind), c.Name, ns)
		} else if kind := f.missingKind(); kind != "" {
			add("kubectl get %ss %s", strings.ToLower(kind), ns)
		} else if cause.Category == AppConfig && f.Root.Kind != "Pod" {
			add("kubectl get %s %s -o yaml", target, ns)
		}
	case Dependency:
		if c := cause.Culprit; c != nil && (c.Kind != f.Root.Kind || c.Name != f.Root.Name) {
			if _, found := snapshot.Find(f.s.Services, c.Namespace, c.Name); c.Kind == "Service" && !found {
				add("kubectl get services -n %s", c.Namespace)
				break
			}
			add("kubectl describe %s %s -n %s", strings.ToLower(c.Kind), c.Name, c.Namespace)
			if sick := f.sickOf(f.refOf(c)); sick != nil {
				add("kubectl thrash %s/%s -n %s", strings.ToLower(c.Kind), c.Name, c.Namespace)
			}
		}
	case OutOfMemory:
		add("kubectl top pod %s --containers %s", f.Pod, ns)
		if limit, ok := f.c.spec.Resources.Limits[corev1.ResourceMemory]; ok && undoable(f.Root.Kind) && f.Type == App {
			limit.Add(limit)
			add("kubectl set resources %s -c %s --limits=memory=%s %s", target, f.Name, limit.String(), ns)
		}
	case Node:
		add("kubectl describe node %s", f.c.pod.Spec.NodeName)
	case Probe, ExternalKill, CleanExit:
		add("kubectl describe pod %s %s", f.Pod, ns)
	case Undetermined:
		if f.Status != Blocked {
			add("kubectl debug %s -it --copy-to=%s-debug --container=%s %s -- sh", f.Pod, f.Pod, f.Name, ns)
		}
	}
	add("kubectl describe pod %s %s", f.Pod, ns)
	return steps
}

// missingKind returns the kind of the object that the container waits for, ""
// where it waits for none.
func (f *facts) missingKind() string {
	message := f.happened.setup.message
	if w := f.c.status.State.Waiting; w != nil && w.Message != "" {
		message = w.Message
	}
	if m := noObject.FindStringSubmatch(message); m != nil && f.Status == Blocked {
		return kinds[strings.ToLower(m[1])]
	}
	return ""
}

// refOf returns the root of sick things that a culprit is, the zero Ref for none.
func (f *facts) refOf(c *Culprit) owners.Ref {
	for _, other := range f.cases {
		if other.Root.Kind == c.Kind && other.Namespace == c.Namespace && other.Root.Name == c.Name {
			return other.Root
		}
	}
	return owners.Ref{}
}

// undoable reports whether kubectl rolls workloads of this kind back.
func undoable(kind string) bool {
	return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet"
}
