package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// ListFlags are the flags of kubectl get for lists, with its meaning of each.
type ListFlags struct {
	LabelColumns   []string // the keys of labels
	ShowLabels     bool     // all of them in one column
	FieldSelector  string   // of the fields that Add was given
	IgnoreNotFound bool     // an object that does not exist is no error

	fields []string // those of FieldSelector
}

// Add registers the flags on cmd. fields are those that --field-selector knows, of
// objects called what.
func (l *ListFlags) Add(cmd *cobra.Command, what string, fields ...string) {
	l.fields = fields
	cmd.Flags().StringSliceVarP(&l.LabelColumns, "label-columns", "L", nil, "show the values of these `labels` as columns")
	cmd.Flags().BoolVar(&l.ShowLabels, "show-labels", false, "show all labels as the last column")
	cmd.Flags().StringVar(&l.FieldSelector, "field-selector", "",
		"field `selector` of "+what+", such as metadata.namespace!=kube-system: "+strings.Join(fields, ", "))
	cmd.Flags().BoolVar(&l.IgnoreNotFound, "ignore-not-found", false, "if a named object does not exist, show the others and exit with code 0")
	examples := make([]string, len(fields))
	for i, field := range fields {
		examples[i] = field + "="
	}
	CompleteFlag(cmd, "field-selector", examples...)
}

// Check returns a usage error for an invalid selector, or one beside a name.
func (l *ListFlags) Check(targets []Target) error {
	selector, err := fields.ParseSelector(l.FieldSelector)
	if err != nil {
		return Usagef("--field-selector %q: %w", l.FieldSelector, err)
	}
	// A server answers with an error for fields that it does not know, and files are read without one.
	for _, r := range selector.Requirements() {
		if !slices.Contains(l.fields, r.Field) {
			return Usagef("--field-selector %q: use %s", r.Field, orList(l.fields))
		}
	}
	for _, t := range targets { // as kubectl get refuses it
		if t.Name != "" && l.FieldSelector != "" {
			return Usagef("%s: a name cannot be combined with --field-selector", t.Name)
		}
	}
	return nil
}

// Selects reports whether an object with these values of its fields is selected.
func (l *ListFlags) Selects(values map[string]string) bool {
	selector, err := fields.ParseSelector(l.FieldSelector)
	return err == nil && selector.Matches(fields.Set(values))
}

// Columns returns the columns of the labels.
func (l *ListFlags) Columns() []view.Column {
	var out []view.Column
	for _, key := range l.LabelColumns {
		// "name" of "app.kubernetes.io/name", as kubectl heads the column.
		out = append(out, view.Column{Head: key[strings.LastIndexByte(key, '/')+1:], Shrink: 10})
	}
	if l.ShowLabels {
		out = append(out, view.Column{Head: "labels", Below: true})
	}
	return out
}

// Cells returns the cells of those columns for an object with these labels.
func (l *ListFlags) Cells(own map[string]string) []string {
	var out []string
	for _, key := range l.LabelColumns {
		value, ok := own[key]
		if !ok {
			value = "<none>" // as kubectl writes it; an empty value is another thing
		}
		out = append(out, value)
	}
	if l.ShowLabels {
		out = append(out, labels.FormatLabels(own))
	}
	return out
}
