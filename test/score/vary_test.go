package main

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// sampleCrash returns a run with a log, in a case of a category, whose only container exited with 1.
func sampleCrash(t *testing.T, category string, lines ...string) crash {
	t.Helper()
	log := ""
	for _, line := range lines {
		log += "2026-11-28T19:42:08.1Z " + line + "\n"
	}
	r, ok := crashOf(labels{
		ID: "sample", Namespace: "payments", Category: category, Culprit: &place{Name: "checkout", Container: "checkout"},
	}, []txtar.File{
		{Name: "namespaces/payments/core/pods.yaml", Data: []byte("  name: checkout-7c9f\n  exitCode: 1\n")},
		{Name: "namespaces/payments/pods/checkout-7c9f/checkout/checkout/logs/current.log", Data: []byte(log)},
		{Name: "namespaces/payments/pods/checkout-7c9f/checkout/checkout/logs/previous.log", Data: []byte(log)},
	})
	if !ok {
		t.Fatal("the sample is no case that can be varied")
	}
	return r
}

// variationOf returns the variation of a name.
func variationOf(t *testing.T, name string) variation {
	t.Helper()
	at := slices.IndexFunc(variations, func(v variation) bool { return v.name == name })
	if at < 0 {
		t.Fatalf("no variation %s", name)
	}
	return variations[at]
}

// TestVariationsKeepTheCause checks that a variation is not applied to a case whose cause it could change.
func TestVariationsKeepTheCause(t *testing.T) {
	const message = "cannot open /etc/shop.conf: no such file or directory"
	for _, c := range []struct {
		variation, category string
		lines               []string
		fits                bool
	}{
		{"layout/zap", "app-config", []string{message}, true},
		{"layout/zap", "app-config", []string{"INFO reading /etc/shop.conf", message}, false},
		{"layout/zap", "app-config", []string{"2026-11-28 19:42:08 " + message}, false},
		{"layout/zap", "image-bug", []string{"Traceback (most recent call last):", `  File "a.py", line 1`, "ValueError: x y"}, false},
		{"trace/structlog", "image-bug", []string{"Traceback (most recent call last):", `  File "a.py", line 1`, "ValueError: x y"}, true},
		{"trace/structlog", "image-bug", []string{"booting the shop", `  File "a.py", line 1`, "ValueError: x y"}, false},
		{"trace/logback", "app-config", []string{message, "\tat com.example.Main.main(Main.java:1)"}, false},
		{"below/npm-10", "app-config", []string{message}, true},
		{"below/npm-10", "external-kill", []string{"listening on port 80"}, false},
		{"below/bye", "image-bug", []string{"panic: nil map", "goroutine 1 [running]:"}, false},
		{"below/npm-10", "image-bug", []string{"panic: nil map", "goroutine 1 [running]:"}, true},
		{"names/namespace", "app-config", []string{message}, true},
		{"names/namespace", "dependency", []string{"cannot resolve db.payments.svc"}, false},
		{"names/exit-2", "app-config", []string{message}, true},
		{"names/exit-1", "app-config", []string{message}, false},
		{"names/exit-2", "app-config", []string{"the script ended with exit code 1"}, false},
	} {
		if got := variationOf(t, c.variation).apply(sampleCrash(t, c.category, c.lines...)) != nil; got != c.fits {
			t.Errorf("%s fits %q: %v", c.variation, c.lines, got)
		}
	}
}

