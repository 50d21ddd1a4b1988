package wording_test

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

func TestNameWords(t *testing.T) {
	for name, want := range map[string]string{
		"":               "",
		"DB_PASSWORD":    "db password",
		"dbPassword":     "db password",
		"db.pass-word":   "db pass word",
		"HTTPServerPort": "http server port",
		"--apiKey2":      "api key2",
		"größeÄndern":    "größe ändern",
	} {
		if got := strings.Join(wording.NameWords(name), " "); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
