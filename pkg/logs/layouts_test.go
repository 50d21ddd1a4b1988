package logs

import "testing"

// TestLayouts checks that what loggers and runtimes print around a message is not taken for a part of it.
func TestLayouts(t *testing.T) {
	for name, c := range map[string]struct {
		line, text string
		level      Level
	}{
		"glog with the year": {
			"E20261120 10:02:41.146301     1 main.cc:448] Could not open port 6379", "Could not open port 6379", Error,
		},
		"the place of rich": {
			"[09:29:10] CRITICAL ModuleNotFoundError: No module named         __init__.py:566", "ModuleNotFoundError: No module named", Fatal,
		},
		"klog": {"F1120 10:02:41.146301     1 main.go:48] Could not open port 6379", "Could not open port 6379", Fatal},
		"logfmt without quotes": {
			"time=2026-11-20T10:02:41Z level=fatal msg=dsn must be set service_name=Shop Login", "dsn must be set service_name=Shop Login", Fatal,
		},
		"no logfmt": {"refused: level=fatal msg=none", "refused: level=fatal msg=none", Fatal},
	} {
		l := Analyze(c.line).Lines[0]
		if l.Text != c.text || l.Level != c.level {
			t.Errorf("%s: level %v, text %q", name, l.Level, l.Text)
		}
	}
}

// TestInnerExceptions checks that the cause of an exception of .NET is read, which begins as an option does.
func TestInnerExceptions(t *testing.T) {
	const log = "Unhandled exception. Shop.StartException: it did not start\n" +
		" ---> System.IO.IOException: No space left on device : '/data/shop.db', as it was written\n" +
		"   at Shop.Program.Main(String[] args)\n"
	if a := Analyze(log); a.Cause == nil || a.Cause.Kind != DiskFull {
		t.Errorf("%+v", a.Cause)
	}
}

// TestAbbreviationsAreNoVariables checks that a word which stands in capitals in any sentence is not taken for the name of a
// variable, unless the sentence is about one.
func TestAbbreviationsAreNoVariables(t *testing.T) {
	for line, want := range map[string]bool{
		"org.apache.spark.SparkException: A master URL must be set in your configuration": false,
		"Error: environment variable DSN must be set":                                     true,
		"Error: DSN must be set before the server can start":                              true,
	} {
		c := Analyze(line).Cause
		if c == nil || c.Kind != SettingMissing || (c.Operand.Type == OperandVariable) != want {
			t.Errorf("%s: %+v", line, c)
		}
	}
}
