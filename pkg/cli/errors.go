package cli

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The exit codes of the plugins.
const (
	ExitDone    = 0 // also with gaps, which are warned of
	ExitFailed  = 1 // the server, a permission on what matters, unreadable input
	ExitMisused = 2 // flags or arguments
	ExitFound   = 3 // what --fail-on names, or a rollout that --until cannot wait for
	ExitTimeout = 4 // --timeout ran out
	exitSignal  = 128
)

// ExitError ends a command with an exit code of its own. It is silent where
// Err is nil.
type ExitError struct {
	Code int
	Err  error
}

// Error returns the text of the cause.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *ExitError) Unwrap() error { return e.Err }

// Usagef returns the error of someone who typed something that cannot be:
// exit code 2. The text says what to type instead.
func Usagef(format string, args ...any) error {
	return &ExitError{Code: ExitMisused, Err: fmt.Errorf(format, args...)}
}

// exitCode returns the code that err ends the process with, and whether it is
// to be told.
func exitCode(err error) (code int, tell bool) {
	if err == nil {
		return ExitDone, false
	}
	if exit, ok := errors.AsType[*ExitError](err); ok {
		return exit.Code, exit.Err != nil
	}
	return ExitFailed, true
}

// message returns what to print for err, in the words that kubectl has for it
// (StandardErrorMessage in k8s.io/kubectl pkg/cmd/util/helpers.go, v0.37).
func message(err error) string {
	text := serverMessage(err)
	if hint, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok && hint.Hint() != "" {
		text += "\n" + hint.Hint()
	}
	return text
}

func serverMessage(err error) string {
	if status, ok := errors.AsType[interface {
		error
		apierrors.APIStatus
	}](err); ok {
		switch reason := status.Status().Reason; reason {
		case metav1.StatusReasonUnauthorized:
			return fmt.Sprintf("error: You must be logged in to the server (%s)", status.Status().Message)
		case "":
			return "Error from server: " + status.Error()
		default:
			return fmt.Sprintf("Error from server (%s): %s", reason, status.Error())
		}
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		if !strings.Contains(lost.Err.Error(), "connection refused") {
			return fmt.Sprintf("Unable to connect to the server: %v", lost.Err)
		}
		host := lost.URL
		if server, err := url.Parse(lost.URL); err == nil {
			host = server.Host
		}
		return fmt.Sprintf("The connection to the server %s was refused - did you specify the right host or port?", host)
	}
	return "error: " + strings.TrimPrefix(err.Error(), "error: ")
}
