package view_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"pgregory.net/rapid"

	"github.com/thrashkit/thrashkit/pkg/view"
)

func draw(t testing.TB, table *view.Table, s view.Style) string {
	t.Helper()
	var out strings.Builder
	if err := table.Write(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func expect(t testing.TB, got, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// rollout is a table with all that tables can do.
func rollout(s view.Style) *view.Table {
	table := view.NewTable(
		view.Column{Head: "Name", Shrink: 12},
		view.Column{Head: "Ready", Right: true},
		view.Column{Head: "Node", Drop: 1},
		view.Column{Head: "UID", WideOnly: true},
		view.Column{Head: "Message", Shrink: 20, Prose: true},
	)
	web := table.Row("Deployment/web", "1/3", "", "u1", s.Bad("Degraded"))
	web.Note("blocked by ResourceQuota compute: exceeded quota, requested 500m, used 2, limited to 2")
	rs := web.Row("ReplicaSet/web-7d4f8b6c9d", "1", "", "u2", "the quick brown fox jumps over the lazy dog")
	rs.Row("Pod/web-7d4f8b6c9d-abcde", "1", "node-1", "u3")
	rs.Row("Pod/web-7d4f8b6c9d-vwxyz", "12", "node-1", "u4", "日本語").Note("last log line")
	web.Row("ReplicaSet/web-5c9", "0", "", "u5")
	table.Row("Deployment/api", "3/3")
	return table
}

// A table looks as kubectl's do, with the rows that belong to a row under it.
func TestTable(t *testing.T) {
	expect(t, draw(t, rollout(view.Style{}), view.Style{}), `
NAME                             READY   NODE     MESSAGE
Deployment/web                     1/3            Degraded
│  blocked by ResourceQuota compute: exceeded quota, requested 500m, used 2, limited to 2
├─ ReplicaSet/web-7d4f8b6c9d         1            the quick brown fox jumps over the lazy dog
│  ├─ Pod/web-7d4f8b6c9d-abcde       1   node-1
│  └─ Pod/web-7d4f8b6c9d-vwxyz      12   node-1   日本語
│        last log line
└─ ReplicaSet/web-5c9                0
Deployment/api                     3/3
`)
}

func TestTableWithoutHeadersWideInASCII(t *testing.T) {
	table := view.NewTable(view.Column{Head: "name"}, view.Column{Head: "ip", WideOnly: true})
	table.Row("a", "10.0.0.1").Row("b", "10.0.0.2")
	expect(t, draw(t, table, view.Style{NoHeaders: true, Wide: true, ASCII: true}), "a      10.0.0.1\n`- b   10.0.0.2\n")
}

func TestTableWithoutRows(t *testing.T) {
	expect(t, draw(t, view.NewTable(view.Column{Head: "name"}), view.Style{}), "")
}

// On a narrow terminal columns go first, then sentences lose their ends and
// names their middle.
func TestTableNarrow(t *testing.T) {
	expect(t, draw(t, rollout(view.Style{}), view.Style{Width: 62}), `
NAME                             READY   MESSAGE
Deployment/web                     1/3   Degraded
│  blocked by ResourceQuota compute: exceeded quota, requested
│  500m, used 2, limited to 2
├─ ReplicaSet/web-7d4f8b6c9d         1   the quick brown fox…
│  ├─ Pod/web-7d4f8b6c9d-abcde       1
│  └─ Pod/web-7d4f8b6c9d-vwxyz      12   日本語
│        last log line
└─ ReplicaSet/web-5c9                0
Deployment/api                     3/3
`)
	expect(t, draw(t, rollout(view.Style{}), view.Style{Width: 52}), `
NAME                    READY   MESSAGE
Deployment/web            1/3   Degraded
│  blocked by ResourceQuota compute: exceeded quota,
│  requested 500m, used 2, limited to 2
├─ ReplicaSe…4f8b6c9d       1   the quick brown fox…
│  ├─ Pod/web…d-abcde       1
│  └─ Pod/web…d-vwxyz      12   日本語
│        last log line
└─ ReplicaSet/web-5c9       0
Deployment/api            3/3
`)
}

// Columns go in the order of their Drop, no more of them than need to.
func TestTableDrops(t *testing.T) {
	table := view.NewTable(
		view.Column{Head: "a", Drop: 9},
		view.Column{Head: "b", Drop: 1},
		view.Column{Head: "c", Drop: 3},
		view.Column{Head: "d"},
		view.Column{Head: "e", Drop: 2},
	)
	table.Row("1", "2", "3", "4", "5")
	for width, want := range map[int]string{17: "1   2   3   4   5\n", 16: "1   2   4   5\n", 12: "1   2   4\n", 8: "1   4\n", 1: "1   4\n"} {
		expect(t, draw(t, table, view.Style{Width: width, NoHeaders: true}), want)
	}
}

// A sign has the same width in every locale.
func TestTableEastAsian(t *testing.T) {
	twwidth.SetEastAsian(true)
	table := view.NewTable(view.Column{Head: "a"}, view.Column{Head: "b"})
	table.Row("±±", "x")
	table.Row("yz", "x")
	expect(t, draw(t, table, view.Style{NoHeaders: true}), "±±   x\nyz   x\n")
}

func TestTableCutsInASCII(t *testing.T) {
	table := view.NewTable(view.Column{Head: "a", Shrink: 3})
	table.Row("abcdefgh")
	expect(t, draw(t, table, view.Style{Width: 5, NoHeaders: true, ASCII: true}), "ab~gh\n")
}

// Names are not cut to a length at which they would be equal.
func TestTableKeepsNamesApart(t *testing.T) {
	table := view.NewTable(view.Column{Head: "name", Shrink: 8}, view.Column{Head: "x"})
	table.Row("frontend-blue-7d4f8b6c9d", "1")
	table.Row("frontend-gray-7d4f8b6c9d", "2")
	expect(t, draw(t, table, view.Style{Width: 12, NoHeaders: true}), `
frontend-b…d4f8b6c9d   1
frontend-g…d4f8b6c9d   2
`)
}

// A stranger's sequences do not reach the terminal; a Style's colours do and
// have no width, cut or not.
func TestTableColours(t *testing.T) {
	s := view.Style{Color: true, NoHeaders: true}
	table := view.NewTable(view.Column{Head: "a", Shrink: 5}, view.Column{Head: "b"})
	table.Row(s.Bad("abcdefghij"), s.Good("ok"))
	table.Row("\x1b[31mred\x1b[0m\x1b]0;title\a", "line\nbreak")
	expect(t, draw(t, table, s), "\x1b[39;31mabcdefghij\x1b[0m   \x1b[39;32mok\x1b[0m\nred          line break\n")
	s.Width = 8
	expect(t, draw(t, table, s), "\x1b[39;31mab…ij\x1b[0m   \x1b[39;32mok\x1b[0m\nred     line break\n")
	expect(t, draw(t, table, view.Style{NoHeaders: true}), "abcdefghij   ok\nred          line break\n")
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("pipe closed") }

func TestTableReportsErrors(t *testing.T) {
	table := view.NewTable(view.Column{Head: "a"})
	table.Row("x")
	if err := table.Write(brokenWriter{}, view.Style{}); err == nil || err.Error() != "write table: pipe closed" {
		t.Errorf("got %v", err)
	}
}

// A table draws each row as one line, and each cell begins at its column,
// regardless of the contents.
func TestTableProperties(t *testing.T) {
	cell := rapid.SampledFrom(
		[]string{
			"",
			" ",
			"a",
			" lead",
			"trail ",
			"two words",
			"日本語",
			"e\u0301",
			"🙂",
			"x\ty",
			"a\nb",
			"-",
			"0",
			"\x1b[31m",
			"\u202e",
			"…",
			"\x1b[39;31mred\x1b[0m",
			"\x1b[39;31mopen ",
		},
	)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 4).Draw(t, "columns")
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 1, 5).Draw(t, "rows")
		right := rapid.IntRange(-1, columns-1).Draw(t, "right")
		heads := make([]view.Column, columns)
		for i := range heads {
			heads[i] = view.Column{Head: fmt.Sprintf("h%d", i), Right: i == right}
		}
		table := view.NewTable(heads...)
		for _, row := range rows {
			table.Row(row...)
		}
		s := view.Style{Color: rapid.Bool().Draw(t, "color"), NoHeaders: rapid.Bool().Draw(t, "no headers")}
		var out strings.Builder
		if err := table.Write(&out, s); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(model(heads, rows, s), own.Replace(out.String())); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
		opened := strings.Count(out.String(), "\x1b[39;31m")
		closed := strings.Count(out.String(), "\x1b[0m")
		if opened != closed {
			t.Fatalf("%d colours opened, %d closed: %q", opened, closed, out.String())
		}
	})
}

