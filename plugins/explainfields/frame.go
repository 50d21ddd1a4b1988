package explainfields

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// header says what is shown: what was redacted, the object, the documentation.
func (o *options) header(d *document, redacted int) []string {
	var lines []string
	switch {
	case redacted == 1:
		lines = append(lines, "1 value is redacted; --show-secrets shows it.")
	case redacted > 1:
		lines = append(lines, strconv.Itoa(redacted)+" values are redacted; --show-secrets shows them.")
	}
	if len(d.parts) != 1 {
		return append(lines, fmt.Sprintf("%s: a list of %d objects", filepath.Base(d.file), len(d.parts)))
	}
	p := d.parts[0]
	name := p.report.Object.Kind + " " + p.report.Object.Name
	if ns := p.report.Object.Namespace; ns != "" {
		name += " in " + ns
	}
	name = strings.TrimSpace(name)
	if line := name + " · " + sourceWords(p.schema); utf8.RuneCountInString(line) <= o.look().Width-len("# ") {
		lines = append(lines, line)
	} else {
		lines = append(lines, name, sourceWords(p.schema))
	}
	if p.compared {
		lines = append(lines, differences(p.report.Against))
	}
	if maker := p.report.Maker(); maker != "" {
		lines = append(lines, "What bears no other name was set "+maker+".")
	}
	return lines
}

// differences counts how the live object differs.
func differences(against []annotate.Against) string {
	only := 0
	for _, a := range against {
		if a.File == nil {
			only++
		}
	}
	differ := len(against) - only
	words := map[bool]string{true: "1 field differs", false: strconv.Itoa(differ) + " fields differ"}[differ == 1]
	switch {
	case len(against) == 0:
		return "LIVE: as the file says"
	case only == 1:
		words += ", 1 more is only there"
	case only > 1:
		words += fmt.Sprintf(", %d more are only there", only)
	}
	return "LIVE: " + words
}

// footer tells what only the live object has, and what is not set.
func footer(d *document) []string {
	var lines []string
	for _, p := range d.parts {
		for _, a := range p.report.Against {
			if a.File == nil {
				lines = append(lines, strings.TrimSuffix("LIVE only: "+a.Path+": "+valueText(a.Live)+", set by "+a.Manager, ", set by "))
			}
		}
	}
	for _, p := range d.parts {
		lines = append(lines, unset(p.report.Unset)...)
	}
	return lines
}

// unset tells the fields that are not set, by what would hold them.
func unset(fields []annotate.Unset) []string {
	var holders []string
	inside := map[string][]string{}
	for _, u := range fields {
		path, ok := fielddoc.ParsePath(u.Path)
		if !ok || len(path) == 0 {
			continue
		}
		last := len(path) - 1
		holder := strings.TrimSuffix("not set in "+path[:last].String(), " in ") + ":"
		if len(inside[holder]) == 0 {
			holders = append(holders, holder)
		}
		line := "  " + path[last].Name + ": " + strings.TrimSuffix(u.Note, ".")
		if u.Default != nil && fielddoc.Telling(*u.Default) {
			line += " · default " + *u.Default
		}
		inside[holder] = append(inside[holder], line)
	}
	var lines []string
	for _, holder := range holders {
		lines = append(append(lines, holder), inside[holder]...)
	}
	return lines
}
