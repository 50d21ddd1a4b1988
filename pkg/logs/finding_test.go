package logs

import (
	"strings"
	"testing"
)

func TestOperandIsNoWordOfTheSentence(t *testing.T) {
	for line, want := range map[string]string{
		"ERROR!!! the LOGIN_PASSWORD environment variable must be at least 12 characters": "LOGIN_PASSWORD",
		`{"level":"error","error":"APP_HOST must be a URL address","message":"failed"}`:   "APP_HOST",
		`Invalid config file: missing config key "global.server_name"`:                    "global.server_name",
		"failed to connect to `host=orders-pg user=orders database=orders`: refused":      "orders-pg",
	} {
		cause := Analyze(line).Cause
		if cause == nil || cause.Operand.Text != want {
			t.Errorf("the cause of %q is %+v, want the operand %s", line, cause, want)
		}
	}
}

func TestVagueWordsShowNoFile(t *testing.T) {
	for line, want := range map[string]Strength{
		"java.lang.IllegalStateException: Failed to load ApplicationContext": Shows,
		"Error: failed to load model from /models/x.gguf":                    Supports,
		"RUNTIME ERROR: Field does not exist: titel /d/main.jsonnet:2:9-19":  Shows,
	} {
		if cause := Analyze(line).Cause; cause == nil || cause.Strength != want {
			t.Errorf("the cause of %q is %+v, want strength %d", line, cause, want)
		}
	}
}

func TestErrorOutdoesWarning(t *testing.T) {
	const log = "[10:02:41.146] WARN: \"PUBLIC_URL\" should be a full URL\n[10:02:41.951] ERROR: the keeper cannot find its flock"
	if got := Analyze(log).Reason(); !strings.Contains(got, "flock") {
		t.Errorf("the reason is %q, want the error behind the warning", got)
	}
}

func TestHeadsOfRayAndLogrus(t *testing.T) {
	for line, want := range map[string]Level{
		"[2026-11-20 10:02:41,146 I 57 57] (gcs_server) gcs_server.cc:58: GCS storage type is redis": Info,
		"[2026-11-20 10:02:41,146 W 57 94] (gcs_server) metric_exporter.cc:209: export failed":       Warn,
		"FATA[2026-11-20T10:02:41Z] config: no originals":                                            Fatal,
		"ERRO[0003] cannot start": Error,
	} {
		if got := newLine(line); got.Level != want || strings.Contains(got.Text, "2026") {
			t.Errorf("%q is read as level %d: %q, want level %d", line, got.Level, got.Text, want)
		}
	}
}

func TestStructuredLeavesOutFrames(t *testing.T) {
	const line = `{"level":"fatal","msg":"no cluster","stacktrace":"main.main\n\t/src/main.go:78\nruntime.main\n\t/go/proc.go:250"}`
	if got := newLine(line).Text; got != "no cluster" {
		t.Errorf("the text is %q, want the message alone", got)
	}
	const unquoted = "time=2026-11-20T10:02:41Z level=fatal msg=no registry error=map[message:dial user=a database=b: refused] service=x"
	if got := newLine(unquoted).Text; !strings.Contains(got, "dial user=a database=b: refused") {
		t.Errorf("the text is %q, want the map as a whole", got)
	}
}

func TestClassesAreNoHosts(t *testing.T) {
	if got := Hosts("connection from org.apache.kafka.connect.runtime.Connect closed"); len(got) > 0 {
		t.Errorf("the hosts are %v, want none", got)
	}
}
