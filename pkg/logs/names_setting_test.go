package logs

import "testing"

// TestNamesOfSettings checks that the names of settings, and what is looked for in a configuration, are no report that another
// system fails, and that the same words are one if they report it.
func TestNamesOfSettings(t *testing.T) {
	for line, needed := range map[string]bool{
		`ERROR invalid read timeout "soon"`:                            false,
		`ERROR read timeout after 5s`:                                  true,
		`ERROR the connect timeout must be less than the read timeout`: false,
		`ERROR connect timeout`:                                        true,
		`ERROR duplicate gateway timeout: 5s`:                          false,
		`ERROR invalid credentials file "/run/app"`:                    false,
		`ERROR invalid credentials`:                                    true,
		`ERROR no quorum configured`:                                   false,
		`ERROR no quorum`:                                              true,
		`ERROR role "editor" does not exist in policy file`:            false,
		`ERROR role "editor" does not exist`:                           true,
		`ERROR database url does not exist`:                            false,
		`ERROR database orders does not exist`:                         true,
		`ERROR failed to create a self-signed certificate for shop`:    false,
		`ERROR self-signed certificate`:                                true,
		`ERROR userdb lookup failed: no row`:                           false,
		`ERROR lookup orders-db: no such host`:                         true,
	} {
		cause := Analyze(line).Cause
		if got := cause != nil && cause.Kind.Side() == Needed && cause.Strength == Decides; got != needed {
			t.Errorf("%s: needed %v, want %v", line, got, needed)
		}
	}
	if cause := Analyze(`ERROR LDAP user "eva" does not exist`).Cause; cause != nil && cause.Kind == UserMissing {
		t.Error("a user of a directory is taken for one of the image")
	}
}

// TestTroubleThatWasSurvived checks that last words which refuse a setting count more than what was reported of another system
// before, and that last words of which nothing is known are noticed.
func TestTroubleThatWasSurvived(t *testing.T) {
	const trouble = "ERROR dial tcp 10.0.0.1:4317: connect: connection refused\n"
	for last, want := range map[string]struct {
		needed, survived bool
	}{
		"ERROR the mode must be one of fast, slow": {false, false},
		"ring_size must not be negative":           {false, false},
		"WARN ring_size must not be negative":      {true, false},
		"ERROR the widget lost a leg":              {true, true},
		"TypeError: legs is not a function":        {true, true},
		"ERROR cannot go on without a connection":  {true, false},
		"INFO ring_size must not be negative":      {true, false},
		"FATAL initialization failed":              {true, false},
	} {
		a := Analyze(trouble + last + "\n")
		if got := a.Cause != nil && a.Cause.Kind.Side() == Needed; got != want.needed {
			t.Errorf("%s: needed %v", last, got)
		}
		if got := a.Survived(); got != want.survived {
			t.Errorf("%s: survived %v", last, got)
		}
	}
}

// TestNamesBehindTheirKind checks that the name of a thing is taken for the operand, and not the word for its kind.
func TestNamesBehindTheirKind(t *testing.T) {
	for line, want := range map[string]string{
		`ERROR Unknown output format: wide`:     "wide",
		`ERROR Invalid command tag 'a1'`:        "a1",
		`ERROR Unexpected key separator of lot`: "",
		`ERROR unknown option: format`:          "format",
	} {
		cause := Analyze(line).Cause
		if cause == nil || cause.Operand.Text != want {
			t.Errorf("%s: %+v, want the operand %q", line, cause, want)
		}
	}
}
