package diagnose

import (
	"regexp"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// listenAt judges programs that cannot resolve the name of the address that they are to listen on.
// The name is a part of their own settings, and nobody else provides it.
func listenAt(f *caseFile) *Cause {
	c := f.read.Cause
	if !f.read.is(logs.Unresolved) || c.Operand.Type != logs.OperandHost {
		return nil
	}
	host, _, _ := strings.Cut(c.Operand.Text, ":")
	at, ok := f.listensAt(strings.ToLower(host))
	if !ok {
		return nil
	}
	cause := &Cause{
		Category: AppConfig, Confidence: High, Culprit: f.self(), Evidence: append(f.read.claims(), f.end.claim()),
		Summary:     "it is to listen on " + host + ", a name that does not resolve: " + f.read.line(),
		WouldSettle: []string{"the address to listen on in the settings: 0.0.0.0 for all addresses of the pod"},
	}
	f.followClues(cause, []clue{at})
	return cause
}

// listensAt returns the setting that has the program listen on a host. There is none if another
// setting names the host as well: then it may be that one which is at fault.
func (f *caseFile) listensAt(host string) (clue, bool) {
	var found clue
	option := ""
	for _, s := range f.config.settings {
		before := option
		if option = ""; s.name == "" {
			option = s.value
		}
		if !s.known || !hasWord(strings.ToLower(s.value), host) {
			continue
		}
		for n, line := range strings.Split(s.value, "\n") {
			if !hasWord(strings.ToLower(line), host) {
				continue
			}
			if !listens(before+" "+s.name+" "+line, host) {
				return clue{}, false
			}
			found = f.valueClue(s)
			if strings.Contains(s.value, "\n") {
				found.evidence = []Claim{claim(s.source, "line %d: %s", n+1, quoted(line))}
			}
		}
	}
	return found, found.evidence != nil
}

// listens reports whether the first mention of a host in a setting is the address to listen on.
func listens(setting, host string) bool {
	at := strings.Index(strings.ToLower(setting), host)
	return at > 0 && !strings.Contains(setting, "://") && listenSetting.MatchString(setting[:at])
}

// listenSetting matches a setting up to its value, an address to listen on. Those of LDAP
// with "bind" (bindDN, bind_password) hold credentials.
var listenSetting = regexp.MustCompile(
	`(?i)(?:^|[^a-z])(?:listen(?:[a-z]*|[-_](?:addr[a-z]*|ip|host|on))|inet_interfaces|bind(?:[-_]?(?:addr[a-z]*|ip|host|to))?)` +
		`["']?\s*[=:]?\s*["'\[(]*(?:(?:tcp|udp|tls|ssl|unix|http):)?$`,
)
