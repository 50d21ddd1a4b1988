package view

import (
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// APIVersion is the version of the JSON that the commands print.
const APIVersion = "thrashkit.dev/v1alpha1"

// Report is the JSON envelope around the results of a command.
type Report struct {
	APIVersion       string            `json:"apiVersion"`
	Kind             string            `json:"kind"`
	ObservedAt       snapshot.Time     `json:"observedAt"`
	ObservedAtSource snapshot.AtSource `json:"observedAtSource"`
	Source           snapshot.Source   `json:"source"`
	Gaps             []snapshot.Gap    `json:"gaps"`
	// Common are the images that fail in several contexts, if several were read.
	Common []Common `json:"common,omitempty"`
	// Items are the last field, as framing expects.
	Items []any `json:"items"`
	// Redacted counts the hidden values; YAML begins with a comment about them.
	Redacted int `json:"-"`
}

// NewReport returns the report of items, in their order, evaluated from s. Empty
// lists are lists, never null.
func NewReport[T any](kind string, s *snapshot.Snapshot, items []T) *Report {
	r := &Report{
		APIVersion:       APIVersion,
		Kind:             kind,
		ObservedAt:       snapshot.Time{Time: s.At},
		ObservedAtSource: s.AtSource,
		Source:           s.Source,
		Gaps:             append([]snapshot.Gap{}, s.Gaps...),
		Items:            make([]any, len(items)),
	}
	for i, item := range items {
		r.Items[i] = item
	}
	return r
}

// withoutItems returns r with an empty list of items, to be written before them.
func (r *Report) withoutItems() *Report {
	head := *r
	head.Items = []any{}
	return &head
}
