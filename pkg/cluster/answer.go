package cluster

import (
	"context"
	"net/http"
)

// observe returns a wrapper for transports that shows each response of the server,
// whatever its status, with the context of its request.
func observe(see func(context.Context, *http.Response)) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper { return observed{next, see} }
}

// observed is a transport that shows its responses.
type observed struct {
	next http.RoundTripper
	see  func(context.Context, *http.Response)
}

// RoundTrip sends the request on.
func (t observed) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.next.RoundTrip(r)
	if err == nil {
		t.see(r.Context(), answer)
	}
	return answer, err
}

// WrappedRoundTripper returns the transport behind this one, for client-go.
func (t observed) WrappedRoundTripper() http.RoundTripper { return t.next }

// Close closes the connections that are not in use, unless other clusters of the
// same Pool share them.
func (c *Cluster) Close() { c.closing() }
