package rsmap

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// resources are the lists that are taken away, with how to copy each.
var resources = map[string]func(to, from *snapshot.Snapshot){
	"pods":                func(to, from *snapshot.Snapshot) { to.Pods = from.Pods },
	"replicasets":         func(to, from *snapshot.Snapshot) { to.ReplicaSets = from.ReplicaSets },
	"controllerrevisions": func(to, from *snapshot.Snapshot) { to.ControllerRevisions = from.ControllerRevisions },
	"jobs":                func(to, from *snapshot.Snapshot) { to.Jobs = from.Jobs },
	"deployments":         func(to, from *snapshot.Snapshot) { to.Deployments = from.Deployments },
	"statefulsets":        func(to, from *snapshot.Snapshot) { to.StatefulSets = from.StatefulSets },
	"daemonsets":          func(to, from *snapshot.Snapshot) { to.DaemonSets = from.DaemonSets },
	"cronjobs":            func(to, from *snapshot.Snapshot) { to.CronJobs = from.CronJobs },
	"events":              func(to, from *snapshot.Snapshot) { to.Events = from.Events },
	"others":              func(to, from *snapshot.Snapshot) { to.Others = from.Others },
	"evidence": func(to, from *snapshot.Snapshot) {
		to.HorizontalPodAutoscalers = from.HorizontalPodAutoscalers
		to.PodDisruptionBudgets = from.PodDisruptionBudgets
		to.ConfigMaps = from.ConfigMaps
		to.Secrets = from.Secrets
		to.Nodes = from.Nodes
		to.PersistentVolumeClaims = from.PersistentVolumeClaims
		to.ResourceQuotas = from.ResourceQuotas
	},
}

// TestLessReadSaysLess takes every subset of the lists of recorded clusters
// away, as if they were forbidden or not in the files. What is then reported may
// be less than what the whole reading reports, and never something else.
func TestLessReadSaysLess(t *testing.T) {
	for _, path := range recorded(t) {
		t.Run(strings.ReplaceAll(strings.TrimPrefix(path, "../../"), "/", "-"), func(t *testing.T) {
			t.Parallel()
			whole := readAll(t, path)
			for _, world := range []world{{forbidden: true}, {}} {
				world.whole = whole
				world.check(t)
			}
		})
	}
}

// recorded returns the last recording of each case of the corpus, and all others.
func recorded(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"testdata/*.yaml", "testdata/cases/*/objects.yaml", "../../examples/*/recording"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		paths = append(paths, found...)
	}
	dirs, err := filepath.Glob("../../testdata/corpus/d*")
	if err != nil || len(dirs) < 20 {
		t.Fatalf("%d cases of the corpus: %v", len(dirs), err)
	}
	for _, dir := range dirs {
		found, err := filepath.Glob(filepath.Join(dir, "snap-*.tar.gz"))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d recordings, %v", dir, len(found), err)
		}
		paths = append(paths, slices.Max(found))
		if os.Getenv("THRASHKIT_SOAK") != "" {
			paths = append(paths, found...)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(paths)))
}

func readAll(t *testing.T, path string) *snapshot.Snapshot {
	t.Helper()
	var at time.Time
	if strings.Contains(path, "cases/") {
		at = time.Date(2026, 8, 20, 12, 0, 0, 0, time.UTC)
	}
	o := &options{flags: cli.NewFlags(), source: bundle.New([]string{path}, bundle.Options{At: at})}
	o.flags.Filenames = []string{path}
	s := &snapshot.Snapshot{}
	if _, err := o.load(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

// world is a recorded cluster, read as from a server that forbids lists, or as
// from plain files that do not hold them.
type world struct {
	whole     *snapshot.Snapshot
	forbidden bool
}

// without returns the recorded cluster without some lists.
func (w world) without(dropped []string) *snapshot.Snapshot {
	s := &snapshot.Snapshot{At: w.whole.At, AtSource: w.whole.AtSource, Source: snapshot.Source{Type: "files", Layout: "manifests"}}
	if w.forbidden {
		s.Source = snapshot.Source{Type: "cluster"}
	}
	for name, take := range resources {
		if !slices.Contains(dropped, name) {
			take(s, w.whole)
			if w.forbidden {
				s.MarkComplete(name, "")
			}
		} else if w.forbidden {
			s.AddGap(snapshot.Gap{Resource: name, Reason: "forbidden"})
		}
	}
	if len(s.Events) == 0 && !w.forbidden {
		s.AddGap(snapshot.Gap{Resource: "events", Reason: "the files hold no events"})
	}
	return s
}

func (w world) check(t *testing.T) {
	t.Helper()
	full := w.report(nil)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		empty := &snapshot.Snapshot{}
		resources[name](empty, w.whole)
		if holds(empty) {
			names = append(names, name)
		}
	}
	for subset := 1; subset < 1<<len(names); subset++ {
		var dropped []string
		for i, name := range names {
			if subset&(1<<i) != 0 {
				dropped = append(dropped, name)
			}
		}
		less := w.report(dropped)
		for _, problem := range contradictions(full, less) {
			t.Errorf("forbidden %v, without %s: %s", w.forbidden, strings.Join(dropped, ", "), problem)
		}
		if t.Failed() {
			return
		}
	}
}

// holds reports whether s has any object.
func holds(s *snapshot.Snapshot) bool {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() > 0 {
			return true
		}
	}
	return false
}

