package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// Styles become classes, columns keep their places, wide letters count twice.
func TestSpans(t *testing.T) {
	s := view.Style{Color: true}
	got, end := spans("日本   "+s.Bold("two words "+s.Bad("x"))+"  y", style{}, view.Width)
	want := []span{{"日本", "", 0}, {"two words", "bold", 7}, {"x", "red bold", 17}, {"y", "", 20}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(span{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if end != (style{}) {
		t.Errorf("the line ends in %+v", end)
	}
	got, _ = spans("on", style{colour: "green"}, view.Width)
	if diff := cmp.Diff([]span{{"on", "green", 0}}, got, cmp.AllowUnexported(span{})); diff != "" {
		t.Errorf("a style goes on in the next line (-want +got)\n%s", diff)
	}
}

func TestSVG(t *testing.T) {
	got := svg("kubectl x", "a <b>\n"+view.Style{Color: true}.Warn("c")+"\nd\ne\n", 2)
	wellFormed(t, got)
	for _, want := range []string{
		`height="136"`, // three lines of text
		`>$ kubectl x</text>`,
		`<text x="18.0" y="72" textLength="42.0" lengthAdjust="spacingAndGlyphs">a &lt;b&gt;</text>`,
		`<text class="magenta" x="18.0" y="92" textLength="8.4" lengthAdjust="spacingAndGlyphs">c</text>`,
		`<text class="dim" x="18.0" y="112" textLength="117.6" lengthAdjust="spacingAndGlyphs">… 2 more lines</text>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// A film shows each scene in its turn, is as large as the largest, needs no
// script, and stands still for those who want less motion.
func TestFilm(t *testing.T) {
	got := film("Two", []scene{{"kubectl x", "a\n", 9}, {"kubectl longer", "b\nc\n", 9}})
	wellFormed(t, got)
	for _, want := range []string{
		"<title>Two</title>", `height="116"`, // two lines of text
		"animation: scene 12s step-end infinite", "@keyframes scene { 0% { opacity: 1; } 50.0000% { opacity: 0; } }",
		".scene1 { animation-delay: 6s; }", "prefers-reduced-motion: reduce) { .scene { animation: none; } .scene0 { opacity: 1; } }",
		"<g class=\"scene scene1\">\n<text class=\"bold\" x=\"85.2\" y=\"25\" textLength=\"134.4\" lengthAdjust=\"spacingAndGlyphs\">$ kubectl longer</text>\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "<script") {
		t.Error("a script")
	}
}

// A run is a bar, a pause a line with its length where there is room, and both
// end with the axis.
func TestBackoffChart(t *testing.T) {
	var out strings.Builder
	ran{start: 30, end: 60, pause: 90}.draw(&out, 0)
	ran{start: 831, end: 835, pause: 300}.draw(&out, 0)
	ran{start: 850, end: 851, pause: 300}.draw(&out, 0)
	const want = `<rect class="run" x="50.0" y="0" width="32.0" height="14" rx="1"/>
<line class="wait" x1="85.0" x2="178.0" y1="12" y2="12"/>
<text class="small" x="131.5" y="8" text-anchor="middle">90 s</text>
<rect class="run" x="904.4" y="0" width="4.3" height="14" rx="1"/>
<line class="wait" x1="911.7" x2="914.0" y1="12" y2="12"/>
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
	}
}

// A page has what help has, and nothing of the machine it is made on.
func TestReference(t *testing.T) {
	t.Setenv("HOME", "/home/someone")
	cmd := &cobra.Command{Use: "x NAME", Long: "What it does.", Example: "  # why\n  x a", Run: func(*cobra.Command, []string) {}}
	cmd.Flags().StringP("form", "F", "a|b", "the `shape`: a|b")
	cmd.Flags().String("cache-dir", "/home/someone/.kube/cache", "Default cache directory")
	cmd.Flags().Bool("fail-on", false, "")
	got := reference(cmd)
	want := `# x

What it does.

## Usage

` + "```text" + `
x NAME [flags]
` + "```" + `

## Examples

` + "```sh" + `
# why
x a
` + "```" + `

## Flags

| flag | default | meaning |
| --- | --- | --- |
| ` + "`--fail-on`" + ` |  |  |
| ` + "`-F, --form shape`" + ` | ` + "`a\\|b`" + ` | the shape: a\|b |
| ` + "`-h, --help`" + ` |  | help for x |

## Flags of every kubectl command

| flag | default | meaning |
| --- | --- | --- |
| ` + "`--cache-dir string`" + ` | ` + "`$HOME/.kube/cache`" + ` | Default cache directory |

## Exit codes

| code | meaning |
| --- | --- |
| 0 | success; warnings on standard error name what could not be read |
| 1 | failure: the server, a missing permission on what matters, unreadable input |
| 2 | usage error: flags or arguments |
| 3 | found one of the ` + "`--fail-on`" + ` findings |
| 130 | interrupted by Ctrl-C |
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A manual page is made of the macros that every man knows, and what it says is
// not taken for a request.
func TestMan(t *testing.T) {
	cmd := &cobra.Command{
		Use:     "kubectl-x NAME",
		Short:   "Do x",
		Long:    "What it does.\n\n'Quoted' and\n.dotted.",
		Example: "  # why\n  x a\\b -c",
		Run:     func(*cobra.Command, []string) {},
	}
	cmd.Flags().StringP("form", "F", "a", "the `shape`")
	cmd.Flags().Bool("fail-on", false, "")
	got := man(cmd)
	want := `.TH "KUBECTL-X" 1 "" thrashkit "User Commands"
.SH NAME
kubectl\-x \- Do x
.SH SYNOPSIS
kubectl\-x NAME [flags]
.SH DESCRIPTION
What it does.
.PP
\&'Quoted' and
\&.dotted.
.SH OPTIONS
.TP
.B \-\-fail\-on

.TP
.B \-F, \-\-form shape
the shape (default a)
.TP
.B \-h, \-\-help
help for kubectl\-x
.SH OPTIONS OF EVERY KUBECTL COMMAND
.SH EXIT STATUS
.TP
.B 0
success; warnings on standard error name what could not be read
.TP
.B 1
failure: the server, a missing permission on what matters, unreadable input
.TP
.B 2
usage error: flags or arguments
.TP
.B 3
found one of the \-\-fail\-on findings
.TP
.B 130
interrupted by Ctrl\-C
.SH EXAMPLES
.nf
# why
x a\eb \-c
.fi
.SH SEE ALSO
.BR kubectl (1), https://github.com/thrashkit/thrashkit
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The same sources give the same bytes, on any machine.
func TestGenerate(t *testing.T) {
	t.Chdir("../..")
	var runs [2]map[string]string
	for i := range runs {
		t.Setenv("HOME", t.TempDir())
		runs[i] = generated(t)
	}
	if diff := cmp.Diff(runs[0], runs[1]); diff != "" {
		t.Errorf("two runs differ (-first +second)\n%s", diff)
	}
	if want := 2*len(plugins) + len(pictures) + 2; len(runs[0]) != want {
		t.Errorf("%d files, want %d", len(runs[0]), want)
	}
	for path, text := range runs[0] {
		if strings.HasSuffix(path, ".svg") {
			wellFormed(t, text)
		}
		if home := os.Getenv("HOME"); strings.Contains(text, "\x1b") || strings.Contains(text, home) {
			t.Errorf("%s holds an escape or %s", path, home)
		}
	}
}

// generated returns all files by their paths.
func generated(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{}
	if err := generate(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
