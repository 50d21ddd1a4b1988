package rsmap_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// connections counts the connections to several servers.
type connections struct {
	mu        sync.Mutex
	now, most int
}

func (c *connections) count(_ net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.now++
		c.most = max(c.most, c.now)
	case http.StateClosed, http.StateHijacked:
		c.now--
	case http.StateActive, http.StateIdle:
	}
}

// manyContexts returns a kubeconfig with 200 contexts to five API servers, which
// speak HTTP/2 as Kubernetes does. Each context has a user of its own: with a
// token, or with a client certificate.
func manyContexts(t testing.TB, c *connections, certificates bool, handler http.Handler) string {
	t.Helper()
	var clusters, contexts, users strings.Builder
	for n := range 5 {
		s := httptest.NewUnstartedServer(handler)
		s.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that are not needed after all
		s.EnableHTTP2 = true
		s.Config.ConnState = c.count
		s.StartTLS()
		t.Cleanup(s.Close)
		authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
		fmt.Fprintf(&clusters, "- {name: c%d, cluster: {server: %q, certificate-authority-data: %s}}\n",
			n, s.URL, base64.StdEncoding.EncodeToString(authority))
	}
	for n := range 200 {
		user := fmt.Sprintf("token: t%d", n)
		if certificates {
			certificate, key := identity(t, fmt.Sprint("user-", n))
			user = fmt.Sprintf("client-certificate-data: %s, client-key-data: %s",
				base64.StdEncoding.EncodeToString(certificate), base64.StdEncoding.EncodeToString(key))
		}
		fmt.Fprintf(&users, "- {name: u%d, user: {%s}}\n", n, user)
		fmt.Fprintf(&contexts, "- {name: context-%d, context: {cluster: c%d, user: u%d}}\n", n, n%5, n)
	}
	path := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\nclusters:\n" + clusters.String() + "contexts:\n" + contexts.String() + "users:\n" + users.String()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// identity returns a client certificate and its key as PEM.
func identity(t testing.TB, name string) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret})
}

// A kubeconfig with many contexts does not open a connection for each request,
// nor keep those of the contexts that have answered.
func TestFleetConnections(t *testing.T) {
	for name, certificates := range map[string]bool{"tokens": false, "client certificates": true} {
		t.Run(name, func(t *testing.T) {
			var c connections
			out, errOut, err := run(t, "--kubeconfig", manyContexts(t, &c, certificates, recorded(t)), "--cache-dir", t.TempDir(), "--all-contexts", "-n", "shop",
				"--request-timeout", "60s", "-o", "name")
			if err != nil {
				t.Fatal(err, errOut)
			}
			if lines := strings.Count(out, "\n"); lines < 1000 {
				t.Errorf("%d of 200 contexts", lines)
			}
			t.Logf("%d connections at a time", c.most)
			const most = 64
			if c.most > most {
				t.Errorf("%d connections at a time, want at most %d", c.most, most)
			}
		})
	}
}
