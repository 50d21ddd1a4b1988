package logs

import (
	"regexp"
	"strings"
	"sync"
)

var (
	// ofSetting is what stands behind the name of a setting, and not behind a report that something failed: a part of the
	// setting ("invalid credentials file"), or what its value is to be ("read timeout must be positive").
	ofSetting = sync.OnceValue(func() *regexp.Regexp {
		const (
			parts = `format|length|algorithms?|list|duration|values?|settings?|parameters?|file|level|interval|policy|type|mode|feature`
			wants = `must|should|shall|cannot|needs|exceeds|greater|less|larger|smaller|higher|lower|too`
			is    = `(?:is|are) (?:not|too|less|greater|larger|smaller|invalid|required|negative|zero|unset|empty|missing)`
		)
		return regexp.MustCompile(`^['"]?[ _-](?:` + parts + `|` + wants + `|` + is + `)\b`)
	})
	// toSetting is what stands before the name of a setting in a line that refuses or states its value.
	toSetting = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b(?:invalid|illegal|negative|zero|parse|parsing|set|setting|default|maximum|minimum) ['"]?$`)
	})
)

// namesSetting reports whether the words that an entry about another system matches in a text only name a setting, or what a
// setting is for: nothing shows then that the other system failed.
func (e *Entry) namesSetting(text string, from, to int) bool {
	switch e.Kind {
	case Unresolved:
		if withinKey(text, from) { // "database.host not found" is about a setting
			return true
		}
	case TimedOut:
		if toSetting().MatchString(text[:from]) && !strings.Contains(text[from:to], " out") {
			return true
		}
	case Refused, LoginDenied, Forbidden, Unavailable, Rejected, Absent:
	default:
		return false
	}
	return ofSetting().MatchString(text[to:])
}
