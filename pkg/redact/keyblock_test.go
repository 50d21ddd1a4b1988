package redact_test

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// full are two full lines of a made-up key, and its last line.
const (
	full1 = "MIIEowIBAAKCAQEAq7Zk3xVJ0example0w5TtY8nRfK2LmPqSuWvXz9AbCdEfGhI"
	full2 = "jKlMnOpQrStUvWxYz0123456789example+AbCdEfGhIjKlMnOpQrStUvWxYz01/"
	last  = "q7Zk3xVJ0example0w=="
)

// cert is the first line of a made-up certificate.
const cert = "MIIDazCCAlOgAwIBAgIUexample0w5TtY8nRfK2LmPqSuWvXz9AbCdEfGhIjKlMn"

// A private key becomes one mark: with its BEGIN and END, with one of them or
// none, and with text of the log before each of its lines.
func TestPrivateKeyOfSeveralLines(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"whole": {
			"a\n-----BEGIN RSA PRIVATE KEY-----\n" + full1 + "\n" + last + "\n-----END RSA PRIVATE KEY-----\nb",
			"a\n-----BEGIN RSA PRIVATE KEY-----‹redacted›-----END RSA PRIVATE KEY-----\nb",
		},
		"carriage returns": {
			"-----BEGIN PRIVATE KEY-----\r\n" + full1 + "\r\n-----END PRIVATE KEY-----\r\nb",
			"-----BEGIN PRIVATE KEY-----‹redacted›-----END PRIVATE KEY-----\r\nb",
		},
		"encrypted": {
			"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C3D4E5F\n\n" + full1 + "\n-----END RSA PRIVATE KEY-----",
			"-----BEGIN RSA PRIVATE KEY-----‹redacted›-----END RSA PRIVATE KEY-----",
		},
		"times before each line": {
			"10:00:01 E -----BEGIN OPENSSH PRIVATE KEY-----\n10:00:01 E b3BlbnNzaC1rZXktdjEAAAAAzq9\n10:00:02 E AAAAzq8=\n10:00:02 E -----END OPENSSH PRIVATE KEY-----\n10:00:03 I ready",
			"10:00:01 E -----BEGIN OPENSSH PRIVATE KEY-----‹redacted›-----END OPENSSH PRIVATE KEY-----\n10:00:03 I ready",
		},
		"lines of JSON": {
			`{"log":"-----BEGIN EC PRIVATE KEY-----\n"}` + "\n" + `{"log":"MHcCAQEEIexample0\n"}` + "\n" + `{"log":"-----END EC PRIVATE KEY-----\n"}`,
			`{"log":"-----BEGIN EC PRIVATE KEY-----‹redacted›-----END EC PRIVATE KEY-----\n"}`,
		},
		"escaped on one line, after a certificate": {
			`{"crt":"-----BEGIN CERTIFICATE-----\nMIIBexample0\n-----END CERTIFICATE-----\n","key":"-----BEGIN PRIVATE KEY-----\nMIIEexample0\n-----END PRIVATE KEY-----\n"}`,
			`{"crt":"-----BEGIN CERTIFICATE-----\nMIIBexample0\n-----END CERTIFICATE-----\n","key":"-----BEGIN PRIVATE KEY-----‹redacted›-----END PRIVATE KEY-----\n"}`,
		},
		"PGP": {
			"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQOYBFzq9zq9zq9\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----",
			"-----BEGIN PGP PRIVATE KEY BLOCK-----‹redacted›-----END PGP PRIVATE KEY BLOCK-----",
		},
		"without END": {
			"t0 -----BEGIN RSA PRIVATE KEY-----\nt1 " + full1 + "\nt2 " + last + "\nt3 starting the server",
			"t0 -----BEGIN RSA PRIVATE KEY-----‹redacted›\nt3 starting the server",
		},
		"without END, escaped and cut": {
			`config: {"key":"-----BEGIN PRIVATE KEY-----\nMIIEexample0exam`,
			`config: {"key":"-----BEGIN PRIVATE KEY-----‹redacted›`,
		},
		"without BEGIN": {
			"starting\nt1 " + full2 + "\nt2 " + last + "\nt3 -----END RSA PRIVATE KEY-----\nnext",
			"starting\n‹redacted›-----END RSA PRIVATE KEY-----\nnext",
		},
		"without BEGIN, short lines": {
			"MIIEzq9zq9zq9zq9\nAAAAzq8zq8==\n-----END RSA PRIVATE KEY-----",
			"‹redacted›-----END RSA PRIVATE KEY-----",
		},
		"the middle": {full1 + "\n" + full2 + "\n" + full1, "‹redacted›"},
		"the middle and its last line, with times": {
			"10:00:01 " + full1 + "\n10:00:01 " + full2 + "\n10:00:02 " + last + "\n10:00:03 ready",
			"10:00:01 ‹redacted›\n10:00:03 ready",
		},
		"one line of the middle": {"failed\n" + full2 + "\ndone", "failed\n‹redacted›\ndone"},
		"PuTTY": {
			"PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 2\nAAABAQCexample0\nexample9==\nPrivate-MAC: ab12",
			"PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 2‹redacted›\nPrivate-MAC: ab12",
		},
		"SSH2": {
			"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\nP2/56wAAAi0example\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
			"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----‹redacted›---- END SSH2 ENCRYPTED PRIVATE KEY ----",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, n := redact.Text(c.text)
			if got != c.want || n != 1 {
				t.Errorf("%s\nbecame (%d)\n%s\nwant\n%s", c.text, n, got, c.want)
			}
			lines, n := redact.Lines(strings.Split(c.text, "\n"))
			if joined := strings.Join(lines, "\n"); joined != c.want || n != 1 {
				t.Errorf("as lines: %s\nwant\n%s", joined, c.want)
			}
			if again, n := redact.Text(got); again != got || n != 0 {
				t.Errorf("redacted again: %s", again)
			}
		})
	}
}

// Public blocks, digests and words around BEGIN and END stay.
func TestPrivateKeyKeeps(t *testing.T) {
	for _, text := range []string{
		"-----BEGIN CERTIFICATE-----\n" + cert + "\n" + full2 + "\n" + last + "\n-----END CERTIFICATE-----",
		"t1 -----BEGIN CERTIFICATE-----\nt2 " + cert + "\nt3 " + full2,
		full1 + "\n" + full2 + "\n-----END CERTIFICATE-----",
		"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + full1 + "\n=aB3d\n-----END PGP PUBLIC KEY BLOCK-----",
		"cannot parse -----BEGIN PRIVATE KEY----- in tls.key: asn1: structure error",
		"-----BEGIN PRIVATE KEY-----\nStarting\nanother line",
		"no -----END PRIVATE KEY----- found",
		"sha256\n4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865\n53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3",
		"---- BEGIN OF REPORT ----\nall is well",
	} {
		if got, n := redact.Text(text); got != text || n != 0 {
			t.Errorf("%s\nbecame (%d)\n%s", text, n, got)
		}
	}
}
