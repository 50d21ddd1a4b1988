// Package pages_test opens the pages of -o html in a real browser, as their
// readers do: on a phone and on a wide screen, light, dark and on paper.
package pages_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/explainfields"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

const recording = "../../examples/synergychat/recording"

var plugins = map[string]func(*cli.Env) *cobra.Command{
	"rsmap": rsmap.NewCommand, "thrash": thrash.NewCommand, "explainfields": explainfields.NewCommand,
}

// page is a page and the text that its reader must see without doing anything.
type page struct {
	command string
	answers []string
}

var pages = []page{
	{
		"rsmap -f " + recording,
		[]string{
			"1 Stalled, 1 Degraded, 1 Complete",
			"exits 2 after 2s",
			"kubectl rollout undo deployment/synergychat-web -n default --to-revision=4",
		},
	},
	{
		"rsmap synergychat-web -f " + recording,
		[]string{"1 of 2 pods updated", "What changed in revision 5, against revision 4", "synergychat-web:1.6.0", "revision made"},
	},
	{"thrash -f " + recording, []string{"2 thrashing", "image-bug", "in 4m18s–4m51s", "out-of-memory", "next start expected"}},
	{
		"thrash deployment/synergychat-web -f " + recording,
		[]string{
			"it crashes since image synergychat-web:1.6.0 replaced",
			"panic: assignment to entry in nil map",
			"kubectl logs synergychat-web-67d7c7cd5d-rdp5s",
		},
	},
	{"explainfields deployment/synergychat-web -f " + recording, []string{"by controllers", "Number of pods to run", "synergychat-web:1.6.0"}},
	{fleet("rsmap"), []string{
		"2 Stalled, 2 Degraded, 1 Complete", "snap-20261123T192048Z", "deployment/parlor-api",
		"deployment/synergychat-web",
	}},
	{fleet("thrash"), []string{"6 thrashing", "snap-20261123T192048Z", "app-config", "image-bug"}},
	{"rsmap -f testdata/hostile.yaml", []string{"progress deadline exceeded", "<script>document.title='taken'</script>"}},
	{"thrash -f testdata/hostile.yaml", []string{"<script>document.title='taken'</script>", "</style><b>x"}},
	{"explainfields -f testdata/hostile.yaml", []string{"<script>document.title='taken'</script>", "</style><b>x"}},
}

// fleet is a command on two recordings as on two clusters.
func fleet(plugin string) string {
	return plugin + " --all-contexts -f " + recording + " -f ../../testdata/corpus/d11-core/snap-20261123T192048Z.tar.gz"
}

// A list can be searched and sorted with the keyboard alone, and a timeline
// drawn larger.
func TestListsInABrowser(t *testing.T) {
	b := startBrowser(t)
	for plugin, test := range map[string]struct{ word, first string }{
		"rsmap":  {"bff", "deployment/parlor-api"},
		"thrash": {"bff", "default/deploy/synergychat-crawler rev 2"},
	} {
		t.Run(plugin, func(t *testing.T) {
			url := write(t, fleet(plugin))
			b.load(t, url)
			b.look(t, 1200, "light")
			var seen struct {
				Focus, Count, First, Sorted, Again string
				Rows, Sections                     int
				Width                              float64
			}
			b.eval(t, `(() => {
				const rows = () => [...document.querySelectorAll(".list tbody tr")].filter(e => e.checkVisibility() && e.querySelector("a"));
				const out = {};
				document.dispatchEvent(new KeyboardEvent("keydown", {key: "/"}));
				const find = document.activeElement;
				out.focus = find.type;
				find.value = "`+test.word+`";
				find.dispatchEvent(new Event("input"));
				out.rows = rows().length;
				out.sections = [...document.querySelectorAll("section")].filter(e => e.checkVisibility()).length;
				out.count = document.querySelector("[role=status]").textContent;
				find.value = "";
				find.dispatchEvent(new Event("input"));
				const before = rows()[0].textContent;
				const head = [...document.querySelectorAll(".list thead th")].find(e => ["name", "what"].includes(e.textContent));
				head.querySelector("button").click();
				out.first = rows()[0].querySelector("a").textContent;
				out.sorted = head.ariaSort;
				head.querySelector("button").click();
				head.querySelector("button").click();
				out.again = rows()[0].textContent === before ? "as before" : "";
				const picture = document.querySelector("svg.timeline"), narrow = picture.getBoundingClientRect().width;
				document.querySelector("[aria-label='Zoom in']").click();
				out.width = picture.getBoundingClientRect().width / narrow;
				return out;
			})()`, &seen)
			if seen.Focus != "search" || seen.Rows != 1 || seen.Sections != 1 || !strings.HasPrefix(seen.Count, "1 of ") {
				t.Errorf("search: %+v", seen)
			}
			if seen.First != test.first || seen.Sorted != "ascending" || seen.Again != "as before" {
				t.Errorf("sort: %+v", seen)
			}
			if seen.Width < 1.9 || seen.Width > 2.1 {
				t.Errorf("zoom: %.1f times as wide", seen.Width)
			}
			fits(t, b, 1200, nil)
		})
	}
}

