package cri

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	tests := map[string]Script{
		"":              {{}},
		"run=3s exit=1": {{Ends: true, Run: 3 * time.Second, Exit: 1}},
		"exit=137 reason=OOMKilled": {{
			Ends: true, Exit: 137, Reason: "OOMKilled",
		}},
		"stop=2s/3":  {{Stop: Stop{Handled: true, After: 2 * time.Second, Exit: 3}}},
		"stop=1s":    {{Stop: Stop{Handled: true, After: time.Second}}},
		"stop=never": {{Stop: Stop{Never: true}}},
		"log='a=b c' err@2s=x log@exit=y log@stop=z": {{Lines: []Line{
			{Stream: "stdout", Text: "a=b c"},
			{Stream: "stderr", After: 2 * time.Second, Text: "x"},
			{Stream: "stdout", When: AtExit, Text: "y"},
			{Stream: "stdout", When: AtStop, Text: "z"},
		}}},
		"listen=8080 listen=9090@5s": {{Listen: []Listen{{Port: 8080}, {Port: 9090, After: 5 * time.Second}}}},
		"http=200,503@20s http:/q?a=b=hang": {{HTTP: Answers{
			{Phases: Phases{{State: "200"}, {After: 20 * time.Second, State: "503"}}},
			{Match: "/q?a=b", Phases: Phases{{State: "hang"}}},
		}}},
		"exec=ok,fail@1m exec:ready=7 output=locked": {{
			Exec: Answers{
				{Phases: Phases{{State: "ok"}, {After: time.Minute, State: "fail"}}},
				{Match: "ready", Phases: Phases{{State: "7"}}},
			},
			Output: "locked",
		}},
		"'termination=bye\\nbye' create-error=c start-error=s": {{Termination: "bye\nbye", CreateError: "c", StartError: "s"}},
		"exit=1 then run=1s then":                              {{Ends: true, Exit: 1}, {Ends: true, Run: time.Second}, {}},
		"script=1s/1,2s/137/OOMKilled,10m/0": {
			{Ends: true, Run: time.Second, Exit: 1},
			{Ends: true, Run: 2 * time.Second, Exit: 137, Reason: "OOMKilled"},
			{Ends: true, Run: 10 * time.Minute},
		},
	}
	for line, want := range tests {
		t.Run(line, func(t *testing.T) {
			words, err := Split(line)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Parse(words)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := map[string]string{
		"rum=3s":             `unknown word "rum=3s"`,
		"run":                "is not a duration",
		"run=-1s":            "is not a duration",
		"exit=256":           "is not an exit code",
		"exit=-1":            "is not an exit code",
		"reason=":            "no text",
		"stop=soon":          "is not a duration",
		"stop=1s/x":          "is not an exit code",
		"log@later=x":        "is not a duration",
		"listen=0":           "not a port",
		"listen=80@x":        "is not a duration",
		"http=ok":            "neither a status code nor hang",
		"http=100":           "neither a status code nor hang",
		"exec=perhaps":       "neither ok, fail, hang nor an exit code",
		"exec=fail@3s":       "nothing is said of its start",
		"exec=ok,fail@0s":    "does not come later",
		"exec=ok,fail":       "does not come later",
		"script=1s/1,x/1":    "is not a duration",
		"exit=1 then exit=x": "is not an exit code",
		"pull=not-found":     "unknown word", // it is for images
	}
	for line, want := range tests {
		t.Run(line, func(t *testing.T) {
			words, err := Split(line)
			if err != nil {
				t.Fatal(err)
			}
			if s, err := Parse(words); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %+v, error %v; want an error with %q", s, err, want)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	tests := map[string][]string{
		"":                     nil,
		"  a\tb\n":             {"a", "b"},
		`log='it is' b`:        {"log=it is", "b"},
		`"a \"b\" \\" 'c\d'`:   {`a "b" \`, `c\d`},
		`"a\nb" 'a\nb'`:        {`a\nb`, `a\nb`},
		`a\ b ''`:              {"a b", ""},
		`err="can't" 'say "x'`: {"err=can't", `say "x`},
	}
	for line, want := range tests {
		got, err := Split(line)
		if err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: -want +got\n%s", line, diff)
		}
	}
	for _, line := range []string{`'a`, `b "c`, `d\`} {
		if got, err := Split(line); err == nil {
			t.Errorf("%q: got %q, want an error", line, got)
		}
	}
}

func TestLastAttemptStays(t *testing.T) {
	s := Script{{Exit: 1}, {Exit: 2}}
	for n, want := range []int32{1, 2, 2, 2} {
		if got := s.Attempt(uint32(n)).Exit; got != want {
			t.Errorf("attempt %d exits with %d, want %d", n, got, want)
		}
	}
	if diff := cmp.Diff(Attempt{}, Script(nil).Attempt(3)); diff != "" {
		t.Errorf("without a script: -want +got\n%s", diff)
	}
}
