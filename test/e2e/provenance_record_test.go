package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"
)

// provenanceRecorder stands between kubectl and the API server. It keeps what is written,
// as it was sent, and the object before and after: what the truth of who set
// which field is made of.
type provenanceRecorder struct {
	*Lab   // whose kubectl writes through the provenanceRecorder
	direct *Lab
	server string
	client *http.Client

	mu     sync.Mutex
	writes []write
}

// write is one request that changed an object.
type write struct {
	method, kind string // kind of the body
	object       string // URL path of the object
	subresource  string
	manager      string
	body         []byte
	before       map[string]any // nil if there was none
	after        map[string]any
}

func (w write) applies() bool { return w.kind == "application/apply-patch+yaml" }

// recordWrites returns a provenanceRecorder whose commands act in the namespace of l.
func recordWrites(t *testing.T, l *Lab) *provenanceRecorder {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", l.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	r := &provenanceRecorder{direct: l, server: config.Host, client: client}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, in *http.Request) { r.serve(t, w, in) }))
	t.Cleanup(proxy.Close)
	in := *l
	in.Kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	text := "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: '" + proxy.URL + "'}}]\n" +
		"contexts: [{name: c, context: {cluster: c, namespace: '" + l.Current + "'}}]\n"
	if err := os.WriteFile(in.Kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r.Lab = &in
	return r
}

func (r *provenanceRecorder) serve(t *testing.T, w http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(in.Body)
	if err != nil {
		t.Error(err)
		return
	}
	changes := slices.Contains([]string{"POST", "PUT", "PATCH"}, in.Method) && in.URL.Query().Get("dryRun") == "" &&
		!strings.Contains(in.URL.Path, "authorization.k8s.io")
	rec := write{method: in.Method, kind: in.Header.Get("Content-Type"), body: body, manager: managerOf(in)}
	if changes {
		in.Header.Set("Accept", "application/json")
		if in.Method != "POST" {
			rec.object, rec.subresource = splitSubresource(in.URL.Path)
			rec.before = r.get(rec.object)
		}
	}
	status, header, answer, err := r.forward(in, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if changes && status < 300 {
		r.keep(t, in, rec, answer)
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	if _, err := w.Write(answer); err != nil {
		t.Log(err)
	}
}

func (r *provenanceRecorder) keep(t *testing.T, in *http.Request, rec write, answer []byte) {
	if err := json.Unmarshal(answer, &rec.after); err != nil {
		t.Errorf("%s %s: %v", in.Method, in.URL.Path, err)
		return
	}
	if in.Method == "POST" {
		name, _, _ := unstructured.NestedString(rec.after, "metadata", "name")
		rec.object = in.URL.Path + "/" + name
	}
	if rec.subresource != "" {
		rec.after = r.get(rec.object)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes = append(r.writes, rec)
}

func (r *provenanceRecorder) forward(in *http.Request, body []byte) (status int, header http.Header, answer []byte, err error) {
	target, err := url.Parse(r.server)
	if err != nil {
		return 0, nil, nil, err
	}
	target.Path = in.URL.Path
	target.RawQuery = in.URL.RawQuery
	out, err := http.NewRequestWithContext(in.Context(), in.Method, target.String(), bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	out.Header = in.Header.Clone()
	out.Header.Del("Accept-Encoding")
	resp, err := r.client.Do(out)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, answer, err
}

// get reads an object by its URL path; nil if there is none.
func (r *provenanceRecorder) get(path string) map[string]any {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, r.server+path, nil)
	if err != nil {
		return nil
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var o map[string]any
	if resp.StatusCode != http.StatusOK || json.NewDecoder(resp.Body).Decode(&o) != nil {
		return nil
	}
	return o
}

// send writes as a program of that name does: not through the provenanceRecorder.
func (r *provenanceRecorder) send(t *testing.T, method, path, manager, kind, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, r.server+path+"?fieldManager="+manager, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	resp, err := r.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		answer, _ := io.ReadAll(resp.Body)
		t.Fatalf("%s %s: %s", method, path, answer)
	}
}

// managerOf is what the API server calls the writer of a request.
func managerOf(in *http.Request) string {
	if name := in.URL.Query().Get("fieldManager"); name != "" {
		return name
	}
	name, _, _ := strings.Cut(in.UserAgent(), "/")
	return name
}

func splitSubresource(path string) (object, subresource string) {
	for _, sub := range []string{"scale", "status", "resize", "ephemeralcontainers"} {
		if object, ok := strings.CutSuffix(path, "/"+sub); ok {
			return object, sub
		}
	}
	return path, ""
}

// sent returns the leaves that a write sent.
func (w write) sent(t *testing.T) map[string]any {
	t.Helper()
	if w.kind == "application/json-patch+json" {
		return w.patched(t)
	}
	body, err := w.decode()
	if err != nil {
		t.Fatalf("%s %s as %s: %v", w.method, w.object, w.kind, err)
	}
	all := flatten(body)
	text, _ := body["stringData"].(map[string]any)
	for name := range text {
		all["data."+name] = nil // as it is stored
	}
	if text, ok := all["metadata.annotations."+lastApplied].(string); ok {
		// Of kubectl apply the whole manifest counts, not only what it patched.
		var manifest map[string]any
		for _, into := range []any{&text, &manifest} { // the leaf is JSON of a text that is JSON
			if err := json.Unmarshal([]byte(text), into); err != nil {
				t.Fatal(err)
			}
		}
		maps.Copy(all, flatten(manifest))
	}
	return all
}

func (w write) decode() (body map[string]any, err error) {
	if w.kind != "application/vnd.kubernetes.protobuf" {
		return body, yaml.Unmarshal(w.body, &body)
	}
	o, _, err := scheme.Codecs.UniversalDeserializer().Decode(w.body, nil, nil)
	if err != nil {
		return nil, err
	}
	return runtime.DefaultUnstructuredConverter.ToUnstructured(o)
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// patched returns the leaves that a JSON patch sent.
func (w write) patched(t *testing.T) map[string]any {
	t.Helper()
	var steps []struct {
		Path  string
		Value any
	}
	if err := json.Unmarshal(w.body, &steps); err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	for _, s := range steps {
		at := ""
		value := any(w.after)
		for _, name := range strings.Split(strings.TrimPrefix(s.Path, "/"), "/") {
			name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
			at, value = stepInto(at, value, name)
		}
		flattenInto(all, at, s.Value)
	}
	return all
}