// write makes the page of a command and returns its address.
func write(t *testing.T, command string) string {
	t.Helper()
	words := append(strings.Fields(command), "-o", "html")
	var out, errs bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errs},
		Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return 0 },
	}
	cmd := plugins[words[0]](env)
	cmd.SetArgs(words[1:])
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, &errs)
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + file
}

// Each page loads by itself without a complaint, says its answer at once, fits
// a phone and a wide screen, and reads in light and dark.
func TestPagesInABrowser(t *testing.T) {
	b := startBrowser(t)
	for _, p := range pages {
		t.Run(strings.ReplaceAll(p.command, recording, "recording"), func(t *testing.T) {
			url := write(t, p.command)
			quiet(t, b.load(t, url), url)
			for _, width := range []int{360, 800, 1600} {
				b.look(t, width, "light")
				fits(t, b, width, p.answers)
			}
			for _, scheme := range []string{"light", "dark"} {
				b.look(t, 800, scheme)
				reads(t, b, scheme, scheme)
			}
			structured(t, b)
			printed(t, b)
		})
	}
}

// quiet checks that loading a page asked for nothing else and that the browser
// had nothing to say of it.
func quiet(t *testing.T, events []message, url string) {
	t.Helper()
	for _, e := range events {
		switch e.Method {
		case "Network.requestWillBeSent":
			if !strings.Contains(string(e.Params), `"url":"`+url+`"`) {
				t.Errorf("asks for something: %s", e.Params)
			}
		case "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown":
			t.Errorf("%s: %s", e.Method, e.Params)
		}
	}
}

// fits checks that nothing runs over the side and that the answers are seen.
func fits(t *testing.T, b *browser, width int, answers []string) {
	t.Helper()
	var seen struct {
		Width int
		Over  []string
		Text  string
	}
	b.eval(
		t,
		`({width: document.documentElement.scrollWidth, text: document.body.innerText + [...document.querySelectorAll("svg text")].map(e => e.textContent).join(" "),
		over: [...document.querySelectorAll("body *")].filter(e => !e.closest(".scroll") && !e.closest("svg") && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))})`,
		&seen,
	)
	if seen.Width > width || len(seen.Over) > 0 {
		t.Errorf("is %d wide on a screen of %d: %q", seen.Width, width, seen.Over)
	}
	text := strings.Join(strings.Fields(seen.Text), " ")
	for _, answer := range answers {
		if !strings.Contains(text, answer) {
			t.Errorf("%q is not seen at %d in %.3000s", answer, width, text)
		}
	}
}

