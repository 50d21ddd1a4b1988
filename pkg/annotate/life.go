package annotate

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// oldestServer is the oldest minor version of Kubernetes that is supported here: what
// it has is nothing to mention.
const oldestServer = 28

// dateKind sets since when the API version of the object exists, at apiVersion.
func (r *Report) dateKind(s *fielddoc.Schema) {
	for i := range r.Fields {
		if f := &r.Fields[i]; f.Path == "apiVersion" {
			f.Since = s.Since()
		}
	}
}

// sinceMark returns since when a field works by default, empty for fields that every
// supported server has, and for those that are as old as what holds them.
func (f *Field) sinceMark() string {
	if !f.doc.Own || (f.Section != Spec && f.Section != Data) {
		return ""
	}
	minor, works := f.doc.Life.Works()
	switch {
	case !works:
		return "needs the feature gate " + f.Gate
	case minor > oldestServer:
		return "since " + fielddoc.Version(minor)
	default:
		return ""
	}
}

// lifeWords returns in one sentence since when a field exists, empty if all recorded
// versions have it or if what holds it is as old.
func (f *Field) lifeWords() string {
	switch {
	case f.doc.Own:
		words := f.doc.Life.Words()
		return strings.ToUpper(words[:1]) + words[1:] + "."
	case f.Path == "apiVersion" && f.Since != "":
		return "This API version exists since Kubernetes " + f.Since + "."
	default:
		return ""
	}
}

// Needs is which versions of Kubernetes serve an object, in words of the JSON output.
type Needs struct {
	Lowest    string `json:"lowest,omitempty"` // absent if every recorded version does
	LowestBy  string `json:"lowestBy,omitempty"`
	Highest   string `json:"highest,omitempty"` // absent if the newest version does
	HighestBy string `json:"highestBy,omitempty"`
	Gate      string `json:"gate,omitempty"` // a feature gate that no version has on by default
	GateBy    string `json:"gateBy,omitempty"`
	Custom    bool   `json:"custom,omitempty"`  // the CustomResourceDefinition decides
	Unknown   bool   `json:"unknown,omitempty"` // no recorded version has the kind
}

// AddNeeds adds which versions of Kubernetes serve the object.
func (r *Report) AddNeeds(s *fielddoc.Schema, object map[string]any) {
	n := fielddoc.Need(s, object)
	r.Needs = &Needs{
		Lowest: fielddoc.Version(n.Lowest), LowestBy: n.LowestBy.String(),
		Highest: fielddoc.Version(n.Highest), HighestBy: n.HighestBy.String(),
		Gate: n.Gate, GateBy: n.GateBy.String(), Custom: n.Custom, Unknown: n.Unknown,
	}
}
