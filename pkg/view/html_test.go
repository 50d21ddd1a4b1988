package view_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

func TestHTML(t *testing.T) {
	s := view.Style{Color: true}
	table := view.NewTable(
		view.Column{Head: "name"},
		view.Column{Head: "n", Right: true},
		view.Column{Head: "empty"},
		view.Column{Head: "ip", WideOnly: true},
	)
	web := table.Row("<web>", s.Bad("1 & 2"), "-", "10.0.0.1")
	web.Link("w1", 0)
	web.Note("why: <script>")
	web.Row("pod\x1b[31m", "")
	for _, c := range []struct {
		name string
		got  view.HTML
		want string
	}{
		{"text", view.Text("a <b> & \"c\" \x1b[31md\u202e"), "a &lt;b&gt; &amp; &#34;c&#34; d�"},
		{"styles", view.Text(s.Bold("a" + s.Good("<b>") + "c")), `<span class="bold">a<span class="good">&lt;b&gt;</span></span><span class="bold">c</span>`},
		{"tag", view.Tag("h2", "", view.Text("a"), view.Tag("em", "dim", view.Text("b"))), `<h2>a<em class="dim">b</em></h2>`},
		{"attributes", view.Element("p", view.Attrs{"title", "\"'><script>\n", "id", ""}), `<p title="&#34;&#39;&gt;&lt;script&gt;"></p>`},
		{
			"pairs", view.Pairs([]view.Pair{{Name: "a", Words: "1"}, {Words: "2"}, {Name: "b"}}),
			`<dl><div><dt>a</dt><dd>1</dd><dd>2</dd></div></dl>`,
		},
		{"no pairs", view.Pairs([]view.Pair{{Name: "b"}}), ""},
		{
			"table", table.HTML(`"all"`, view.Style{}), `<div class="scroll list" tabindex="0" role="region" aria-label="&#34;all&#34;"><table>` +
				`<thead><tr><th scope="col">name</th><th scope="col" class="right">n</th></tr></thead><tbody>` +
				`<tr class="row top"><th scope="row"><a href="#w1">&lt;web&gt;</a></th><td class="right" data-head="n"><span class="bad">1 &amp; 2</span></td></tr>` +
				`<tr class="note"><td colspan="2" class="note">why: &lt;script&gt;</td></tr>` +
				`<tr class="row"><th scope="row" class="in1">pod</th><td class="right" data-head="n"></td></tr></tbody></table></div>`,
		},
	} {
		if string(c.got) != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, c.got, c.want)
		}
	}
}

// Strangers' text in every place of a page that takes text.
func hostilePage(t *testing.T) string {
	t.Helper()
	const hostile = "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e\x1b[2J\x00"
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	sign := view.Sign{Shape: view.Solid, Class: "bad", Words: hostile}
	picture := view.Timeline{Name: hostile, From: at, To: at.Add(time.Hour), Now: at, Lanes: []view.Lane{{
		Label: hostile, Bars: []view.Bar{{From: at, To: at.Add(time.Minute), Sign: sign, Words: hostile}},
		Marks: []view.Mark{
			{At: at, Sign: view.Sign{Shape: view.Cross, Class: "bad", Words: hostile}, Label: hostile, Words: hostile, Guide: true},
		},
	}}}
	s := &snapshot.Snapshot{
		At: at, AtSource: snapshot.AtFlag, Source: snapshot.Source{Files: []string{hostile}},
		Gaps: []snapshot.Gap{{Resource: hostile, Namespace: hostile, Reason: hostile, Impact: hostile}},
	}
	table := view.NewTable(view.Column{Head: hostile}, view.Column{Head: hostile, Prose: true})
	table.Row(hostile, hostile).Note(hostile)
	table.Row(hostile)
	var out strings.Builder
	if err := view.Page(&out, hostile, view.Head(hostile, view.Badge("bad", hostile), view.About(s), s.Gaps),
		table.HTML(hostile, view.Style{}), picture.HTML(), view.Folded(view.Text(hostile), view.Command(hostile))); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A page is whole and well-formed, refers to nothing outside itself, and
// strangers' text is text in it.
func TestPage(t *testing.T) {
	page := hostilePage(t)
	for _, want := range []string{"<title>&lt;/title&gt;", "prefers-color-scheme: dark", "@media print", "default-src 'none'", "2026-03-02 12:00:00 UTC"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	if scripts := strings.Count(page, "<script"); scripts != 1 || !strings.Contains(page, "; script-src 'sha256-") {
		t.Errorf("%d scripts in\n%s", scripts, page)
	}
	for _, never := range []string{"<script>alert", "<img", "http:", "https:", "url(", "@import", "\x1b", "\x00", "\u202e"} {
		if strings.Contains(page, never) {
			t.Errorf("%q in\n%s", never, page)
		}
	}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			for _, a := range start.Attr {
				if name := a.Name.Local; name == "src" || strings.HasPrefix(name, "on") || (name == "href" && !strings.HasPrefix(a.Value, "#")) {
					t.Errorf("<%s %s=%q>", start.Name.Local, name, a.Value)
				}
			}
		}
	}
	if err := view.Page(brokenWriter{}, ""); err == nil || err.Error() != "write page: pipe closed" {
		t.Errorf("got %v", err)
	}
}

