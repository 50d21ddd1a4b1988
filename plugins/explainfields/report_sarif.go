package explainfields

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
)

// sarifSchema is where the schema of the format is published.
const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"

// The objects of a SARIF 2.1.0 log (OASIS, sections 3.13 to 3.52) that are used.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"` // one: this run of the command
		// ColumnKind is how columns are counted; without it viewers count UTF-16 code units.
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"` // [] for none: null would mean that nothing was checked
	}
	// sarifTool has the command as its driver. Extensions, which it could have beside it, there are none.
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	// sarifRule is one of findingRules. Viewers group results by it, and show its text once.
	sarifRule struct {
		ID            string      `json:"id"`
		Description   sarifText   `json:"shortDescription"`
		Configuration sarifLevels `json:"defaultConfiguration"`
	}
	// sarifLevels has the level of a rule: error, warning or note.
	sarifLevels struct {
		Level string `json:"level"`
	}
	// sarifText is a message. Without markdown, which it could have, viewers show it as it is.
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		// Successful is false if a document could not be read, not if something in it is wrong.
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	// sarifNotification is about the run, and has no place in a file.
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"` // into the rules of the driver
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	// sarifArtifact is a file, by which code hosts find the lines of a change.
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`             // from 1
		Column int `json:"startColumn,omitempty"` // from 1; absent: the whole line
	}
	// sarifLogical is the place in the object: "Deployment shop/web spec.replicas".
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
)

// sarif returns the judgements as a SARIF log. What was not read beside the files is
// a notification of the run.
func sarif(judgements []judgement, unread []string) ([]byte, error) {
	run := sarifRun{
		Tool:        sarifTool{Driver: sarifDriver{Name: "kubectl-explainfields", Rules: sarifRules()}},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
		Invocations: []sarifInvocation{sarifInvocationOf(judgements, unread)},
	}
	// In the order of files and lines, as they were judged.
	for _, v := range judgements {
		for _, f := range v.findings {
			run.Results = append(run.Results, sarifResultOf(v, f))
		}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // the messages have "<" and "&" in them, which people read here
	e.SetIndent("", "  ")
	if err := e.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}); err != nil {
		return nil, fmt.Errorf("encode sarif: %w", err)
	}
	return out.Bytes(), nil
}

// sarifRules returns findingRules, each with the level that its findings have.
func sarifRules() []sarifRule {
	var rules []sarifRule
	for _, r := range findingRules {
		rules = append(rules, sarifRule{
			ID: r.id, Description: sarifText{r.meaning}, Configuration: sarifLevels{finding{rule: r.id}.level()},
		})
	}
	return rules
}

// sarifInvocationOf returns whether the run read all documents, and what it could not
// read beside them.
func sarifInvocationOf(judgements []judgement, unread []string) sarifInvocation {
	invocation := sarifInvocation{Successful: !slices.ContainsFunc(judgements, judgement.unreadable)}
	for _, line := range unread {
		invocation.Notifications = append(invocation.Notifications, sarifNotification{"warning", sarifText{line}})
	}
	return invocation
}

// unreadable reports whether a document could not be read.
func (v judgement) unreadable() bool {
	return slices.ContainsFunc(v.findings, func(f finding) bool { return f.rule == unreadable })
}

// sarifResultOf returns a finding as a result. Viewers show the text without the
// logical location, so the text names the object, too.
func sarifResultOf(v judgement, f finding) sarifResult {
	text := f.text()
	if v.title != "" {
		text = v.title + ": " + text
	}
	return sarifResult{
		RuleID:    f.rule,
		RuleIndex: slices.IndexFunc(findingRules, func(r struct{ id, meaning string }) bool { return r.id == f.rule }),
		Level:     f.level(),
		Message:   sarifText{text},
		Locations: []sarifLocation{sarifLocationOf(v, f)},
	}
}

// sarifLocationOf returns where a finding is: in the file, and in the object. A region without a
// line would not be legal (3.30.2), so that a finding without one has the whole file.
func sarifLocationOf(v judgement, f finding) sarifLocation {
	at := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{sarifURI(v.file)}}}
	if f.line > 0 {
		at.Physical.Region = &sarifRegion{Line: f.line, Column: f.column}
	}
	if v.title != "" {
		at.Logical = []sarifLogical{{v.title + " " + f.path}}
	}
	return at
}

// sarifURI returns a file as a URI: relative to where the command runs, which in
// CI is the root of the repository, or absolute.
func sarifURI(file string) string {
	path := filepath.ToSlash(file)
	if filepath.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: path}).String()
	}
	return (&url.URL{Path: path}).String()
}
