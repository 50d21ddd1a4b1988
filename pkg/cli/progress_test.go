package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

func TestProgressIsShownOnTerminalsOnlyAndErased(t *testing.T) {
	for name, test := range map[string]struct {
		width int
		term  string
		after time.Duration
		want  string
	}{
		"a terminal":     {80, "xterm", time.Second, "\r\x1b[2Kreading pods 35,000/100,000\r\x1b[2Kreading pods 35,000/100,000, jobs 5,000\r\x1b[2K"},
		"narrow":         {20, "xterm", time.Second, "\r\x1b[2Kreading pods 35,000\r\x1b[2Kreading pods 35,000\r\x1b[2K"},
		"a fast read":    {80, "xterm", time.Millisecond, ""},
		"a pipe":         {0, "xterm", time.Second, ""},
		"a dumb machine": {80, "dumb", time.Second, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var errOut bytes.Buffer
			now := time.Unix(0, 0)
			env := &Env{
				IOStreams: genericiooptions.IOStreams{ErrOut: &errOut}, Now: func() time.Time { return now },
				Getenv: func(string) string { return test.term }, ErrWidth: func() int { return test.width },
			}
			p := newProgress(env)
			now = now.Add(test.after)
			if p != nil {
				p.Page("pods", 35_000, 100_000)
				p.Page("jobs", 5000, 0)
				p.Done()
				p.Done() // nothing is left to erase
			}
			if got := errOut.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := strings.Join([]string{thousands(7), thousands(1234), thousands(1000000)}, " "); got != "7 1,234 1,000,000" {
		t.Errorf("got %q", got)
	}
}
