// Package load reads: from a cluster, with typed protobuf clients, paged and in
// parallel, or from files and the bundles that support tools write. Whatever
// it reads becomes part of a snapshot.Snapshot; what it cannot read becomes a
// gap there. It never writes to a cluster and draws no conclusions.
package load

import (
	"context"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Source is where a command reads from: a cluster or files.
type Source interface {
	// Load adds what q names to s and sorts it. The first load of a snapshot
	// sets its moment and source. An error means that a required read failed.
	Load(ctx context.Context, s *snapshot.Snapshot, q Query) error
}

// Query names what to read. All of it is read in parallel.
type Query struct {
	Reads []Read
	Logs  []LogRead
}

// Read names objects of one resource: one object, or a list.
type Read struct {
	// Resource is the plural in lower case ("pods", "replicasets"); custom
	// resources and other kinds are "plural.group" and come as unstructured.
	Resource  string
	Namespace string // empty for all namespaces
	Name      string // empty for a list
	Labels    string // label selector of a list
	Fields    string // field selector of a list
	Limit     int64  // the most objects of a list, 0 for all; that more were there is a gap
	// Required makes a failure the error of the whole load, instead of a gap.
	Required bool
	// Optional makes a Name that is not found, or a list that files do not hold,
	// neither an error nor a gap.
	Optional bool
	// Effect says what the reader loses where this cannot be read.
	Effect string
}

// LogRead names the log of one instance of a container.
type LogRead struct {
	snapshot.LogKey
	TailLines  int64 // the most lines, 0 for all
	LimitBytes int64 // the most bytes, counted from the end; 0 for 64 KiB
	Effect     string
}
