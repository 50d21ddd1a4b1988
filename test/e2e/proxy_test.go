package e2e

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// proxy stands between a plugin and the API server of the lab. It notes every
// request, and has a fault answer some of them.
type proxy struct {
	upstream *httputil.ReverseProxy
	server   *httptest.Server
	// fault answers a request in place of the server and reports whether it did.
	// n is the number of requests before it, times is how often this one came before.
	fault func(w http.ResponseWriter, r *http.Request, n, times int) bool

	mu       sync.Mutex
	requests []string // as METHOD PATH?QUERY
	times    map[string]int
	failed   int
	refused  map[string]bool // paths that the server answered with 403
}

// upstream returns a reverse proxy to the API server that keeps the credentials
// that a request brings.
func (l *Lab) upstream(t *testing.T) *httputil.ReverseProxy {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", l.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(rest.AnonymousClientConfig(config))
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(config.Host)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Header.Del("Accept-Encoding") // the transport unpacks by itself then
		},
		Transport:     transport,
		FlushInterval: -1, // watches and logs
		ErrorLog:      log.New(io.Discard, "", 0),
	}
}

// proxy starts a proxy. It ends with the test.
func (l *Lab) proxy(t *testing.T, upstream *httputil.ReverseProxy) *proxy {
	t.Helper()
	p := &proxy{upstream: upstream, times: map[string]int{}, refused: map[string]bool{}}
	p.server = httptest.NewUnstartedServer(p)
	p.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.server.EnableHTTP2 = true
	p.server.StartTLS()
	t.Cleanup(p.close)
	return p
}

// close ends the proxy, with the requests that no client waits for.
func (p *proxy) close() {
	p.server.CloseClientConnections()
	p.server.Close()
}

// ServeHTTP notes a request and answers it, or has the fault do so.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	key := r.URL.String()
	n := len(p.requests)
	times := p.times[key]
	p.times[key]++
	p.requests = append(p.requests, r.Method+" "+key)
	p.mu.Unlock()
	if p.fault != nil && p.fault(w, r, n, times) {
		return
	}
	p.upstream.ServeHTTP(&statusSeen{w, func(code int) {
		if code == http.StatusForbidden {
			p.mu.Lock()
			p.refused[r.URL.Path] = true
			p.mu.Unlock()
		}
	}}, r)
}

// statusSeen passes an answer on and reports its status.
type statusSeen struct {
	http.ResponseWriter
	see func(code int)
}

// WriteHeader reports the status and sends it.
func (s *statusSeen) WriteHeader(code int) {
	s.see(code)
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap returns the writer below, for http.ResponseController.
func (s *statusSeen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// answer returns what the API server answers.
func (p *proxy) answer(r *http.Request) *httptest.ResponseRecorder {
	out := httptest.NewRecorder()
	p.upstream.ServeHTTP(out, r)
	return out
}

// counts returns how many requests came, and how many of them failed.
func (p *proxy) counts() (requests, failed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests), p.failed
}

func (p *proxy) fails() {
	p.mu.Lock()
	p.failed++
	p.mu.Unlock()
}

// asked returns the requests so far.
func (p *proxy) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.requests...)
}

// kubeconfig writes how the proxy is reached with the credentials of the lab.
// A user is the lines of the user entry, that of the lab if empty.
func (l *Lab) kubeconfigOf(t *testing.T, p *proxy, user string) string {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", l.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	if user == "" {
		user = "token: " + strconv.Quote(config.BearerToken)
	}
	ca := filepath.Join(t.TempDir(), "ca.crt")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.server.Certificate().Raw})
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: proxy
contexts: [{name: proxy, context: {cluster: proxy, user: proxy, namespace: %q}}]
clusters: [{name: proxy, cluster: {server: %q, certificate-authority: %q}}]
users: [{name: proxy, user: {%s}}]
`, l.Current, p.server.URL, ca, user)
	path := filepath.Join(filepath.Dir(ca), "kubeconfig")
	for file, data := range map[string][]byte{ca: certificate, path: []byte(text)} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// pass passes a watch on until end, or until the client has gone.
func (p *proxy) pass(w http.ResponseWriter, r *http.Request, end <-chan struct{}) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() {
		select {
		case <-end:
		case <-ctx.Done():
		}
		cancel()
	}()
	defer func() { _ = recover() }() // the reverse proxy gives up a copy that was cancelled by a panic
	p.upstream.ServeHTTP(w, r.WithContext(ctx))
}
