package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// ReadError is a required read of a cluster that failed.
type ReadError struct {
	Read snapshot.Read
	Err  error // of client-go, as it came
}

// Error returns "list pods: cause" or "get pods web-1: cause".
func (e *ReadError) Error() string {
	if e.Read.Name != "" {
		return fmt.Sprintf("get %s %s: %v", e.Read.Resource, e.Read.Name, e.Err)
	}
	return fmt.Sprintf("list %s: %v", e.Read.Resource, e.Err)
}

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }

// Hint returns what to try instead, empty where there is nothing to say.
func (e *ReadError) Hint() string {
	if e.Read.Name == "" && e.Read.Namespace == "" && apierrors.IsForbidden(e.Err) && !snapshot.IsCluster(e.Read.Resource) {
		return "To look at one namespace that you may read, give -n NAMESPACE."
	}
	return ""
}

// absent tells that an object, or the type of it, does not exist.
func absent(err error) bool {
	return apierrors.IsNotFound(err) || meta.IsNoMatchError(err)
}

// reason returns in a few words why r failed.
func reason(r snapshot.Read, err error) string {
	switch {
	case apierrors.IsForbidden(err):
		return "forbidden: " + afterLast(err.Error(), " is forbidden: ")
	case apierrors.IsNotFound(err) && r.Name != "" && namesObject(err):
		return fmt.Sprintf("%s not found", r.Name)
	case absent(err):
		return "the server has no such resource"
	case errors.Is(err, context.DeadlineExceeded):
		return "the server did not answer in time"
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return lost.Err.Error()
	}
	return err.Error()
}

// namesObject tells a 404 of an object from that of a path which the server
// does not serve: only the first names what is missing.
func namesObject(err error) bool {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	return ok && status.ErrStatus.Details != nil && status.ErrStatus.Details.Name != "" &&
		!apierrors.IsUnexpectedServerError(err) && len(status.ErrStatus.Details.Causes) == 0
}

// afterLast returns what follows the last mark in text, all of it without one.
func afterLast(text, mark string) string {
	if at := strings.LastIndex(text, mark); at >= 0 {
		return text[at+len(mark):]
	}
	return text
}

// mergeLogGaps leaves one gap for all the logs of a namespace that could not
// be read for the same reason, and orders nothing else.
func mergeLogGaps(all []*found) []*found {
	type same struct{ namespace, reason string }
	seen := map[same]bool{}
	for _, f := range all {
		f.gaps = slices.DeleteFunc(f.gaps, func(g snapshot.Gap) bool {
			key := same{g.Namespace, g.Reason}
			again := g.Resource == logResource && seen[key]
			seen[key] = seen[key] || g.Resource == logResource
			return again
		})
	}
	return all
}
