package view_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"
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
		{"byte order mark in front", "\ufeffa", "�a"},
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

// Nothing hidden gets through, no matter how the text is divided between
// writes.
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

// mustNotPass reports by the classes of the Unicode Character Database whether r
// has no glyph of its own, or acts on those around it. Private-use and unassigned
// characters are shown as a glyph of the font or a box, unless Unicode reserves
// them to be ignored (DerivedCoreProperties.txt, Default_Ignorable_Code_Point).
func mustNotPass(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // Cf with a glyph
		return false
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Join_Control, unicode.Variation_Selector):
		return true
	}
	reserved := (r >= 0x2060 && r <= 0x206f) || (r >= 0xfff0 && r <= 0xfff8) || (r >= 0xe0000 && r <= 0xe0fff)
	return reserved || slices.Contains([]rune{0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xffa0}, r)
}

// Each character alone, at the start, in the middle and at the end of a text,
// whole and cut between its bytes.
func TestGuardJudgesEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || r == '\r' || r == utf8.RuneError {
			continue
		}
		char := string(r)
		want := string(r)
		if mustNotPass(r) {
			want = string(utf8.RuneError)
		}
		for _, ends := range [][2]string{{"", ""}, {"", "b"}, {"a", "b"}, {"a", ""}} {
			var out strings.Builder
			guard := view.NewGuard(&out)
			text := ends[0] + char + ends[1]
			cut := len(ends[0]) + len(char)/2
			_, first := io.WriteString(guard, text[:cut])
			_, second := io.WriteString(guard, text[cut:])
			if err := errors.Join(first, second, guard.Close()); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != ends[0]+want+ends[1] {
				t.Errorf("%U in %q: got %q, want %q", r, text, got, ends[0]+want+ends[1])
			}
		}
	}
}

func TestWriteByteOrderMark(t *testing.T) {
	var out strings.Builder
	if err := view.WriteByteOrderMark(view.NewGuard(&out)); err != nil || out.String() != "\ufeff" {
		t.Errorf("wrote %q, %v", out.String(), err)
	}
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
