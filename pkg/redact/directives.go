package redact

import (
	"path"
	"strings"
)

// directiveEndings end the names of files of settings whose lines can be a name and a value with nothing but blanks between them:
// httpd.conf, haproxy.cfg, spark.properties, my.cnf, and .mbsyncrc.
var directiveEndings = []string{".conf", ".cfg", ".cnf", ".config", ".properties", ".acl", "rc"}

// directiveLines returns the values of the lines of such a file that are a name and a value alone: "shared_key …" (docs.fluentd.org:
// in_forward), "OIDCCryptoPassphrase …" (github.com/OpenIDC/mod_auth_openidc), "db.password …" (java.util.Properties). In a log two
// words such as "password expired" are a sentence, so that only the name of the file permits this.
func directiveLines(file, text string) []span {
	if !hasAnySuffix(strings.ToLower(path.Base(file)), directiveEndings) {
		return nil
	}
	var out []span
	for start := 0; start < len(text); {
		end := lineEnd(text, start)
		if from, to := directiveValue(text[start:end]); to > 0 {
			out = append(out, span{start + from, start + to})
		}
		start = end + 1
	}
	return out
}

// directiveValue returns the bounds of the value in a line that is a directive for a credential, and zeros for any other line. The
// routers of Cisco and FRR have "enable password …" (docs.frrouting.org: basic commands).
func directiveValue(line string) (from, to int) {
	const longest = 300
	if len(line) > longest {
		return 0, 0
	}
	text := strings.TrimRight(line, " \t\r;")
	words := strings.Fields(strings.TrimPrefix(strings.TrimLeft(text, " \t"), "enable "))
	if len(words) != 2 || strings.Trim(words[0], pathLetters) != "" || kindOf(words[0]) != strongName {
		return 0, 0
	}
	value := strings.Trim(words[1], "\"'")
	if value == "" || strings.IndexByte("=:{[<(-", value[0]) >= 0 || !isSecretValue(words[0], value) {
		return 0, 0
	}
	from = strings.LastIndex(text, value)
	return from, from + len(value)
}
