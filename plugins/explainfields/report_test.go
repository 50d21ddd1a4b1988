package explainfields

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// hostileText holds what ends a string, an element or a command in one of the formats.
const hostileText = "]]><x a='\"&\x00\x1b[31m\xff\r\n::error::%0A,\u202e🚀"

func hostileJudgements() []judgement {
	found := finding{rule: "wrong-type", path: hostileText, message: hostileText, line: 3, column: 7}
	return []judgement{
		{file: hostileText, title: hostileText, findings: []finding{found, {rule: "deprecated", message: hostileText, line: 4}}},
		{file: "/abs/a b.yaml", findings: []finding{{rule: unreadable, message: hostileText}}},
	}
}

// A JUnit report is well-formed XML, whatever stands in the files.
func TestJUnitIsWellFormed(t *testing.T) {
	out, err := junit(hostileJudgements(), []string{hostileText})
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for d := xml.NewDecoder(strings.NewReader(string(out))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "testcase" {
			cases++
		}
	}
	if cases != 2 {
		t.Errorf("%d cases, want 2:\n%s", cases, out)
	}
}

// What SARIF 2.1.0 requires is there: version and runs (3.13), tool.driver.name
// (3.19), ids of rules (3.49), message.text (3.11), and that a result's rule,
// level, URI and region are legal (3.27, 3.4, 3.30).
func TestSARIFHasWhatTheFormatRequires(t *testing.T) {
	out, err := sarif(hostileJudgements(), []string{hostileText})
	if err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	d := json.NewDecoder(strings.NewReader(string(out)))
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Tool.Driver.Name == "" || len(log.Runs[0].Invocations) != 1 {
		t.Fatalf("head is not complete:\n%s", out)
	}
	run := log.Runs[0]
	if len(run.Results) != 3 {
		t.Fatalf("%d results, want 3", len(run.Results))
	}
	ids := map[string]bool{}
	for _, rule := range run.Tool.Driver.Rules {
		if rule.ID == "" || ids[rule.ID] || rule.Description.Text == "" {
			t.Errorf("rule %+v: its id is empty or not unique, or it has no text", rule)
		}
		ids[rule.ID] = true
	}
	for _, r := range run.Results {
		if r.RuleIndex < 0 || r.RuleIndex >= len(run.Tool.Driver.Rules) || run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("result names rule %d %q, which is none", r.RuleIndex, r.RuleID)
		}
		if (r.Level != "error" && r.Level != "warning") || r.Message.Text == "" || len(r.Locations) != 1 {
			t.Errorf("result is not complete: %+v", r)
			continue
		}
		at := r.Locations[0].Physical
		if strings.ContainsAny(at.Artifact.URI, " \"<>\\^`{|}\x00\x1b\r\n") || at.Artifact.URI == "" {
			t.Errorf("%q is no URI", at.Artifact.URI)
		}
		if at.Region != nil && (at.Region.Line < 1 || at.Region.Column < 0) {
			t.Errorf("region %+v is not legal", at.Region)
		}
	}
}

// Every finding is one line that begins with a command, and no text of a file
// ends a property or begins a command of its own.
func TestGitHubCommandsCannotBeInjected(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(string(github(hostileJudgements(), []string{hostileText})), "\n"), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines, want 4: %q", len(lines), lines)
	}
	for _, line := range lines {
		properties, _, found := strings.Cut(strings.TrimPrefix(line, "::"), "::")
		if strings.Contains(line, "\r") || !found {
			t.Errorf("no command: %q", line)
		}
		if n := strings.Count(properties, ","); n > 3 {
			t.Errorf("%d commas in %q: a text ends a property", n, properties)
		}
	}
}
