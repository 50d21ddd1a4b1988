package logs

import "testing"

// TestAnnouncedErrors checks that an error is quoted though it only announces the end, if nothing else
// explains the exit, and that what stands beside an announcement counts.
func TestAnnouncedErrors(t *testing.T) {
	const (
		last    = "FATAL: initialization failed"
		advised = "app.FieldError: odd thing. For more information read on"
	)
	for name, c := range map[string]struct{ log, want string }{
		"alone":          {last + "\nINFO memory: 3 MB\n", last},
		"beside another": {"ERROR the widget is unfit\n" + last + "\n", "ERROR the widget is unfit"},
		"information":    {"INFO shutting down\n", ""},
		"error in a field": {
			`level=error msg="Loading configuration file failed" err="the frobnicator is missing a leg"`,
			"Loading configuration file failed err=the frobnicator is missing a leg",
		},
		"exception with advice": {advised + "\n", advised},
		"advice":                {"For more information read on\n", ""},
		"fatal advice":          {"level=fatal msg=\"odd line (use -debug for details)\"\n", "odd line (use -debug for details)"},
		"a sentence that gives up": {
			"shipping: asking the carrier for its zones\nshipping: gave up on the carrier after 6s\n",
			"shipping: gave up on the carrier after 6s",
		},
		"a word that ends it":  {"asking the carrier for its zones\nexiting\n", "asking the carrier for its zones"},
		"repeated in brackets": {"tool: odd7: not a good widget\n(not a good widget)\n", "tool: odd7: not a good widget"},
	} {
		if got := Analyze(c.log).Reason(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestHintsBehindSentences checks that a word for a level which begins a further sentence is none.
func TestHintsBehindSentences(t *testing.T) {
	for line, want := range map[string]Level{
		"app.FieldError: invalid args! Hint: check the types": Error,
		"app.server: hint: check the types":                   Info,
	} {
		if got := Analyze(line).Lines[0].Level; got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

// TestAdviceIsNoReason checks that an error of which a sentence only says what to do about it is not found.
func TestAdviceIsNoReason(t *testing.T) {
	const advised = "Starting the helper. If you see an `EACCES` error, refer to the manual of npm."
	if a := Analyze(advised); a.Cause != nil {
		t.Errorf("advice: %+v", a.Cause)
	}
	const denied = "open /data: EACCES. If you see this, give it a volume."
	if a := Analyze(denied); a.Cause == nil || a.Cause.Kind != FileDenied {
		t.Errorf("error before advice: %+v", a.Cause)
	}
}

// TestPlacesOfParsers checks that neither the line nor the script of a parser is taken for what it parses.
func TestPlacesOfParsers(t *testing.T) {
	const place = "/usr/lib/ruby/3.1.0/psych.rb:455:in `parse': (<unknown>): mapping values are not allowed in this context at line 3 column 8"
	if a := Analyze(place); a.Cause == nil || a.Cause.Kind != ConfigSyntax || a.Cause.Upstream {
		t.Errorf("place: %+v", a.Cause)
	}
	const status = `request failed: 455: {"error": "/data: permission denied"}`
	if a := Analyze(status); a.Cause == nil || a.Cause.Kind != Rejected || !a.Cause.Upstream {
		t.Errorf("status: %+v", a.Cause)
	}
	const code = "/srv/worker.rb:3: syntax error, unexpected end of file in settings"
	if a := Analyze(code); a.Cause == nil || a.Cause.Kind != Fault {
		t.Errorf("code: %+v", a.Cause)
	}
}

// TestErrorsAboutOptions checks that an error which begins with an option is no usage text.
func TestErrorsAboutOptions(t *testing.T) {
	if a := Analyze("Error: -T :6082 could not be listened on.\n(-? gives usage)\n"); a.Cause == nil || a.Cause.Kind != AddressBad {
		t.Errorf("error: %+v", a.Cause)
	}
	if a := Analyze("-T address could not be listened on\n"); a.Cause != nil {
		t.Errorf("usage: %+v", a.Cause)
	}
}

// TestTheExceptionBelowIsQuoted checks that of a line that logs an exception and the exception below it the latter is quoted.
func TestTheExceptionBelowIsQuoted(t *testing.T) {
	for log, want := range map[string]string{
		"ERROR Fatal error on start\ncom.example.OddException: two heads\n\tat com.example.A.f(A.java:9)": "com.example.OddException: two heads",
		"ERROR two tails\nINFO bye": "ERROR two tails",
	} {
		if got := Analyze(log).Reason(); got != want {
			t.Errorf("%q: %q", log, got)
		}
	}
}

// TestAdviceInASecondSentence checks that advice behind what is wrong does not make advice of the line.
func TestAdviceInASecondSentence(t *testing.T) {
	const wrong = "the two halves of the ring differ. Please make sure that they do not."
	if got := Analyze(wrong).Reason(); got != wrong {
		t.Errorf("%q", got)
	}
	if got := Analyze("the ring is odd\nPlease check the ring").Reason(); got != "the ring is odd" {
		t.Errorf("%q", got)
	}
}

// TestTracesOfOslo checks that oslo.log's prefix is cut from each line of a trace.
func TestTracesOfOslo(t *testing.T) {
	const prefix = "2026-11-30 19:46:24.785 1 ERROR neutron "
	log := prefix + "Traceback (most recent call last):\n" + prefix + "  File \"/usr/lib/a.py\", line 1, in f\n" + prefix + "OddError: two heads"
	if got := Analyze(log).Reason(); got != "OddError: two heads" {
		t.Errorf("%q", got)
	}
}

// TestExcerptsOfSourceAreNoReason checks that quoted lines of a configuration do not stand for what is wrong with it.
func TestExcerptsOfSourceAreNoReason(t *testing.T) {
	log := "critical: Tried to access undefined script variable 'Ends'\n/etc/a.conf(1): object Ends \"m\" {\n              ^^^^\n" +
		"/etc/a.conf(2): }\n/etc/a.conf(3): "
	if a := Analyze(log); a.Cause == nil || a.Cause.Operand.Text != "Ends" {
		t.Errorf("%+v", a.Cause)
	}
	if got := Analyze("two heads, no tail\n/etc/a.conf(1): {\n/etc/a.conf(2): }").Reason(); got != "two heads, no tail" {
		t.Errorf("%q", got)
	}
	if a := Analyze("/etc/a.conf(1): odd token"); a.Cause == nil || a.Cause.Place.Line != "1" {
		t.Errorf("%+v", a.Cause)
	}
}

// TestQuotesHaveNoProcess checks that a process ID before the clock is not quoted.
func TestQuotesHaveNoProcess(t *testing.T) {
	if got := Analyze("[1] 2026/11/30 19:48:32.362150 [FTL] STREAM: odd").Reason(); got != "[FTL] STREAM: odd" {
		t.Errorf("%q", got)
	}
}

// TestKeysAreNoHosts checks that the last part of a key is no word of a sentence about a host, and that an abbreviation
// behind an article is no variable.
func TestKeysAreNoHosts(t *testing.T) {
	if a := Analyze("NotFoundError: database.host not found"); a.Cause != nil && a.Cause.Kind == Unresolved {
		t.Errorf("%+v", a.Cause)
	}
	if a := Analyze("the host not found: db-1"); a.Cause == nil || a.Cause.Kind != Unresolved {
		t.Errorf("%+v", a.Cause)
	}
	if a := Analyze("at least one UPS must be defined in ups.conf"); a.Cause == nil || a.Cause.Operand.Text == "UPS" {
		t.Errorf("%+v", a.Cause)
	}
}

// TestWordsOfASentenceAreNoSettings checks that what a sentence begins with behind a colon is not taken for the name of a
// setting.
func TestWordsOfASentenceAreNoSettings(t *testing.T) {
	for _, text := range []string{"invalid settings: pools overlap", "encrypt has invalid key: illegal base64 data at input byte 4"} {
		if a := Analyze(text); a.Cause == nil || a.Cause.Kind.Side() != Given || a.Cause.Operand.Text != "" {
			t.Errorf("%s: %+v", text, a.Cause)
		}
	}
	if a := Analyze("invalid option: ring_sise"); a.Cause == nil || a.Cause.Operand.Text != "ring_sise" {
		t.Errorf("%+v", a.Cause)
	}
}