// model draws a table in the plainest way, without colours.
func model(columns []view.Column, rows [][]string, s view.Style) string {
	var lines [][]string
	if !s.NoHeaders {
		var heads []string
		for _, c := range columns {
			heads = append(heads, strings.ToUpper(c.Head))
		}
		lines = append(lines, heads)
	}
	for _, row := range rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, view.CleanLine(own.Replace(c)))
		}
		lines = append(lines, cells)
	}
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = len(c.Head)
		if s.NoHeaders {
			widths[i] = 0
		}
		for _, l := range lines {
			widths[i] = max(widths[i], twwidth.WidthWithOptions(l[i], twwidth.Options{}))
		}
	}
	var out strings.Builder
	for _, l := range lines {
		text := ""
		for i, c := range l {
			blanks := strings.Repeat(" ", widths[i]-twwidth.WidthWithOptions(c, twwidth.Options{}))
			if columns[i].Right {
				text += blanks + c + "   "
			} else {
				text += c + blanks + "   "
			}
		}
		out.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	return out.String()
}

func BenchmarkTable10000(b *testing.B) {
	table := view.NewTable(
		view.Column{Head: "namespace"},
		view.Column{Head: "name", Shrink: 20},
		view.Column{Head: "ready", Right: true},
		view.Column{Head: "age"},
		view.Column{Head: "status"},
	)
	for i := range 10000 {
		table.Row("default", fmt.Sprintf("web-frontend-7d4f8b6c9d-%05d", i), "1/2", "5m12s", view.Style{Color: true}.Bad("CrashLoopBackOff"))
	}
	for _, width := range []int{0, 60} {
		b.Run(fmt.Sprintf("width=%d", width), func(b *testing.B) {
			for b.Loop() {
				draw(b, table, view.Style{Color: true, Width: width})
			}
		})
	}
}

