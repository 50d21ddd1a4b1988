package rsmap

import (
	"fmt"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// graphNode is a box of a drawn graph, under the box with the number parent,
// none below 0.
type graphNode struct {
	parent int
	lines  []string // of its label
	bad    bool     // drawn in red: needs attention
}

// graph returns the boxes of the workloads: workload, revisions, pods. A box comes after the one that it
// hangs under, so that numbers of parents are known when they are needed.
func graph(found []*rollout.Workload) []graphNode {
	var nodes []graphNode
	add := func(parent int, bad bool, lines ...string) int {
		nodes = append(nodes, graphNode{parent, lines, bad})
		return len(nodes) - 1
	}
	for _, w := range found {
		bad := w.Phase == rollout.Failed || w.Phase == rollout.Stalled || w.Phase == rollout.Degraded
		// Few words in each box: a graph is drawn for its shape.
		root := add(-1, bad, w.Ref.Kind+" "+w.Ref.Name, phaseWord(w))
		for _, r := range w.Revisions {
			title := r.Title()
			if r.Current {
				title += ", current"
			}
			revision := add(root, false, title, r.Name, revisionReady(r)+" ready")
			for _, p := range r.Pods {
				add(revision, p.Problem != "", p.Name, p.Status+" "+p.Ready)
			}
		}
	}
	return nodes
}

// label returns the lines of a box, cleaned, with the characters that the language of the graph
// would read otherwise replaced by quote.
func (n graphNode) label(quote *strings.Replacer, newline string) string {
	lines := make([]string, 0, len(n.lines))
	for _, l := range n.lines {
		lines = append(lines, quote.Replace(view.CleanLine(l)))
	}
	return strings.Join(lines, newline)
}

// writeDot writes the workloads, revisions and pods as a graph for Graphviz.
func writeDot(out io.Writer, found []*rollout.Workload) error {
	var b strings.Builder
	// From left to right: names are long, and boxes beside each other would make the page wide.
	b.WriteString("digraph rollout {\n  rankdir=LR;\n  node [shape=box];\n")
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`) // as in a quoted string of the DOT language
	for i, n := range graph(found) {
		color := ""
		if n.bad {
			color = ", color=red"
		}
		fmt.Fprintf(&b, "  n%d [label=\"%s\"%s];\n", i, n.label(quote, `\n`), color)
		if n.parent >= 0 {
			fmt.Fprintf(&b, "  n%d -> n%d;\n", n.parent, i)
		}
	}
	b.WriteString("}\n")
	return write(out, b.String())
}

// writeMermaid writes the workloads, revisions and pods as a graph for Mermaid, which GitHub draws.
func writeMermaid(out io.Writer, found []*rollout.Workload) error {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	// Mermaid has entities of its own, which begin with "#"; in a label a backquote begins Markdown.
	quote := strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;", "`", "#96;")
	for i, n := range graph(found) {
		fmt.Fprintf(&b, "  n%d[\"%s\"]\n", i, n.label(quote, "<br/>"))
		if n.parent >= 0 {
			fmt.Fprintf(&b, "  n%d --> n%d\n", n.parent, i)
		}
		if n.bad {
			fmt.Fprintf(&b, "  style n%d stroke:#d00,stroke-width:2px\n", i)
		}
	}
	return write(out, b.String())
}

// write writes a graph at once: half of one is not one that a program could read.
func write(out io.Writer, text string) error {
	if _, err := io.WriteString(out, text); err != nil {
		return fmt.Errorf("write graph: %w", err)
	}
	return nil
}