// contrasts returns the texts whose contrast with what is behind them is below
// 4.5 (WCAG 2.2 AA), as the browser itself computes their colours.
const contrasts = `(() => {
	const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m };
	const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c } return [255, 255, 255, 1] };
	const bad = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || !e.checkVisibility()) continue;
		const style = getComputedStyle(e);
		const a = light(parse(e.closest("svg") ? style.fill : style.color)), b = light(behind(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) bad.push(walk.currentNode.data.trim().slice(0, 40) + " " + ratio.toFixed(2));
	}
	return {ground: light(behind(document.body)), bad: bad};
})()`

func reads(t *testing.T, b *browser, where, scheme string) {
	t.Helper()
	var seen struct {
		Ground float64
		Bad    []string
	}
	b.eval(t, contrasts, &seen)
	if len(seen.Bad) > 0 {
		t.Errorf("%s: too little contrast: %q", where, seen.Bad)
	}
	if dark := seen.Ground < 0.1; dark != (scheme == "dark") {
		t.Errorf("%s: the ground has a luminance of %.2f", where, seen.Ground)
	}
}

// structured checks what readers who do not see the page go by, and that
// strangers' text stayed text.
func structured(t *testing.T, b *browser) {
	t.Helper()
	var seen struct {
		Title    string
		Language string
		Foreign  int
		Headings []int
		Faults   []string
	}
	b.eval(t, `({title: document.title, language: document.documentElement.lang,
		foreign: document.querySelectorAll("script:not(body > script:last-child), img, iframe, link, b, [src], [onerror]").length,
		headings: [...document.querySelectorAll("h1,h2,h3,h4")].map(h => Number(h.tagName[1])),
		faults: [
			...[...document.querySelectorAll("th:not([scope])")].map(e => "no scope: " + e.textContent),
			...[...document.querySelectorAll("table")].filter(e => !e.tHead || !e.closest("[aria-label]")).map(e => "table without head or name: " + e.textContent.slice(0, 40)),
			...[...document.querySelectorAll("svg[role=img]:not([aria-label])")].map(() => "picture without a name"),
			...[...document.querySelectorAll("details")].filter(e => e.firstElementChild.tagName != "SUMMARY" || e.firstElementChild.tabIndex < 0).map(() => "folded text out of the keyboard's reach"),
			...[...document.querySelectorAll("a")].filter(e => !document.querySelector(e.getAttribute("href"))).map(e => "leads nowhere: " + e.textContent),
		]})`, &seen)
	if seen.Title == "" || seen.Title == "taken" || seen.Language != "en" || seen.Foreign > 0 {
		t.Errorf("title %q, language %q, %d elements that do not belong", seen.Title, seen.Language, seen.Foreign)
	}
	if len(seen.Faults) > 0 {
		t.Errorf("%q", seen.Faults)
	}
	if len(seen.Headings) == 0 || seen.Headings[0] != 1 || slices.Contains(seen.Headings[1:], 1) {
		t.Errorf("headings of the levels %v, want one first", seen.Headings)
	}
}

// printed checks that what is folded on the screen is open on paper, and that a
// printed page comes out.
func printed(t *testing.T, b *browser) {
	t.Helper()
	b.do(
		t,
		"Emulation.setEmulatedMedia",
		map[string]any{"media": "print", "features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}},
		nil,
	)
	var hidden []string
	b.eval(
		t,
		`[...document.querySelectorAll("details > *")].filter(e => e.textContent.trim() && !e.checkVisibility({contentVisibilityAuto: true})).map(e => e.textContent.slice(0, 60))`,
		&hidden,
	)
	if len(hidden) > 0 {
		t.Errorf("folded on paper: %q", hidden)
	}
	reads(t, b, "print", "light")
	var pdf struct{ Data []byte }
	b.do(t, "Page.printToPDF", map[string]any{"printBackground": false}, &pdf)
	if !bytes.HasPrefix(pdf.Data, []byte("%PDF-")) || len(pdf.Data) < 5000 {
		t.Errorf("a printed page of %d bytes", len(pdf.Data))
	}
}
