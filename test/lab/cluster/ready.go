package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// client asks the API server as the admin.
type client struct {
	url, token string
	http       *http.Client
}

// client returns a client of the lab that is about to start. It trusts only the certificate of the lab, so that
// another server on a port that was free is not taken for it.
func (p *plan) client(s *secrets) *client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.ca)
	return &client{url: p.serverURL(), token: s.tokens["admin"], http: &http.Client{
		Timeout:   5 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
	}}
}

// get reads a path as JSON into out, which may be nil.
func (c *client) get(ctx context.Context, path string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // read to its end or given up
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("get %s: %s", path, resp.Status)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(body, out)
}

// ready is a condition of the cluster: nil when it holds.
type ready func(ctx context.Context, c *client) error

func serverReady(ctx context.Context, c *client) error { return c.get(ctx, "/readyz", nil) }

// podsPossible holds when the namespace default has what each pod needs.
func podsPossible(ctx context.Context, c *client) error {
	if err := c.get(ctx, "/api/v1/namespaces/default/serviceaccounts/default", nil); err != nil {
		return err
	}
	return c.get(ctx, "/api/v1/namespaces/default/configmaps/kube-root-ca.crt", nil)
}

// nodesReady holds when n nodes are Ready and free of taints, which go a moment later.
func nodesReady(n int) ready {
	return func(ctx context.Context, c *client) error {
		var list struct {
			Items []struct {
				Spec   struct{ Taints []any }
				Status struct {
					Conditions []struct{ Type, Status string }
				}
			}
		}
		if err := c.get(ctx, "/api/v1/nodes", &list); err != nil {
			return err
		}
		found := 0
		for _, node := range list.Items {
			for _, cond := range node.Status.Conditions {
				if cond.Type == "Ready" && cond.Status == "True" && len(node.Spec.Taints) == 0 {
					found++
				}
			}
		}
		if found < n {
			return fmt.Errorf("%d of %d nodes are Ready", found, n)
		}
		return nil
	}
}

// startTimeout is how long each step of a start may take on a busy machine.
const startTimeout = 2 * time.Minute

// await asks until the condition holds. It gives up when one of the processes
// ends, when ctx ends or after startTimeout.
func (c *client) await(ctx context.Context, cond ready, needs ...*process) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := cond(ctx, c)
		if err == nil {
			return nil
		}
		for _, p := range needs {
			select {
			case <-p.done:
				return &endedError{p}
			default:
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w; last: %w", context.Cause(ctx), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// listening holds when somebody answers on a Unix socket.
func listening(socket string) ready {
	return func(ctx context.Context, _ *client) error {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "unix", socket)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}

// endedError is the error of a process that ended although it was needed.
type endedError struct{ process *process }

// Error names the process and how it ended.
func (e *endedError) Error() string {
	return fmt.Sprintf("%s ended: %v", e.process.name, e.process.err)
}
