package explainfields

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// The escapes of workflow commands: of messages, and of properties, in which a
// colon and a comma end the value. As escapeData and escapeProperty of
// actions/toolkit packages/core/src/command.ts.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// github returns the judgements as workflow commands of GitHub Actions, which shows
// each of them beside its line.
func github(judgements []judgement, unread []string) []byte {
	var out strings.Builder
	for _, v := range judgements {
		for _, f := range v.findings {
			writeAnnotation(&out, v, f)
		}
	}
	for _, line := range unread {
		fmt.Fprintf(&out, "::warning::%s\n", githubData.Replace(line))
	}
	return []byte(out.String())
}

// writeAnnotation writes one workflow command. The title of the annotation is the
// rule and the object:
//
//	::error file=web.yaml,line=3,col=7,title=unknown-field in Deployment web::spec.replica ...
func writeAnnotation(out *strings.Builder, v judgement, f finding) {
	head := f.rule
	if v.title != "" {
		head += " in " + v.title
	}
	fmt.Fprintf(out, "::%s file=%s%s", f.level(), githubProperty.Replace(view.CleanLine(v.file)), githubPlace(f))
	fmt.Fprintf(out, ",title=%s::%s\n", githubProperty.Replace(head), githubData.Replace(f.text()))
}

// githubPlace returns ",line=3,col=7", or what is known of it.
func githubPlace(f finding) string {
	place := ""
	if f.line > 0 {
		place += fmt.Sprintf(",line=%d", f.line)
	}
	if f.column > 0 {
		place += fmt.Sprintf(",col=%d", f.column)
	}
	return place
}
