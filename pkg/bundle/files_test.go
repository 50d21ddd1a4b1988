package bundle_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

var fileResources = []string{
	"pods", "events", "nodes", "services", "endpoints", "configmaps", "secrets", "persistentvolumeclaims", "replicationcontrollers",
	"namespaces", "resourcequotas", "deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions", "jobs", "cronjobs",
	"horizontalpodautoscalers", "endpointslices",
}

func everything() snapshot.Query {
	var q snapshot.Query
	for _, r := range fileResources {
		q.Reads = append(q.Reads, snapshot.Read{Resource: r})
	}
	return q
}

// story returns the files of a txtar in testdata.
func story(t testing.TB, name string) map[string]string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.Files {
		files[f.Name] = string(f.Data)
	}
	return files
}

func writeDir(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func writeFile(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func tarOf(t testing.TB, files map[string]string, extra ...*tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name])), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[name]); err != nil {
			t.Fatal(err)
		}
	}
	for _, head := range extra {
		if err := w.WriteHeader(head); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipOf(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipOf(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t *testing.T, f *bundle.Files, q snapshot.Query) *snapshot.Snapshot {
	t.Helper()
	s := &snapshot.Snapshot{}
	if err := f.Load(t.Context(), s, q); err != nil {
		t.Fatal(err)
	}
	return s
}

// names says what a snapshot holds, in its order.
func names(s *snapshot.Snapshot) []string {
	var out []string
	for _, o := range s.Namespaces {
		out = append(out, "namespace "+o.Name)
	}
	for _, o := range s.Nodes {
		out = append(out, "node "+o.Name)
	}
	for _, o := range s.Deployments {
		out = append(out, "deployment "+o.Namespace+"/"+o.Name)
	}
	for _, o := range s.ReplicaSets {
		out = append(out, "replicaset "+o.Namespace+"/"+o.Name)
	}
	for _, o := range s.Pods {
		out = append(out, "pod "+o.Namespace+"/"+o.Name)
	}
	for _, o := range s.Events {
		out = append(out, "event "+o.Namespace+"/"+o.Name)
	}
	for _, o := range s.ConfigMaps {
		out = append(out, "configmap "+o.Namespace+"/"+o.Name)
	}
	for _, o := range s.Others {
		out = append(out, o.GetKind()+" "+o.GetNamespace()+"/"+o.GetName())
	}
	return out
}

const twoPods = `# A comment before the first document.
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: shop, creationTimestamp: "2026-01-02T03:04:05Z"}
---
# nothing here
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
`

func TestFilesOfAllForms(t *testing.T) {
	list := `{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"shop"}},{"metadata":{"name":"b","namespace":"shop"}}]}`
	windows := []byte{0xff, 0xfe}
	for _, r := range twoPods {
		windows = append(windows, byte(r), 0)
	}
	files := map[string]string{
		"sub/one.yaml": "kind: Pod\napiVersion: v1\nmetadata: {name: a, namespace: shop}\n",
		"two.json":     `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"b","namespace":"shop"}}`,
		"README.md":    "- no: [yaml",
		".git/x.yaml":  "{",
	}
	hidden := maps.Clone(files)
	delete(hidden, ".git/x.yaml")
	for name, data := range map[string][]byte{
		"documents.yaml":    []byte(twoPods),
		"crlf.yaml":         []byte(strings.ReplaceAll(twoPods, "\n", "\r\n")),
		"bom.yaml":          []byte("\xef\xbb\xbf" + twoPods),
		"powershell.yaml":   windows,
		"typed-list.json":   []byte(list),
		"values.json":       []byte(`{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"shop"}} {"kind":"Pod","apiVersion":"v1","metadata":{"name":"b","namespace":"shop"}}`),
		"list.yaml":         []byte("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a, namespace: shop}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: b, namespace: shop}\n"),
		"flow.yaml":         []byte("--- {kind: Pod, apiVersion: v1, metadata: {name: a, namespace: shop}}\n--- {kind: Pod, apiVersion: v1, metadata: {name: b, namespace: shop}}\n"),
		"compressed.gz":     gzipOf(t, []byte(twoPods)),
		"archive.tar":       tarOf(t, hidden),
		"archive.tar.gz":    gzipOf(t, tarOf(t, hidden)),
		"archive.zip":       zipOf(t, hidden),
		"no-extension":      []byte(twoPods),
		"zip-named-as.yaml": zipOf(t, hidden),
	} {
		t.Run(name, func(t *testing.T) {
			want := []string{"pod shop/a", "pod shop/b"}
			s := read(t, bundle.New([]string{writeFile(t, name, data)}, bundle.Options{}), everything())
			if diff := cmp.Diff(want, names(s)); diff != "" {
				t.Error("file:", diff)
			}
			s = read(t, bundle.New([]string{"-"}, bundle.Options{Stdin: bytes.NewReader(data)}), everything())
			if diff := cmp.Diff(want, names(s)); diff != "" {
				t.Error("standard input:", diff)
			}
			if s.Source.Layout != bundle.LayoutManifests || s.Source.Type != "files" || s.Source.Files[0] != "-" {
				t.Errorf("source %+v", s.Source)
			}
		})
	}
	s := read(t, bundle.New([]string{writeDir(t, files)}, bundle.Options{}), everything())
	if diff := cmp.Diff([]string{"pod shop/a", "pod shop/b"}, names(s)); diff != "" {
		t.Error("directory:", diff)
	}
}

func TestFilesErrorsSayWhere(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"yaml syntax": {
			"kind: Pod\napiVersion: v1\nmetadata: {name: x}\n---\na: 1\nb: [\n---\n",
			"FILE: document 2: line 6: parse YAML: did not find expected node content",
		},
		"yaml mapping": {"a: b: c\n", "FILE: document 1: line 1: parse YAML: mapping values are not allowed in this context"},
		"json syntax": {
			"{\n\"kind\": \"Pod\",\n\"apiVersion\" \"v1\"}",
			"FILE: document 1: line 3: parse JSON: invalid character '\"' after object key",
		},
		"json cut off": {
			`{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}} {"kind`,
			"FILE: document 2: line 1: parse JSON: unexpected EOF",
		},
		"no kind":       {"---\n\n---\napiVersion: v1\nmetadata: {name: x}\n", "FILE: document 1: line 4: kind is missing"},
		"no apiVersion": {"kind: Pod\n", "FILE: document 1: line 1: apiVersion of Pod is missing"},
		"neither":       {"replicas: 3\n", "FILE: document 1: line 1: apiVersion and kind are missing: not a Kubernetes object"},
		"no mapping": {
			"kind: Pod\napiVersion: v1\n---\nhello\n",
			"FILE: document 2: line 4: not an object: a document is a mapping with apiVersion and kind",
		},
		"wrong type": {
			"\n\nkind: Deployment\napiVersion: apps/v1\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: three\n",
			"FILE: document 1: line 7: decode Deployment shop/web: spec.replicas: string instead of a number",
		},
		"wrong quantity": {
			"kind: Pod\napiVersion: v1\nmetadata: {name: web}\nspec:\n  containers:\n  - name: a\n  - name: b\n    resources: {limits: {memory: lots}}\n",
			"FILE: document 1: line 8: decode Pod web: spec.containers[1].resources.limits.memory: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
		},
		"wrong time": {
			"kind: Pod\napiVersion: v1\nmetadata: {name: web, creationTimestamp: yesterday}\n",
			"FILE: document 1: line 3: decode Pod web: metadata.creationTimestamp: parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"",
		},
		"wrong item": {
			"apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n- metadata: {name: b, labels: [x]}\n",
			"FILE: document 1: line 5: decode Pod b: metadata.labels: array instead of a mapping",
		},
		"wrong block": {
			"apiVersion: v1\nkind: PodList\nitems:\n- metadata:\n    name: a\n\n- metadata:\n    name: b\n  spec: none\n",
			"FILE: document 1: line 9: decode Pod b: spec: string instead of a mapping",
		},
		"wrong JSON": {
			"{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[\n\n{\"kind\":\"Pod\",\"apiVersion\":\"v1\"},\n{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"spec\":{\"nodeName\":1}}]}",
			"FILE: document 1: line 4: decode Pod: spec.nodeName: number instead of a string",
		},
		"empty":         {"", "read FILE: no Kubernetes objects"},
		"only comments": {"# x\n---\n# y\n", "read FILE: no Kubernetes objects"},
		"xz":            {"\xfd7zXZ\x00....", "read FILE: unpack it first: it is compressed with xz"},
		"many aliases": {
			bomb(),
			"FILE: document 1: line 1: its aliases unpack to more than 16777216 bytes or 1000000 values: --max-input 16Gi raises the limits",
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, "in.yaml", []byte(c.text))
			for _, path := range []string{path, filepath.Dir(path)} {
				err := bundle.New([]string{path}, bundle.Options{}).Load(t.Context(), &snapshot.Snapshot{}, everything())
				if err == nil {
					t.Fatal("no error")
				}
				got := strings.ReplaceAll(strings.ReplaceAll(err.Error(), path+"/in.yaml", "FILE"), path, "FILE")
				if strings.Contains(c.want, "xz") && filepath.Ext(path) == "" {
					continue // in a directory the extension decides
				}
				if got != c.want {
					t.Errorf("error\n got %s\nwant %s", got, c.want)
				}
			}
		})
	}
}

