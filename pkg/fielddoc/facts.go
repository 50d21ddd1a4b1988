package fielddoc

import (
	"embed"
	"fmt"
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
		default:
			if text, ok := limits[name]; ok {
				f.constraints = append(f.constraints, text+value)
			}
		}
	}
	return f
}

func (f fact) apply(field Field) Field {
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
}

// of returns the rows of a type by their paths, nil if it has none.
func (t table) of(id string) map[string][]string { return t.rows[id] }

var (
	defaults    = sync.OnceValue(func() table { return parseTables("defaults.txt") })
	immutables  = sync.OnceValue(func() table { return parseTables("immutable.txt") })
	deprecateds = sync.OnceValue(func() table { return parseTables("deprecated.txt") })
	requireds   = sync.OnceValue(func() table { return parseTables("required.txt") })
	commons     = sync.OnceValue(func() table { return parseTables("common.txt") })
	changes     = sync.OnceValue(func() table { return parseTables("change.txt") })
	examples    = sync.OnceValue(func() table { return parseTables("example.txt") })
	choices     = sync.OnceValue(func() table { return parseTables("choice.txt") })
	fills       = sync.OnceValue(func() table { return parseTables("filled.txt") })
	forms       = sync.OnceValue(func() table { return parseTables("format.txt") })
	onlys       = sync.OnceValue(func() table { return parseTables("only.txt") })
	ranges      = sync.OnceValue(func() table { return parseTables("range.txt") })
	uniques     = sync.OnceValue(func() table { return parseTables("unique.txt") })
)

// parseTables reads tables of this form; a path may come more than once:
//
//	# comment
//	apps.DeploymentSpec
//	  replicas: text
//	    that may go on
func parseTables(names ...string) table {
	t := table{map[string]map[string][]string{}, map[string]bool{}}
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
