package logs

import (
	"regexp"
	"strings"
	"sync"
)

var (
	// ofSetting is what stands behind the name of a setting, and not behind a report that something failed: a part of the
	// setting ("invalid credentials file"), what its value is to be ("read timeout must be positive"), or that it is not
	// there ("no quorum configured").
	ofSetting = sync.OnceValue(func() *regexp.Regexp {
		const (
			parts = `format|length|algorithms?|list|duration|values?|settings?|parameters?|file|level|interval|policy|type|mode|feature|` +
				`flag|handler|page|pool`
			wants = `must|should|shall|cannot|needs|exceeds|greater|less|larger|smaller|higher|lower|too|configured|specified|defined`
			is    = `(?:is|are) (?:not|too|less|greater|larger|smaller|invalid|required|negative|zero|unset|empty|missing|disabled|already)`
			lacks = `(?:is )?not (?:set|found|allowed|configured|specified|defined|registered|supported)|does not exist|already (?:exists|defined)`
		)
		const refused = `(?:must be|must not|is not (?:allowed|permitted)|are mutually exclusive|cannot be (?:combined|used|set))`
		return regexp.MustCompile(`^(?:['"]?[ _-](?:` + parts + `|` + wants + `|` + is + `|` + lacks + `)|[^.,;:]{0,30} ` + refused + `)\b`)
	})
	// toSetting is what stands before the name of a setting in a line that refuses, lacks or states its value.
	toSetting = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b(?:invalid|illegal|bad|unknown|unsupported|unexpected|negative|zero|missing|undefined|duplicate|` +
			`no|such|parse|parsing|determine|set|setting|default|maximum|minimum) ['"]?$`)
	})
	// inSettings is what stands behind something that is looked for in what a program is given, or in itself.
	inSettings = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^[^.,;:]{0,30} in (?:this (?:version|edition|build|context)|` +
			`(?:the |this |its |your |a )?(?:[\w-]+ ){0,2}` +
			`(?:file|config|configuration|settings|policy|playbook|manifest|mode|worker|header|list))\b`)
	})
	// makesOwn is what stands before a certificate that a program makes, and foreign before a user of another system.
	makesOwn = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(?:generat|creat|issu)\w+ (?:a |the )?$`) })
	foreign  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b(?:ldap|database|db|remote|mail|imap|sasl|tenant|htpasswd)['"]? $`)
	})
)

// partNouns are words for parts of a configuration. As the name of what is missing they only describe it: "index file does not exist".
var partNouns = set("name names file files key url uri path type id alias group container property placeholder field assignment page " +
	"configuration")

// namesSetting reports whether the words that an entry about another system matches in a text only name a setting, or what a
// setting is for: nothing shows then that the other system failed.
func (m *match) namesSetting(text string) bool {
	before := text[:m.from]
	behind := text[m.to:]
	switch m.entry.Kind {
	case UserMissing:
		return foreign().MatchString(before) || strings.HasPrefix(behind, " in htpasswd")
	case Untrusted:
		return makesOwn().MatchString(before) || strings.HasPrefix(behind, " generation")
	case Unresolved, Absent, TimedOut, Refused, LoginDenied, Forbidden, Unavailable, Rejected:
	default:
		return false
	}
	timeout := strings.HasSuffix(lowered(text[:m.to]), "timeout") && toSetting().MatchString(before)
	within := m.entry.Kind == Unresolved && withinKey(text, m.from) // "database.host not found"
	noun := m.operand.Text != "" && !m.operand.Quoted && partNouns[strings.ToLower(m.operand.Text)]
	return timeout || within || noun || ofSetting().MatchString(behind) || inSettings().MatchString(behind)
}