// bomb is the billion laughs.
func bomb() string {
	text := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 10; i++ {
		n := string(rune('0' + i))
		text += "a" + n + ": &a" + n + " [" + strings.TrimSuffix(strings.Repeat("*a"+string(rune('0'+i-1))+",", 9), ",") + "]\n"
	}
	return "kind: Pod\napiVersion: v1\n" + text
}

func TestFilesRefuse(t *testing.T) {
	pod := map[string]string{"pod.yaml": "kind: Pod\napiVersion: v1\nmetadata: {name: x}\n"}
	link := func(name, target string) *tar.Header {
		return &tar.Header{Name: name, Linkname: target, Typeflag: tar.TypeSymlink, Mode: 0o777}
	}
	zeros := gzipOf(t, tarOf(t, map[string]string{"x.log": strings.Repeat("\x00", 96<<20)}))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"traversal.tar":  {tarOf(t, map[string]string{"../../etc/cron.d/x.yaml": "x"}), `refuse entry "../../etc/cron.d/x.yaml": it leads out of the archive`},
		"absolute.tar":   {tarOf(t, map[string]string{"/etc/x.yaml": "x"}), `refuse entry "/etc/x.yaml": it leads out of the archive`},
		"backslash.zip":  {zipOf(t, map[string]string{`..\..\x.yaml`: "x"}), `refuse entry "..\\..\\x.yaml": it leads out of the archive`},
		"link.tar.gz":    {gzipOf(t, tarOf(t, pod, link("a/b.yaml", "../../secret"))), "refuse symbolic link a/b.yaml to ../../secret: it leads out of the archive"},
		"abslink.tar.gz": {gzipOf(t, tarOf(t, pod, link("b.yaml", "/etc/passwd"))), "refuse symbolic link b.yaml to /etc/passwd: it leads out of the archive"},
		"hardlink.tar": {
			tarOf(t, pod, &tar.Header{Name: "b.yaml", Linkname: "../x", Typeflag: tar.TypeLink}),
			`refuse entry "../x": it leads out of the archive`,
		},
		"bomb.tar.gz": {zeros, "refused: it unpacks to more than 100 times its size: --max-input 16Gi raises the limits"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, name, c.data)
			err := bundle.New([]string{path}, bundle.Options{}).Load(t.Context(), &snapshot.Snapshot{}, everything())
			if err == nil || err.Error() != "read "+path+": "+c.want {
				t.Errorf("error\n got %v\nwant read %s: %s", err, path, c.want)
			}
		})
	}
	inside := tarOf(t, pod, link("sub/b.yaml", "../pod.yaml"), &tar.Header{Name: "device.yaml", Typeflag: tar.TypeChar, Mode: 0o644})
	s := read(t, bundle.New([]string{"-"}, bundle.Options{Stdin: bytes.NewReader(inside)}), everything())
	if docs, _, err := bundle.New([]string{writeFile(t, "in.tar", inside)}, bundle.Options{}).Documents(t.Context()); len(s.Pods) != 1 ||
		len(docs) != 1 ||
		err != nil {
		t.Errorf("a link inside of the archive: %v, %d documents, %v", names(s), len(docs), err)
	}
}

