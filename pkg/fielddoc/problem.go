package fielddoc

// ProblemKind is what is wrong with a field, in the words of the JSON output.
type ProblemKind string

// The kinds of problems.
const (
	UnknownField    ProblemKind = "unknown-field"    // the schema has no such field, or Kubernetes no such kind
	WrongType       ProblemKind = "wrong-type"       // of another type, or refused by validation
	NotInEnum       ProblemKind = "not-in-enum"      // none of the values that are accepted here
	MissingRequired ProblemKind = "missing-required" // not set, or empty where that does not count
	DeprecatedField ProblemKind = "deprecated"       // still works, but the field, value or API version is deprecated
	RemovedVersion  ProblemKind = "removed-version"  // an API version that Release does not serve
	// BeyondTarget is a field, value or kind that the target version of Kubernetes
	// does not have.
	BeyondTarget ProblemKind = "target"
)

// Problem is a field that the API server would refuse, drop or warn of.
type Problem struct {
	Path       Path
	Kind       ProblemKind
	Message    string // what follows the path in a sentence: "is required and not set"
	DidYouMean string // the name or value that was probably meant, empty if none is near
	// Unquoted reports that Message, though about the value, does not quote it: it can be a credential.
	Unquoted bool
}
