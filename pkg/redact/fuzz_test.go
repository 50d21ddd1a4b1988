package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// FuzzText redacts anything. What comes out is text if it was text, has a mark for
// each credential, and never the password of this test.
func FuzzText(f *testing.F) {
	f.Add("postgres://app:s3cr3t@db:5432/x?sslmode=disable")
	f.Add(`{"password":"x","nested":"{\"token\":\"y\"}"}`)
	f.Add("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----")
	f.Add("Authorization: Basic YTpi\nCookie: a=b")
	f.Add("Authorization: Digest \x90\x90\x90\x90\x90\x90, response=x")
	f.Fuzz(func(t *testing.T, text string) {
		const password = "hunter2-Zq9xW4"
		for _, s := range []string{text, "DB_PASSWORD=" + password + "\n" + text, text + "\nDB_PASSWORD=" + password} {
			shown, n := redact.Text(s)
			if utf8.ValidString(s) && !utf8.ValidString(shown) {
				t.Errorf("%q became %q, which is no text", s, shown)
			}
			if n > 0 && !strings.Contains(shown, redact.Mark) {
				t.Errorf("%q: %d credentials, but no mark in %q", s, n, shown)
			}
			if strings.HasPrefix(s, "DB_PASSWORD=") && strings.HasPrefix(shown, "DB_PASSWORD="+password) {
				t.Errorf("%q: the password is shown", s)
			}
		}
	})
}