// A link to nothing, which collectors leave behind, is a gap of a bundle. In a
// directory of manifests it is an error, as for kubectl.
func TestDanglingLinks(t *testing.T) {
	gather := writeDir(t, map[string]string{
		"namespaces/shop/core/pods.yaml":             twoPods,
		"cluster-scoped-resources/core/nodes/n.yaml": "apiVersion: v1\nkind: Node\nmetadata: {name: n}\n",
	})
	plain := writeDir(t, map[string]string{"pods.yaml": twoPods})
	for _, link := range []string{
		filepath.Join(gather, "namespaces/shop/core/events.yaml"), filepath.Join(gather, "x.log"), filepath.Join(plain, "a.yaml"),
	} {
		if err := os.Symlink("gone", link); err != nil {
			t.Skip(err)
		}
	}
	s := read(t, bundle.New([]string{gather}, bundle.Options{}), everything())
	named := slices.ContainsFunc(s.Gaps, func(g snapshot.Gap) bool { return strings.Contains(g.Reason, "a file that is not there") })
	if len(s.Pods) != 2 || !named {
		t.Errorf("%v, %+v", names(s), s.Gaps)
	}
	err := bundle.New([]string{plain}, bundle.Options{}).Load(t.Context(), &snapshot.Snapshot{}, everything())
	if err == nil || !strings.Contains(err.Error(), "a.yaml: it is a symbolic link to a file that is not there") {
		t.Errorf("in a directory of manifests: %v", err)
	}
}

