package logs

import (
	"strings"
	"testing"
)

// TestReasonKeepsTheMatch checks that a long line is cited with the words that
// decide, wherever they stand in it.
func TestReasonKeepsTheMatch(t *testing.T) {
	const deciding = `open /data/tmp: permission denied`
	filler := func(n int) string { return strings.Repeat("frame of the trace; ", n) }
	for name, line := range map[string]string{
		"at the start":  "FATAL: " + deciding + "; " + filler(60),
		"in the middle": "FATAL: worker failed: " + filler(20) + deciding + "; " + filler(60),
		"at the end":    "FATAL: worker failed: " + filler(60) + deciding,
	} {
		got := Analyze(line).Reason()
		if !strings.Contains(got, deciding) || len(got) > maxQuote {
			t.Errorf("%s: %d bytes: %s", name, len(got), got)
		}
		if !strings.HasPrefix(got, "FATAL: ") {
			t.Errorf("%s: its beginning is gone: %s", name, got)
		}
	}
}

// TestUnderstated checks that the last line counts as an error if it has a field
// for one, though it states the level of information, and other lines do not.
func TestUnderstated(t *testing.T) {
	const line = `ts=2026-11-29T12:42:28Z level=info msg="Error parsing my.cnf" file=/tmp/.my.cnf err="open /tmp/.my.cnf: no such file or directory"`
	if a := Analyze(line); a.Cause == nil || a.Cause.Kind != FileMissing {
		t.Errorf("as the last line: %+v", a.Cause)
	}
	if a := Analyze(line + "\n" + `ts=2026-11-29T12:42:29Z level=info msg="listening on :9104"`); a.Cause != nil {
		t.Errorf("followed by others: %+v", a.Cause)
	}
}

// TestQuoteLeavesTheTimeOut checks that a line is cited without its time, also if its level is glued to that.
func TestQuoteLeavesTheTimeOut(t *testing.T) {
	for line, want := range map[string]string{
		"FATA[2026-11-20T10:02:41Z] config: failed to create the path": "config: failed to create the path",
		"FATA[0003] config: failed to create the path":                 "config: failed to create the path",
		"2026-11-20T10:02:41Z FATAL no config":                         "FATAL no config",
		"2026-11-20T10:02:41.5Z 1 [ERROR] [MY-012526] [InnoDB] no":     "[ERROR] [MY-012526] [InnoDB] no",
		"FATA[main] no config":                                         "FATA[main] no config",
	} {
		if got := Analyze(line).Lines[0].Quote(); got != want {
			t.Errorf("%q is cited as %q, want %q", line, got, want)
		}
	}
}

// TestRecordOfChainedExceptions checks that what Python writes between two exceptions is not cited.
func TestRecordOfChainedExceptions(t *testing.T) {
	const log = "Traceback (most recent call last):\n  File \"/a.py\", line 2\n    import topology\n" +
		"ModuleNotFoundError: No module named 'topology'\n\nDuring handling of the above exception, another exception occurred:\n\n" +
		"Traceback (most recent call last):\n  File \"/b.py\", line 9\n    raise ImproperlyConfigured(e)\n" +
		"ImproperlyConfigured: Unable to import plugin topology\n"
	if got := Analyze(log).Record(maxQuote); strings.Contains(got, "During handling") || !strings.Contains(got, "topology") {
		t.Errorf("got %q", got)
	}
}

// TestPanicThatIsRecoveredIsCitedOnce has the two lines of a panic that a deferred function raises anew (runtime/panic.go, printpanics).
func TestPanicThatIsRecoveredIsCitedOnce(t *testing.T) {
	const log = "panic: assignment to entry in nil map [recovered]\n\tpanic: assignment to entry in nil map\n\ngoroutine 1 [running]:\n"
	if got, want := Analyze(log).Reason(), "panic: assignment to entry in nil map"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
