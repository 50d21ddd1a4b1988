package cli

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

func TestGapsAreWarnedOf(t *testing.T) {
	d := &demo{run: func(_ context.Context, env *Env, _ *demo, _ []string) error {
		Warn(env, &snapshot.Snapshot{Gaps: []snapshot.Gap{
			{Resource: "pods/log", Namespace: "shop", Reason: "forbidden: no\nmore", Impact: "causes are less certain"},
			{Resource: "nodes", Reason: "forbidden"},
		}})
		NoResources(env, "shop")
		NoResources(env, "")
		return nil
	}}
	want := "warning: pods/log in shop not read: forbidden: no more; causes are less certain\nwarning: nodes not read: forbidden\n" +
		"No resources found in shop namespace.\nNo resources found\n"
	if diff := cmp.Diff(result{Err: want}, d.start(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestStyle(t *testing.T) {
	for args, want := range map[string]view.Style{
		"":                        {Width: 72}, // a buffer is no terminal
		"--color always":          {Width: 72, Color: true},
		"--color never -o wide":   {Width: 72, Wide: true},
		"--no-headers -o json":    {Width: 72, NoHeaders: true},
		"-o custom-columns=A:.a":  {Width: 72},
		"--color always -o table": {Width: 72, Color: true},
	} {
		d := &demo{run: func(_ context.Context, env *Env, d *demo, _ []string) error {
			env.Width = func() int { return 72 }
			if diff := cmp.Diff(want, d.flags.Style(env)); diff != "" {
				t.Errorf("%q: %s", args, diff)
			}
			return nil
		}}
		got := d.start(nil, strings.Fields(args)...)
		if strings.HasSuffix(args, "table") != (got.Code == ExitMisused) {
			t.Errorf("%q: %+v", args, got)
		}
	}
}

func TestPrintTakesTheFormatsForScripts(t *testing.T) {
	for format, want := range map[string]bool{
		"json": true, "yaml": true, "name": true, "jsonpath={.kind}": true, "custom-columns=A:.a": true,
		"text": false, "wide": false, "html": false, "dot": false,
	} {
		d := &demo{run: func(_ context.Context, env *Env, d *demo, _ []string) error {
			s := &snapshot.Snapshot{Source: snapshot.Source{Type: "files"}}
			printed, err := d.flags.Print(env, view.NewReport("RolloutMap", s, []map[string]string{{"a": "b"}}), func(any) string { return "deployment/web" })
			if printed != want {
				t.Errorf("%s: printed %v, want %v", format, printed, want)
			}
			return err
		}}
		got := d.start(nil, "-o", format)
		if got.Code != 0 || (got.Out != "") != want {
			t.Errorf("%s: %+v", format, got)
		}
	}
}

// useServer has kubeconfig name a server.
func useServer(t *testing.T, answer http.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	config := filepath.Join(t.TempDir(), "config")
	text := "{apiVersion: v1, kind: Config, current-context: here, " +
		"contexts: [{name: there, context: {cluster: b, user: eve}}, {name: here, context: {cluster: a, user: bob, namespace: shop}}], " +
		"clusters: [{name: b, cluster: {server: 'http://b'}}, {name: a, cluster: {server: '" + server.URL + "'}}], " +
		"users: [{name: eve, user: {}}, {name: bob, user: {}}]}"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", config)
}

func TestAServersWarningIsShownOnceAndTheServerLearnsWhoAsks(t *testing.T) {
	agents := make(chan string, 2)
	useServer(t, func(w http.ResponseWriter, r *http.Request) {
		agents <- r.Header.Get("User-Agent")
		w.Header().Add("Warning", `299 - "v1 Pod is \"old\""`)
		w.Header().Add("Warning", `199 - "nobody needs to know"`)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"apiVersion":"v1","kind":"PodList","metadata":{},"items":[]}`))
	})
	d := &demo{run: func(ctx context.Context, env *Env, d *demo, _ []string) error {
		source, err := d.flags.Source(env)
		if err != nil {
			return err
		}
		return source.Load(ctx, &snapshot.Snapshot{}, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Required: true}, {Resource: "pods", Namespace: "shop"}}})
	}}
	if diff := cmp.Diff(result{Err: "Warning: v1 Pod is \"old\"\n"}, d.start(nil)); diff != "" {
		t.Error(diff)
	}
	want := "kubectl-demo/" + thisBuild().version
	if agent := <-agents; agent != want {
		t.Errorf("user agent %q, want %q", agent, want)
	}
}

func TestWidthOfWhatIsNoTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	if columns(f) != 0 {
		t.Errorf("a file is %d columns wide", columns(f))
	}
}
