package view

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	kjson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/jsonpath"
)

// newJSONPath returns the printer of a template over the JSON form of the report. As
// with kubectl, missing keys print nothing; an expression may come without
// braces and without its first dot.
func newJSONPath(template string) (*Printer, error) {
	if template == "" {
		return nil, errors.New("jsonpath: template missing, as in -o jsonpath='{.items[0].workload.name}'")
	}
	path, err := parsePath(relaxed(template))
	if err != nil {
		return nil, fmt.Errorf("jsonpath %q: %w", template, err)
	}
	return &Printer{print: func(_ *Printer, w io.Writer, r *Report) error {
		v, err := plainValue(r)
		if err != nil {
			return err
		}
		text, err := executed(path, v)
		if err != nil {
			return fmt.Errorf("jsonpath %q: %w", template, err)
		}
		_, err = w.Write(text)
		return err
	}}, nil
}

// executed returns what path prints of v. Objects and lists are printed as JSON,
// in which hidden characters are escaped so that the value stays the same; other
// values and the template's own text are cleaned.
func executed(path *jsonpath.JSONPath, v any) ([]byte, error) {
	var out bytes.Buffer
	found, err := path.FindResults(v)
	if err != nil {
		return nil, err
	}
	for _, group := range found {
		for i, value := range group {
			var text bytes.Buffer
			// One value at a time, since each is made safe in its own way.
			if err := path.PrintResults(&text, group[i:i+1]); err != nil {
				return nil, err
			}
			if i > 0 {
				out.WriteByte(' ')
			}
			if printsJSON(value) {
				out.Write(escapeJSON(text.Bytes()))
			} else {
				out.WriteString(Clean(text.String()))
			}
		}
	}
	return out.Bytes(), nil
}

// printsJSON reports whether a path prints value as JSON (PrintResults of
// k8s.io/client-go v0.37 util/jsonpath).
func printsJSON(value reflect.Value) bool {
	kind := value.Kind()
	if kind == reflect.Interface { // a field or an element of what was decoded
		kind = value.Elem().Kind()
	}
	return kind == reflect.Map || kind == reflect.Slice
}

// parsePath parses a JSONPath template as kubectl does, in which the braces may be left out.
func parsePath(template string) (*jsonpath.JSONPath, error) {
	path := jsonpath.New("out").AllowMissingKeys(true)
	return path, path.Parse(template)
}

// relaxed makes a template of an expression: "items[0].x" is "{.items[0].x}".
func relaxed(template string) string {
	if strings.Contains(template, "{") {
		return template // with text around the expressions, or with their braces
	}
	if !strings.HasPrefix(template, "$") && !strings.HasPrefix(template, "[") {
		template = "." + strings.TrimPrefix(template, ".")
	}
	return "{" + template + "}"
}

// decode reads JSON as client-go does, integers as int64: as floats, jsonpath would print large ones as
// 1e+06.
func decode(data []byte) (any, error) {
	var v any
	if err := kjson.Unmarshal(data, &v); err != nil {
		return nil, fmt.Errorf("decode report: %w", err)
	}
	return v, nil
}
