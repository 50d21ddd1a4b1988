package fielddoc

// ProblemKind is what is wrong with a field, in the words of the JSON output.
type ProblemKind string

// The kinds of problems.
const (
	UnknownField    ProblemKind = "unknown-field"
	WrongType       ProblemKind = "wrong-type"
	NotInEnum       ProblemKind = "not-in-enum"
	MissingRequired ProblemKind = "missing-required"
	DeprecatedField ProblemKind = "deprecated"
	RemovedVersion  ProblemKind = "removed-version"
	// BeyondTarget is a field, value or kind that the target version of Kubernetes
	// does not have.
	BeyondTarget ProblemKind = "target"
)

// Problem is a field that the API server would refuse, drop or warn of.
type Problem struct {
	Path       Path
	Kind       ProblemKind
	Message    string
	DidYouMean string
}
