package bundle

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// webAddress returns the address that arg is, if it is one.
func webAddress(arg string) (*url.URL, bool) {
	u, err := url.Parse(arg)
	return u, err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// readWeb reads the document at address, as kubectl -f does.
func (in *input) readWeb(ctx context.Context, address *url.URL) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	defer func() { _ = response.Body.Close() }() // read to its end or given up
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("read %s: the server answered %s", in.arg, response.Status)
	}
	return in.readStream(ctx, contextReader{ctx, response.Body}, false)
}
