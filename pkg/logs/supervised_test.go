package logs

import "testing"

func TestSupervised(t *testing.T) {
	for line, want := range map[string]bool{
		"[18:58:25] INFO: Home Assistant Core finish process received signal 7": true,
		"INFO exited: app (exit status 1; not expected)":                        true,
		"worker 12 was killed by signal SIGSEGV":                                true,
		"child process exited with code 139":                                    true,
		"INFO exited: cron (exit status 1; expected)":                           false,
		"the process received signal 15":                                        false,
		"worker process 7 exited with code 0":                                   false,
		"the server answered with status code 404":                              false,
	} {
		if _, got := Analyze(line).Supervised(); got != want {
			t.Errorf("Supervised of %q is %t, want %t", line, got, want)
		}
	}
}
