package cluster

import (
	"net/http"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// watchAnswers wraps a transport so that each response of the server, whatever
// its status, is reported.
func watchAnswers(answered func()) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper { return answerTransport{next, answered} }
}

type answerTransport struct {
	next     http.RoundTripper
	answered func()
}

// RoundTrip sends the request on.
func (t answerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.next.RoundTrip(r)
	if err == nil {
		t.answered()
	}
	return answer, err
}

// WrappedRoundTripper returns the transport behind this one, for client-go.
func (t answerTransport) WrappedRoundTripper() http.RoundTripper { return t.next }

// Close closes the connections that are not in use. The cluster can be read
// again, over new ones.
func (c *Cluster) Close() { utilnet.CloseIdleConnectionsFor(c.client.Transport) }
