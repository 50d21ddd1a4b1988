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
	ExitDone    = 0   // also with gaps, which are printed as warnings
	ExitFailed  = 1   // the server, a permission on what matters, unreadable input
	ExitMisused = 2   // flags or arguments
	ExitFound   = 3   // a finding of --fail-on, or a rollout that will not reach the state of --until
	ExitTimeout = 4   // --timeout ran out
	exitSignal  = 128 // and the number of the signal, as shells report it
)

// ExitError ends a command with an exit code of its own. If Err is nil, nothing
// is printed.
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

// Usagef returns a usage error (exit code 2). Its text names the flag or argument
// and what it accepts.
func Usagef(format string, args ...any) error {
	return &ExitError{Code: ExitMisused, Err: fmt.Errorf(format, args...)}
}

// exitCode returns the exit code for err, and whether err is to be printed.
func exitCode(err error) (code int, printed bool) {
	if err == nil {
		return ExitDone, false
	}
	if exit, ok := errors.AsType[*ExitError](err); ok {
		return exit.Code, exit.Err != nil
	}
	return ExitFailed, true
}

// hint returns what to try after err, empty if the error does not know.
func hint(err error) string {
	if hinting, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return hinting.Hint()
	}
	return ""
}

// message returns the text to print for err, as kubectl words it
// (StandardErrorMessage in k8s.io/kubectl pkg/cmd/util/helpers.go, v0.37).
func message(err error) string {
	intro, text := described(err)
	return intro + text
}

// described returns the text of err, and the words that kubectl writes before it if they explain nothing:
// "error: " or "Error from server: ".
func described(err error) (intro, text string) {
	if status, ok := errors.AsType[interface {
		error
		apierrors.APIStatus
	}](err); ok {
		switch reason := status.Status().Reason; reason {
		case metav1.StatusReasonUnauthorized:
			return "error: ", fmt.Sprintf("You must be logged in to the server (%s)", status.Status().Message)
		case "":
			return "Error from server: ", status.Error()
		default:
			return "", fmt.Sprintf("Error from server (%s): %s", reason, status.Error())
		}
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return "", unreachable(lost)
	}
	return "error: ", strings.TrimPrefix(err.Error(), "error: ") // kubectl's libraries begin some so already
}

// unreachable returns kubectl's words for a server that was not reached. The path of the request
// explains nothing, and is left out.
func unreachable(lost *url.Error) string {
	if !strings.Contains(lost.Err.Error(), "connection refused") {
		return fmt.Sprintf("Unable to connect to the server: %v", lost.Err)
	}
	host := lost.URL
	if server, err := url.Parse(lost.URL); err == nil {
		host = server.Host
	}
	return fmt.Sprintf("The connection to the server %s was refused - did you specify the right host or port?", host)
}
