package e2e

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/test/bundle"
)

// report is the envelope of a JSON output, its items as they are.
type report struct {
	Source struct{ Layout string }
	Gaps   []struct{ Resource, Effect string }
	Items  []map[string]any
}

// TestBundlesTellWhatTheClusterTells records one state of the lab in each
// layout; all of them must give the maps and reports of the live cluster at
// that moment, but for what a gap names.
func TestBundlesTellWhatTheClusterTells(t *testing.T) {
	t.Parallel()
	l := ownLab(t, "--max-restart-period", "0")
	l.NeedNodes(t)
	l.Image(t, "chat/web:2", "run=1s", "exit=1", "err=panic: nil map")
	l.Apply(t, app("web", "chat/web:1", "", ""))
	l.Apply(t, app("lonely", "chat/app:1", "", "        envFrom: [{configMapRef: {name: settings}}]"))
	l.Do(t, "rollout", "status", "deployment/web", patiently)
	l.Do(t, "set", "image", "deployment/web", "main=chat/web:2")
	l.WaitFor(t, "a back-off long enough to record in", func() bool {
		return slices.ContainsFunc(l.Pods(t, "app=web"), func(p corev1.Pod) bool {
			return slices.ContainsFunc(p.Status.ContainerStatuses, func(c corev1.ContainerStatus) bool { // none before a kubelet saw the pod
				return c.RestartCount >= 3 && c.State.Running == nil
			})
		})
	})
	c := capture(t, l)
	for layout, path := range c.layouts {
		for _, plugin := range []string{"rsmap", "thrash"} {
			t.Run(layout+"/"+plugin, func(t *testing.T) { c.compare(t, l, plugin, layout, path) })
		}
	}
}

// captured is one state, live and in each layout.
type captured struct {
	at      string
	live    map[string]string // JSON, by plugin
	layouts map[string]string // layout, and how it is packed: path
}

// capture records until nothing changed while it did.
func capture(t *testing.T, l *Lab) captured {
	t.Helper()
	for range 20 {
		dir := t.TempDir()
		before := l.state(t)
		c := captured{at: time.Now().UTC().Format(time.RFC3339), live: map[string]string{}, layouts: record(t, l, dir)}
		for _, plugin := range []string{"rsmap", "thrash"} {
			c.live[plugin] = l.Do(t, plugin, "-o", "json", "--at", c.at)
		}
		if before == l.state(t) {
			return c
		}
	}
	t.Fatal("the cluster never stood still")
	return captured{}
}

// state returns what changes when anything that the plugins read does.
func (l *Lab) state(t *testing.T) string {
	t.Helper()
	return l.Do(
		t,
		"get",
		"pods,events,deployments,replicasets,services,configmaps",
		"-o",
		"jsonpath={range .items[*]}{.metadata.uid} {.metadata.resourceVersion}{'\\n'}{end}",
	)
}

func record(t *testing.T, l *Lab, dir string) map[string]string {
	t.Helper()
	at := func(name string) string { return filepath.Join(dir, name) }
	kubectl := func(args ...string) ([]byte, error) {
		out, err := l.output(args...)
		return []byte(out), err
	}
	fatal := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	fatal(bundle.MustGather(kubectl, at("must-gather"), l.Current))
	fatal(bundle.SupportBundle(kubectl, at("support-bundle"), l.Current))
	l.Do(t, "cluster-info", "dump", "--namespaces", l.Current, "--output-directory", at("cluster-info-dump"))
	fatal(os.WriteFile(at("dump.txt"), []byte(l.Do(t, "cluster-info", "dump", "--namespaces", l.Current)), 0o600))
	fatal(
		os.WriteFile(
			at("list.yaml"),
			[]byte(l.Do(t, "get", "deployments,replicasets,pods,events,configmaps,services,nodes", "-o", "yaml", "--show-managed-fields")),
			0o600,
		),
	)
	fatal(pack(at("support-bundle"), at("support-bundle.tar.gz")))
	return map[string]string{
		"must-gather":               at("must-gather"),
		"support-bundle":            at("support-bundle.tar.gz"),
		"cluster-info-dump":         at("cluster-info-dump"),
		"cluster-info-dump, stdout": at("dump.txt"),
		"manifests":                 at("list.yaml"),
	}
}

func decode(t *testing.T, text string) report {
	t.Helper()
	var r report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return r
}

// compare holds a layout against the live cluster.
func (c captured) compare(t *testing.T, l *Lab, plugin, layout, path string) {
	t.Helper()
	want := decode(t, c.live[plugin])
	got := decode(t, l.Do(t, plugin, "-n", l.Current, "-o", "json", "-f", path, "--at", c.at))
	if name, _, _ := strings.Cut(layout, ","); got.Source.Layout != name {
		t.Errorf("layout %q, want %q", got.Source.Layout, name)
	}
	gaps := map[string]bool{}
	for _, g := range got.Gaps {
		gaps[g.Resource] = true
	}
	drop(want.Items, got.Items, gaps)
	if diff := gocmp.Diff(want.Items, got.Items); diff != "" {
		t.Errorf("gaps %v; live (-) and %s (+) differ:\n%s", gaps, layout, diff)
	}
}

// drop takes out what a gap in a report explains.
func drop(want, got []map[string]any, gaps map[string]bool) {
	for _, items := range [][]map[string]any{want, got} {
		for _, item := range items {
			if gaps["managedFields"] {
				for _, r := range list(item["revisions"]) {
					delete(r, "author")
				}
			}
			if len(gaps) > 0 {
				// What a verdict rests on is less where something is missing;
				// the category must stand nevertheless.
				if cause, ok := item["cause"].(map[string]any); ok {
					item["cause"] = cause["category"]
				}
			}
		}
	}
}

func list(v any) []map[string]any {
	var out []map[string]any
	all, _ := v.([]any)
	for _, e := range all {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// pack writes a folder as a tar.gz, within a top folder as support bundles have.
func pack(dir, file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	zip := gzip.NewWriter(out)
	archive := tar.NewWriter(zip)
	err = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(filepath.Dir(dir), path)
		if err != nil {
			return err
		}
		if err := archive.WriteHeader(&tar.Header{Name: filepath.ToSlash(rel), Mode: 0o644, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err = archive.Write(data)
		return err
	})
	for _, closer := range []interface{ Close() error }{archive, zip, out} {
		if e := closer.Close(); err == nil {
			err = e
		}
	}
	return err
}
