package bundle_test

import (
	"bytes"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

var (
	appLog      = snapshot.LogKey{Namespace: "shop", Pod: "web-1-a", Container: "app"}
	appPrevious = snapshot.LogKey{Namespace: "shop", Pod: "web-1-a", Container: "app", Previous: true}
)

func everythingWithLogs() snapshot.Query {
	q := everything()
	for i := range q.Reads {
		q.Reads[i].Namespace = "shop"
	}
	q.Reads = append(q.Reads, snapshot.Read{Resource: "rollouts.argoproj.io", Namespace: "shop"})
	q.Logs = []snapshot.LogRead{{LogKey: appLog}, {LogKey: appPrevious}}
	return q
}

// dumpOnOneStream writes the files of a dump's folder as the dump writes them
// to standard output.
func dumpOnOneStream(files map[string]string) string {
	var out strings.Builder
	for _, name := range []string{
		"nodes.json", "shop/events.json", "shop/replication-controllers.json", "shop/services.json", "shop/daemonsets.json",
		"shop/deployments.json", "shop/replicasets.json", "shop/pods.json", "shop/web-1-a/logs.txt",
	} {
		out.WriteString(files[name])
	}
	return out.String()
}

func gapReasons(s *snapshot.Snapshot) []string {
	var out []string
	for _, g := range s.Gaps {
		out = append(out, g.Resource+" "+g.Namespace+": "+g.Reason)
	}
	return out
}

// TestLayoutsGiveTheSameSnapshot reads one cluster from every layout, each as a
// folder, archives, and streams: the objects and logs are the same, and what a
// layout does not collect is a gap.
func TestLayoutsGiveTheSameSnapshot(t *testing.T) {
	want := []string{"node n1", "deployment shop/web", "replicaset shop/web-1", "pod shop/web-1-a", "event shop/web-1-a.1"}
	base := read(t, bundle.New([]string{writeDir(t, story(t, "manifests.txtar"))}, bundle.Options{}), everythingWithLogs())
	if diff := cmp.Diff(want, names(base)); diff != "" {
		t.Fatal(diff)
	}
	for _, c := range []struct {
		layout   string
		at       string
		atSource snapshot.AtSource
		more     []string // what this layout has beside
		logs     map[snapshot.LogKey]string
		complete string
		gaps     []string
	}{
		{
			layout: bundle.LayoutManifests, at: "2026-03-01T10:00:09Z", atSource: snapshot.AtNewest,
			gaps: []string{"pods/log shop: the files hold no container logs"},
		},
		{
			layout: bundle.LayoutClusterInfoDump, at: "2026-03-01T10:00:09Z", atSource: snapshot.AtNewest,
			logs:     map[snapshot.LogKey]string{appLog: "starting\n==== END logs for container other of pod shop/web-1-a ====\npanic: no"},
			complete: "pods events nodes services replicationcontrollers deployments replicasets daemonsets",
			gaps: []string{
				"endpoints shop: a cluster-info dump does not collect endpoints",
				"configmaps shop: a cluster-info dump does not collect configmaps",
				"secrets shop: a cluster-info dump does not collect secrets",
				"persistentvolumeclaims shop: a cluster-info dump does not collect persistentvolumeclaims",
				"namespaces : a cluster-info dump does not collect namespaces",
				"resourcequotas shop: a cluster-info dump does not collect resourcequotas",
				"statefulsets shop: a cluster-info dump does not collect statefulsets",
				"jobs shop: a cluster-info dump does not collect jobs",
				"cronjobs shop: a cluster-info dump does not collect cronjobs",
				"horizontalpodautoscalers shop: a cluster-info dump does not collect horizontalpodautoscalers",
				"endpointslices shop: a cluster-info dump does not collect endpointslices",
				"rollouts.argoproj.io shop: a cluster-info dump does not collect rollouts.argoproj.io",
				"pods/log shop: a cluster-info dump does not collect the logs of previous instances",
			},
		},
		{
			layout: bundle.LayoutMustGather, at: "2026-03-01T10:00:10.25Z", atSource: snapshot.AtBundle, more: []string{"namespace shop"},
			logs: map[snapshot.LogKey]string{
				appLog:      "2026-03-01T10:00:01.5Z starting\n2026-03-01T10:00:02.5Z panic: no\n",
				appPrevious: "2026-03-01T09:00:01.5Z panic: first\n",
			},
			complete: "pods events services endpoints configmaps secrets persistentvolumeclaims replicationcontrollers deployments replicasets statefulsets daemonsets jobs cronjobs horizontalpodautoscalers endpointslices",
			gaps: []string{
				"resourcequotas shop: the must-gather holds none there",
				"rollouts.argoproj.io shop: the must-gather holds none there",
			},
		},
		{
			layout: bundle.LayoutSupportBundle, at: "2026-03-01T10:00:09Z", atSource: snapshot.AtNewest, more: []string{"Rollout shop/r"},
			logs:     map[snapshot.LogKey]string{appLog: "starting\npanic: no\n", appPrevious: "panic: first\n"},
			complete: "pods events nodes deployments replicasets rollouts.argoproj.io",
			gaps: []string{
				"services shop: the support bundle holds none there",
				"endpoints shop: the support bundle holds none there",
				"configmaps shop: the support bundle holds none there",
				"secrets shop: a support bundle does not collect secrets",
				"persistentvolumeclaims shop: the support bundle holds none there",
				"replicationcontrollers shop: a support bundle does not collect replicationcontrollers",
				"namespaces : the support bundle holds no namespaces",
				"resourcequotas shop: the support bundle holds none there",
				"statefulsets shop: the support bundle holds none there",
				"daemonsets shop: the support bundle holds none there",
				"jobs shop: the collector of the bundle could not read them: jobs.batch is forbidden",
				"cronjobs shop: the support bundle holds none there",
				"horizontalpodautoscalers shop: a support bundle does not collect horizontalpodautoscalers",
				"endpointslices shop: the support bundle holds none there",
			},
		},
	} {
		files := story(t, c.layout+".txtar")
		packed := gzipOf(t, tarOf(t, files))
		forms := map[string]*bundle.Files{
			"folder":     bundle.New([]string{writeDir(t, files)}, bundle.Options{}),
			"tar":        bundle.New([]string{writeFile(t, "bundle.tar", tarOf(t, files))}, bundle.Options{}),
			"tar.gz":     bundle.New([]string{writeFile(t, "bundle.tar.gz", packed)}, bundle.Options{}),
			"zip":        bundle.New([]string{writeFile(t, "bundle.zip", zipOf(t, files))}, bundle.Options{}),
			"stream":     bundle.New([]string{"-"}, bundle.Options{Stdin: bytes.NewReader(packed)}),
			"zip stream": bundle.New([]string{"-"}, bundle.Options{Stdin: bytes.NewReader(zipOf(t, files))}),
		}
		if c.layout == bundle.LayoutClusterInfoDump {
			text := dumpOnOneStream(files)
			forms["output"] = bundle.New([]string{writeFile(t, "dump.json", []byte(text))}, bundle.Options{})
			forms["piped output"] = bundle.New([]string{"-"}, bundle.Options{Stdin: strings.NewReader(text)})
		}
		for form, f := range forms {
			t.Run(c.layout+" "+form, func(t *testing.T) {
				s := read(t, f, everythingWithLogs())
				if s.Source.Layout != c.layout {
					t.Errorf("layout %s", s.Source.Layout)
				}
				if at := s.At.Format(time.RFC3339Nano); at != c.at || s.AtSource != c.atSource {
					t.Errorf("time %s of %s", at, s.AtSource)
				}
				if diff := cmp.Diff(append(want, c.more...), names(s), cmpopts.SortSlices(strings.Compare)); diff != "" {
					t.Error("objects:", diff)
				}
				if diff := cmp.Diff(base, s, cmpopts.IgnoreUnexported(snapshot.Snapshot{}),
					cmpopts.IgnoreFields(snapshot.Snapshot{}, "At", "AtSource", "Source", "Gaps", "Logs", "Namespaces", "Others")); diff != "" {
					t.Error("snapshot:", diff)
				}
				for key, want := range c.logs {
					log, ok := s.Logs[key]
					if !ok || log.Text != want || log.Truncated || log.Timestamps != (c.layout == bundle.LayoutMustGather) {
						t.Errorf("log %+v: %+v", key, log)
					}
				}
				if len(s.Logs) != len(c.logs) {
					t.Errorf("%d logs", len(s.Logs))
				}
				if diff := cmp.Diff(c.gaps, gapReasons(s)); diff != "" {
					t.Error("gaps:", diff)
				}
				for _, r := range append(fileResources, "rollouts.argoproj.io") {
					want := strings.Contains(" "+c.complete+" ", " "+r+" ")
					if s.Complete(r, "shop") != want || (s.Complete(r, "other") && !clusterScoped(r)) {
						t.Errorf("%s complete: %v", r, s.Complete(r, "shop"))
					}
				}
			})
		}
	}
}

func clusterScoped(resource string) bool { return resource == "nodes" }

func TestLayoutOfAFolderInsideOfABundle(t *testing.T) {
	dir := writeDir(t, story(t, "must-gather.txtar"))
	inside := filepath.Join(dir, "must-gather.local.1/quay-io-x-sha256-0a1b/namespaces/shop")
	s := read(t, bundle.New([]string{inside}, bundle.Options{}), everythingWithLogs())
	if s.Source.Layout != bundle.LayoutMustGather || len(s.Logs) != 2 || !s.Complete("pods", "shop") || s.AtSource != snapshot.AtNewest {
		t.Errorf("layout %s, %d logs, time of %s", s.Source.Layout, len(s.Logs), s.AtSource)
	}
}

func TestLayoutOfAConfigurationRepositoryIsManifests(t *testing.T) {
	pod := "kind: Pod\napiVersion: v1\nmetadata: {name: x}\n"
	dir := writeDir(
		t,
		map[string]string{
			"namespaces/shop/web.yaml":         pod,
			"namespaces/shop/apps/deploy.yaml": pod,
			"cluster-resources/crds/a.yaml":    pod,
			"timestamp":                        "x",
		},
	)
	if s := read(t, bundle.New([]string{dir}, bundle.Options{}), everything()); s.Source.Layout != bundle.LayoutManifests || len(s.Pods) != 1 {
		t.Errorf("layout %s, %d pods", s.Source.Layout, len(s.Pods))
	}
}

func TestLayoutDamageIsAGap(t *testing.T) {
	const root = "must-gather.local.1/quay-io-x-sha256-0a1b/namespaces/shop/"
	files := story(t, "must-gather.txtar")
	files[root+"core/events.yaml"] = "---\nkind: EventList\nitems: [\n"
	files[root+"apps/deployments.yaml"] += "- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: bad, namespace: shop}\n  spec: {replicas: many}\n"
	dir := writeDir(t, files)
	s := read(t, bundle.New([]string{dir}, bundle.Options{}), everythingWithLogs())
	if diff := cmp.Diff([]string{"namespace shop", "node n1", "deployment shop/web", "replicaset shop/web-1", "pod shop/web-1-a"}, names(s)); diff != "" {
		t.Error(diff)
	}
	want := []snapshot.Gap{
		{
			Resource:  dir + "/" + root + "core/events.yaml",
			Namespace: "shop",
			Reason:    "document 1: line 3: parse YAML: did not find expected node content",
			Impact:    "its objects are not shown",
		},
		{Resource: "events", Namespace: "shop", Reason: "the must-gather holds none there"},
		{
			Resource:  dir + "/" + root + "apps/deployments.yaml",
			Namespace: "shop",
			Reason:    "decode Deployment shop/bad: spec.replicas: string instead of a number",
		},
	}
	var got []snapshot.Gap
	for _, g := range s.Gaps {
		if strings.HasPrefix(g.Resource, "/") || g.Resource == "events" || g.Resource == "deployments" {
			got = append(got, g)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s.Complete("events", "shop") || s.Complete("deployments", "shop") || !s.Complete("pods", "shop") {
		t.Error("damaged lists are taken as whole, or complete ones are not")
	}
}

func TestLayoutDamageKeepsTheNumbersOfDocuments(t *testing.T) {
	const text = "kind: Pod\napiVersion: v1\n---\na: b: c\n---\nkind: Pod\napiVersion: v1\nspec: 1\n"
	path := writeFile(t, "in.tar", tarOf(t, map[string]string{"in.yaml": text}))
	docs, gaps, err := bundle.New([]string{path}, bundle.Options{}).Documents(t.Context())
	if err != nil || len(docs) != 3 || docs[2].Index != 3 || docs[2].Line != 6 || len(docs[1].Objects) != 0 {
		t.Errorf("documents %+v, %v", docs, err)
	}
	want := []snapshot.Gap{
		{
			Resource: path + "/in.yaml",
			Reason:   "document 2: line 4: parse YAML: mapping values are not allowed in this context",
			Impact:   "its objects are not shown",
		},
	}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Error(diff)
	}
}

func TestLayoutOfAnArchiveThatWasCutOff(t *testing.T) {
	whole := tarOf(t, story(t, "must-gather.txtar"))
	path := writeFile(t, "bundle.tar", whole[:len(whole)*2/3])
	s := read(t, bundle.New([]string{path}, bundle.Options{}), everything())
	if len(s.Nodes) != 1 || len(s.Gaps) == 0 || s.Gaps[0].Resource != path || s.Gaps[0].Reason != "the archive is damaged: unexpected EOF" {
		t.Errorf("nodes %d, gaps %v", len(s.Nodes), s.Gaps)
	}
}

func TestLayoutPartialListIsNotComplete(t *testing.T) {
	files := story(t, "cluster-info-dump.txtar")
	files["shop/pods.json"] = strings.Replace(files["shop/pods.json"], `"metadata":{}`, `"metadata":{"continue":"abc"}`, 1)
	s := read(t, bundle.New([]string{writeDir(t, files)}, bundle.Options{}), everythingWithLogs())
	if s.Complete("pods", "shop") || !s.Complete("events", "shop") {
		t.Error("a list that goes on is taken as whole")
	}
}

// An inspection writes no file of a list that it could not read. What refers to
// such objects shows that they exist: the list is a gap, not empty.
func TestLayoutMissingFileOfWhatOthersReferTo(t *testing.T) {
	const root = "must-gather.local.1/quay-io-x-sha256-0a1b/namespaces/shop/"
	for name, test := range map[string]struct {
		missing  string
		change   func(text string) string // of the ReplicaSets
		resource string
		complete bool
	}{
		"pods that a ReplicaSet counts":    {"core/pods.yaml", func(s string) string { return s + "  status: {replicas: 1}\n" }, "pods", false},
		"no pods, and none counted":        {"core/pods.yaml", func(s string) string { return s + "  status: {replicas: 0}\n" }, "pods", true},
		"the owner of a ReplicaSet":        {"apps/deployments.yaml", owned, "deployments", false},
		"no Deployment, and none is named": {"apps/deployments.yaml", func(s string) string { return s }, "deployments", true},
	} {
		t.Run(name, func(t *testing.T) {
			files := story(t, "must-gather.txtar")
			maps.DeleteFunc(files, func(name, _ string) bool {
				return name == root+test.missing || (test.resource == "pods" && strings.HasPrefix(name, root+"pods/"))
			})
			files[root+"apps/replicasets.yaml"] = test.change(files[root+"apps/replicasets.yaml"])
			s := read(t, bundle.New([]string{writeDir(t, files)}, bundle.Options{}), everythingWithLogs())
			if s.Complete(test.resource, "shop") != test.complete || s.HasGap(test.resource, "shop") == test.complete {
				t.Errorf("%s complete: %v, gaps %q", test.resource, s.Complete(test.resource, "shop"), gapReasons(s))
			}
		})
	}
}

func owned(replicaSets string) string {
	return strings.Replace(replicaSets, "    uid: rs-1\n",
		"    uid: rs-1\n    ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: deploy-1, controller: true}]\n", 1)
}

// Objects of a server without managedFields do not show who changed them; what
// a person wrote never has any.
func TestMissingManagedFieldsAreAGap(t *testing.T) {
	for name, want := range map[string]bool{"uid: u": true, "labels: {}": false, "uid: u, managedFields: [{manager: kubectl}]": false} {
		file := writeFile(t, "web.yaml", []byte("kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web, "+name+"}\n"))
		s := read(t, bundle.New([]string{file}, bundle.Options{}), everything())
		if got := s.HasGap("managedFields", ""); got != want {
			t.Errorf("%s: gap %v, want %v", name, got, want)
		}
	}
}

// What is decoded while a bundle is read, and trimmed, is what is decoded later
// and then trimmed; errors and gaps are the same.
func TestTrimmedBundlesHoldTheSame(t *testing.T) {
	for _, layout := range []string{
		bundle.LayoutManifests, bundle.LayoutClusterInfoDump, bundle.LayoutMustGather, bundle.LayoutSupportBundle, "damaged",
	} {
		files := story(t, bundle.LayoutMustGather+".txtar")
		if layout == "damaged" {
			for name := range files {
				if strings.HasSuffix(name, "pods.yaml") {
					files[name] = strings.Replace(files[name], "containers:", "containers: none", 1)
				}
			}
			files["must-gather.local.1/quay-io-x-sha256-0a1b/namespaces/shop/core/services.yaml"] = "kind: [\n"
		} else {
			files = story(t, layout+".txtar")
		}
		packed := gzipOf(t, tarOf(t, files))
		for form, open := range map[string]func(bundle.Options) *bundle.Files{
			"folder": func(o bundle.Options) *bundle.Files { return bundle.New([]string{writeDir(t, files)}, o) },
			"zip": func(o bundle.Options) *bundle.Files {
				return bundle.New([]string{writeFile(t, "b.zip", zipOf(t, files))}, o)
			},
			"stream": func(o bundle.Options) *bundle.Files {
				o.Stdin = bytes.NewReader(packed)
				return bundle.New([]string{"-"}, o)
			},
		} {
			t.Run(layout+" "+form, func(t *testing.T) {
				whole, wholeErr := tryRead(t, open(bundle.Options{}))
				trimmed, trimmedErr := tryRead(t, open(bundle.Options{Trim: true}))
				if (wholeErr == nil) != (trimmedErr == nil) {
					t.Fatalf("whole: %v, trimmed: %v", wholeErr, trimmedErr)
				}
				for i, pod := range whole.Pods {
					whole.Pods[i] = pod.DeepCopy()
					snapshot.Trim(whole.Pods[i])
					whole.Pods[i].TypeMeta = metav1.TypeMeta{}
				}
				for pod := range trimmed.PodObjects("") {
					if p, ok := pod.(*corev1.Pod); ok {
						p.TypeMeta = metav1.TypeMeta{} // packed pods have none
					}
				}
				for _, pod := range trimmed.PackedPods {
					trimmed.Pods = append(trimmed.Pods, pod.Pod())
				}
				trimmed.PackedPods = nil
				trimmed.Sort()
				names := cmp.Transformer("files", func(s snapshot.Source) string { return s.Type + s.Layout })
				gaps := cmp.Transformer("gap", func(g snapshot.Gap) []string {
					return []string{path.Base(g.Resource), g.Namespace, g.Reason, g.Impact}
				})
				if diff := cmp.Diff(whole, trimmed, cmpopts.IgnoreUnexported(snapshot.Snapshot{}), names, gaps); diff != "" {
					t.Error("-whole +trimmed:", diff)
				}
			})
		}
	}
}

func tryRead(t *testing.T, f *bundle.Files) (*snapshot.Snapshot, error) {
	t.Helper()
	s := &snapshot.Snapshot{}
	return s, f.Load(t.Context(), s, everythingWithLogs())
}

// What a support tool wrote is a bundle, manifests are none.
func TestIsBundle(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	gathered := "gathered/quay-io/cluster-scoped-resources/core/nodes/a.yaml"
	write(gathered)
	write("support/cluster-resources/pods/shop.json")
	write("manifests/shop/web.yaml")
	pack := func(name string, content []byte) string {
		path := write(name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]bool{
		write("a.yaml"): false,
		pack("a.tar", tarOf(t, map[string]string{gathered: "{}"})):                    true,
		pack("b.tgz", gzipOf(t, tarOf(t, map[string]string{gathered: "{}"}))):         true,
		pack("c.tar.gz", gzipOf(t, tarOf(t, map[string]string{"shop/a.yaml": "{}"}))): false,
		pack("d.tar.gz", []byte("\x1f\x8b")):                                          false,
		filepath.Join(dir, "gathered"):                                                true,
		filepath.Join(dir, "support"):                                                 true,
		filepath.Join(dir, "manifests"):                                               false,
		filepath.Join(dir, "absent.tar"):                                              false,
	} {
		if got := bundle.IsBundle(path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}
