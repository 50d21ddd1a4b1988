// Package view turns results into what people and scripts read: safe text,
// colour, tables, trees, JSON, YAML, jsonpath and self-contained HTML. It knows
// nothing of clusters and computes nothing; it holds no state.
//
// Text that comes from a cluster is a stranger's: it reaches a terminal through
// Clean, CleanLine, a Style, a Table or Wrap, which all clean what they are given.
package view
