package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// listEnv returns the command that lists the variables of the container.
func listEnv(u Container, w workload) command.Command {
	kind := u.Root.Kind
	name := u.Root.Name
	if !w.changeable() { // the pod has the same variables, whatever its controller is
		kind = "Pod"
		name = u.Pod
	}
	return command.Kubectl("set", "env").Object(kind, name).Container(u.Name).Words("--list").Namespace(u.Namespace)
}

// limitSteps returns the commands that show the limits of a process in a copy of
// the pod, if one of them ended the program. The limit of process IDs is one of
// the kubelet as well.
func limitSteps(u Container, node nodeFacts, log reading) []command.Command {
	if !log.metLimit() || pod.OnWindows(u.container.Pod, node.object) {
		return nil
	}
	steps := []command.Command{u.inCopy("cat", "/proc/self/limits")}
	named := command.Kubectl().Name(node.name).String() != "" // no command is built of a name that is not valid
	if log.is(logs.ProcessLimit) && named {
		configz := "/api/v1/nodes/" + node.name + "/proxy/configz" // its podPidsLimit
		steps = append(steps, command.Kubectl("get").TextFlag("--raw", configz))
	}
	return steps
}

// metLimit reports whether a limit of its process ended the program: open files, processes or locked
// memory.
func (r reading) metLimit() bool {
	return r.is(logs.FileLimit, logs.ProcessLimit) || (r.is(logs.RightMissing) && r.Cause.Entry.Name == "mlock")
}

// migrationNames are parts of the names of Jobs that prepare a database: web-migrate, schema-update.
var migrationNames = []string{"migrat", "schema", "init-db"}

// migrationSteps returns the commands that show the Jobs that migrate a database:
// those with such a name, or else all of the namespace.
func migrationSteps(u Container, s *snapshot.Snapshot) []command.Command {
	var steps []command.Command
	for _, j := range snapshot.InNamespace(s.Jobs, u.Namespace) {
		if slices.ContainsFunc(migrationNames, func(part string) bool { return strings.Contains(j.Name, part) }) {
			steps = append(steps, command.Kubectl("logs").Object("Job", j.Name).Namespace(u.Namespace))
		}
	}
	if len(steps) == 0 {
		steps = append(steps, command.Kubectl("get", "jobs").Namespace(u.Namespace))
	}
	return steps
}

// migrationCommand is a command that a line asks people to run: run "bin/rails db:migrate".
var migrationCommand = lazyregexp.New("(?i)\\b(?:run|running|with|execute)[: ]+(?:the command )?[`'\"]([^`'\"]{4,80})[`'\"]")

// migrationAdvice returns what would show whether a verdict on a schema is right.
func (r reading) migrationAdvice() []string {
	if m := migrationCommand.FindStringSubmatch(r.passage()); m != nil {
		return []string{"whether it starts once " + m[1] + " has run against its database"}
	}
	return []string{r.Cause.Entry.Fix}
}

// dataAdvice returns what to know of data that another version wrote: the
// volume, and that a rollback of the image does not roll them back.
func dataAdvice(log reading, h history) []string {
	const advice = "which version of the program wrote the data last: a rollback of the image does not roll them back, " +
		"and some upgrades cannot be undone"
	out := []string{cmp.Or(log.Cause.Entry.Fix, advice)}
	if item, image := h.image(); image && h.good() {
		out = append(out, tag(item.Old)+" ran on these data before: it, or a newer version, may have converted them")
	}
	return out
}

// dataSteps returns the command that shows the volume of data that do not fit.
func dataSteps(u Container, log reading) []command.Command {
	if !log.is(logs.DataForeign, logs.DataBroken) {
		return nil
	}
	var steps []command.Command
	for _, m := range u.container.Spec.VolumeMounts {
		if v, ok := volume(u.container.Pod, m.Name); ok && v.PersistentVolumeClaim != nil {
			claimed := v.PersistentVolumeClaim.ClaimName
			steps = append(steps, command.Kubectl("describe", "persistentvolumeclaim").Name(claimed).Namespace(u.Namespace))
		}
	}
	return steps
}