func TestFilesSymbolicLinksOfDirectories(t *testing.T) {
	outside := writeFile(t, "secret.yaml", []byte(twoPods))
	dir := writeDir(t, map[string]string{"..data/pods.yaml": twoPods})
	if err := os.Symlink("..data/pods.yaml", filepath.Join(dir, "pods.yaml")); err != nil {
		t.Skip(err)
	}
	if s := read(t, bundle.New([]string{dir}, bundle.Options{}), everything()); len(s.Pods) != 2 {
		t.Errorf("a link inside of the directory: %v", names(s))
	}
	given := filepath.Join(t.TempDir(), "given.yaml")
	if err := os.Symlink(outside, given); err != nil {
		t.Fatal(err)
	}
	if s := read(t, bundle.New([]string{given}, bundle.Options{}), everything()); len(s.Pods) != 2 {
		t.Errorf("a link that the user names: %v", names(s))
	}
	if err := os.Symlink(outside, filepath.Join(dir, "out.yaml")); err != nil {
		t.Fatal(err)
	}
	err := bundle.New([]string{dir}, bundle.Options{}).Load(t.Context(), &snapshot.Snapshot{}, everything())
	if err == nil || !strings.Contains(err.Error(), "refuse symbolic link out.yaml") {
		t.Errorf("a link out of the directory: %v", err)
	}
}

