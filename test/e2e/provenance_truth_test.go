package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// truth is who really set a field.
type truth struct {
	origin   string
	managers []string // nil if the test does not know
	update   bool     // set by an update, not by an apply
}

// ledger is the truth about all fields of one object, by leaf.
type ledger map[string]truth

// leafKeys identify the items of lists.
var leafKeys = []string{"mountPath", "devicePath", "name", "ip", "topologyKey", "uid", "type"}

// item is how a leaf's path names an item of a list.
func item(value any, index int) string {
	m, _ := value.(map[string]any)
	for _, port := range []string{"containerPort", "port"} {
		if m[port] != nil {
			protocol, _ := m["protocol"].(string)
			return fmt.Sprintf("[%v/%s]", m[port], cmp.Or(protocol, "TCP"))
		}
	}
	for _, key := range leafKeys {
		if m[key] != nil {
			return fmt.Sprintf("[%v]", m[key])
		}
	}
	return "[" + strconv.Itoa(index) + "]"
}

// flatten returns the leaves of an object. A list of plain values is one leaf.
func flatten(object map[string]any) map[string]any {
	all := map[string]any{}
	flattenInto(all, "", object)
	return all
}

func flattenInto(all map[string]any, at string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, value := range v {
			if at != "metadata" || name != "managedFields" {
				flattenInto(all, strings.TrimPrefix(at+"."+name, "."), value)
			}
		}
		if len(v) == 0 && at != "" {
			all[at] = "{}"
		}
	case []any:
		for i, value := range v {
			if _, isMap := value.(map[string]any); !isMap {
				break
			}
			flattenInto(all, at+item(value, i), value)
			if i == len(v)-1 {
				return
			}
		}
		text, _ := json.Marshal(v)
		all[at] = string(text)
	case nil:
	default:
		text, _ := json.Marshal(v)
		all[at] = string(text)
	}
}

// stepInto takes a path of leaves one step of a JSON pointer further.
func stepInto(at string, value any, name string) (string, any) {
	if list, ok := value.([]any); ok {
		index, err := strconv.Atoi(name)
		if err != nil { // "-", behind the end
			index = len(list) - 1
		}
		if index < 0 || index >= len(list) {
			return at + "[" + name + "]", nil
		}
		return at + item(list[index], index), list[index]
	}
	m, _ := value.(map[string]any)
	return strings.TrimPrefix(at+"."+name, "."), m[name]
}

// byServer are leaves that the API server allocates, copies or counts.
var byServer = regexp.MustCompile(`^(metadata\.(uid|resourceVersion|generation|creationTimestamp|deletionTimestamp)` +
	`|service:spec\.(clusterIPs?|ipFamilies|ipFamilyPolicy|ports\[.*\]\.nodePort|healthCheckNodePort)` +
	`|job:(spec\.selector.*|(spec\.template\.)?metadata\.labels\.(batch\.kubernetes\.io/)?(controller-uid|job-name))` +
	`|pod:status\.(phase|qosClass)|namespace:status\.phase|persistentvolumeclaim:status\.phase)$`)

// byAdmission are leaves that admission plugins of Kubernetes add.
var byAdmission = regexp.MustCompile(`^(pod:spec\.(serviceAccountName|priority|preemptionPolicy|tolerations\[\d\]\..*` +
	`|volumes\[kube-api-access-.*|(initC|c)ontainers\[.*\]\.volumeMounts\[/var/run/secrets/kubernetes\.io/serviceaccount\].*)` +
	`|persistentvolumeclaim:(spec\.storageClassName|metadata\.finalizers))$`)

// addedBy returns who adds a leaf that nobody sent, if that is no default.
func addedBy(kind, path string) string {
	for _, text := range []string{path, strings.ToLower(kind) + ":" + path} {
		if byServer.MatchString(text) {
			return "server"
		}
		if byAdmission.MatchString(text) || policies.MatchString(text) {
			return "admission"
		}
	}
	return ""
}

