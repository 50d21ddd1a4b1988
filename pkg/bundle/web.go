package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// webSilence is how long a web server may send nothing.
	webSilence = 30 * time.Second
	// webRedirects is the most redirects that are followed.
	webRedirects = 5
)

// webAddress returns the address that arg is, if it is one.
func webAddress(arg string) (*url.URL, bool) {
	u, err := url.Parse(arg)
	return u, err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// looksLikeWeb reports whether arg was meant as an address.
func looksLikeWeb(arg string) bool {
	lower := strings.ToLower(arg)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// errNoAddress does not quote the address, which may hold a password.
var errNoAddress = errors.New("read the address of --filename: it is not a valid URL")

// readWeb reads the document at address, as kubectl -f does, within patience, 0
// for no limit. It has no credentials but those of the address itself, which
// net/http sends to no other host.
func (in *input) readWeb(ctx context.Context, address *url.URL, patience time.Duration) error {
	ctx, end := withPatience(ctx, patience)
	defer end()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(webSilence, func() { cancel(fmt.Errorf("the server sent nothing for %s", webSilence)) })
	defer silence.Stop()
	response, err := get(ctx, address)
	if err != nil {
		return fmt.Errorf("read %s: %w", in.arg, because(ctx, err))
	}
	defer func() { _ = response.Body.Close() }() // read to its end or given up
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("read %s: the server answered %s", in.arg, response.Status)
	}
	return in.readStream(ctx, heard{in: response.Body, ctx: ctx, silence: silence}, false)
}

// withPatience returns a context that ends when an answer takes too long, however steadily it comes.
func withPatience(ctx context.Context, patience time.Duration) (context.Context, context.CancelFunc) {
	if patience <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, patience, fmt.Errorf("no complete answer within %s (--request-timeout)", patience))
}

// get requests the document at address.
func get(ctx context.Context, address *url.URL) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{CheckRedirect: redirect}
	return client.Do(request)
}

// because returns why a request failed, without the address around it.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return lost.Err
	}
	return err
}

// redirect follows a few redirects, and none that gives up encryption.
func redirect(next *http.Request, before []*http.Request) error {
	if len(before) > webRedirects {
		return fmt.Errorf("more than %d redirects", webRedirects)
	}
	if last := before[len(before)-1]; last.URL.Scheme == "https" && next.URL.Scheme != "https" {
		return fmt.Errorf("it redirects to %s://%s, which is not encrypted", next.URL.Scheme, next.URL.Host)
	}
	return nil
}

// heard is a body whose reads fail when the server sends nothing for too long.
type heard struct {
	in      io.Reader
	ctx     context.Context
	silence *time.Timer
}

// Read reads the next part. An error is that of the context, if it has ended.
func (h heard) Read(p []byte) (int, error) {
	n, err := h.in.Read(p)
	h.silence.Reset(webSilence)
	if cause := context.Cause(h.ctx); err != nil && cause != nil {
		return n, cause
	}
	return n, err
}