// timeOnAxis finds the times below the lanes of a timeline.
var timeOnAxis = regexp.MustCompile(`class="time"[^>]*>([^<]*)<`)

// The axis has few enough times for a phone, at round moments; what lies outside is not drawn.
func TestTimelineAxis(t *testing.T) {
	at := time.Date(2026, 3, 2, 23, 58, 20, 0, time.UTC)
	for length, want := range map[time.Duration]string{
		8 * time.Second:     "23:58:20 23:58:22 23:58:24 23:58:26 23:58:28",
		4 * time.Minute:     "23:59 00:00 00:01 00:02",
		100 * time.Minute:   "00:00 00:20 00:40 01:00 01:20",
		50 * time.Hour:      "3 Mar 00h 3 Mar 12h 4 Mar 00h 4 Mar 12h 5 Mar 00h",
		40 * 24 * time.Hour: "16 Mar 30 Mar",
	} {
		outside := view.Bar{From: at.Add(-time.Hour), To: at.Add(-time.Minute), Sign: view.Sign{Shape: view.Thin, Words: "outside"}}
		line := view.Timeline{From: at, To: at.Add(length), Lanes: []view.Lane{{Label: "a", Bars: []view.Bar{outside}}}}
		html := string(line.HTML())
		var got []string
		for _, m := range timeOnAxis.FindAllStringSubmatch(html, -1) {
			got = append(got, m[1])
		}
		if strings.Join(got, " ") != want || strings.Contains(html, "outside") {
			t.Errorf("%s: %q, want %q", length, got, want)
		}
	}
	if html := (view.Timeline{From: at, To: at, Lanes: []view.Lane{{}}}).HTML(); html != "" {
		t.Errorf("a picture of no time: %s", html)
	}
}

// colour is a colour of the sheet: a variable and its value.
var colour = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`)

// palette returns the variables of the first :root after a place in the sheet.
func palette(t *testing.T, page, after string) map[string]string {
	t.Helper()
	_, rest, found := strings.Cut(page, after)
	_, rest, rooted := strings.Cut(rest, ":root {")
	block, _, closed := strings.Cut(rest, "}")
	if !found || !rooted || !closed {
		t.Fatalf("no :root after %q", after)
	}
	out := map[string]string{}
	for _, m := range colour.FindAllStringSubmatch(block, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// luminance of a colour by WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// Every colour of text reads on every ground that it stands on: a contrast of
// 4.5 to 1 at least (WCAG 2.2, level AA).
func TestPageContrast(t *testing.T) {
	page := hostilePage(t)
	for name, after := range map[string]string{"light": "<style>", "dark": "prefers-color-scheme: dark", "print": "@media print"} {
		colours := palette(t, page, after)
		pairs := [][2]string{{"ink", "dim-soft"}}
		for _, text := range []string{"ink", "dim", "good", "warn", "bad", "accent"} {
			pairs = append(pairs, [2]string{text, "paper"}, [2]string{text, "soft"})
			if text != "ink" && text != "dim" {
				pairs = append(pairs, [2]string{text, text + "-soft"})
			}
		}
		for _, pair := range pairs {
			if colours[pair[0]] == "" || colours[pair[1]] == "" {
				t.Fatalf("%s: no --%s or --%s", name, pair[0], pair[1])
			}
			a := luminance(t, colours[pair[0]])
			b := luminance(t, colours[pair[1]])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", name, pair[0], pair[1], ratio)
			}
		}
	}
}

// The time of a page is that of what was read, if anything there has one.
func TestAboutNamesNoTimeThatIsNotKnown(t *testing.T) {
	s := &snapshot.Snapshot{AtSource: snapshot.AtNewest, Source: snapshot.Source{Files: []string{"pod.yaml"}}}
	if diff := cmp.Diff([]string{"nothing that was read has a time", "from pod.yaml"}, view.About(s)); diff != "" {
		t.Error(diff)
	}
	s.At = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	want := []string{"2026-03-02 12:00:00 UTC", "the newest time in what was read", "from pod.yaml"}
	if diff := cmp.Diff(want, view.About(s)); diff != "" {
		t.Error(diff)
	}
}
