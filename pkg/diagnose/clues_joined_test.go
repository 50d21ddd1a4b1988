package diagnose

import "testing"

// TestSeveralWords checks which arguments hold more than one word of a command line.
func TestSeveralWords(t *testing.T) {
	for argument, want := range map[string]bool{
		"-c /etc/broker/broker.conf":                        true,
		"--name kv-0 --data-dir /data":                      true,
		"--config.file=/etc/app.yml --storage.path=/data":   true,
		"/etc/sessions/sessions.conf --port 7000":           true,
		"-Xms64m -Xmx256m":                                  true,
		"daemon off;":                                       false,
		"--message=a word and another":                      false,
		"-Dapp.title=The shop":                              false,
		"--listen-client-urls=http://0.0.0.0:2379":          false,
		"from 2026-11-01 to 2026-11-30, every day - or not": false,
	} {
		if got := severalWords(argument); got != want {
			t.Errorf("%q: %t, want %t", argument, got, want)
		}
	}
}
