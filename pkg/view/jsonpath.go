package view

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	kjson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/jsonpath"
)

// newJSONPath returns the printer of a template over the JSON form of the report. As
// with kubectl, missing keys print nothing; an expression may come without
// braces and without its first dot.
func newJSONPath(format, template string) (*Printer, error) {
	if template == "" {
		return nil, fmt.Errorf("%s: template missing, as in -o %s='{.items[0].workload.name}'", format, format)
	}
	path, err := parsePath(relaxed(template))
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", format, template, err)
	}
	asJSON := format == "jsonpath-as-json"
	path.EnableJSONOutput(asJSON)
	return &Printer{print: func(_ *Printer, w io.Writer, r *Report) error {
		v, err := plainValue(r)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := path.Execute(&out, v); err != nil {
			return fmt.Errorf("%s %q: %w", format, template, err)
		}
		text := out.Bytes()
		if asJSON {
			text = escapeJSON(text)
		} else {
			text = []byte(Clean(out.String()))
		}
		_, err = w.Write(text)
		return err
	}}, nil
}

func parsePath(template string) (*jsonpath.JSONPath, error) {
	path := jsonpath.New("out").AllowMissingKeys(true)
	return path, path.Parse(template)
}

// relaxed makes a template of an expression: "items[0].x" is "{.items[0].x}".
func relaxed(template string) string {
	if strings.Contains(template, "{") {
		return template
	}
	if !strings.HasPrefix(template, "$") && !strings.HasPrefix(template, "[") {
		template = "." + strings.TrimPrefix(template, ".")
	}
	return "{" + template + "}"
}

func decode(data []byte) (any, error) {
	var v any
	if err := kjson.Unmarshal(data, &v); err != nil {
		return nil, fmt.Errorf("decode report: %w", err)
	}
	return v, nil
}