// TestVariationsWrite checks what the variations write: both logs of the run, with the lines in their places and their times.
func TestVariationsWrite(t *testing.T) {
	const message = `cannot open "shop.conf"`
	r := sampleCrash(t, "app-config", message)
	for name, want := range map[string][]string{
		"layout/logrus":  {`{"level":"error","msg":"cannot open \"shop.conf\"","time":"2026-11-28T19:42:08Z"}`},
		"layout/klog":    {"E1128 19:42:08.113535       1 main.go:42] " + message},
		"prefix/compose": {"web-1  | " + message},
		"above/no-dotenv": {
			"[dotenv] .env file not found, using the environment", "warning: could not open /etc/shop/local.conf, using defaults", message,
		},
		"below/yarn": {
			message, "error Command failed with exit code 1.",
			"info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.",
		},
	} {
		files := variationOf(t, name).apply(r)
		if len(files) != 3 {
			t.Errorf("%s does not fit", name)
			continue
		}
		text := ""
		for _, line := range want {
			text += "2026-11-28T19:42:08.1Z " + line + "\n"
		}
		for _, f := range files[1:] {
			if string(f.Data) != text {
				t.Errorf("%s: got %q, want %q", name, f.Data, text)
			}
		}
	}
	files := variationOf(t, "names/workload").apply(r)
	if got := files[1].Name; got != "namespaces/payments/pods/zq7unit-7c9f/zq7unit/zq7unit/logs/current.log" {
		t.Errorf("the workload is renamed to %s", got)
	}
	if got := string(variationOf(t, "names/exit-2").apply(r)[0].Data); !strings.Contains(got, "exitCode: 2") {
		t.Errorf("the exit code is not changed: %s", got)
	}
}

// TestNoTwoLogs checks that a case with the logs of two containers is left out.
func TestNoTwoLogs(t *testing.T) {
	r := sampleCrash(t, "app-config", "no such file")
	other := txtar.File{Name: "namespaces/payments/pods/checkout-7c9f/proxy/proxy/logs/previous.log", Data: []byte("x\n")}
	if _, ok := crashOf(r.labels, append(r.files, other)); ok {
		t.Error("the log to vary is not certain")
	}
}

// TestTally checks how a change of a verdict is counted.
func TestTally(t *testing.T) {
	given := func(o outcome, category diagnose.Category, confidence diagnose.Confidence) result {
		return result{outcome: o, item: &diagnose.Item{Cause: diagnose.Cause{Category: category, Confidence: confidence}}}
	}
	before := given(right, diagnose.AppConfig, diagnose.Medium)
	for name, c := range map[string]struct {
		change varied
		want   tally
	}{
		"same":         {varied{before: before, after: before}, tally{cases: 1, same: 1}},
		"surer":        {varied{before: before, after: given(right, diagnose.AppConfig, diagnose.High)}, tally{cases: 1, same: 1}},
		"less sure":    {varied{before: before, after: given(right, diagnose.AppConfig, diagnose.Low)}, tally{cases: 1, unsure: 1}},
		"undetermined": {varied{before: before, after: given(cautious, diagnose.Undetermined, diagnose.Low)}, tally{cases: 1, cautious: 1}},
		"accepted undetermined": {
			varied{before: before, after: given(right, diagnose.Undetermined, diagnose.Low)}, tally{cases: 1, cautious: 1},
		},
		"wrong":  {varied{before: before, after: given(wrong, diagnose.Node, diagnose.High)}, tally{cases: 1, wrong: 1}},
		"missed": {varied{before: before, after: result{outcome: missed}}, tally{cases: 1, wrong: 1}},
		"quotes": {varied{before: before, after: before, quoted: "Goodbye, see you"}, tally{cases: 1, same: 1, false: 1}},
	} {
		var got tally
		got.add(c.change)
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

// TestVaried varies some cases of the open half: no verdict may become wrong or state something false, and none may lose more than
// the variation allows.
func TestVaried(t *testing.T) {
	cases, err := readSet(testdata + "/programs")
	if err != nil {
		t.Fatal(err)
	}
	some := varyOptions{only: halfOpen, sample: 16}
	judged := 0
	for _, c := range cases {
		if !some.takes(c.ID) {
			continue
		}
		err := varyCase(c, variations, func(v variation, change varied) {
			judged++
			var got tally
			got.add(change)
			if fell := got.wrong+got.false > 0 || (got.cautious > 0 && v.may != assertion) || (got.unsure > 0 && v.may == nothing); fell {
				t.Error(change.explain(v, "programs"))
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if judged < len(variations) {
		t.Errorf("only %d variations of cases were judged", judged)
	}
}
