package view

import (
	"fmt"
	"io"
	"strings"

	"k8s.io/client-go/util/jsonpath"
)

// newColumns returns the printer of a table with one row an item, of a
// specification as kubectl takes it: HEAD:.path,HEAD:.path.
func newColumns(spec string) (*Printer, error) {
	if spec == "" {
		// With an example: what a path begins with depends on the items of the command.
		return nil, fmt.Errorf("custom-columns: columns missing, as in -o custom-columns=NAME:.workload.name,PHASE:.phase")
	}
	var columns []Column
	var paths []*jsonpath.JSONPath
	for part := range strings.SplitSeq(spec, ",") {
		head, expression, ok := strings.Cut(part, ":")
		if !ok || head == "" || expression == "" {
			return nil, fmt.Errorf("custom-columns: %q is not HEAD:.path", part)
		}
		// kubectl takes .a.b, a.b and {.a.b} alike.
		path, err := parsePath(relaxed(expression))
		if err != nil {
			return nil, fmt.Errorf("custom-columns: %q: %w", expression, err)
		}
		columns = append(columns, Column{Head: head})
		paths = append(paths, path)
	}
	return &Printer{print: func(p *Printer, w io.Writer, r *Report) error {
		table := NewTable(columns...)
		for _, item := range r.Items {
			cells, err := columnCells(item, paths)
			if err != nil {
				return err
			}
			table.Row(cells...)
		}
		// Without colours, a width or a second head: a script reads it.
		return table.Write(w, Style{NoHeaders: p.NoHeaders || p.again})
	}}, nil
}

// columnCells returns the values of each path in item, joined by commas: a path with [*] finds
// several.
func columnCells(item any, paths []*jsonpath.JSONPath) ([]string, error) {
	v, err := plainValue(item)
	if err != nil {
		return nil, err
	}
	cells := make([]string, len(paths))
	for i, path := range paths {
		found, err := path.FindResults(v)
		if err != nil {
			return nil, fmt.Errorf("custom-columns: %w", err)
		}
		var texts []string
		for _, group := range found {
			for _, value := range group {
				texts = append(texts, fmt.Sprint(value.Interface()))
			}
		}
		cells[i] = strings.Join(texts, ",")
		if len(texts) == 0 {
			cells[i] = "<none>" // as kubectl prints it
		}
	}
	return cells, nil
}
