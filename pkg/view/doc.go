// Package view turns results into output for people and scripts: safe text,
// color, tables, trees, JSON, YAML, jsonpath and self-contained HTML. It knows
// nothing of clusters, computes nothing and holds no state.
//
// Text from a cluster is untrusted: it reaches a terminal through Clean,
// CleanLine, a Style, a Table or Wrap, which all clean their input.
package view
