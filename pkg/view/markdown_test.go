package view_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// rendered returns the elements and the text of a document as GitHub's dialect
// has them; raw HTML is taken for what it is.
func rendered(t interface{ Fatal(...any) }, text string) (elements []string, words string) {
	var out bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(renderer.WithUnsafe())).Convert([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for tokens := html.NewTokenizer(&out); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return elements, strings.TrimSuffix(all.String(), "\n")
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			elements = append(elements, string(name))
		case html.TextToken:
			all.Write(tokens.Text())
		default:
		}
	}
}

// hostileMarkdown are names and messages that would be markup.
var hostileMarkdown = []string{
	"<script>alert(1)</script>", "[click](https://evil.example)", "![x](https://evil.example/x.png)", "https://evil.example/x",
	"www.evil.example",
	"**bold** _it_ ~~no~~ `code`", "- a list", "+ a list", "* a list", "1. one", "1) one", "# heading", "> quote", "| a | b |", "---", "===",
	"    four spaces", "a\n\n# heading", "a\r\nb", "&lt;b&gt;", "\\", "\\`", "`", "``` sh", "<!-- -->", "</details>", "a@b.example",
	"@all", "#12",
	"[^1]", "[ ] task", "http://x", "mailto:x@y.example", "FTP://x", "~", "a  \nb", "$x$", ":smile:", "name-with-dashes", "x_y_z", "_x_", "x_", "a=b", "=", "!", "![", "{a}", "a+b", "+", "x^2",
}

// What is written as text is shown as this text, with no element of its own.
func TestMarkdownTextIsText(t *testing.T) {
	for _, text := range hostileMarkdown {
		checkMarkdown(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(hostileMarkdown), rapid.StringMatching(`[ -~]{0,12}`), rapid.String())).Draw(t, "pieces")
		checkMarkdown(t, strings.Join(pieces, rapid.SampledFrom([]string{"", " "}).Draw(t, "between")))
	})
}

func checkMarkdown(t interface {
	Errorf(string, ...any)
	Fatal(...any)
}, text string,
) {
	want := strings.Join(strings.Fields(view.CleanLine(text)), " ")
	elements, words := rendered(t, "x "+view.MarkdownText(text))
	if strings.Join(elements, " ") != "p" || strings.Join(strings.Fields(words), " ") != strings.TrimSpace("x "+want) {
		t.Errorf("%q: %v %q from %q", text, elements, words, view.MarkdownText(text))
	}
	if elements, words = rendered(t, view.MarkdownText(text)); want != "" && (strings.Join(elements, " ") != "p" || strings.Join(strings.Fields(words), " ") != want) {
		t.Errorf("%q at the beginning: %v %q from %q", text, elements, words, view.MarkdownText(text))
	}
}

// No text leaves the block that it was written in.
func TestMarkdownBlocks(t *testing.T) {
	for _, text := range append(hostileMarkdown, "```\n# out of the block\n```", "````", "\n\n</details>\n\n# out") {
		var m view.Markdown
		m.Head(text, &snapshot.Snapshot{Gaps: []snapshot.Gap{{Resource: "pods", Reason: text}}}, []view.Common{{Summary: text}})
		m.Table([]string{"a"}, [][]string{{text}})
		m.Fold(text, func(m *view.Markdown) { m.Code("text", []string{text}) })
		m.Paragraph("end", "")
		var out bytes.Buffer
		if err := m.Write(&out); err != nil {
			t.Fatal(err)
		}
		elements, _ := rendered(t, out.String())
		const want = "h2 p p strong p strong ul li table thead tr th tbody tr td details summary pre code p strong"
		if got := strings.Join(elements, " "); got != want {
			t.Errorf("%q: %s\n%s", text, got, out.String())
		}
	}
}

func TestMarkdownMentionsNobody(t *testing.T) {
	for text, want := range map[string]string{
		"by @alice, see #12": `by \@<!-- -->alice, see \#<!-- -->12`,
		"a@b":                `a\@b`,
		"repo@sha256:12":     `repo\@sha256:12`,
	} {
		if got := view.MarkdownText(text); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// KYAML decodes to the same value as JSON, even with text that a terminal would
// not show.
func TestKYAML(t *testing.T) {
	text := "a\x1b[31m\u202eb\u200b \U000e0041 \u0085 no 0x1f: \t\"'\\\n#x\u115f"
	report := view.NewReport("ThrashReport", &snapshot.Snapshot{}, []map[string]any{{"text": text, "n": 7, "no": "yes", "empty": []string{}}})
	report.Redacted = 1
	var out bytes.Buffer
	if err := printAs(&out, "kyaml", report, nil); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "# 1 value is redacted; --show-secrets shows it\n---\n{\n") || strings.ContainsFunc(out.String(), view.Hidden) {
		t.Errorf("%q", out.String())
	}
	var back struct{ Items []map[string]any }
	if err := yaml.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if item := back.Items[0]; item["text"] != text || item["n"] != float64(7) || item["no"] != "yes" {
		t.Errorf("%v", item)
	}
}
