package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestProvenance writes objects in every way that people and programs do, and
// compares who set each field by what was sent with what the plugin makes of
// the objects alone.
func TestProvenance(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	r := recordWrites(t, l)
	c := &judges{fieldServer: newFieldServer(t, l), counts: map[string]map[string]int{}}
	r.policies(t)
	r.people(t)
	r.appliers(t)
	r.hands(t)
	r.programs(t)
	for _, all := range []func(*testing.T) (map[string]ledger, map[string]map[string]any){r.ledgers, r.others} {
		ledgers, objects := all(t)
		maps.DeleteFunc(objects, func(_ string, o map[string]any) bool { return o == nil })
		c.judge(t, ledgers, objects)
	}
	c.report(t)
}

// judges compares what the plugin says with the truth.
type judges struct {
	*fieldServer
	counts map[string]map[string]int // by way of asking and outcome
}

// answer is what the plugin reports of a field.
type answer struct {
	Pointer, Origin, OriginBasis string
	Managers                     []struct{ Manager string }
}

func (c *judges) count(way, outcome string) {
	if c.counts[way] == nil {
		c.counts[way] = map[string]int{}
	}
	c.counts[way][outcome]++
}

// judge asks for objects in three ways: as they are in a file, in a file without
// managed fields, and in the cluster.
func (c *judges) judge(t *testing.T, ledgers map[string]ledger, objects map[string]map[string]any) {
	t.Helper()
	var items, bare []any
	live := []string{"--show-secrets", "-o", "json"}
	paths := slices.Sorted(maps.Keys(objects))
	for _, path := range paths {
		o := &unstructured.Unstructured{Object: objects[path]}
		items = append(items, o.Object)
		less := o.DeepCopy()
		less.SetManagedFields(nil)
		bare = append(bare, less.Object)
		gvk := o.GroupVersionKind()
		live = append(live, strings.TrimSuffix(gvk.Kind+"."+gvk.Version+"."+gvk.Group, ".v1.")+"/"+o.GetName())
	}
	for way, args := range map[string][]string{"live": live, "file": inFile(t, items), "without managed fields": inFile(t, bare)} {
		for i, answers := range c.ask(t, objects, paths, args) {
			for path, a := range answers {
				want, known := ledgers[paths[i]][path]
				if known {
					c.weigh(t, way, paths[i], path, want, a, objects[paths[i]])
				} else if way != "live" {
					t.Errorf("%s: nobody knows the truth about %s", paths[i], path)
				}
			}
		}
	}
}

// inFile returns the arguments to explain objects that are in a file.
func inFile(t *testing.T, items []any) []string {
	t.Helper()
	data, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "objects.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"-f", file, "-o", "json", "--show-secrets"}
}

