package manifest

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var loose = Limits{Text: 1 << 20, Nodes: 1 << 20}

// shown is what a reader sees of documents: their lists, and the headers, lines and JSON
// of their items.
func shown(documents []Document, err error) []string {
	if err != nil {
		return []string{"error"}
	}
	var out []string
	for i := range documents {
		d := &documents[i]
		out = append(out, fmt.Sprintf("line %d, list %v %s %s", d.Line, d.List.IsList, d.List.APIVersion, d.List.Kind))
		for j := range d.Items {
			it := &d.Items[j]
			out = append(out, fmt.Sprintf("  line %d %s %s %s: %s", it.Line, it.Header.APIVersion, it.Header.Kind, it.Header.Name, it.JSON))
		}
	}
	return out
}

// whole reads a text as one.
func whole(text string) []string {
	var out []string
	for _, part := range Split([]byte(text)) {
		out = append(out, shown(Parse(part, loose))...)
	}
	return out
}

// inPieces reads a text piece by piece, and returns the number of pieces of items, too.
func inPieces(t *testing.T, text string, long int) ([]string, int) {
	t.Helper()
	return joined(t, NewPieces(strings.NewReader(text), long))
}

// joined returns what a file holds that is read piece by piece, and the number of pieces of items.
func joined(t *testing.T, pieces interface{ Next() (Piece, error) }) ([]string, int) {
	t.Helper()
	var out []string
	var items []Item
	n := 0
	var bad error
	for {
		piece, err := pieces.Next()
		if errors.Is(err, io.EOF) {
			return out, n
		}
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case piece.Items:
			n++
			some, err := ParseItems(piece.Part, loose)
			bad = errors.Join(bad, err)
			items = append(items, some.Items...)
		case piece.Around:
			d, err := Join(piece.Part, items, loose)
			out = append(out, shown([]Document{d}, errors.Join(bad, err))...)
			items = nil
			bad = nil
		default:
			out = append(out, shown(Parse(piece.Part, loose))...)
		}
	}
}

var itemLine = regexp.MustCompile(`^  line \d+`)

func withoutLines(shown []string) []string {
	var out []string
	for _, line := range shown {
		out = append(out, itemLine.ReplaceAllString(line, ""))
	}
	return out
}

// pods returns items of a list, indented by blanks.
func pods(n int, blanks string, more ...string) string {
	var out strings.Builder
	for i := range n {
		lines := append([]string{
			"- apiVersion: v1", "  kind: Pod", "  metadata:", fmt.Sprintf("    name: p%d", i), "    annotations:", "      text: |", "        - one",
			"        ---x", "  spec:", "    containers:", "    - name: a",
		}, more...)
		out.WriteString(blanks + strings.Join(lines, "\n"+blanks) + "\n")
	}
	return out.String()
}

// untyped returns items without their types.
func untyped(items string) string {
	items = strings.ReplaceAll(items, "- apiVersion: v1\n  kind: Pod", "-")
	return strings.ReplaceAll(items, "-\n  metadata", "- metadata")
}

// A file that is read in pieces holds what it holds as a whole: the same documents,
// items and lines.
func TestPiecesAreTheWhole(t *testing.T) {
	list := "apiVersion: v1\nitems:\n" + pods(9, "") + "kind: List\n"
	for name, text := range map[string]string{
		"list":           list,
		"indented":       "apiVersion: v1\nkind: List\nitems:\n" + pods(9, "  "),
		"list of a type": "apiVersion: v1\nitems:\n" + untyped(pods(9, "")) + "kind: PodList\n",
		"three":          "a: b\nkind: A\napiVersion: v1\n---\n" + list + "--- # next\napiVersion: v1\nkind: B\n",
		"two lists":      list + "---\napiVersion: v1\nitems:\n" + pods(8, "") + "kind: List\n...\n# end\n",
		"comments and blanks": "# c\n\napiVersion: v1\nitems:\n# d\n\n" + pods(9, "", "", "# e") +
			"# f\nkind: List\n",
		"windows":        strings.ReplaceAll(list, "\n", "\r\n"),
		"no end of line": strings.TrimSuffix(list, "\n"),
		"elsewhere":      "--- {apiVersion: v1, kind: A}\n---\n" + list,
		"a bad item":     "apiVersion: v1\nitems:\n" + pods(9, "") + "- a: [\nkind: List\n",
		"unusual": "apiVersion: v1\nitems:\n" +
			pods(9, "", "  x: {a: [1, 2], b: \"two\"}", "  y: >-", "    folded", "    text") + "kind: List\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, n := inPieces(t, text, 300)
			want := whole(text)
			if name == "windows" || name == "unusual" { // the lines of items are not known there
				got = withoutLines(got)
				want = withoutLines(want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-whole +pieces\n%s", diff)
			}
			if n == 0 {
				t.Error("the list was not read in pieces")
			}
		})
	}
}

// A list that has its items twice is an error, and so is a long document that is none.
func TestPiecesThatAreNone(t *testing.T) {
	twice := "apiVersion: v1\nkind: List\nitems:\n" + pods(9, "") + "metadata: {}\nitems:\n" + pods(1, "")
	if got, _ := inPieces(t, twice, 300); got[len(got)-1] != "error" {
		t.Errorf("got %v", got)
	}
	for _, text := range []string{
		"apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n" + strings.Repeat("    items\n", 99),
		"apiVersion: v1\nkind: List\nitems: [\n" + strings.Repeat("{},\n", 99) + "]\n",
		"{\n" + strings.Repeat("items:\n- a\n", 99) + "}",
	} {
		pieces := NewPieces(strings.NewReader(text), 300)
		_, err := pieces.Next()
		if !errors.Is(err, ErrNoList) {
			t.Errorf("got %v of %.40q", err, text)
		}
	}
}
