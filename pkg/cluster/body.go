package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// The most that is read of one answer. The objects of a page, and single objects,
// stay far below: etcd refuses objects of more than 1.5 MiB.
const (
	pageBudget  = 64 << 20
	wholeBudget = 2 << 30 // a list in one page, and a log, of which only the end is kept
)

// budgetKey is where a context has the budget of its answers.
type budgetKey struct{}

// withBudget returns a context for requests whose answers may have at most that
// number of bytes.
func withBudget(ctx context.Context, bytes int64) context.Context {
	return context.WithValue(ctx, budgetKey{}, bytes)
}

// budgetOf returns the budget of a request: its own, or else that of all answers of the server. A request
// without a question, of a client that another package made with Guard, has the usual one.
func budgetOf(ctx context.Context) int64 {
	if bytes, ok := ctx.Value(budgetKey{}).(int64); ok {
		return bytes
	}
	if q := questionOf(ctx); q != nil {
		return q.server.page
	}
	return pageBudget
}

// body is the body of an answer: bounded in size, and in the time between its parts.
type body struct {
	ctx     context.Context // of the request: its cause distinguishes a time-out from a broken connection
	in      io.ReadCloser
	read    int64       // bytes so far, for the error
	left    int64       // of the budget
	silence *time.Timer // ends the request if no part comes for longestSilence
	cancel  context.CancelCauseFunc
}

// Read reads the next part. Its errors other than io.EOF are AnswerErrors.
func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, &AnswerError{Err: &tooLargeError{b.read}}
	}
	n, err := b.in.Read(p[:min(int64(len(p)), b.left)])
	b.read += int64(n)
	b.left -= int64(n)
	b.silence.Reset(longestSilence) // a slow answer is no silent one
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if cause := context.Cause(b.ctx); cause != nil {
		return n, &AnswerError{Err: cause}
	}
	return n, &AnswerError{Err: fmt.Errorf("the answer broke off after %d bytes", b.read)}
}

// Close ends the answer.
func (b *body) Close() error {
	b.silence.Stop()
	err := b.in.Close()
	b.cancel(nil)
	return err
}

// AnswerError is an answer that could not be read to its end, or not at all.
type AnswerError struct{ Err error }

// Error returns what is wrong with it.
func (e *AnswerError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *AnswerError) Unwrap() error { return e.Err }

// tooLargeError is an answer beyond its budget.
type tooLargeError struct{ bytes int64 }

// Error returns the budget that was used up.
func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the answer has more than %d MiB", e.bytes>>20)
}
