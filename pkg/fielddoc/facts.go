package fielddoc

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./internal/markers data/markers.txt
//go:embed data/*.txt data/extensions.json
var files embed.FS

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

// parseRules reads a table of rules. The rows of each type are sorted by path.
func parseRules(name string) rules {
	sorted := rules{}
	for id, paths := range parseTables(0, name).rows {
		for _, path := range slices.Sorted(maps.Keys(paths)) {
			sorted[id] = append(sorted[id], row{path, paths[path]})
		}
	}
	return sorted
}

// The tables, read when they are first asked for: most runs need a few of them. Each has a comment at its
// top that explains its rows.
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
	sizes       = sync.OnceValue(func() rules { return parseRules("size.txt") })
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
		t.parse(read(name))
	}
	return t
}

// parse adds the rows of one file. Indentation shows what a line is: a type, a field or more text.
func (t table) parse(data string) {
	var anchor, path string
	for line := range strings.Lines(data) {
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
