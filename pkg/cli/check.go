package cli

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// check returns a usage error for invalid flag values, before anything is read.
func (f *Flags) check() error {
	if _, err := f.JudgedAt(); err != nil {
		return err
	}
	if _, err := f.InputLimit(); err != nil {
		return err
	}
	// The server would report these, too, but after what was read before, and in its own words.
	if _, err := labels.Parse(f.Selector); err != nil {
		return Usagef("--selector %q: %w", f.Selector, err)
	}
	if wrong := validation.IsDNS1123Label(*f.ConfigFlags.Namespace); *f.ConfigFlags.Namespace != "" && len(wrong) > 0 {
		return Usagef("--namespace %q: give one namespace, or -A for all", *f.ConfigFlags.Namespace)
	}
	if f.ChunkSize < 0 {
		return Usagef("--chunk-size %d: give 0 (one page) or more", f.ChunkSize)
	}
	if limit, err := clientcmd.ParseTimeout(*f.Timeout); err != nil || limit < 0 {
		return Usagef("--request-timeout %q: give a duration such as 30s; 0 for no limit", *f.Timeout)
	}
	if !slices.Contains(colors, f.Color) {
		return Usagef("--color %q: use %s", f.Color, orList(colors))
	}
	if err := f.checkFailOn(); err != nil {
		return err
	}
	return f.checkOutput()
}

// checkFailOn accepts the findings that the plugin has. A misspelt one would never be found, and a
// pipeline would always pass.
func (f *Flags) checkFailOn() error {
	for _, finding := range f.FailOn {
		if !slices.Contains(f.Findings, finding) {
			return Usagef("--fail-on %q: use %s", finding, orList(f.Findings))
		}
	}
	return nil
}

// colors are the values of --color.
var colors = []string{"auto", "always", "never"}

// checkOutput accepts the output formats; formats such as "jsonpath" need a template.
func (f *Flags) checkOutput() error {
	// The formats that take a template are listed with their "=": "jsonpath=".
	format, template, with := strings.Cut(f.Output, "=")
	if with {
		format += "="
	}
	if slices.Contains(f.formats(), format) && (!with || template != "") {
		return nil
	}
	if slices.Contains(f.formats(), strings.TrimSuffix(format, "=")+"=") {
		return Usagef("--output %s: add the template, as in -o %s", f.Output, view.FormatExample(strings.TrimSuffix(format, "=")))
	}
	return Usagef("--output %q: use %s", f.Output, orList(f.formats()))
}
