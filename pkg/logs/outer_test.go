package logs

import (
	"strings"
	"testing"
)

// texts returns the messages of a log that are no part of a trace, one a line.
func texts(log string) string {
	var out []string
	for _, l := range Analyze(log).Lines {
		if !l.Folded {
			out = append(out, l.Text)
		}
	}
	return strings.Join(out, "\n")
}

// TestOuter checks that what runs a program is taken off its lines, and what only looks alike is not.
func TestOuter(t *testing.T) {
	for name, c := range map[string]struct{ log, want string }{
		"compose": {
			"web-1  | Traceback (most recent call last):\nweb-1  |   File \"a.py\", line 1\nweb-1  |\nweb-1  | ValueError: bad",
			"ValueError: bad",
		},
		"foreman":            {"19:42:08 web.1  | no such file\n19:42:08 system | sending SIGTERM", "no such file\nsystem | sending SIGTERM"},
		"pm2":                {"0|web  | no such file", "no such file"},
		"a name in brackets": {"[web] no such file\n[web]     at main (a.js:1:2)", "no such file"},
		"PHP-FPM":            {`[28-Nov-2026 19:42:08] WARNING: [pool www] child 7 said into stderr: "no "such" file"`, `no "such" file`},
		"a clock before a trace": {
			"2026-11-28 19:42:08 Exception in thread \"main\" a.B: no\n2026-11-28 19:42:08 \tat a.B.c(B.java:1)",
			"Exception in thread \"main\" a.B: no",
		},
		"RFC 5424":         {"<11>1 2026-11-28T19:42:08.113Z web-7c9f web 1 - - no such file", "no such file"},
		"a row of a table": {"shop | 4\nno such file", "shop | 4\nno such file"},
		"levels":           {"[fatal] no such file\n[fatal] bye now", "no such file\nbye now"},
		"names of parts":   {"[db] no such file\n[http] closed", "[db] no such file\n[http] closed"},
	} {
		if got := texts(c.log); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestHeads checks that the whole head of a logger is no part of the message, and that a message which looks like one stays.
func TestHeads(t *testing.T) {
	const message = "No channels defined"
	for _, head := range []string{
		"2026-11-28 19:42:08,113 ERROR [main] c.e.s.Main: ", "19:42:08.113 [main] ERROR com.example.shop.Main - ",
		"2026-11-28T19:42:08.113Z ERROR 1 --- [web] [           main] com.example.shop.Main                    : ",
		"2026-11-28 19:42:08,113 - app.main - ERROR - ", "ERROR:app.main:", "2026-11-28 19:42:08.113 | ERROR    | app.main:start:42 - ",
		"2026-11-28 19:42:08 [error    ] ", "E, [2026-11-28T19:42:08.113535 #1] ERROR -- : ", "[2026-11-28T19:42:08Z ERROR shop::server] ",
		"2026-11-28T19:42:08.113535Z ERROR shop::server: ", "2026-11-28T19:42:08.113Z\terror\tapp/main.go:42\t", "7:42PM ERR ",
		"[19:42:08 ERR] ", "[Nest] 1  - 11/28/2026, 7:42:08 PM   ERROR [Bootstrap] ", "[2026-11-28T19:42:08.113535+00:00] app.ERROR: ",
	} {
		if l := Analyze("2026-11-28T19:42:08.2Z " + head + message).Lines[0]; l.Text != message || l.Level != Error {
			t.Errorf("%q: level %v, text %q", head, l.Level, l.Text)
		}
	}
	const answer = "2026-11-28 20:11:56 ERROR 404: Not Found."
	if got := Analyze(answer).Lines[0].Text; !strings.Contains(got, "404") {
		t.Errorf("the status is taken for a logger: %q", got)
	}
}

// TestTracesInFields checks that what was thrown is found in a field, and that a trace of which a logger only warns stays there.
func TestTracesInFields(t *testing.T) {
	const trace = `"exc_info": "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n` +
		`    x = os.environ[\"QUEUE\"]\nValueError: bad"}`
	if got := texts(`{"levelname": "ERROR", "message": "failed", ` + trace); got != "failed\nValueError: bad" {
		t.Errorf("got %q", got)
	}
	if got := texts(`{"levelname": "WARNING", "message": "failed", ` + trace); got != "failed exc_info=ValueError: bad" {
		t.Errorf("got %q", got)
	}
}

// TestGoingOn checks that what a program warns of before it does its work, or closes while it ends, is not why it ended.
func TestGoingOn(t *testing.T) {
	const reason = "cannot open /etc/shop.conf: no such file or directory"
	for log, want := range map[string]Kind{
		"warning: user shop does not exist\nlistening on port 80":          "",
		"warning: user shop does not exist\nfailed listening on port 80":   UserMissing,
		reason + "\nClosing connection pool\nconnection to shop-db closed": FileMissing,
		"connection to shop-db closed":                                     Refused,
		reason + "\nnpm ERR! code ELIFECYCLE\nnpm ERR! errno 1":            FileMissing,
		reason + "\nsys:1: ResourceWarning: unclosed <socket.socket fd=7>": FileMissing,
		".env file not found, using the environment\n" + reason:            FileMissing,
	} {
		var got Kind
		if c := Analyze(log).Cause; c != nil {
			got = c.Kind
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", log, got, want)
		}
	}
}

// TestPadded checks that a line with a level of its own behind a padded number does not go on with the line above, as one without does.
func TestPadded(t *testing.T) {
	for line, head := range map[string]int{"    1: error: no such device": 1, "    1 of 3 devices": 0, "    error: no such device": 0} {
		if got := Analyze("Connected to shop-db\n" + line).Lines[1].Head; got != head {
			t.Errorf("%q belongs to line %d", line, got)
		}
	}
}
