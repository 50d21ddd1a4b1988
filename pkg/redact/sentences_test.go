package redact_test

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// hiddenSentences are sentences of logs in which N is the word for a credential and V the credential.
const hiddenSentences = `
N V
N: V
N is V
N is now V
N will be V
N was V
N set to V
N has been set to V
N changed from V to V
N updated to V
N rotated: V
N generated: V
N retrieved: V
N found in config: V
N from env: V
N [V]
N (V)
N "V"
N -> V
N – V
N: V, retrying
N V was rejected
N V is invalid
N V does not match
N "V" for user bob
N for bob: V
N for user 'bob': V
N of user bob is V
bob's N: V
bob (N: V)
using N V
with the following N: V
Invalid N provided: V
expected N "V" but got "V"
your new N is V
Use the following N:
V
Your N is:

V
Copy the N below:
V
generated new N V for bob
Setting N to V
changing N from V to V
decrypted N: V
resolved N to V
overriding N with V
No N set, using V
N not provided, using V
N not set, defaulting to V
V is not a valid N
V as the N
{N: V, user: bob}
[N=V]
(N=V, user=bob)
| N: V |
N............: V
user: bob
N: V
N (shown once): V
N in plain text: V
value of N is V
supplied N "V" is wrong
N mismatch: expected V, got V
N mismatch: V != V
comparing N V with V
leaked N V
N from header: V`

// keptSentences are sentences that have the word for a credential and the name O of something else.
const keptSentences = `
N for O expired
N of user O was reset
no N found for O
cannot read N from O
N loaded from O
saved N to O
requesting N from O
N issued by O
N validated against O
N policy of O
N length for O must be 12
O: N is required
O (no N)
N is stored in O
N is not valid for O
using N from O
invalid N from O
N mismatch on O
N refresh failed for O
N provider O is ready
N path: O
N name: O
N version O
created N for O
rotating N for O
copying N to O
N sent to O
N not configured on O`

// templatesOf returns sentences of a list; a line that begins with V or N after a blank or an announcement belongs to the one before.
func templatesOf(list string) []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(list), "\n") {
		if n := len(out) - 1; n >= 0 && (line == "V" || line == "" || out[n] == "user: bob") {
			out[n] += "\n" + line
			continue
		}
		out = append(out, line)
	}
	return out
}

// In every sentence, every credential goes and nothing else does.
func TestTextOfSentences(t *testing.T) {
	for _, template := range templatesOf(hiddenSentences) {
		for noun, values := range map[string][]string{
			"password":       {"hunter42", "Summer2026!", "p3pp3r#25"},
			"admin password": {"hunter42", "Summer2026!"},
			"passphrase":     {"hunter42"},
			"token":          {"Rp9hMmn73aZz3Jl4z4QGpxxOmZnaShT8", "3f2a9c1d0b7e4a5c6d8e9f0011223344"},
			"access token":   {"Rp9hMmn73aZz3Jl4z4QGpxxOmZnaShT8"},
			"API key":        {"Rp9hMmn73aZz3Jl4z4QGpxxOmZnaShT8"},
			"client secret":  {"Rp9hMmn73aZz3Jl4z4QGpxxOmZnaShT8"},
		} {
			for _, value := range values {
				text := strings.NewReplacer("N", noun, "V", value).Replace(strings.ReplaceAll(template, "No N", "no N"))
				shown, _ := redact.Text(text)
				if strings.Contains(shown, value) {
					t.Errorf("%q became %q", text, shown)
				}
			}
		}
	}
}

// Sentences about a credential stay as they are, whatever they name.
func TestTextKeepsSentences(t *testing.T) {
	nouns := []string{"password", "token", "secret", "API key", "credentials", "access token", "session key", "client secret", "passphrase"}
	objects := []string{
		"web-1", "db-creds2", "user42", "v1.2.3", "10.0.0.1", "/run/secrets/x1", "shop/web1", "bob2@example.com", "web-7d4b9c6f5d-x2x9z",
		"3f2a9c1d-0b7e-4a5c-6d8e-9f0011223344", "https://auth.example.com/v2",
	}
	for _, template := range templatesOf(keptSentences) {
		for _, noun := range nouns {
			for _, object := range objects {
				text := strings.NewReplacer("N", noun, "O", object).Replace(template)
				if shown, _ := redact.Text(text); shown != text {
					t.Errorf("%q became %q", text, shown)
				}
			}
		}
	}
}