func TestFilesReadsSelect(t *testing.T) {
	text := `
kind: Pod
apiVersion: v1
metadata: {name: a, namespace: shop, labels: {app: web}}
spec: {nodeName: n1}
status: {phase: Running}
---
kind: Pod
apiVersion: v1
metadata: {name: b, namespace: shop, labels: {app: db}}
---
kind: Pod
apiVersion: v1
metadata: {name: a, namespace: other}
---
kind: Event
apiVersion: v1
metadata: {name: e, namespace: shop}
involvedObject: {kind: Pod, name: a, namespace: shop}
type: Warning
---
kind: Event
apiVersion: events.k8s.io/v1
metadata: {name: f, namespace: shop}
regarding: {kind: Pod, name: b, namespace: shop}
note: it broke
type: Warning
deprecatedCount: 3
---
kind: Rollout
apiVersion: argoproj.io/v1alpha1
metadata: {name: r, namespace: shop}
---
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {name: np, namespace: shop}
`
	path := writeFile(t, "in.yaml", []byte(text))
	for _, c := range []struct {
		read snapshot.Read
		want string
	}{
		{snapshot.Read{Resource: "pods"}, "pod other/a,pod shop/a,pod shop/b"},
		{snapshot.Read{Resource: "pods", Namespace: "shop"}, "pod shop/a,pod shop/b"},
		{snapshot.Read{Resource: "pods", Name: "a"}, "pod other/a,pod shop/a"},
		{snapshot.Read{Resource: "pods", Namespace: "shop", Name: "b"}, "pod shop/b"},
		{snapshot.Read{Resource: "pods", Labels: "app in (web,api)"}, "pod shop/a"},
		{snapshot.Read{Resource: "pods", Fields: "spec.nodeName=n1,status.phase!=Failed"}, "pod shop/a"},
		{snapshot.Read{Resource: "pods", Fields: "metadata.name=b"}, "pod shop/b"},
		{snapshot.Read{Resource: "events", Fields: "involvedObject.name=a,type=Warning"}, "event shop/e"},
		{snapshot.Read{Resource: "events", Fields: "involvedObject.name=b"}, "event shop/f"},
		{snapshot.Read{Resource: "pods", Limit: 2}, "pod other/a,pod shop/a"},
		{snapshot.Read{Resource: "rollouts.argoproj.io"}, "Rollout shop/r"},
		{snapshot.Read{Resource: "rollouts.example.com"}, ""},
		{snapshot.Read{Resource: "networkpolicies.networking.k8s.io"}, "NetworkPolicy shop/np"},
	} {
		s := read(t, bundle.New([]string{path}, bundle.Options{}), snapshot.Query{Reads: []snapshot.Read{c.read}})
		if got := strings.Join(names(s), ","); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.read, got, c.want)
		}
		for _, e := range s.Events {
			if e.Name == "f" && (e.Message != "it broke" || e.Count != 3 || e.APIVersion != "v1") {
				t.Errorf("events.k8s.io/v1 became %+v", e)
			}
		}
	}
	for fields, want := range map[string]string{
		"spec.hostname=x": `list pods: field selector "spec.hostname=x": field label not supported: spec.hostname`,
		"a":               `list pods: field selector "a": invalid selector: 'a'; can't understand 'a'`,
	} {
		err := bundle.New([]string{path}, bundle.Options{}).
			Load(t.Context(), &snapshot.Snapshot{}, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Fields: fields}}})
		if err == nil || err.Error() != want {
			t.Errorf("field selector %s: %v", fields, err)
		}
	}
}

func TestFilesRequiredNameThatIsNotThere(t *testing.T) {
	path := writeFile(t, "in.yaml", []byte(twoPods))
	err := bundle.New([]string{path}, bundle.Options{}).
		Load(t.Context(), &snapshot.Snapshot{}, snapshot.Query{Reads: []snapshot.Read{{Resource: "deployments", Name: "web", Required: true}}})
	if !apierrors.IsNotFound(err) || err.Error() != `deployments.apps "web" not found` {
		t.Errorf("error %v", err)
	}
	s := read(t, bundle.New([]string{path}, bundle.Options{}), snapshot.Query{Reads: []snapshot.Read{
		{Resource: "deployments", Name: "web", Optional: true},
		{Resource: "configmaps", Namespace: "shop", Name: "cfg", Impact: "keys are not checked"},
	}})
	want := []snapshot.Gap{
		{Resource: "configmaps", Namespace: "shop", Names: []string{"cfg"}, Reason: "not in the files", Impact: "keys are not checked"},
	}
	if diff := cmp.Diff(want, s.Gaps); diff != "" {
		t.Error(diff)
	}
}