// reported is what a reading reports, and the exit codes of --fail-on.
type reported struct {
	items map[string]*rollout.Workload
	codes map[string]int
}

func (w world) report(dropped []string) reported {
	s := w.without(dropped)
	found := rollout.Build(owners.Build(s))
	addGaps(s, found)
	r := reported{items: map[string]*rollout.Workload{}, codes: map[string]int{}}
	for _, item := range found {
		r.items[item.Ref.Namespace+"/"+item.Ref.String()] = item
	}
	for _, phase := range []string{"stalled", "degraded", "failed", "paused", "progressing"} {
		o := &options{flags: cli.NewFlags()}
		o.flags.FailOn = []string{phase}
		err := o.verdict(s, found)
		exit := (*cli.ExitError)(nil)
		if errors.As(err, &exit) {
			r.codes[phase] = exit.Code
		} else if err != nil {
			r.codes[phase] = cli.ExitFailed
		}
	}
	return r
}

// contradictions compares a reading with the whole one.
func contradictions(full, less reported) []string {
	var out []string
	for key, item := range less.items {
		whole, known := full.items[key]
		if !known {
			if (!item.NotRead || item.Phase != "") && !orphan(full, item) {
				out = append(out, fmt.Sprintf("%s %q is not in the whole reading", key, item.Phase))
			}
			continue
		}
		for _, problem := range compareItems(whole, item) {
			out = append(out, key+": "+problem)
		}
	}
	for phase, code := range less.codes {
		if whole := full.codes[phase]; len(less.items) == 0 {
		} else if (whole == cli.ExitFound && code == cli.ExitDone) || (whole == cli.ExitDone && code == cli.ExitFound && phase != "failed") {
			out = append(out, fmt.Sprintf("--fail-on %s exits with %d, in the whole reading with %d", phase, code, whole))
		}
	}
	return out
}

// orphan reports whether the whole reading shows an item as an orphan of another.
func orphan(full reported, item *rollout.Workload) bool {
	for _, w := range full.items {
		if slices.ContainsFunc(w.Orphans, func(o rollout.Orphan) bool { return o.Kind == item.Ref.Kind && o.Name == item.Ref.Name }) {
			return true
		}
	}
	return false
}

func compareItems(full, less *rollout.Workload) []string {
	var out []string
	differ := func(what string, full, less any) {
		out = append(out, fmt.Sprintf("%s is %v, in the whole reading %v", what, asJSON(less), asJSON(full)))
	}
	if less.Phase != full.Phase && less.Phase != "" && !slices.Contains(less.CouldBe, full.Phase) {
		differ("phase", string(full.Phase)+": "+full.Summary, string(less.Phase)+": "+less.Summary)
	}
	for what, pair := range map[string][2]any{
		"desired": {full.Desired, less.Desired}, "updated": {full.Updated, less.Updated}, "ready": {full.Ready, less.Ready},
		"available": {full.Available, less.Available}, "terminating": {full.Terminating, less.Terminating},
		"next": {full.Next, less.Next}, "deadline": {full.Deadline, less.Deadline}, "rollback": {full.Rollback, less.Rollback},
		"scaledBy": {full.ScaledBy, less.ScaledBy}, "schedule": {full.Schedule, less.Schedule},
	} {
		if !nothing(pair[1]) && asJSON(pair[0]) != asJSON(pair[1]) {
			differ(what, pair[0], pair[1])
		}
	}
	out = append(out, compareRevisions(full, less)...)
	for _, o := range less.Orphans {
		if !slices.Contains(full.Orphans, o) {
			differ("orphan", full.Orphans, o)
		}
	}
	for _, note := range less.Notes {
		_, about, named := strings.Cut(note, " runs ") // a revision without number goes by its name
		same := func(o string) bool { return o == note || (named && strings.HasSuffix(o, " runs "+about)) }
		if !slices.ContainsFunc(full.Notes, same) && !strings.Contains(note, "not read") {
			differ("note", full.Notes, note)
		}
	}
	for _, b := range less.BlockedBy {
		// A Deployment repeats the condition of its ReplicaSet.
		same := func(o rollout.Blocker) bool { return (o.Kind == b.Kind && o.Name == b.Name) || o.Message == b.Message }
		if !slices.ContainsFunc(full.BlockedBy, same) && !troubled(full, b.Name) {
			differ("blocker", full.BlockedBy, b)
		}
	}
	return append(out, compareWords(full, less)...)
}

