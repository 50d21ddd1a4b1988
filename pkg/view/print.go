package view

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Printer writes reports in one of the formats for scripts.
type Printer struct {
	// Name names an item for -o name ("pod/web-1"); "" leaves it out.
	Name func(item any) string
	// NoHeaders leaves out the header line of custom-columns.
	NoHeaders bool

	print func(*Printer, io.Writer, *Report) error
	again bool // a report was written before
}

// format is an output format for scripts. A new one is a row of formats.
type format struct {
	name    string
	printer func(argument string) (*Printer, error)
	// example is an argument of the format, empty if it takes none.
	example string
}

// formats are the output formats for scripts, in the order of the help.
var formats = []format{
	{name: "json", printer: plainly((*Printer).json)},
	{name: "yaml", printer: plainly((*Printer).yaml)},
	{name: "kyaml", printer: plainly((*Printer).kyaml)},
	{name: "name", printer: plainly((*Printer).names)},
	{name: "jsonpath", printer: newJSONPath, example: "'{.items[*].workload.name}'"},
	{name: "custom-columns", printer: newColumns, example: "NAMESPACE:.namespace,NAME:.name"},
}

// plainly returns the printer of a format without an argument.
func plainly(write func(*Printer, io.Writer, *Report) error) func(string) (*Printer, error) {
	return func(string) (*Printer, error) { return &Printer{print: write}, nil }
}

// Formats returns the values of -o that NewPrinter knows; those that end in "="
// take an argument.
func Formats() []string {
	var names []string
	for _, f := range formats {
		if f.example != "" {
			names = append(names, f.name+"=")
		} else {
			names = append(names, f.name)
		}
	}
	return names
}

// FormatExample returns a value of -o with an argument for a format that takes one.
func FormatExample(name string) string {
	for _, f := range formats {
		if f.name == name && f.example != "" {
			return name + "=" + f.example
		}
	}
	return ""
}

// NewPrinter returns the printer for a value of -o, nil if it is no format for
// scripts. It returns an error if the format's argument is malformed.
func NewPrinter(output string) (*Printer, error) {
	name, argument, given := strings.Cut(output, "=")
	for _, f := range formats {
		if f.name == name && (f.example != "" || !given) { // "json=x" is no format
			return f.printer(argument)
		}
	}
	return nil, nil
}

// Print writes r. It may be called again, for the next report of a watch: JSON
// documents follow each other, YAML documents are divided by "---", and
// custom-columns has its header line once.
func (p *Printer) Print(w io.Writer, r *Report) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if err := p.print(p, out, r); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	p.again = true
	return nil
}

// json writes r as kubectl -o json does, indented.
func (p *Printer) json(w io.Writer, r *Report) error { return framingOfJSON.write(w, r) }

// encode returns v as JSON with a newline at its end, indented if indent is not empty.
func encode(v any, indent string) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // "<none>" and "&&" are to be read by people, too
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	return out.Bytes(), nil
}

// escapeJSON writes characters that a terminal would not show, and one of each command
// that the runner of a CI system would follow, as \u escapes. JSON
// has them only in strings, so the value does not change.
func escapeJSON(data []byte) []byte {
	if bytes.Contains(data, []byte("##")) {
		data = []byte(escapeCommands(string(data)))
	}
	if !slices.ContainsFunc(data, func(b byte) bool { return b > '~' }) {
		return data
	}
	out := make([]byte, 0, len(data))
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case !Hidden(r):
			out = append(out, data[:size]...)
		case r > 0xffff: // JSON has four digits: a surrogate pair
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		data = data[size:]
	}
	return out
}

// names prints the name of each item, as -o name of kubectl does.
func (p *Printer) names(w io.Writer, r *Report) error {
	if p.Name == nil {
		return fmt.Errorf("print names: %s has no names", r.Kind)
	}
	seen := map[string]bool{"": true} // what has no name is left out
	for _, item := range r.Items {
		name := CleanLine(p.Name(item))
		if seen[name] {
			continue // several containers of one pod are one name
		}
		seen[name] = true
		if _, err := fmt.Fprintln(w, name); err != nil {
			return err
		}
	}
	return nil
}

// plainValue returns v as JSON reads it back: maps, slices, strings, numbers.
func plainValue(v any) (any, error) {
	data, err := encode(v, "")
	if err != nil {
		return nil, err
	}
	return decode(data)
}
