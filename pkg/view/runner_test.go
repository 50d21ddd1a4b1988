package view_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// commandsOfRunners are texts that the runner of a CI system takes for commands.
var commandsOfRunners = []string{
	"::error::x", "::set-output name=a::b", "::add-mask::password", "::stop-commands::x", "  ::warning file=a,line=1::x", "\t::Group::x",
	"a\n::error::x", "wrapped text ::notice::x", "::error title=\u200bx::y", "##[set-output name=a]b", "a ##[error]b", "##[group]",
	"##vso[task.setvariable variable=a]b", "log: ##vso[task.complete result=Failed;]", "##teamcity[buildStatus status='FAILURE']",
	"##VSO[task.debug]", "###[error]", "#\x1b[m#[error]x", "::\x1b[31merror::x", "a\r::error::x", "##", "##vso",
}

// followed matches what a runner follows in a line, wherever it was wrapped.
var followed = regexp.MustCompile(`(?im)(?:^|\s)::[a-z-]+(?:\s[^\n]*?)?::|##(?:vso|teamcity)?\[`)

// No text of a cluster is a command to the runner of a CI system.
func TestCleanDisarmsCommandsOfRunners(t *testing.T) {
	for _, text := range commandsOfRunners {
		for name, shown := range map[string]string{"Clean": view.Clean(text), "CleanLine": view.CleanLine(text), "Wrap": view.Wrap(text, 12, 2)} {
			if followed.MatchString(shown) {
				t.Errorf("%s of %q is %q", name, text, shown)
			}
		}
		if once := view.Clean(text); view.Clean(once) != once {
			t.Errorf("%q is %q, and then %q", text, once, view.Clean(once))
		}
	}
	for _, text := range []string{"::1 localhost", "fe80::1%eth0", "std::vector::at", "## Heading", "see #12", "a::error::b", "[::]:8080: bind", "::ffff:10.0.0.1"} {
		if shown := view.Clean(text); shown != text {
			t.Errorf("%q is shown as %q", text, shown)
		}
	}
}

// anyCommand finds what a runner of GitHub, Azure or TeamCity would execute.
var anyCommand = regexp.MustCompile(`(?im)^\s*::[a-z-]+(?:\s[^\n]*?)?::|##(?:vso|teamcity)?\[`)

// The formats for scripts escape such texts, and are read back as they were.
func TestFormatsForScriptsDisarmCommandsOfRunners(t *testing.T) {
	for _, text := range commandsOfRunners {
		report := &view.Report{Kind: "X", Items: []any{map[string]any{"text": text, "lines": "a\n" + text + "\nb"}}}
		for _, format := range []string{"json", "yaml", "kyaml"} {
			var out bytes.Buffer
			if err := printAs(&out, format, report, nil); err != nil {
				t.Fatal(err)
			}
			if found := anyCommand.FindString(out.String()); found != "" {
				t.Errorf("%s of %q has %q", format, text, found)
			}
			var got struct{ Items []map[string]string }
			read := yaml.Unmarshal
			if format == "json" {
				read = func(data []byte, v any, _ ...yaml.JSONOpt) error { return json.Unmarshal(data, v) }
			}
			if err := read(out.Bytes(), &got); err != nil {
				t.Fatalf("%s of %q: %v\n%s", format, text, err, out.String())
			}
			if diff := cmp.Diff(strings.ToValidUTF8(text, "\ufffd"), got.Items[0]["text"]); diff != "" {
				t.Errorf("%s: -text +read\n%s", format, diff)
			}
		}
	}
}