// troubled reports whether the whole reading has a problem for the pod.
func troubled(full *rollout.Workload, pod string) bool {
	for _, r := range full.Revisions {
		for _, p := range r.Pods {
			if p.Name == pod && p.Problem != "" {
				return true
			}
		}
	}
	return false
}

func compareRevisions(full, less *rollout.Workload) []string {
	var out []string
	for _, r := range less.Revisions {
		i := slices.IndexFunc(full.Revisions, func(o rollout.Revision) bool { return o.Name == r.Name })
		if i < 0 {
			if !less.NotRead {
				out = append(out, "revision "+r.Name+" is not in the whole reading")
			}
			continue
		}
		whole := full.Revisions[i]
		if !r.Unranked && r.Current != whole.Current {
			out = append(out, fmt.Sprintf("revision %s is current: %v, in the whole reading %v", r.Name, r.Current, whole.Current))
		}
		for what, pair := range map[string][2]any{
			"number": {whole.Number, r.Number}, "desired": {whole.Desired, r.Desired}, "replicas": {whole.Replicas, r.Replicas},
			"ready": {whole.Ready, r.Ready}, "available": {whole.Available, r.Available}, "change": {whole.Change, r.Change},
			"author": {whole.Author, r.Author},
		} {
			if !nothing(pair[1]) && asJSON(pair[0]) != asJSON(pair[1]) {
				out = append(out, fmt.Sprintf("%s of revision %s is %s, in the whole reading %s", what, r.Name, asJSON(pair[1]), asJSON(pair[0])))
			}
		}
		for _, p := range r.Pods {
			j := slices.IndexFunc(whole.Pods, func(o rollout.Pod) bool { return o.Name == p.Name })
			if j < 0 {
				out = append(out, "pod "+p.Name+" is not in the whole reading")
				continue
			}
			if o := whole.Pods[j]; o.Status != p.Status || o.Ready != p.Ready || o.Restarts != p.Restarts || (o.Problem == "") != (p.Problem == "") {
				out = append(
					out,
					fmt.Sprintf("pod %s is %s %s %q, in the whole reading %s %s %q", p.Name, p.Status, p.Ready, p.Problem, o.Status, o.Ready, o.Problem),
				)
			}
		}
	}
	return out
}

var (
	counted = regexp.MustCompile(`\b[0-9]+ (of|pods?|old|available|ready|done|active)\b`)
	claims  = map[string][]rollout.Phase{
		"is rolled out":       {rollout.Complete, rollout.Degraded},
		"no pods":             {rollout.ScaledToZero},
		"no node is eligible": {rollout.ScaledToZero},
		"scaled to zero":      {rollout.ScaledToZero},
	}
)

// compareWords holds the sentence of a reading against the whole one: each count
// in it must be in the other, or be a count of the status.
func compareWords(full, less *rollout.Workload) []string {
	var out []string
	for words, phases := range claims {
		if strings.Contains(less.State, words) && !slices.Contains(phases, full.Phase) && !strings.Contains(full.State, words) {
			out = append(out, fmt.Sprintf("says %q, and in the whole reading %q", less.Summary, full.Summary))
		}
	}
	known := full.State + " " + asJSON(full.Desired) + " of " + asJSON(full.Available) + " available " + asJSON(full.Ready) + " ready"
	for _, r := range full.Revisions {
		known += " " + asJSON(r.Desired) + " pods " + asJSON(r.Ready) + " of " + asJSON(r.Replicas) + " pods " + r.StateWords
	}
	var all int32
	for _, r := range full.Revisions {
		all += deref(r.Replicas)
	}
	updated := deref(full.Updated)
	known += fmt.Sprintf(" %d available, %d of %s old, %d of %d", all, deref(full.Available), "all", updated, all)
	known += fmt.Sprintf(" %d old pods, %d of", all-updated, updated)
	for _, count := range counted.FindAllString(less.State, -1) {
		number, unit, _ := strings.Cut(count, " ")
		if !strings.Contains(known, count) && !(unit == "pods" && strings.Contains(known, number+" pod")) &&
			!strings.Contains(known, "of "+count) {
			out = append(out, fmt.Sprintf("says %q (%s), and in the whole reading %q", less.State, count, full.State))
		}
	}
	return out
}

func nothing(v any) bool { return asJSON(v) == "null" }

func asJSON(v any) string {
	data, err := json.Marshal(v)
	return cmp.Or(map[bool]string{true: fmt.Sprint(err)}[err != nil], string(data))
}
