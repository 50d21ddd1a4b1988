package snapshot

import (
	"fmt"
	"strings"
)

// Query lists objects and logs to read. A source reads all of them in parallel.
type Query struct {
	Reads []Read
	Logs  []LogRead
}

// Empty reports whether q asks for nothing.
func (q Query) Empty() bool { return len(q.Reads) == 0 && len(q.Logs) == 0 }

// Read asks for objects of one resource: one object, or a list.
type Read struct {
	// Resource is the plural in lower case ("pods", "replicasets"). Kinds
	// without a list in Snapshot are "plural.group" and are read as unstructured
	// objects.
	Resource  string
	Namespace string // empty for all namespaces
	Name      string // empty for a list
	Labels    string // label selector of a list
	Fields    string // field selector of a list
	Limit     int64  // maximum number of objects of a list, 0 for all; if there are more, that is a gap
	// Required makes a failure the error of the whole query instead of a gap.
	Required bool
	// Optional makes a Name that is not found, or a list that files do not hold,
	// neither an error nor a gap.
	Optional bool
	// Impact is what the user does not learn if this cannot be read.
	Impact string
}

// LogRead asks for the log of one instance of a container.
type LogRead struct {
	LogKey
	TailLines  int64 // maximum number of lines, 0 for all
	LimitBytes int64 // maximum number of bytes, counted from the end; 0 for 64 KiB
	Impact     string
}

// DefaultLogBytes is how much of the end of a log a LogRead without a limit reads.
const DefaultLogBytes = 64 << 10

// Limit returns the maximum number of bytes to read.
func (r LogRead) Limit() int64 {
	if r.LimitBytes <= 0 {
		return DefaultLogBytes
	}
	return r.LimitBytes
}

// NothingError reports that files hold nothing of what a query asks for.
type NothingError struct {
	Files  string   // as the user named them
	Held   string   // what they hold, in words: "3 ConfigMap, 1 Secret"
	Wanted []string // the resources that were asked for, a few of them if they are many
	Custom []string // the resources of custom kinds that the files hold, as "plural.group"
}

// Error returns what the files hold, and what they would have to.
func (e *NothingError) Error() string {
	return fmt.Sprintf("read %s: it holds %s, but no %s", e.Files, e.Held, strings.Join(e.Wanted, ", "))
}
