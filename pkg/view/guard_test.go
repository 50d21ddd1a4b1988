package view_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/thrashkit/thrashkit/pkg/view"
)

func TestGuard(t *testing.T) {
	bold := view.Style{Color: true}.Bold("web")
	for _, c := range []struct{ name, give, want string }{
		{"text", "a b\tc\nd", "a b\tc\nd"},
		{"letters of the world", "Zoë 日本語 🙂 \u0600٣", "Zoë 日本語 🙂 \u0600٣"},
		{"our colours", bold, bold},
		{"our own sequence", "\x1b[2Kx", "\x1b[2Kx"},
		{"our own beginning with CR", "\r\x1b[2Kx", "\r\x1b[2Kx"},
		{"CR LF", "a\r\nb", "a\r\nb"},
		{"lone CR", "a\rb", "a�b"},
		{"another colour", "\x1b[31mx", "�[31mx"},
		{"title, BEL", "\x1b]0;x\a", "�]0;x�"},
		{"C1", "a\u009bb", "a�b"},
		{"bidi", "a\u202eb", "a�b"},
		{"zero-width", "a\u200bb", "a�b"},
		{"no UTF-8", "a\xffb\xc3", "a�b�"},
		{"open at the end", "a\x1b[2", "a�"},
	} {
		for cut := range len(c.give) + 1 {
			var out bytes.Buffer
			guard := view.NewGuard(&out, "\x1b[2K", "\r\x1b[2K")
			for _, part := range []string{c.give[:cut], c.give[cut:]} {
				if n, err := guard.Write([]byte(part)); n != len(part) || err != nil {
					t.Errorf("%s: wrote %d of %d, %v", c.name, n, len(part), err)
				}
			}
			if err := guard.Close(); err != nil {
				t.Error(err)
			}
			if got := out.String(); got != c.want {
				t.Errorf("%s, cut at %d: got %q, want %q", c.name, cut, got, c.want)
			}
		}
	}
}

// Whatever is written in whatever parts, nothing hidden passes.
func TestGuardLetsNothingHiddenPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(rapid.SampledFrom([]string{"\x1b", "[31m", "\x1b[39;31m", "\r", "\n", "\xe2\x80", "\xae", "\u202e", "\u009b", "\x07", "a"}), rapid.String())
		var out bytes.Buffer
		guard := view.NewGuard(&out)
		for _, p := range rapid.SliceOf(part).Draw(t, "parts") {
			if _, err := guard.Write([]byte(p)); err != nil {
				t.Fatal(err)
			}
		}
		if err := guard.Close(); err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("\x1b[39;31m", "", "\r\n", "").Replace(out.String())
		if !utf8.ValidString(text) || strings.ContainsFunc(text, view.Hidden) {
			t.Errorf("passed: %q", text)
		}
	})
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestGuardFailsAsItsStream(t *testing.T) {
	guard := view.NewGuard(broken{})
	if _, err := guard.Write([]byte("x")); err == nil {
		t.Error("no error")
	}
	if view.Unguarded(guard) != (broken{}) || view.Unguarded(broken{}) != (broken{}) {
		t.Error("another stream is behind the guard")
	}
}