// A title is as long as it is: it neither widens the first column nor is cut to it.
func TestTitleGoesOverTheWholeWidth(t *testing.T) {
	table := view.NewTable(view.Column{Head: "name", Shrink: 6}, view.Column{Head: "state"})
	title := table.Row("a title that is longer than its column")
	title.Row("web-1", "Running")
	var out strings.Builder
	if err := table.Write(&out, view.Style{Width: 24}); err != nil {
		t.Fatal(err)
	}
	want := "NAME       STATE\na title that is longer than its column\n└─ web-1   Running\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if page := string(table.HTML("", view.Style{})); !strings.Contains(page, `<th scope="row" colspan="2">a title that`) {
		t.Errorf("no title in %s", page)
	}
}

// A table of many rows is drawn in parts, whose columns are as wide as those of the whole, under one head.
func TestALongTableHasOneHeadAndTheSameColumns(t *testing.T) {
	table := view.NewTable(view.Column{Head: "name"}, view.Column{Head: "count", Right: true})
	const rows = 2500
	for i := range rows {
		name := "web"
		if i == 2200 {
			name = "a-longer-name"
		}
		table.Row(name, fmt.Sprint(i)).Note("a note")
	}
	lines := strings.Split(strings.TrimSuffix(draw(t, table, view.Style{}), "\n"), "\n")
	if len(lines) != 1+2*rows || lines[0] != "NAME            COUNT" {
		t.Fatalf("%d lines, the first is %q", len(lines), lines[0])
	}
	for i := range rows {
		name := "web          "
		if i == 2200 {
			name = "a-longer-name"
		}
		if want := fmt.Sprintf("%s   %5d", name, i); lines[1+2*i] != want {
			t.Fatalf("row %d is %q, not %q", i, lines[1+2*i], want)
		}
	}
}
