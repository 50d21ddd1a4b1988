package logs_test

import (
	"testing"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// FuzzAnalyze reads anything as a log. What is quoted is short, and text if the
// log was.
func FuzzAnalyze(f *testing.F) {
	f.Add("panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n")
	f.Add(`{"level":"fatal","err":{"message":"connect ECONNREFUSED 10.0.0.1:5432","stack":"x\n at y"}}`)
	f.Add("Traceback (most recent call last):\n  File \"x\", line 1\nValueError: x\n")
	f.Add("2026-11-20T10:00:00Z nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)")
	f.Add(" 026-11-20T10:00:00Z is no timestamp") // it begins with a blank
	f.Fuzz(func(t *testing.T, text string) {
		a := logs.Analyze(text)
		reason := a.Reason()
		if len(reason) > 500 || (utf8.ValidString(text) && !utf8.ValidString(reason)) {
			t.Errorf("%q: the reason is %q", text, reason)
		}
		for _, h := range logs.Hosts(text) {
			if h.Host == "" || h.Port < 0 || h.Port > 65535 {
				t.Errorf("%q: host %+v", text, h)
			}
		}
	})
}
