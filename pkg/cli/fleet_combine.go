package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Fleet is what all members of a fleet answered together.
type Fleet[T any] struct {
	Answers []Answer[T] // of the members that were read
	// Snapshot has the newest time of the members, their source and all gaps, but
	// no objects.
	Snapshot *snapshot.Snapshot
	// Unread are the members that could not be read; each is a gap too.
	Unread []string
	// Waiting are the contexts whose present state is not known, with the reason.
	Waiting []string
	// Missing are the messages of servers that do not have what was asked for, by member.
	Missing []string
}

// Combine sorts the answers into what was read, what was not found and what is
// a gap. of returns the snapshot of an answer. If no member was read, Combine
// returns an error.
func Combine[T any](flags *Flags, answers []Answer[T], of func(T) *snapshot.Snapshot) (*Fleet[T], error) {
	f := &Fleet[T]{Snapshot: &snapshot.Snapshot{Source: snapshot.Source{Type: "cluster"}}}
	var missing error
	for _, a := range answers {
		source := snapshot.SourceContext{Name: a.Member.Name, Server: a.Member.Server}
		if a.Err == nil {
			f.Answers = append(f.Answers, a)
			source = f.add(a, of(a.Value), source)
		} else if f.fail(a) {
			missing = a.Err
		}
		f.Snapshot.Source.Contexts = append(f.Snapshot.Source.Contexts, source)
	}
	// Errors of credential plugins and proxies may quote what they were given.
	if !flags.ShowSecrets {
		f.Snapshot = redact.Gaps(f.Snapshot)
	}
	f.Waiting = waiting(f.Snapshot.Gaps)
	if len(f.Answers) > 0 {
		return f, nil
	}
	return nil, f.nothing(flags, missing)
}

// fail records why a member has no answer. It reports whether the member was read but does not have what
// was asked for: that is no gap, and no reason to fail.
func (f *Fleet[T]) fail(a Answer[T]) (missing bool) {
	if apierrors.IsNotFound(a.Err) {
		f.Missing = append(f.Missing, fmt.Sprintf("%s: %v", a.Member.Name, a.Err))
		return true
	}
	f.Unread = append(f.Unread, a.Member.Name)
	f.Snapshot.AddGap(snapshot.Gap{
		Resource: "cluster", Context: a.Member.Name, Reason: a.Member.reason(a.Err), Impact: "nothing is known about it",
	})
	return false
}

// nothing returns the error of a fleet of which no member was read. missing is the
// answer of a server that does not have what was asked for, nil if all of them failed.
func (f *Fleet[T]) nothing(flags *Flags, missing error) error {
	if missing == nil {
		return f.unread(flags, "no context could be read")
	}
	if len(f.Unread) == 0 {
		return missing
	}
	return f.unread(flags, fmt.Sprintf("%v; %s could not be read", missing, wording.Count(len(f.Unread), "context")))
}

// waiting describes the contexts that were not read or are not current.
func waiting(gaps []snapshot.Gap) []string {
	var out []string
	for _, g := range gaps {
		switch g.Resource {
		case "cluster":
			out = append(out, g.Context+" was not read ("+g.Reason+")")
		case snapshot.ChangesResource:
			out = append(out, g.Context+" is "+g.Reason)
		}
	}
	return out
}

// add adds the time, the source and the gaps of a member's snapshot.
func (f *Fleet[T]) add(a Answer[T], s *snapshot.Snapshot, source snapshot.SourceContext) snapshot.SourceContext {
	m := a.Member
	if s.At.After(f.Snapshot.At) {
		f.Snapshot.At = s.At
		f.Snapshot.AtSource = s.AtSource
	}
	f.Snapshot.Source.Type = s.Source.Type
	f.Snapshot.Source.Files = append(f.Snapshot.Source.Files, s.Source.Files...)
	gaps := s.Gaps
	if a.Stale != nil {
		// The snapshot is the one that the watch keeps: it must not grow with each round.
		gaps = append(slices.Clip(gaps), snapshot.Gap{
			Resource: snapshot.ChangesResource, Reason: "not current: " + m.reason(a.Stale), Impact: "what happened since then is not shown",
		})
	}
	for _, g := range gaps {
		g.Context = m.Name
		f.Snapshot.AddGap(g)
	}
	source.Layout = s.Source.Layout
	source.ObservedAt = snapshot.NewTime(s.At)
	return source
}

// unread returns the error of a fleet of which no member could be read, with the
// reasons.
func (f *Fleet[T]) unread(flags *Flags, text string) error {
	const most = 3 // often all have the same reason, such as an expired login
	for i, g := range f.Snapshot.Gaps {
		if more := len(f.Snapshot.Gaps) - i; i == most && more > 1 {
			text += fmt.Sprintf("; and %d more", more)
			break
		}
		what, _ := view.Gap(g)
		text += "; " + what + ": " + g.Reason
	}
	if slices.Contains(flags.FailOn, Unreachable) {
		return &ExitError{Code: ExitFound, Err: errors.New(text)}
	}
	return errors.New(text)
}

// FailOn returns the error that --fail-on unreachable asks for.
func (f *Fleet[T]) FailOn(flags *Flags) error {
	if len(f.Unread) > 0 && slices.Contains(flags.FailOn, Unreachable) {
		return &ExitError{Code: ExitFound}
	}
	return nil
}

// reason returns in a few words why the member could not be read.
func (m *Member) reason(err error) string {
	if errors.Is(err, errPending) {
		return err.Error()
	}
	if errors.Is(err, errNoAnswer) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("no answer within %s", m.wait)
	}
	_, text := described(err)
	return text
}

// WarnMissing prints which members have not what was asked for.
func (f *Fleet[T]) WarnMissing(env *Env) {
	for _, words := range f.Missing {
		printLine(env, "warning: "+words)
	}
}
