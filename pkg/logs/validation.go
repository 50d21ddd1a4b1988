package logs

import (
	"regexp"
	"strings"
	"sync"
)

// Heads of reports of libraries that check input; what is wrong stands below.
var (
	// pydanticReport is the head of pydantic's (pydantic-core 2, ValidationError): for
	// each error a line with its place, and indented what it is.
	pydanticReport = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b\d+ validation errors? for \w+$`)
	})
	// zodReport is the head of zod's (zod 3 and 4, ZodError): a list in JSON of
	// objects with a path and a message.
	zodReport = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\bZodError\]?: \[$`)
	})
	// instancePath is where jsonschema's report (jsonschema 4, ValidationError) names the place in the document.
	instancePath = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^On instance.*\['([^']+)'\](?:\[\d+\])*:$`)
	})
	variableForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)
	})
)

// validated completes a finding in the head of such a report by the first setting
// that the report names. A name that the finding has in quotes is left alone.
func (a *Analysis) validated(f *Finding) {
	if f.Operand.Quoted {
		return
	}
	head := strings.SplitN(a.Lines[f.Line].Text, "\n", 2)[0]
	if pydanticReport().MatchString(head) {
		f.Operand = a.placeBelow(f.Line)
	} else if place := a.placeAbove(f.Line); place.Text != "" {
		f.Operand = place
	}
	if name := a.instanceBelow(f.Line); name != "" && f.Kind == ConfigValue {
		f.Operand = Operand{Type: OperandOption, Text: name, Quoted: true}
	}
	if zodReport().MatchString(head) {
		a.zodIssue(f)
	}
	if f.Operand.Text == "" && f.Line > 0 && f.Kind.Side() == Given {
		f.Operand = settingQuoted(a.Lines[f.Line-1].Text)
	}
}

// settingQuoted returns the setting in a line of a configuration that Redis quotes above what is wrong with it.
func settingQuoted(text string) Operand {
	if !quotesSetting(text) {
		return Operand{}
	}
	name, _, _ := strings.Cut(strings.Trim(text[len(">>> "):], "'"), " ")
	return Operand{Type: OperandOption, Text: name, Quoted: true}
}

// instanceBelow returns the key that jsonschema's report names below its head, "" if there is no such report.
func (a *Analysis) instanceBelow(at int) string {
	const longest = 30 // lines of a schema and an instance
	if !strings.Contains(a.Lines[at].Text, "jsonschema.exceptions.ValidationError") {
		return ""
	}
	for _, l := range a.Lines[at+1 : min(len(a.Lines), at+longest)] {
		if m := instancePath().FindStringSubmatch(strings.TrimSpace(l.Raw)); m != nil {
			return m[1]
		}
	}
	return ""
}

// placeBelow returns the setting that stands below the head of pydantic's report.
func (a *Analysis) placeBelow(at int) Operand { return a.placeOf(at + 2) }

// placeAbove returns the setting to which a line of pydantic's report belongs: the one
// above it.
func (a *Analysis) placeAbove(at int) Operand {
	const longest = 40 // lines of a report
	for _, l := range a.Lines[max(0, at-longest):at] {
		if pydanticReport().MatchString(l.Text) {
			return a.placeOf(at)
		}
	}
	return Operand{}
}

// placeOf returns the setting with which something is wrong by the line at.
func (a *Analysis) placeOf(at int) Operand {
	if at < 2 || at >= len(a.Lines) {
		return Operand{}
	}
	place := a.Lines[at-1].Raw
	what := a.Lines[at].Raw
	if place == "" || strings.ContainsAny(place, " \t:=") || indentOf(what) == 0 {
		return Operand{}
	}
	return Operand{Type: OperandOption, Text: place, Quoted: true}
}

// zodIssue takes the first issue of zod's report if it is about an environment
// variable. Any other input may be a request, which is no matter of settings.
func (a *Analysis) zodIssue(f *Finding) {
	const longest = 16 // lines of one issue
	path := false
	name := ""
	for _, l := range a.Lines[f.Line+1 : min(len(a.Lines), f.Line+longest)] {
		line := strings.Trim(l.Raw, " \t\"',")
		switch {
		case path:
			name = line
			path = false
		case strings.HasSuffix(line, "path\": [") || line == "path: [":
			path = true
		case strings.HasPrefix(line, "message") && (strings.HasSuffix(line, "Required") || strings.HasSuffix(line, "received undefined")):
			f.Kind = SettingMissing
		}
		if strings.HasPrefix(line, "}") {
			break
		}
	}
	if !variableForm().MatchString(name) {
		f.Kind = f.Entry.Kind
		return
	}
	f.Operand = Operand{Type: OperandVariable, Text: name, Quoted: true}
	f.Strength = Decides
}
