package diagnose

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// nextSteps returns commands for what to look at or do next, as a person would
// type them. None is ever run here, and none names what has no valid name.
func (f *caseFile) nextSteps(cause *Cause) []string {
	steps := []string{}
	add := func(c command.Command) {
		if step := c.String(); step != "" && !slices.Contains(steps, step) {
			steps = append(steps, step)
		}
	}
	if f.Pod == "" {
		if f.job != nil {
			add(command.Kubectl("describe", "job").Name(f.job.Name).Namespace(f.Namespace))
		}
		return steps
	}
	if f.Status != Blocked && f.end.known() && f.end.Reason != "StartError" {
		add(f.logStep())
	}
	add(f.read.accessStep())
	for _, c := range f.stepsFor(cause) {
		add(c)
	}
	add(command.Kubectl("describe", "pod").Name(f.Pod).Namespace(f.Namespace))
	return steps
}

// logStep returns the command that shows the log of the last run, which is of the instance before
// while one runs.
func (u Container) logStep() command.Command {
	step := command.Kubectl("logs").Name(u.Pod).Container(u.Name).Namespace(u.Namespace)
	if previous(u.container) {
		return step.Words("--previous")
	}
	return step
}

// denial is how the API server refuses a request (k8s.io/apiserver
// pkg/endpoints/handlers/responsewriters/errors.go, 1.37): User "U" cannot VERB
// resource "R" in API group "G" in the namespace "N".
var denial = lazyregexp.New(
	`User \\?"([^"\\]+)\\?" cannot ([a-z]+) resource \\?"([a-z][a-z0-9./-]*)\\?" in API group \\?"([a-z0-9.-]*)\\?"` +
		`(?: in the namespace \\?"([a-z0-9-]+)\\?")?`,
)

// accessStep returns the command that asks the server whether the user whom it
// refused may do that now; it is invalid if the log has no refusal.
func (r reading) accessStep() command.Command {
	m := denial.FindStringSubmatch(r.passage())
	if m == nil || !r.is(logs.Forbidden) {
		return command.Command{}
	}
	user := m[1]
	verb := m[2]
	resource := m[3]
	namespace := m[5]
	if group := m[4]; group != "" { // as kubectl names it: "deployments.apps"
		resource += "." + group
	}
	step := command.Kubectl("auth", "can-i").Access(verb, resource).TextFlag("--as", user)
	if namespace == "" { // asked over all namespaces, or of a resource that is in none
		return step.Words("--all-namespaces")
	}
	return step.Namespace(namespace)
}

// stepsFor returns the commands that follow from the category of a cause.
func (f *caseFile) stepsFor(cause *Cause) []command.Command {
	switch cause.Category {
	case ImageBug, AppConfig, ImagePull:
		change := changeSteps(f.Container, f.history, f.workload, f.happened, cause)
		return slices.Concat(limitSteps(f.Container, f.node, f.read), dataSteps(f.Container, f.read), change)
	case Dependency:
		if f.read.is(logs.Migration) {
			return migrationSteps(f.Container, f.s)
		}
		return f.peers.dependencySteps(cause.Culprit)
	case OutOfMemory:
		return memorySteps(f.Container, f.workload, f.clues, cause)
	case Node:
		return append(limitSteps(f.Container, f.node, f.read), command.Kubectl("describe", "node").Name(f.node.name))
	case Undetermined:
		return shellSteps(f.Container, f.node)
	case Probe, ExternalKill, CleanExit: // the pod's description has it
	}
	return nil
}

// memorySteps returns how to see the memory in use, and how to give twice as much: a larger limit
// does not help a heap that is fixed by a setting.
func memorySteps(u Container, w workload, clues clueFinder, cause *Cause) []command.Command {
	steps := []command.Command{command.Kubectl("top", "pod").Name(u.Pod).Words("--containers").Namespace(u.Namespace)}
	if cause.Rule == ruleHeap && clues.fixedHeap() {
		return append(steps, listEnv(u, w))
	}
	limit, ok := u.container.Spec.Resources.Limits[corev1.ResourceMemory]
	if !ok || !w.changeable() || u.Type != pod.App {
		return steps
	}
	limit.Add(limit)
	set := command.Kubectl("set", "resources").Object(u.Root.Kind, u.Root.Name).Container(u.Name)
	return append(steps, set.TextFlag("--limits=memory", limit.String()).Namespace(u.Namespace))
}

