package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// ReadError is a required read of a cluster that failed.
type ReadError struct {
	Read snapshot.Read
	Err  error // of client-go, as it came
	// Pause is how long the server asked to wait, if that was longer than allowed.
	Pause time.Duration
}

// Error returns "list pods: cause" or "get pods web-1: cause".
func (e *ReadError) Error() string {
	return fmt.Sprintf("%s: %v", what(e.Read), e.Err)
}

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }

// Hint returns what to try instead, empty if there is nothing to suggest.
func (e *ReadError) Hint() string {
	if e.Pause > 0 {
		return fmt.Sprintf("The server asks to try again in %s; this command does not wait that long.", e.Pause)
	}
	if e.Read.Name == "" && e.Read.Namespace == "" && apierrors.IsForbidden(e.Err) && !snapshot.IsCluster(e.Read.Resource) {
		return "To look at one namespace that you may read, give -n NAMESPACE."
	}
	return ""
}

// later returns ", the server asks to try again in 1h0m0s", empty for no wait.
func later(pause time.Duration) string {
	if pause == 0 {
		return ""
	}
	return fmt.Sprintf(", the server asks to try again in %s", pause)
}

// absent reports whether err means that an object or its type does not exist.
func absent(err error) bool {
	return apierrors.IsNotFound(err) || meta.IsNoMatchError(err)
}

// reason returns in a few words why r failed.
func reason(r snapshot.Read, err error) string {
	switch {
	case apierrors.IsForbidden(err): // the text before it names the resource, which the gap does too
		return "forbidden: " + afterLast(err.Error(), " is forbidden: ")
	case apierrors.IsNotFound(err) && r.Name != "" && namesObject(err):
		return "not found"
	case absent(err):
		return "the server has no such resource"
	case errors.Is(err, context.DeadlineExceeded):
		return "the server did not answer in time"
	}
	err = plain(err)
	if lost, ok := errors.AsType[*url.Error](err); ok { // without the address, which is long and the same for all
		return lost.Err.Error()
	}
	return err.Error()
}

// plain returns the AnswerError in err without the text that client-go adds to it,
// otherwise err.
func plain(err error) error {
	if broken, ok := errors.AsType[*AnswerError](err); ok {
		return broken
	}
	return err
}

// namesObject reports whether a 404 is about an object. The 404 of a path that
// the server does not serve names no object.
func namesObject(err error) bool {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	return ok && status.ErrStatus.Details != nil && status.ErrStatus.Details.Name != "" &&
		!apierrors.IsUnexpectedServerError(err) && len(status.ErrStatus.Details.Causes) == 0
}

// afterLast returns the part of text after the last mark, or all of it if there
// is none.
func afterLast(text, mark string) string {
	if at := strings.LastIndex(text, mark); at >= 0 {
		return text[at+len(mark):]
	}
	return text
}

// names returns the name of an object as a list, nil for a whole list.
func names(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

// orNothing returns the kind of an answer in words.
func orNothing(kind string) string {
	if kind == "" {
		return "document without a kind"
	}
	return kind
}

// what names a read: "list pods", "get pods web-1".
func what(r snapshot.Read) string {
	if r.Name != "" {
		return fmt.Sprintf("get %s %s", r.Resource, r.Name)
	}
	return "list " + r.Resource
}
