package view_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// Emoji and letters above U+FFFF show as themselves, beside characters of
// private use; what does not show is escaped.
func TestYAMLShowsWhatCanBeShown(t *testing.T) {
	want := map[string]any{
		"emoji":          "\U0001F680 go",
		"lines":          "a\n\U0001F680\n",
		"letters":        "\U00020BB7野家 \ue000",
		"private":        "\ue000\ue001\U000F0000",
		"mark first":     "\ufeff\U0001F680 go",
		"escape":         `\U0001F680`,
		"key \U0001F600": "\U0001F600\u200b\U000E0041",
	}
	out, err := view.YAML(want)
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	for _, shown := range []string{
		"emoji: \U0001F680 go\n", "  \U0001F680\n", "letters: \U00020BB7野家 \ue000\n", "key \U0001F600: \"\U0001F600\\u200B\\U000E0041\"\n",
	} {
		if !strings.Contains(text, shown) {
			t.Errorf("%q is not in\n%s", shown, text)
		}
	}
	var got map[string]any
	if err := yaml.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for key, value := range want {
		if got[key] != value {
			t.Errorf("%q is read back as %q, want %q", key, got[key], value)
		}
	}
}