// ask returns what the plugin says, by the leaves of each object.
func (c *judges) ask(t *testing.T, objects map[string]map[string]any, paths, args []string) []map[string]answer {
	t.Helper()
	var report struct{ Items []struct{ Fields []answer } }
	if err := json.Unmarshal([]byte(c.Plugin(t, "explainfields", args...)), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Items) != len(paths) {
		t.Fatalf("%d answers about %d objects", len(report.Items), len(paths))
	}
	var all []map[string]answer
	for i, path := range paths {
		leaves := flatten(objects[path])
		answers := map[string]answer{}
		for _, f := range report.Items[i].Fields {
			at := ""
			value := any(objects[path])
			for _, name := range strings.Split(f.Pointer[1:], "/") {
				at, value = stepInto(at, value, strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
			}
			if _, ok := leaves[at]; ok {
				answers[at] = f
			}
		}
		if len(answers) < len(leaves) {
			t.Errorf("%s: %d answers about %d leaves", path, len(answers), len(leaves))
		}
		all = append(all, answers)
	}
	return all
}

// weigh books one answer. What an update sent cannot be distinguished, in the object,
// from what defaults would have made of nothing; nor is what admission put over it.
func (c *judges) weigh(t *testing.T, way, object, path string, want truth, got answer, o map[string]any) {
	t.Helper()
	var managers []string
	for _, m := range got.Managers {
		managers = append(managers, m.Manager)
	}
	slices.Sort(managers)
	says := fmt.Sprintf(
		"%s: %s: %s: %s (%s, %s), not %s %s",
		way,
		object,
		path,
		got.Origin,
		got.OriginBasis,
		managers,
		want.origin,
		want.managers,
	)
	bare := way == "without managed fields"
	switch {
	case got.Origin == want.origin:
		c.count(way, "right")
	case got.OriginBasis == "observed":
		t.Error("observed, and wrong: ", says)
		c.count(way, "wrong")
	case got.Origin == "default" && want.update && c.makesNoDifference(o, path),
		want.origin == "admission" && want.update,
		got.Origin == "unknown" && bare:
		c.count(way, "cannot be known")
	default:
		t.Log(says)
		c.count(way, "wrong")
	}
	if want.managers != nil && !bare && flatten(o)[path] != "{}" && !slices.Equal(managers, want.managers) {
		t.Errorf("managers: %s", says)
	}
}

// makesNoDifference reports whether the server would fill in the same value.
func (c *judges) makesNoDifference(o map[string]any, path string) bool {
	other := (&unstructured.Unstructured{Object: o}).DeepCopy()
	client, ok := c.resource(other)
	if !ok {
		return false
	}
	want := flatten(o)[path]
	dropLeaf(other.Object, "", path)
	for _, own := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "ownerReferences"} {
		unstructured.RemoveNestedField(other.Object, "metadata", own)
	}
	unstructured.RemoveNestedField(other.Object, "status")
	if other.GetKind() == "Job" {
		unstructured.RemoveNestedField(other.Object, "spec", "selector")
		unstructured.RemoveNestedField(other.Object, "spec", "template", "metadata")
	}
	if other.GetKind() == "Service" {
		unstructured.RemoveNestedField(other.Object, "spec", "clusterIP")
		unstructured.RemoveNestedField(other.Object, "spec", "clusterIPs")
		if ports, ok := at2(other.Object, "spec", "ports").([]any); ok {
			for _, p := range ports {
				delete(p.(map[string]any), "nodePort")
			}
		}
	}
	other.SetName(other.GetName() + "-2")
	made, err := client.Create(context.Background(), other, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	return err == nil && flatten(made.Object)[path] == want
}

func at2(o map[string]any, names ...string) any {
	value, _, _ := unstructured.NestedFieldNoCopy(o, names...)
	return value
}

// dropLeaf removes the leaf at a path.
func dropLeaf(value any, at, path string) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			below := strings.TrimPrefix(at+"."+name, ".")
			if below == path {
				delete(v, name)
				return
			}
			dropLeaf(inner, below, path)
		}
	case []any:
		for i, inner := range v {
			dropLeaf(inner, at+item(inner, i), path)
		}
	}
}

func (c *judges) report(t *testing.T) {
	t.Helper()
	for _, way := range slices.Sorted(maps.Keys(c.counts)) {
		n := c.counts[way]
		judged := n["right"] + n["wrong"]
		share := 100 * float64(n["right"]) / float64(max(judged, 1))
		t.Logf("Kubernetes %s, %s: %d leaves, %d right of %d that can be known (%.2f %%); %d cannot be known",
			labVersion(), way, judged+n["cannot be known"], n["right"], judged, share, n["cannot be known"])
		if way != "without managed fields" && share < 99 {
			t.Errorf("%s: %.2f %% are right", way, share)
		}
	}
}

// policies are the leaves that the policies of this test change.
var policies = regexp.MustCompile(
	`^((deployment|pod|configmap|job|cronjob|replicaset):metadata\.labels\.policy|deployment:spec\.minReadySeconds` +
		`|pod:metadata\.annotations\.kubernetes\.io/limit-ranger|pod:spec\..*\.resources\.(requests|limits)\.memory)$`,
)
