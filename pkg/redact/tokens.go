package redact

import (
	"regexp"
	"slices"
	"strings"
)

// The passwords of URLs (RFC 3986 userinfo), and of the data source names of
// MySQL drivers. A password may hold "@": the last one before the host counts.
var (
	urlPassword   = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"'<>?#]*:)[^\s/"'<>‹]+(@)`)
	mysqlPassword = regexp.MustCompile(`(\b[A-Za-z0-9_.-]+:)[^\s/"'<>‹]+(@(?:tcp6?|unix)\()`)
)

func passwordsInURLs(s string) (string, int) {
	if !strings.Contains(s, "@") {
		return s, 0
	}
	s, n := replace(s, urlPassword, "${1}"+Mark+"${2}")
	s, m := replace(s, mysqlPassword, "${1}"+Mark+"${2}")
	return s, n + m
}

var (
	// bearer matches a credential after its scheme, without a header's name.
	bearer = regexp.MustCompile(`(?i)(\b(?:bearer|basic) +)([a-z0-9+/_.~-]*[0-9][a-z0-9+/_.~-]*={0,2})`)
	// known matches the tokens of services that mark them.
	known = regexp.MustCompile(`\b(?:` +
		`(?:AKIA|ASIA)[A-Z0-9]{16,}` + // AWS access key IDs
		`|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?` + // JSON Web Tokens
		`|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}` +
		`|glpat-[A-Za-z0-9_-]{20,}` +
		`|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,}` +
		`|[sr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,}` +
		`|AIza[A-Za-z0-9_-]{35,}|ya29\.[A-Za-z0-9_-]{20,}` +
		`|sk-(?:ant-|proj-)?[A-Za-z0-9_]{2,}[A-Za-z0-9_-]{30,}` +
		`|npm_[A-Za-z0-9]{36,}|pypi-AgE[A-Za-z0-9_-]{20,}|dckr_pat_[A-Za-z0-9_-]{20,}` +
		`|dop_v1_[a-f0-9]{64,}|hv[sbr]\.[A-Za-z0-9_-]{20,}` +
		`|SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43,}` +
		`|AGE-SECRET-KEY-1[A-Z0-9]{20,}` +
		`)`)
)

// marks are what bearer and known begin with; without them a text has neither.
var marks = []string{
	"earer", "EARER", "asic", "ASIC", "AKIA", "ASIA", "eyJ", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "xapp-", "k_live_", "k_test_", "whsec_", "AIza", "ya29.", "sk-",
	"npm_", "pypi-", "dckr_pat_", "dop_v1_", "hvs.", "hvb.", "hvr.", "SG.", "AGE-SECRET-KEY-1",
}

// tokens takes out what is a credential by its own looks.
func tokens(s string) (string, int) {
	n := 0
	if !slices.ContainsFunc(marks, func(mark string) bool { return strings.Contains(s, mark) }) {
		return s, 0
	}
	s = bearer.ReplaceAllStringFunc(s, func(match string) string {
		parts := bearer.FindStringSubmatch(match)
		if !random(parts[2]) {
			return match
		}
		n++
		return parts[1] + Mark
	})
	s, m := replace(s, known, Mark)
	return s, n + m
}

// replace is ReplaceAllString that counts.
func replace(s string, re *regexp.Regexp, by string) (string, int) {
	n := len(re.FindAllStringIndex(s, -1))
	if n == 0 {
		return s, 0
	}
	return re.ReplaceAllString(s, by), n
}
