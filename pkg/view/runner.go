package view

import (
	"regexp"
	"strings"
)

// The runners of CI systems take lines of a program's output for commands: they set
// variables, mask or report. A log or a name could hold such a line.
var (
	// workflowCommand matches a command of GitHub Actions, which reads one at the start
	// of a line, after blanks; a text can be wrapped at any blank (ActionCommandManager.cs
	// and ActionCommand.cs of actions/runner 2.330: TryParseV2).
	workflowCommand = regexp.MustCompile(`(?i)(^|\s):(:(?:internal-set-repo-path|set-env|set-output|save-state|add-path|add-mask|add-matcher|` +
		`remove-matcher|warning|error|notice|debug|group|endgroup|echo|stop-commands)(?:\s[^\n]*?)?::)`)
	// serviceMessage matches the start of a command that is read anywhere in a line: of
	// the older form of GitHub Actions and Azure Pipelines (TryParse there; Command.cs of
	// azure-pipelines-agent 4), and of TeamCity (jetbrains.com/help/teamcity/service-messages.html).
	// At the end of a text the bracket may be ours.
	serviceMessage = regexp.MustCompile(`(?i)#(#(?:vso|teamcity)?(?:\[|$))`)
)

// disarm returns s with a blank inside of each text that the runner of a CI system
// would take for a command: "::error::" becomes ": :error::", "##vso[" becomes "# #vso[".
func disarm(s string) string {
	if strings.Contains(s, "::") {
		s = workflowCommand.ReplaceAllString(s, "$1: $2")
	}
	if strings.Contains(s, "##") {
		s = serviceMessage.ReplaceAllString(s, "# $1")
	}
	return s
}

// quotedCommand matches what escapeCommands escapes at the start of a line and anywhere.
var quotedCommand = regexp.MustCompile(`(?im)^([ \t]*):(:[a-z-]+(?:[ \t][^\n]*?)?::)|#(#(?:vso|teamcity)?\[)`)

// escapeCommands escapes what a runner would take for a command in JSON, KYAML, and YAML
// whose strings with commands are double-quoted, so that the values stay what they are.
func escapeCommands(text string) string {
	return quotedCommand.ReplaceAllStringFunc(text, func(m string) string {
		if at := strings.IndexByte(m, '#'); at == 0 {
			return `#\u0023` + m[len("##"):]
		}
		return strings.Replace(m, ":", `\u003A`, 1)
	})
}