// ledgers replays what was written, and returns the truth by the URL path of
// the object, with the objects. What changes between the writes was done by controllers.
func (r *provenanceRecorder) ledgers(t *testing.T) (map[string]ledger, map[string]map[string]any) {
	t.Helper()
	all := map[string]ledger{}
	objects := map[string]map[string]any{}
	last := map[string]map[string]any{}
	for _, w := range r.writes {
		if all[w.object] == nil {
			all[w.object] = ledger{}
		}
		l := all[w.object]
		l.observe(last[w.object], flatten(w.before), "controller")
		l.write(t, w)
		last[w.object] = flatten(w.after)
	}
	for object, l := range all {
		objects[object] = r.get(object)
		l.observe(last[object], flatten(objects[object]), "controller")
	}
	return all, objects
}

// observe books what changed on someone of whom no more is known.
func (l ledger) observe(was, is map[string]any, origin string) {
	for path, value := range is {
		switch {
		case was == nil || was[path] == value:
		case addedBy("", path) != "":
			l[path] = truth{origin: addedBy("", path)}
		default:
			l[path] = truth{origin: origin, update: true}
		}
	}
	for path := range l {
		if _, there := is[path]; !there {
			delete(l, path)
		}
	}
}

// write books what a write changed.
func (l ledger) write(t *testing.T, w write) {
	t.Helper()
	sent := w.sent(t)
	was := flatten(w.before)
	kind, _ := w.after["kind"].(string)
	is := flatten(w.after)
	for _, path := range slices.Sorted(maps.Keys(is)) {
		value, mine := sent[path]
		changed := was[path] != is[path]
		added := addedBy(kind, path)
		// Policies do not act while the server loads them anew.
		policy := policies.MatchString(strings.ToLower(kind)+":"+path) && (!mine || value != is[path])
		known := l[path]
		switch {
		case path == "apiVersion" || path == "kind" || path == "metadata.name" || path == "metadata.namespace":
			if w.before == nil {
				l[path] = truth{origin: "user"}
			}
		case strings.HasPrefix(path, "status.") || path == "status":
			if w.before == nil {
				l[path] = truth{origin: "server"}
			} else if changed {
				l[path] = truth{origin: "controller"}
			}
		case kind == "Pod" && path == "spec.serviceAccount" && !mine:
			l[path] = truth{origin: "default"} // once admission has named the account
		case policy && changed && w.before == nil && !given(sent, path):
			l[path] = truth{origin: "admission", update: mine && !w.applies()}
		case mine && w.applies():
			known.origin = "user"
			known.update = false
			if changed && path != "metadata.finalizers" {
				known.managers = nil
			}
			known.managers = with(known.managers, w.manager)
			l[path] = known
		case changed && mine, mine && known.origin != "user" && w.manager == "kubectl-client-side-apply":
			l[path] = truth{"user", known.managers, true}
			if changed {
				l[path] = truth{"user", []string{w.manager}, true}
			}
		case changed && added != "" && !given(sent, path):
			l[path] = truth{origin: added}
		case changed && w.applies():
			l[path] = truth{origin: "default"}
		case changed:
			l[path] = truth{"default", []string{w.manager}, true}
		case w.applies() && slices.Equal(known.managers, []string{w.manager}) && !known.update:
			l[path] = truth{origin: "default"} // given up, and filled in again
		case w.applies():
			known.managers = without(known.managers, w.manager)
			l[path] = known
		}
	}
	for path := range l {
		if _, there := is[path]; !there {
			delete(l, path)
		}
	}
}

// given reports requests that are copied from the limits that were given.
func given(sent map[string]any, path string) bool {
	limits := strings.Replace(path, ".requests.", ".limits.", 1)
	_, ok := sent[limits]
	return ok && limits != path
}

func with(list []string, name string) []string {
	list = append(without(list, name), name)
	slices.Sort(list)
	return list
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}
