package explainfields

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// The elements of a JUnit report, as CI systems read them: a suite for each
// file, a case for each object.
type (
	junitSuites struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     string        `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Suites   []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
		Stderr   string      `xml:"system-err,omitempty"` // what could not be read beside the files
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"` // the file
		Name    string        `xml:"name,attr"`      // the object
		Failure *junitFailure `xml:"failure"`
		Error   *junitFailure `xml:"error"`
		Stdout  string        `xml:"system-out,omitempty"` // what is deprecated
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`    // the rule of the first finding
		Message string `xml:"message,attr"` // in one line
		Text    string `xml:",chardata"`    // all findings with their places
	}
)

// junit returns the judgements as a JUnit report. An object fails if something in
// it is wrong; what is only deprecated is output of its case. What was not read
// beside the files stands in a suite of its own.
func junit(judgements []judgement, unread []string) ([]byte, error) {
	all := &junitSuites{Name: "kubectl explainfields", Suites: []*junitSuite{}}
	for _, v := range judgements {
		all.suite(shownLine(v.file)).add(v)
	}
	// A suite of no tests: what was not read is no failure of any.
	if len(unread) > 0 {
		all.suite("not read").Stderr = strings.Join(unread, "\n")
	}
	all.count()
	out, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode junit: %w", err)
	}
	return []byte(xml.Header + string(out) + "\n"), nil
}

// suite returns the suite of a file, which is made if there is none.
func (all *junitSuites) suite(name string) *junitSuite {
	// The objects of a file follow each other, so that its suite can only be the last one.
	if n := len(all.Suites); n > 0 && all.Suites[n-1].Name == name {
		return all.Suites[n-1]
	}
	s := &junitSuite{Name: name}
	all.Suites = append(all.Suites, s)
	return s
}

// count adds up the counts of the suites: some CI systems show only those of the whole.
func (all *junitSuites) count() {
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
	}
}

// add adds a case for one object, or for a document that cannot be read.
func (s *junitSuite) add(v judgement) {
	// A case may have a failure or an error, but not several: all findings of an object are in one.
	c := junitCase{Class: s.Name, Name: v.title}
	var severe []finding
	var severeLines, otherLines []string
	for _, f := range v.findings {
		// With the place, as compilers print it: editors and CI systems make links of it.
		line := view.CleanLine(position(v.file, f.line, f.column) + ": " + f.text())
		if f.severe() {
			severe = append(severe, f)
			severeLines = append(severeLines, line)
		} else {
			otherLines = append(otherLines, line)
		}
	}
	c.Stdout = strings.Join(otherLines, "\n")
	if len(severe) > 0 {
		s.fail(&c, severe, strings.Join(severeLines, "\n"))
	}
	s.Tests++
	s.Cases = append(s.Cases, c)
}

// fail marks a case as failed, with the first finding as its message. JUnit keeps
// two things apart: a check that failed, and an error that prevented the check. A
// document that cannot be read is an error.
func (s *junitSuite) fail(c *junitCase, severe []finding, lines string) {
	failure := &junitFailure{Type: severe[0].rule, Message: firstOf(severe), Text: lines}
	if c.Name == "" { // what cannot be read has no object to be named after
		c.Name = fmt.Sprintf("document at line %d", severe[0].line)
		c.Error = failure
		s.Errors++
		return
	}
	c.Failure = failure
	s.Failures++
}

// firstOf returns the first finding, and how many more there are: CI systems show the message in
// one line, and the text, which has all of them, only when it is opened.
func firstOf(severe []finding) string {
	message := severe[0].text()
	if len(severe) > 1 {
		message += " (and " + wording.Count(len(severe)-1, "more problem") + ")"
	}
	return message
}
