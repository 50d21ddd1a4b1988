package view_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// Escape sequences go, what else is invisible becomes visible, text stays.
func TestClean(t *testing.T) {
	for _, c := range []struct{ name, give, want string }{
		{"plain", "a b\tc\nd", "a b\tc\nd"},
		{"letters of the world", "Zoë 日本語 é नमस्ते 🙂", "Zoë 日本語 é नमस्ते 🙂"},
		{"colour", "\x1b[1;31mred\x1b[0m", "red"},
		{"cursor", "a\x1b[2J\x1b[1;1Hb", "ab"},
		{"private CSI", "a\x1b[?1049hb", "ab"},
		{"C1 CSI", "a\u009b31mb", "ab"},
		{"window title, BEL", "a\x1b]0;pwned\ab", "ab"},
		{"window title, ST", "a\x1b]0;pwned\x1b\\b", "ab"},
		{"C1 OSC and ST", "a\u009d0;pwned\u009cb", "ab"},
		{"link", "\x1b]8;;https://x\x1b\\text\x1b]8;;\x1b\\", "text"},
		{"DCS", "a\x1bP1$q\x1b\\b", "ab"},
		{"APC", "a\x1b_x\x1b\\b", "ab"},
		{"PM", "a\x1b^x\x1b\\b", "ab"},
		{"SOS", "a\x1bXx\x1b\\b", "ab"},
		{"reset", "a\x1bcb", "ab"},
		{"charset", "a\x1b(0b", "ab"},
		{"open OSC hides nothing", "a\x1b]0;text", "a�]0;text"},
		{"OSC over lines hides nothing", "a\x1b]0;one\ntwo\a", "a�]0;one\ntwo�"},
		{"OSC with a sequence inside hides nothing", "\x1b]0;a\x1b[31mb\a", "�]0;ab�"},
		{"open CSI hides nothing", "a\x1b[31", "a�[31"},
		{"CSI cut short by a letter outside ASCII", "\x1b[3é", "�[3é"},
		{"sequences do not join", "\x1b\x1b[31m[32mx", "�[32mx"},
		{"lone ESC", "a\x1b", "a�"},
		{"bell, backspace, NUL, DEL", "a\a\b\x00\x7fb", "a�b"},
		{"CRLF", "a\r\nb", "a\nb"},
		{"lone CR", "real\rfake", "real\nfake"},
		{"CR before a colour", "a\r\x1b[0mb", "a\nb"},
		{"VT FF NEL LS PS", "a\vb\fc\u0085d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"},
		{"bidi override", "user\u202egpj.exe", "user�gpj.exe"},
		{"bidi isolates", "\u2066a\u2069", "�a�"},
		{"zero-width space", "host\u200b:80", "host�:80"},
		{"byte order mark", "\ufeff{}", "�{}"},
		{"runs are one mark", "a\u200b\u200b\u2060b", "a�b"},
		{"soft hyphen", "a\u00adb", "a�b"},
		{"tag letters", "a\U000e0041\U000e0042b", "a�b"},
		{"Hangul filler", "a\u3164b", "a�b"},
		{"joiner in a name", "web\u200d-1", "web�-1"},
		{"joiner in an emoji", "👨\u200d💻 ok", "👨💻 ok"},
		{"variation selector", "⚠\ufe0f warn", "⚠ warn"},
		{"visible format sign", "\u0600٣", "\u0600٣"},
		{"not UTF-8", "a\xff\xfeb\xc3", "a�b�"},
		{"raw C1 byte", "a\x9b31mb", "a�31mb"},
		{"replacement character", "a\ufffd\ufffdb", "a��b"},
	} {
		if got := view.Clean(c.give); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.name, c.give, got, c.want)
		}
	}
}

func TestCleanLine(t *testing.T) {
	for give, want := range map[string]string{
		"one line":              "one line",
		"\n a\n\n\tb\r\nc \n":   " a b c ",
		"a\rb":                  "a b",
		"two  blanks stay":      "two  blanks stay",
		"\x1b[1mbold\x1b[0m\n":  "bold",
		"last\u2028line\u0085x": "last line x",
	} {
		if got := view.CleanLine(give); got != want {
			t.Errorf("CleanLine(%q) = %q, want %q", give, got, want)
		}
	}
}

// No control sequence gets through, no matter how the parts are combined.
func FuzzClean(f *testing.F) {
	for _, seed := range []string{
		"plain", "\x1b[31mx\x1b[0m", "\x1b]0;x\a", "\u009d\u009c", "a\r\nb\r", "\u202e\u200b\ufeff", "\xff\x9b", "\x1bP\x1b\\", "👨\u200d💻", "\u2028\U000e0041", "\x1b\x1b]\n\a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := view.Clean(s)
		if !utf8.ValidString(clean) {
			t.Fatalf("Clean(%q) = %q is not UTF-8", s, clean)
		}
		if i := strings.IndexFunc(clean, forbidden); i >= 0 {
			t.Fatalf("Clean(%q) = %q holds %q", s, clean, clean[i:])
		}
		if again := view.Clean(clean); again != clean {
			t.Fatalf("Clean(%q) = %q, again %q", s, clean, again)
		}
		line := view.CleanLine(s)
		if strings.ContainsAny(line, "\n\t") || view.CleanLine(line) != line {
			t.Fatalf("CleanLine(%q) = %q", s, line)
		}
		for name, text := range map[string]string{
			"plain style":  view.Style{}.Bad(s),
			"wrapped":      view.Wrap(s, 10, 2),
			"colour style": own.Replace(view.Style{Color: true}.Bold(s)),
		} {
			if i := strings.IndexFunc(own.Replace(text), forbidden); i >= 0 {
				t.Fatalf("%s of %q = %q holds %q", name, s, text, text[i:])
			}
		}
	})
}

// own takes away the codes that a Style writes.
var own = strings.NewReplacer(
	"\x1b[39;32m", "", "\x1b[39;35m", "", "\x1b[39;31m", "", "\x1b[39;36m", "", "\x1b[22;1m", "", "\x1b[22;2m", "", "\x1b[0m", "",
)

// forbidden names the characters that must never reach a terminal, by the numbers
// of the Unicode charts and not by the tables that Clean uses.
func forbidden(r rune) bool {
	if r == '\n' || r == '\t' {
		return false
	}
	return r < 0x20 || (r >= 0x7f && r <= 0x9f) || // C0, DEL, C1
		r == 0xad || r == 0x61c || r == 0x180e ||
		(r >= 0x200b && r <= 0x200f) || (r >= 0x2028 && r <= 0x202e) || (r >= 0x2060 && r <= 0x206f) || // zero-width, bidi
		(r >= 0xfe00 && r <= 0xfe0f) || r == 0xfeff || (r >= 0xfff9 && r <= 0xfffb) ||
		(r >= 0xe0000 && r <= 0xe0fff) // tags, variation selectors
}