func TestFilesCaptureTime(t *testing.T) {
	text := `
kind: Pod
apiVersion: v1
metadata:
  name: a
  creationTimestamp: "2026-01-01T00:00:00Z"
  annotations: {x: "2030-01-01T00:00:00Z", startedAt: "2030-01-01T00:00:00Z"}
  managedFields: [{time: "2026-01-01T00:00:01Z", manager: m}]
spec: {startTime: "2030-01-01T00:00:00Z"}
status:
  startTime: "1970-01-01T00:00:00Z"
  conditions: [{type: Ready, lastTransitionTime: "2026-01-01T00:00:02Z"}]
  containerStatuses: [{lastState: {terminated: {finishedAt: "2026-01-01T00:00:03Z"}}}]
`
	never := "kind: Pod\napiVersion: v1\nmetadata: {name: a, creationTimestamp: \"1970-01-01T00:00:00Z\"}\n"
	if s := read(t, bundle.New([]string{"-"}, bundle.Options{Stdin: strings.NewReader(never)}), snapshot.Query{}); !s.At.IsZero() {
		t.Errorf("time %v of an object that has none", s.At)
	}
	extra := map[string]string{
		"2026-01-01T00:00:03Z": "",
		"2026-01-01T00:00:04Z": "---\nkind: Event\napiVersion: v1\nmetadata: {name: e}\nlastTimestamp: 2026-01-01T00:00:04Z\n",
		"2026-01-01T00:00:05Z": "---\nkind: Lease\napiVersion: coordination.k8s.io/v1\nmetadata: {name: l}\nspec: {renewTime: \"2026-01-01T00:00:05.000000Z\"}\n",
		"2026-01-01T00:00:06Z": "---\nkind: Pod\napiVersion: v1\nmetadata: {name: d, deletionTimestamp: \"2026-01-01T00:00:36Z\", deletionGracePeriodSeconds: 30}\n",
		"2026-01-01T00:00:07Z": "---\nkind: Node\napiVersion: v1\nmetadata: {name: n}\nstatus: {conditions: [{lastHeartbeatTime: 2026-01-01T00:00:07Z}]}\n",
		"2026-01-01T00:00:08Z": "---\nkind: Event\napiVersion: v1\nmetadata: {name: s}\nseries: {lastObservedTime: \"2026-01-01T00:00:08.000000Z\"}\n",
		"2026-01-01T00:00:09Z": "---\nkind: CertificateSigningRequest\napiVersion: certificates.k8s.io/v1\nmetadata: {name: s, creationTimestamp: \"2026-01-01T00:00:09Z\"}\nstatus: {notAfter: \"2031-01-01T00:00:00Z\"}\n",
	}
	for want, more := range extra {
		s := read(t, bundle.New([]string{"-"}, bundle.Options{Stdin: strings.NewReader(text + more)}), snapshot.Query{})
		if s.At.Format(time.RFC3339) != want || s.AtSource != snapshot.AtNewest {
			t.Errorf("time %v of %s, want %s", s.At, s.AtSource, want)
		}
	}
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	s := read(t, bundle.New([]string{"-"}, bundle.Options{Stdin: strings.NewReader(text), At: at}), snapshot.Query{})
	if !s.At.Equal(at) || s.AtSource != snapshot.AtFlag {
		t.Errorf("time %v of %s, want the flag's", s.At, s.AtSource)
	}
}

