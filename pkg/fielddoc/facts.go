package fielddoc

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./internal/markers data/markers.txt
//go:embed data/*.txt data/extensions.json
var files embed.FS

// markerTable is what the markers in the sources of the API say.
type markerTable struct {
	enums  map[string][]string        // by versioned type
	fields map[string]map[string]fact // by versioned type and field
}

type fact struct {
	required, immutable bool
	defaultValue        *string
	keys                []string
	constraints         []string
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
		case line[0] != ' ':
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
	case "maxLength", "maxBytes":
		d.limits.MaxLength = &n
	}
}

func (f fact) apply(field Field) Field {
	field.declared = f.declared
	field.Required, field.Immutable, field.Default = f.required, f.immutable, f.defaultValue
	field.ListKeys, field.Constraints = f.keys, f.constraints
	return field
}

// table holds our own data, by type and path from there: "apps.DeploymentSpec"
// and "strategy.type".
type table struct {
	rows map[string]map[string][]string
	// ends are the last names of the paths, with the value that may follow: a field
	// whose name is not among them is in no row.
	ends map[string]bool
	in   tableSet
}

// tableSet is a set of tables.
type tableSet uint16

// The tables about fields, and the history of fields.
const (
	inDefaults tableSet = 1 << iota
	inImmutables
	inDeprecateds
	inRequireds
	inCommons
	inChanges
	inExamples
	inNotes
	inHistory
)

// tablesOf returns in which tables a row ends in a name: nearly all fields are in one or
// two, and need not be looked up in the others.
var tablesOf = sync.OnceValue(func() map[string]tableSet {
	sets := map[string]tableSet{}
	for _, t := range []table{defaults(), immutables(), deprecateds(), requireds(), commons(), changes(), examples(), notes()} {
		for end := range t.ends {
			name, _, _ := strings.Cut(end, "=")
			sets[name] |= t.in
		}
	}
	for _, fields := range histories().fields {
		for name := range fields {
			name, _, _ := strings.Cut(name, "=")
			sets[name] |= inHistory
		}
	}
	return sets
})

// anyName returns the tables that have rows for any name in a map.
var anyName = sync.OnceValue(func() tableSet { return tablesOf()["*"] })

// of returns the rows of a type by their paths, nil if it has none.
func (t table) of(id string) map[string][]string { return t.rows[id] }

// row is a path of a table with its lines.
type row struct {
	path  string
	lines []string
}

// rules is a table of what validation refuses: the rows of each type, in order.
type rules map[string][]row

func parseRules(name string) rules {
	sorted := rules{}
	for id, paths := range parseTables(0, name).rows {
		for _, path := range slices.Sorted(maps.Keys(paths)) {
			sorted[id] = append(sorted[id], row{path, paths[path]})
		}
	}
	return sorted
}

var (
	defaults    = sync.OnceValue(func() table { return parseTables(inDefaults, "defaults.txt") })
	immutables  = sync.OnceValue(func() table { return parseTables(inImmutables, "immutable.txt") })
	deprecateds = sync.OnceValue(func() table { return parseTables(inDeprecateds, "deprecated.txt") })
	requireds   = sync.OnceValue(func() table { return parseTables(inRequireds, "required.txt") })
	commons     = sync.OnceValue(func() table { return parseTables(inCommons, "common.txt") })
	changes     = sync.OnceValue(func() table { return parseTables(inChanges, "change.txt") })
	examples    = sync.OnceValue(func() table { return parseTables(inExamples, "example.txt") })
	choices     = sync.OnceValue(func() rules { return parseRules("choice.txt") })
	fills       = sync.OnceValue(func() rules { return parseRules("filled.txt") })
	forms       = sync.OnceValue(func() rules { return parseRules("format.txt") })
	onlys       = sync.OnceValue(func() rules { return parseRules("only.txt") })
	ranges      = sync.OnceValue(func() rules { return parseRules("range.txt") })
	uniques     = sync.OnceValue(func() rules { return parseRules("unique.txt") })
)

// parseTables reads tables of this form; a path may come more than once:
//
//	# comment
//	apps.DeploymentSpec
//	  replicas: text
//	    that may go on
func parseTables(in tableSet, names ...string) table {
	t := table{map[string]map[string][]string{}, map[string]bool{}, in}
	for _, name := range names {
		var anchor, path string
		for line := range strings.Lines(read(name)) {
			text := strings.TrimSpace(line)
			switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
			case text == "" || text[0] == '#':
			case indent == 0:
				anchor = text
				if t.rows[anchor] == nil {
					t.rows[anchor] = map[string][]string{}
				}
			case indent == 2:
				var value string
				path, value, _ = strings.Cut(text, ":")
				t.rows[anchor][path] = append(t.rows[anchor][path], strings.TrimSpace(value))
				t.ends[pathEnd(path)] = true
			default:
				values := t.rows[anchor][path]
				values[len(values)-1] += " " + text
			}
		}
	}
	return t
}

// pathEnd returns the last name of a path in a table, with the value behind it, which
// can have dots: "type" of "strategy.type".
func pathEnd(path string) string {
	names, _, _ := strings.Cut(path, "=")
	return path[strings.LastIndexByte(names, '.')+1:]
}

// read returns an embedded file. That it is missing is a fault of the build.
func read(name string) string {
	data, err := files.ReadFile("data/" + name)
	if err != nil {
		panic(fmt.Sprintf("read built-in table %s: %v", name, err))
	}
	return string(data)
}