// shellSteps returns how to get a shell in a copy of a pod whose container can start.
func shellSteps(u Container, node nodeFacts) []command.Command {
	if u.Status == Blocked || pod.OnWindows(u.container.Pod, node.object) { // a Windows image has no sh
		return nil
	}
	return []command.Command{u.inCopy("sh")}
}

// inCopy returns the command that runs another program in a copy of the pod: the pod itself has
// no process to enter while its container crashes.
func (u Container) inCopy(program ...string) command.Command {
	debug := command.Kubectl("debug").Name(u.Pod).Words("-it").NameFlag("--copy-to", u.Pod+"-debug")
	return debug.ContainerFlag("--container", u.Name).Namespace(u.Namespace).Words(append([]string{"--"}, program...)...)
}

// changeSteps returns the commands that undo a change, or show the object that
// the verdict names.
func changeSteps(u Container, h history, w workload, events podEvents, cause *Cause) []command.Command {
	steps := undoSteps(u, h, w)
	if c := cause.Culprit; c != nil && (c.Kind == "ConfigMap" || c.Kind == "Secret") {
		return append(steps, command.Kubectl("describe").Type(c.Kind).Name(c.Name).Namespace(u.Namespace))
	}
	if kind := missingKind(u, events); kind != "" {
		return append(steps, command.Kubectl("get").Type(snapshot.Plural(kind)).Namespace(u.Namespace))
	}
	if cause.Category == AppConfig && u.Root.Kind != "Pod" {
		steps = append(steps, command.Kubectl("get").Object(u.Root.Kind, u.Root.Name).Namespace(u.Namespace).Words("-o", "yaml"))
	}
	return steps
}

// undoSteps returns the command that rolls the workload back to the revision that ran well, none if
// none is known or nothing but a restart would be undone.
func undoSteps(u Container, h history, w workload) []command.Command {
	if !w.changeable() || !h.good() || h.former.Number == nil || h.change.Verdict != rollout.Changed {
		return nil
	}
	undo := command.Kubectl("rollout", "undo").Object(u.Root.Kind, u.Root.Name)
	return []command.Command{undo.NumberFlag("--to-revision", *h.former.Number).Namespace(u.Namespace)}
}

// dependencySteps returns the commands that show the dependency c, none if it
// is the workload itself. Of a Service that does not exist the others are listed.
func (f peerFinder) dependencySteps(c *Culprit) []command.Command {
	if c == nil || (c.Kind == f.Root.Kind && c.Name == f.Root.Name) {
		return nil
	}
	if _, found := snapshot.Find(f.s.Services, c.Namespace, c.Name); c.Kind == "Service" && !found {
		return []command.Command{command.Kubectl("get", "services").Namespace(c.Namespace)}
	}
	steps := []command.Command{command.Kubectl("describe").Type(c.Kind).Name(c.Name).Namespace(c.Namespace)}
	if f.unhealthyOf(f.refOf(c)) != nil {
		steps = append(steps, command.Kubectl("thrash").Object(c.Kind, c.Name).Namespace(c.Namespace))
	}
	return steps
}

// missingKind returns the kind of the object that the container waits for, ""
// if it waits for none.
func missingKind(u Container, events podEvents) string {
	if m := noObject.FindStringSubmatch(waitMessage(u.container, events)); m != nil && u.Status == Blocked {
		return kinds[strings.ToLower(m[1])]
	}
	return ""
}

// waitMessage returns why the container waits: by its status, or else by the latest event of a
// volume that cannot be mounted, "" if neither reports it.
func waitMessage(c pod.Container, events podEvents) string {
	if w := c.Status.State.Waiting; w != nil && w.Message != "" {
		return w.Message
	}
	if len(events.setups) > 0 {
		return events.setups[0].message
	}
	return ""
}

// refOf returns the root of the unhealthy containers of the workload that c
// names, the zero Ref if it has none.
func (q *inquiry) refOf(c *Culprit) owners.Ref {
	return q.roots[Culprit{Kind: c.Kind, Namespace: c.Namespace, Name: c.Name}]
}
