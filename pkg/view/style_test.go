package view_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/view"
)

func TestStyle(t *testing.T) {
	plain := view.Style{}
	colour := view.Style{Color: true}
	for _, c := range []struct{ name, got, want string }{
		{"no colour", plain.Bad("down"), "down"},
		{"colour", colour.Bad("down"), "\x1b[39;31mdown\x1b[0m"},
		{"nothing to paint", colour.Bad(""), ""},
		{"a stranger's colour", colour.Bad("\x1b[32mup\x1b[0m"), "\x1b[39;31mup\x1b[0m"},
		{"a colour in a weight", colour.Bold("a " + colour.Good("b") + " c"), "\x1b[22;1ma \x1b[39;32mb\x1b[0m\x1b[22;1m c\x1b[0m"},
		{"painted, then written plainly", plain.Plain(colour.Warn("x")), "x"},
		{"never closed", colour.Plain("\x1b[39;36mx"), "\x1b[39;36mx\x1b[0m"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	red := view.Style{Color: true}.Bad
	for _, c := range []struct {
		name, text    string
		width, indent int
		want          string
	}{
		{"fits", "a b c", 10, 2, "a b c"},
		{"breaks between words", "one two three four", 9, 0, "one two\nthree\nfour"},
		{"indents all lines but the first", "one two three", 9, 2, "one two\n  three"},
		{"a long word runs over", "see https://example.org/x ok", 8, 0, "see\nhttps://example.org/x\nok"},
		{"no width", "one two\nthree", 0, 2, "one two\n  three"},
		{"lines of the text stay", "one\n\ntwo three", 5, 1, "one\n \n two\n three"},
		{"an indented line stays indented", "  one two", 6, 0, "  one\n  two"},
		{"wide letters", "日本 日本 日本", 9, 0, "日本 日本\n日本"},
		{"exactly", "abc def", 7, 0, "abc def"},
		{"colours end with the line", red("one two"), 4, 1, "\x1b[39;31mone\x1b[0m\n \x1b[39;31mtwo\x1b[0m"},
		{"no room at all", "one two", 2, 4, "one two"},
	} {
		if got := view.Wrap(c.text, c.width, c.indent); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
