package annotate

import (
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// Object is one object of a document.
type Object struct {
	// Item is the object's place in a list, counted from 0; -1 if the document
	// is the object.
	Item int
	// Value is the object as the API reads it. It is not changed.
	Value map[string]any
}

// Options are how objects are explained.
type Options struct {
	// FirstLine is the line of the file on which the document begins, counted from 1.
	FirstLine int
	// ShowSecrets shows the values that are redacted otherwise.
	ShowSecrets bool
	// ShowManagedFields explains the server's own record of managers, too.
	ShowManagedFields bool
	// HideManagedFields leaves out the lines of that record unless it is explained.
	HideManagedFields bool
	// Fold leaves out what programs wrote for themselves: long annotations and
	// the record of managers. A note takes their place.
	Fold bool
	// Shared, if set, lets the objects of one document share what is documented of them: a list can
	// hold very many of one kind.
	Shared Shared
}

// Shared is documentation that fields share, by their kind and the names of their paths. It is not for
// concurrent use.
type Shared map[string]*Documented

// Report is everything that is known of one object. It is an item of a FieldReport.
type Report struct {
	Object   Ref       `json:"object"`
	Schema   SchemaRef `json:"schema"`
	Fields   []Field   `json:"fields"`
	Problems []Problem `json:"problems"`
	Unset    []Unset   `json:"unset,omitempty"`
	// Against is how the live object differs from the file, if that was asked for.
	Against []Against `json:"against,omitempty"`
	// Context is the context whose object this is, if several were read.
	Context string `json:"context,omitempty"`
	// Divergences are the fields that are not the same in all contexts, nil if no others
	// were read.
	Divergences []Divergence `json:"divergences,omitzero"`
	// NotIn are the contexts that were read and do not have the object, nil as Divergences.
	NotIn   []string `json:"notIn,omitzero"`
	Summary Summary  `json:"summary"`
	// Needs is which versions of Kubernetes serve the object, if that was asked for.
	Needs *Needs `json:"needs,omitempty"`

	// Redacted counts the values that are not shown.
	Redacted int `json:"-"`

	places []place // of all fields in the order of the text, also of those that are not explained
	end    int     // the index of the line behind the object's last one
	live   bool    // the object comes from a server
	// main is who set the most fields; it is named once, at the top.
	main label
	// defines is the kind that a CustomResourceDefinition defines.
	defines string
	// gone are the lines that are left out: managed fields and folded annotations.
	gone []lines
	// folded are notes in the place of lines that are gone.
	folded []Note
}

// ForgetText drops where the fields stand in the text, for formats that do not show it: the nodes of a long
// text take as much memory as its fields. Notes and Shown are not to be called after it.
func (r *Report) ForgetText() { r.places = nil }

// lines is a range of lines by index: from the first to the one behind the last.
type lines struct{ from, to int }

// Ref names the object.
type Ref struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name,omitempty"`
}

// SchemaRef says where the documentation comes from.
type SchemaRef struct {
	Source  fielddoc.Source `json:"source"`
	Version string          `json:"version"`
}

// Section is the part of the object that a field belongs to.
type Section string

// The sections, in the words of the JSON output.
const (
	Identity Section = "identity" // what the object is and is called
	Metadata Section = "metadata"
	Spec     Section = "spec"
	Status   Section = "status"
	Data     Section = "data" // fields at the top of kinds without a spec
)

// Field is one field of an object.
type Field struct {
	Path    string `json:"path"`
	Pointer string `json:"pointer"`
	Line    int    `json:"line,omitempty"`   // 1-based, in the file
	Column  int    `json:"column,omitempty"` // 1-based, in characters
	Value   any    `json:"value,omitempty"`  // of scalars and lists of them
	*Documented
	Origin      provenance.Origin    `json:"origin"`
	OriginBasis provenance.Basis     `json:"originBasis"`
	Managers    []provenance.Manager `json:"managers"`
	Known       bool                 `json:"known"`
	DidYouMean  string               `json:"didYouMean,omitempty"`

	place int // the index of its place
	path  fielddoc.Path
	raw   any // the value, not redacted
	// hidden reports that something was taken out of the value.
	hidden bool
	// folded reports that a note takes the place of the value.
	folded bool
	// whole reports that the field shows as a whole only: a value, an empty
	// collection, or a list with elements that have no fields.
	whole bool
	// defines is what a property in the schema of a custom kind defines.
	defines string
	// holder is the index of the field that holds this one, -1 at the top.
	holder int
	// sameChange reports that a change of the field has the same effect as a change of its
	// holder, and sameWords that the sentences about both are the same.
	sameChange, sameWords bool
}

// Documented is what the documentation has of a field. The names in a map that have the same share it: a map
// can have very many.
type Documented struct {
	Type        string                `json:"type"`
	Description string                `json:"description"`
	Note        string                `json:"note,omitempty"`
	Required    bool                  `json:"required"`
	Enum        []string              `json:"enum,omitempty"`
	Default     *string               `json:"default,omitempty"`
	IsDefault   *bool                 `json:"isDefault,omitempty"` // whether the value is that
	Immutable   fielddoc.Immutability `json:"immutable"`
	Deprecated  string                `json:"deprecated,omitempty"`
	Constraints []string              `json:"constraints,omitempty"`
	Since       string                `json:"since,omitempty"` // the minor version of Kubernetes that introduced it, as 1.33
	Until       string                `json:"until,omitempty"` // the last one that has it
	Gate        string                `json:"gate,omitempty"`  // the feature gate that it needs or needed
	Section     Section               `json:"section"`

	doc *fielddoc.Doc // its path is that of one of the fields
}

// Problem is something wrong with the object.
type Problem struct {
	Path       string               `json:"path"`
	Line       int                  `json:"line,omitempty"`
	Column     int                  `json:"column,omitempty"`
	Kind       fielddoc.ProblemKind `json:"kind"`
	Message    string               `json:"message"`
	DidYouMean string               `json:"didYouMean,omitempty"`
}

// Unset is a field that the object does not set.
type Unset struct {
	Path    string  `json:"path"`
	Type    string  `json:"type"`
	Default *string `json:"default,omitempty"`
	Note    string  `json:"note,omitempty"`

	holder string // the path of what would hold the field
}

// Summary counts.
type Summary struct {
	Fields     int                       `json:"fields"`
	ByOrigin   map[provenance.Origin]int `json:"byOrigin"`
	Deprecated int                       `json:"deprecated"`
	Immutable  int                       `json:"immutable"` // those that can never be changed
	Unknown    int                       `json:"unknown"`   // fields that the schema does not have
}
