package diagnose

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// reading is the analysis of a log, and whose log it is.
type reading struct {
	*logs.Analysis
	known  bool   // a log was read
	source string // for claims
	other  bool   // it is of another instance or pod than the one that exited
}

// unread is the reading of a log that was not read.
func unread() reading { return reading{Analysis: logs.Analyze("")} }

// read analyzes a log.
func read(log snapshot.Log, source string) reading {
	return reading{Analysis: logs.Analyze(log.Text), known: true, source: source}
}

// kind returns what happened according to the log, "" if it is not known.
func (r reading) kind() logs.Kind {
	if r.Cause == nil {
		return ""
	}
	return r.Cause.Kind
}

// is reports whether one of the kinds happened according to the log.
func (r reading) is(kinds ...logs.Kind) bool { return slices.Contains(kinds, r.kind()) }

// strength returns how far the log carries a verdict, 0 if it carries none: less than logs.Shows.
func (r reading) strength() logs.Strength {
	if r.Cause == nil {
		return 0
	}
	return r.Cause.Strength
}

// operand returns what the failing operation was about, "" if the log does not name it.
func (r reading) operand() string {
	if r.Cause == nil {
		return ""
	}
	return r.Cause.Operand.Text
}

// namesKey reports whether the reason is about a name of several words in one, as settings have.
func (r reading) namesKey() bool {
	if r.Cause == nil {
		return false
	}
	what := r.Cause.Operand
	return what.Type == logs.OperandKey || (what.Type == logs.OperandVariable && strings.Contains(what.Text, "_"))
}

// particular reports whether the reason has a sentence of its own that does not
// speak of another system by name.
func (r reading) particular() bool {
	c := r.Cause
	return c != nil && c.Kind == c.Entry.Kind && c.Entry.Say != "" && !strings.Contains(c.Entry.Say, "{}")
}

// category returns the kind of cause that the log supports.
func (r reading) category() Category { return categoryOf(r.kind()) }

// line returns the log line that best explains the exit, empty if there is none.
func (r reading) line() string { return r.Reason() }

// passage returns the same line with all lines that belong to it.
func (r reading) passage() string { return r.Record(longQuote) }

// categoryOf returns the kind of cause that a kind of finding supports.
func categoryOf(kind logs.Kind) Category {
	switch kind.Side() {
	case logs.Given:
		return AppConfig
	case logs.Needed:
		return Dependency
	case logs.Program:
		return ImageBug
	case logs.Memory:
		return OutOfMemory
	case logs.Host:
		return Node
	case logs.Signal, logs.Nowhere:
	}
	return Undetermined
}

// How much of a text is quoted, in bytes: of one line, and of a message of the API or a record of
// several lines, which can nest the errors of several programs.
const (
	shortQuote = 400
	longQuote  = 700
)

// quoted shortens a text to what is cited in a sentence.
func quoted(text string) string { return logs.Shorten(strings.TrimSpace(text), shortQuote) }

// whole shortens a message of the API.
func whole(text string) string { return logs.Shorten(strings.TrimSpace(text), longQuote) }

// isLog reports whether a text is a log, and not what a kubelet answers instead of
// one that is gone (k8s.io/kubernetes pkg/kubelet/kuberuntime/kuberuntime_logs.go, 1.37).
func isLog(log snapshot.Log) bool {
	whole := strings.TrimSpace(log.Text)
	_, behindTime, _ := strings.Cut(log.Text, " ") // with timestamps each line begins with one
	return !slices.ContainsFunc(noLogs, func(answer string) bool {
		return strings.HasPrefix(whole, answer) || strings.HasPrefix(behindTime, answer)
	})
}

// noLogs are the beginnings of the answers of a kubelet that has no log.
var noLogs = []string{
	"unable to retrieve container logs for", "failed to try resolving symlinks in path",
	"rpc error: code = NotFound desc = an error occurred when try to find container",
}