func TestFilesDocuments(t *testing.T) {
	path := writeFile(
		t,
		"in.yaml",
		[]byte(
			twoPods+"---\n{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[\n{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"s\"},\"future\":7}]}\n",
		),
	)
	docs, gaps, err := bundle.New([]string{path}, bundle.Options{}).Documents(t.Context())
	if err != nil || len(gaps) != 0 {
		t.Fatal(err, gaps)
	}
	type doc struct {
		Index, Line int
		List        bool
		Text        string
		Names       []string
	}
	var got []doc
	for _, d := range docs {
		if d.File != path {
			t.Errorf("file %s", d.File)
		}
		g := doc{Index: d.Index, Line: d.Line, List: d.List, Text: string(d.Text)}
		for _, o := range d.Objects {
			u, err := o.Unstructured()
			if err != nil {
				t.Fatal(err)
			}
			if o.Kind == "Secret" && u.Object["future"] != int64(7) {
				t.Errorf("an unknown field is lost: %v", u.Object)
			}
			g.Names = append(g.Names, o.Kind+" "+o.Name)
		}
		got = append(got, g)
	}
	want := []doc{
		{
			1,
			3,
			false,
			"apiVersion: v1\nkind: Pod\nmetadata: {name: b, namespace: shop, creationTimestamp: \"2026-01-02T03:04:05Z\"}\n",
			[]string{"Pod b"},
		},
		{2, 9, false, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n", []string{"Pod a"}},
		{
			3,
			13,
			true,
			"{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[\n{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"s\"},\"future\":7}]}",
			[]string{"Secret s"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFilesEndWithTheContext(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := bundle.New([]string{"-"}, bundle.Options{Stdin: r}).Load(ctx, &snapshot.Snapshot{}, everything())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestFilesOfOlderVersions(t *testing.T) {
	text := `
kind: HorizontalPodAutoscaler
apiVersion: autoscaling/v1
metadata: {name: a, namespace: shop}
spec: {minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 80, scaleTargetRef: {kind: Deployment, name: web}}
---
kind: HorizontalPodAutoscaler
apiVersion: autoscaling/v2beta2
metadata: {name: b, namespace: shop}
spec: {maxReplicas: 5, scaleTargetRef: {kind: Deployment, name: web}}
---
kind: Deployment
apiVersion: extensions/v1beta1
metadata: {name: web, namespace: shop}
spec: {replicas: 3}
---
kind: CronJob
apiVersion: batch/v1beta1
metadata: {name: c, namespace: shop}
spec: {schedule: "* * * * *"}
`
	s := read(t, bundle.New([]string{"-"}, bundle.Options{Stdin: strings.NewReader(text)}), everything())
	if len(s.HorizontalPodAutoscalers) != 2 || len(s.Deployments) != 1 || len(s.CronJobs) != 1 {
		t.Fatalf("%d autoscalers, %d deployments, %d cron jobs", len(s.HorizontalPodAutoscalers), len(s.Deployments), len(s.CronJobs))
	}
	for _, h := range s.HorizontalPodAutoscalers {
		if h.APIVersion != "autoscaling/v2" || h.Spec.MaxReplicas != 5 || h.Spec.ScaleTargetRef.Name != "web" {
			t.Errorf("autoscaler %+v", h)
		}
	}
	first := s.HorizontalPodAutoscalers[0].Spec
	if *first.MinReplicas != 2 || len(first.Metrics) != 1 || *first.Metrics[0].Resource.Target.AverageUtilization != 80 {
		t.Errorf("autoscaling/v1 became %+v", first)
	}
	if d := s.Deployments[0]; d.APIVersion != "apps/v1" || *d.Spec.Replicas != 3 {
		t.Errorf("extensions/v1beta1 became %+v", d)
	}
	// It keeps its version: servers that have no other do not record successes.
	if c := s.CronJobs[0]; c.APIVersion != "batch/v1beta1" || c.Spec.Schedule != "* * * * *" {
		t.Errorf("batch/v1beta1 became %+v", c)
	}
}

// lines is a text without an end; it counts what was read of it.
type lines struct{ read int }

// Read reads on.
func (l *lines) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "a: 1\n"[(l.read+i)%5]
	}
	l.read += len(p)
	return len(p), nil
}

// An input without an end is read no further than the limit of a file, and is not copied first.
func TestEndlessTextIsRefusedAtItsLimit(t *testing.T) {
	in := &lines{}
	err := bundle.New([]string{"-"}, bundle.Options{Stdin: in, MaxInput: 64 << 20}).Load(t.Context(), &snapshot.Snapshot{}, everything())
	if err == nil || !strings.Contains(err.Error(), "a file of objects of more than 4Mi") {
		t.Errorf("error: %v", err)
	}
	if most := 12 << 20; in.read > most {
		t.Errorf("%d bytes were read, want no more than %d", in.read, most)
	}
}
