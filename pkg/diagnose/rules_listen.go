package diagnose

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
)

// listenAt judges programs that cannot resolve the name of the address, or cannot connect to the socket in the
// file system, on which they are to listen. Both are parts of their own settings, and nobody else provides them.
func listenAt(f *caseFile) *Cause {
	name, summary, fix := f.read.ownAddress()
	if name == "" {
		return nil
	}
	at, ok := f.clues.listensAt(name)
	if !ok {
		return nil
	}
	cause := &Cause{
		Category: AppConfig, Confidence: High, Culprit: f.self(), Evidence: append(f.read.claims(), f.end.claim()),
		Summary: summary + ": " + f.read.line(), WouldSettle: []string{fix},
	}
	followClues(f.Container, cause, []clue{at})
	return cause
}

// ownAddress returns the host or socket that the reason is about, with what is wrong and what to look at if the program is
// to listen there.
func (r reading) ownAddress() (name, summary, fix string) {
	if socket := r.socket(); socket != "" {
		return socket, "it cannot listen on its socket " + socket, "whether the directory of " + socket + " is there, and may be written"
	}
	c := r.Cause
	if !r.is(logs.Unresolved) || c.Operand.Type != logs.OperandHost {
		return "", "", ""
	}
	host, _, _ := strings.Cut(strings.ToLower(c.Operand.Text), ":")
	return host, "it is to listen on " + host + ", a name that does not resolve",
		"the address to listen on in the settings: 0.0.0.0 for all addresses of the pod"
}

// listensAt returns the setting that has the program listen on a host. There is none if another
// setting names the host as well: then it may be that one which is at fault.
func (f clueFinder) listensAt(host string) (clue, bool) {
	var found clue
	option := ""
	for _, s := range f.config.settings {
		before := option
		if option = ""; s.name == "" {
			option = s.value
		}
		if !s.known || !hasWord(strings.ToLower(s.value), strings.ToLower(host)) {
			continue
		}
		for n, line := range strings.Split(s.value, "\n") {
			if !hasWord(strings.ToLower(line), strings.ToLower(host)) {
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
	at := strings.Index(strings.ToLower(setting), strings.ToLower(host))
	return at > 0 && !strings.Contains(setting, "://") && listenSetting.MatchString(setting[:at])
}

// listenSetting matches a setting up to its value, an address to listen on. Those of LDAP
// with "bind" (bindDN, bind_password) hold credentials. The option -b is that of gunicorn and its like (unix:PATH).
var listenSetting = lazyregexp.New(
	`(?i)(?:^|[^a-z])(?:listen(?:[a-z]*|[-_](?:addr[a-z]*|ip|host|on))|inet_interfaces|bind(?:[-_]?(?:addr[a-z]*|ip|host|to))?)` +
		`["']?\s*[=:]?\s*["'\[(]*(?:(?:tcp|udp|tls|ssl|unix|http):)?$|(?:^|\s)-b\s+unix:$`,
)
