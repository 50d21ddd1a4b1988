package view

import (
	"fmt"
	"html"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Markdown is a document for chats, issues and merge requests, in the dialect of
// GitHub and GitLab. It is written piece by piece; text from a cluster is escaped in
// each, so that it is shown as it is: no markup, no link, no mention.
type Markdown struct{ out strings.Builder }

// MarkdownText returns text for the inside of a line or table cell.
func MarkdownText(text string) string {
	text = strings.TrimSpace(CleanLine(text))
	var out strings.Builder
	before := ' '
	for i, r := range text {
		after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch {
		case strings.ContainsRune("<>&", r):
			out.WriteString(html.EscapeString(string(r)))
		case (r == '@' || r == '#') && !wordRune(before) && wordRune(after):
			out.WriteString(`\` + string(r) + noMention)
		case inProse(r, text[:i], after):
			out.WriteRune(r)
		// Any ASCII sign may be escaped. Those that mean nothing are left, to be read in a terminal, too.
		case r < utf8.RuneSelf && unicode.In(r, unicode.Punct, unicode.Symbol) && !strings.ContainsRune(`"',/;?%$`, r):
			out.WriteString(`\` + string(r))
		default:
			out.WriteRune(r)
		}
		before = r
	}
	return out.String()
}

// inProse reports whether a sign that Markdown may read as markup is none
// between these texts: at the beginning of a line, "- " and "1. " begin lists, and
// "://" and "www." are links anywhere.
func inProse(r rune, before string, after rune) bool {
	number := func() bool { return strings.Trim(before, "0123456789") == "" }
	switch r {
	case '-', '+':
		return before != ""
	case '_': // marks words, not parts of them
		last, _ := utf8.DecodeLastRuneInString(before)
		return wordRune(last) && wordRune(after)
	case '.':
		return !number() && !strings.EqualFold(lastOf(before, 3), "www")
	case ')':
		return !number()
	case '(', '{', '}', '^':
		return true
	case '=':
		return before != ""
	case '!':
		return after != '['
	case ':':
		return after != '/'
	}
	return false
}

// noMention is inserted after a character that would begin the mention of a
// person or an issue. It is invisible, but it splits the text.
const noMention = "<!-- -->"

// wordRune reports whether r can be part of a name that "@" or "#" would make a mention.
func wordRune(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// lastOf returns the last n bytes of s, all of it if it is shorter.
func lastOf(s string, n int) string { return s[max(0, len(s)-n):] }

// Heading writes a heading of a level from 1 to 6.
func (m *Markdown) Heading(level int, text string) {
	m.block(strings.Repeat("#", level) + " " + MarkdownText(text))
}

// Paragraph writes a sentence, with words in bold before it if there are any.
func (m *Markdown) Paragraph(bold, text string) { m.block(bolder(bold) + MarkdownText(text)) }

// List writes sentences as a list, with words in bold before the first; nothing
// if there are none.
func (m *Markdown) List(bold string, lines []string) {
	if len(lines) == 0 {
		return
	}
	var out strings.Builder
	if bold != "" {
		out.WriteString(strings.TrimSpace(bolder(bold)) + "\n\n")
	}
	for _, line := range lines {
		out.WriteString("- " + MarkdownText(line) + "\n")
	}
	m.block(strings.TrimRight(out.String(), "\n"))
}

// bolder returns a text in bold with a blank behind it, and nothing for none.
func bolder(text string) string {
	if text == "" {
		return ""
	}
	return "**" + MarkdownText(text) + "** "
}

// Code writes lines as a block of code; nothing if there are none. The language
// is of the caller's making.
func (m *Markdown) Code(language string, lines []string) {
	if len(lines) == 0 {
		return
	}
	text := Clean(strings.Join(lines, "\n"))
	fence := "```" // a longer one than any in the text, which would end the block
	for strings.Contains(text, fence) {
		fence += "`"
	}
	m.block(fence + language + "\n" + strings.TrimRight(text, "\n") + "\n" + fence)
}

// Table writes a table; nothing if it has no rows.
func (m *Markdown) Table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	// MarkdownText escapes "|", which would begin another cell, and leaves no line break.
	line := func(cells []string) string {
		shown := make([]string, len(cells))
		for i, cell := range cells {
			shown[i] = MarkdownText(cell)
		}
		return "| " + strings.Join(shown, " | ") + " |\n"
	}
	var out strings.Builder
	out.WriteString(line(head) + "|" + strings.Repeat(" --- |", len(head)) + "\n")
	for _, row := range rows {
		out.WriteString(line(row))
	}
	m.block(strings.TrimRight(out.String(), "\n"))
}

// Fold writes what inside writes so that it shows when its summary is opened.
func (m *Markdown) Fold(summary string, inside func(*Markdown)) {
	var content Markdown
	inside(&content)
	if content.out.Len() == 0 {
		return // there is nothing to be opened for
	}
	// A summary is HTML, in which backslashes escape nothing. "&#34;" keeps its "#": it is no mention.
	shown := html.EscapeString(CleanLine(summary))
	shown = strings.NewReplacer("@", "@"+noMention, "#", "#"+noMention).Replace(strings.ReplaceAll(shown, "&#", "&\x00"))
	shown = strings.ReplaceAll(shown, "&\x00", "&#")
	m.block("<details><summary>" + shown + "</summary>\n\n" + strings.TrimRight(content.out.String(), "\n") + "\n\n</details>")
}

// Head writes the title, the time and source of the report, the images that fail in
// several contexts, and what could not be read.
func (m *Markdown) Head(title string, s *snapshot.Snapshot, list []Common) {
	m.Heading(2, title)
	m.block(MarkdownText(strings.Join(About(s), " · ")))
	for _, c := range list {
		m.Paragraph(c.Summary, "")
	}
	var missing []string
	for _, l := range GapLines(s.Gaps) {
		missing = append(missing, l.What+": "+l.Why)
	}
	m.List("Not read:", missing)
}

// block writes a block and the empty line before it.
func (m *Markdown) block(text string) {
	if m.out.Len() > 0 {
		m.out.WriteByte('\n')
	}
	m.out.WriteString(strings.TrimRight(text, " ") + "\n")
}

// Write writes the document.
func (m *Markdown) Write(w io.Writer) error {
	if _, err := io.WriteString(w, m.out.String()); err != nil {
		return fmt.Errorf("write markdown: %w", err)
	}
	return nil
}
