package fielddoc

import (
	"encoding/json"
	"strings"
	"sync"
)

// markerTable is what the markers in the sources of the API say.
type markerTable struct {
	enums  map[string][]string        // by versioned type
	fields map[string]map[string]fact // by versioned type and field
}

// fact is what the markers of one field declare, as a line of data/markers.txt has it:
//
//	replicas default=0 min=0
type fact struct {
	required, immutable bool
	defaultValue        *string  // as JSON, without quotes
	keys                []string // of the items of a list
	constraints         []string // limits in words
	declared            declared
}

// declared is what the declarative validation of Kubernetes enforces of a field: the
// markers k8s:required, k8s:minimum and so on in the sources of the API.
type declared struct {
	limits limitFields
	filled bool   // the empty value counts as none
	unique bool   // no two elements are the same, or have the same keys
	format string // the form of the text, or of each text in the list, as in format.txt
}

// declaredForms are the forms of formats by their names in markers: apimachinery
// pkg/api/validate/strfmt.go.
var declaredForms = map[string]string{
	"k8s-short-name": "label", "k8s-long-name": "subdomain", "k8s-long-name-caseless": "subdomain-caseless",
	"k8s-label-key": "qualified", "k8s-label-value": "label-value", "k8s-path-segment-name": "segment", "k8s-uuid": "uuid",
	"k8s-resource-pool-name": "pool", "k8s-resource-fully-qualified-name": "device-attribute",
	"k8s-prefixed-label-key": "qualified-domain", "k8s-extended-resource-name": "qualified-domain",
}

// marked is the table of markers.
var marked = sync.OnceValue(func() markerTable {
	table := markerTable{map[string][]string{}, map[string]map[string]fact{}}
	var current map[string]fact
	for line := range strings.Lines(read("markers.txt")) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "enum":
			_, values, _ := strings.Cut(strings.TrimSpace(line), words[1]+" ")
			table.enums[words[1]] = strings.Split(values, "|") // values may have blanks
		case line[0] != ' ': // a type, with its fields in the lines that follow
			current = map[string]fact{}
			table.fields[words[0]] = current
		default:
			current[words[0]] = parseFact(words[1:])
		}
	}
	return table
})

// limits are the marker facts that are constraints, in words.
var limits = map[string]string{
	"min": "at least ", "max": "at most ", "maxItems": "items at most: ", "maxLength": "length at most: ",
}

// parseFact reads a line of the table of markers, which are the +k8s: tags of the API
// types.
func parseFact(words []string) fact {
	var f fact
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "required":
			f.required = true
		case "immutable":
			f.immutable = true
		case "keys":
			f.keys = strings.Split(value, ",")
		case "default":
			f.defaultValue = &value
		case "filled":
			f.declared.filled = true
		case "unique":
			f.declared.unique = true
		case "format":
			f.declared.format = declaredForms[value]
		default:
			if text, ok := limits[name]; ok {
				f.constraints = append(f.constraints, text+value)
			}
			f.declared.limit(name, json.Number(value))
		}
	}
	return f
}

// limit sets a bound by its name in markers.
func (d *declared) limit(name string, n json.Number) {
	switch name {
	case "min":
		d.limits.Minimum = &n
	case "max":
		d.limits.Maximum = &n
	case "maxItems":
		d.limits.MaxItems = &n
	case "maxLength", "maxBytes": // characters are counted for both: a text beyond ASCII may be too long unseen
		d.limits.MaxLength = &n
	}
}

// apply returns a field with what its markers declare. Most fields declare nothing beyond
// being optional, and need no struct of their own.
func (f fact) apply(field Field) Field {
	if f.declared != (declared{}) {
		field.declared = &f.declared
	}
	field.Required = f.required
	field.Immutable = f.immutable
	field.Default = f.defaultValue
	field.ListKeys = f.keys
	field.Constraints = f.constraints
	return field
}
