package view_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/view"
)

func TestHTML(t *testing.T) {
	s := view.Style{Color: true}
	table := view.NewTable(view.Column{Head: "name"}, view.Column{Head: "n", Right: true}, view.Column{Head: "ip", WideOnly: true})
	web := table.Row("<web>", s.Bad("1 & 2"), "10.0.0.1")
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
		{"table", table.HTML(view.Style{}), `<div class="scroll"><table><thead><tr><th>name</th><th class="right">n</th></tr></thead><tbody>` +
			`<tr><td>&lt;web&gt;</td><td class="right"><span class="bad">1 &amp; 2</span></td></tr>` +
			`<tr class="note"><td colspan="2">│  why: &lt;script&gt;</td></tr>` +
			`<tr><td><span class="tree">└─ </span>pod</td><td class="right"></td></tr></tbody></table></div>`},
	} {
		if string(c.got) != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, c.got, c.want)
		}
	}
}

// A page is whole and well-formed, and refers to nothing outside itself.
func TestPage(t *testing.T) {
	var out strings.Builder
	if err := view.Page(&out, "web </title>\x1b[2J", view.Tag("h1", "", view.Text("web"))); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, want := range []string{"<title>web &lt;/title&gt;</title>", "<h1>web</h1>", "prefers-color-scheme: dark", "@media print", "default-src 'none'"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	for _, never := range []string{"<script", "http:", "https:", "url(", "@import", "src=", "\x1b"} {
		if strings.Contains(page, never) {
			t.Errorf("%s in\n%s", never, page)
		}
	}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := view.Page(brokenWriter{}, ""); err == nil || err.Error() != "write page: pipe closed" {
		t.Errorf("got %v", err)
	}
}
