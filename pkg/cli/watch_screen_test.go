package cli

import (
	"io"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// writes keeps each write apart.
type writes []string

func (w *writes) Write(p []byte) (int, error) {
	*w = append(*w, string(p))
	return len(p), nil
}

// screenOf returns a screen of a size and what is written to it.
func screenOf(width, height int, now *time.Time) (*screen, *writes) {
	out := &writes{}
	env := &Env{
		IOStreams: genericiooptions.IOStreams{Out: out, ErrOut: io.Discard},
		Now:       func() time.Time { return *now }, Width: func() int { return width }, Height: func() int { return height },
	}
	return &screen{env: env, flags: &Flags{Color: "never", Output: "text"}, watch: &WatchFlags{}, title: "kubectl demo web", began: *now}, out
}

func pictureOf(gaps []snapshot.Gap, lines ...string) *Update {
	return &Update{
		Snapshot: &snapshot.Snapshot{At: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), Gaps: gaps},
		Draw: func(w io.Writer, _ view.Style) error {
			_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
			return err
		},
	}
}

// rowsIn returns the rows that a frame draws, and checks that it neither scrolls nor
// leaves anything of the frame before.
func rowsIn(t *testing.T, frame string, height int) []string {
	t.Helper()
	frame, ok := strings.CutPrefix(strings.TrimPrefix(frame, enter), home)
	if !ok {
		t.Fatalf("a frame that does not begin at home: %q", frame)
	}
	frame, cleared := strings.CutSuffix(frame, "\r\n"+clearBelow)
	rows := strings.Split(frame, "\r\n")
	if len(rows) > height || (!cleared && len(rows) < height) {
		t.Fatalf("%d rows on a screen of %d, the rest cleared: %v", len(rows), height, cleared)
	}
	for i, row := range rows {
		if rows[i], ok = strings.CutPrefix(row, clearLine); !ok {
			t.Errorf("row %d is not cleared first: %q", i, row)
		}
	}
	return rows
}

func TestScreenDrawsEachFrameInOneWriteAndMarksWhatChanged(t *testing.T) {
	now := time.Unix(1000, 0)
	s, out := screenOf(40, 10, &now)
	for _, p := range []*Update{
		pictureOf(nil, "├─ web-1   Running   5s", "└─ web-2   Pending   5s"),
		pictureOf(nil, "├─ web-1  Running  1m5s", "├─ web-2  Running  1m5s", "└─ web-3  Running  3s"),
	} {
		if err := s.show(p, nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(*out) != 2 || !strings.HasPrefix((*out)[0], enter) {
		t.Fatalf("two frames in %d writes: %q", len(*out), *out)
	}
	want := "kubectl demo web   12:00:00Z\n\n  ├─ web-1  Running  1m5s\n* ├─ web-2  Running  1m5s\n* └─ web-3  Running  3s"
	if got := strings.Join(rowsIn(t, (*out)[1], 10), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	now = now.Add(markTime)
	if err := s.show(s.last, nil); err != nil {
		t.Fatal(err)
	}
	if frame := (*out)[2]; strings.Contains(frame, mark) {
		t.Errorf("marks that stay: %q", frame)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if last := (*out)[3]; !strings.HasPrefix(last, leave) || !strings.Contains(last, "web-3") {
		t.Errorf("the last view is not left on the screen: %q", last)
	}
}

func TestScreenKeepsItsHeadAndSaysWhatIsCutOff(t *testing.T) {
	now := time.Unix(1000, 0)
	s, out := screenOf(30, 6, &now)
	gaps := []snapshot.Gap{{Resource: "pods", Reason: "forbidden"}, {Resource: "changes", Reason: "not current since 11:59:00Z"}}
	long := strings.Repeat("x", 60) // takes three rows of 28: 28, 28 and 4
	if err := s.show(pictureOf(gaps, "one", long, "three"), nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"kubectl demo web   12:00:00Z", "! Not current since 11:59:00Z", "! pods not read: forbidden", "", "  one", "… 4 more lines"}
	if got := rowsIn(t, (*out)[0], 6); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
	if err := s.show(pictureOf(gaps, "one", "two", "three"), nil); err != nil {
		t.Fatal(err)
	}
	if got := rowsIn(t, (*out)[1], 6); got[5] != "… 2 more lines" {
		t.Errorf("got %q", got)
	}
}

// Of a fleet each gap names its context; clusters that are missing as a whole are
// not hidden behind single lists.
func TestGapLinesOfAFleet(t *testing.T) {
	got := gapLines([]snapshot.Gap{
		{Resource: "nodes", Context: "eu", Reason: "forbidden"},
		{Resource: "cluster", Context: "us", Reason: "no answer within 10s"},
		{Resource: "changes", Context: "ap", Reason: "not current since 11:59:00Z"},
		{Resource: "nodes", Context: "us", Reason: "forbidden"},
	})
	want := []string{
		"ap: not current since 11:59:00Z", "cluster us not read: no answer within 10s",
		"eu: nodes not read: forbidden", "us: nodes not read: forbidden",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
}

func TestLinesShowTheStateBeforeAndAfter(t *testing.T) {
	out := &writes{}
	l := &lines{warnings: &warnings{env: &Env{}}, env: &Env{IOStreams: genericiooptions.IOStreams{Out: out}}}
	for _, facts := range [][]Fact{
		{{Name: "deployment/web", State: "Progressing", Words: "5s left"}, {Name: "pod/a", State: "Pending", Detail: true}},
		{{Name: "deployment/web", State: "Progressing", Words: "3s left"}, {Name: "pod/a", State: "Running", Detail: true}},
		{{Name: "deployment/web", State: "Complete"}},
	} {
		p := pictureOf(nil)
		p.Facts = facts
		if err := l.show(p, nil); err != nil {
			t.Fatal(err)
		}
	}
	want := "12:00:00 deployment/web Progressing: 5s left\n12:00:00 pod/a Pending → Running\n" +
		"12:00:00 deployment/web Progressing → Complete\n12:00:00 pod/a Running → gone\n"
	if got := strings.Join(*out, ""); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
