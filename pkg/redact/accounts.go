package redact

import (
	"path"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// accountFiles end the names, without their endings, of files whose lines are users and their passwords: artemis-users.properties,
// htdigest, mosquitto.passwd.
var accountFiles = setOf([]string{
	"users", "accounts", "passwd", "passwords", "passwordfile", "htpasswd", "htdigest", "realm", "logins", "pcp",
})

// pairFiles have a user on their first line and the password on the second, as OpenVPN takes them (openvpn(8): --auth-user-pass).
var pairFiles = setOf([]string{"auth", "login", "credentials", "creds", "userpass", "auth-user-pass", "pass"})

// accountEndings are the endings that such files have: users.yaml has members of other kinds.
var accountEndings = setOf([]string{"", "properties", "txt", "conf", "db", "passwd"})

// accountLine matches such a line: a user or a host and a user, in htdigest a realm, the password or a hash of it, and roles.
var accountLine = lazyregexp.New(`^["']?[\w.@-]+["']?[ \t]*[:=][ \t]*(?:[\w. -]+:)?([^\s:,="']{6,})(?:,[\w, -]*)?$`)

// accountLines returns the passwords in a file of users, which is known by its name: bob=… (activemq.apache.org/components/artemis:
// security), bob:… (mosquitto_passwd(1), htdigest(1)).
func accountLines(file, text string) []span {
	name := path.Base(file)
	if pairFiles[strings.TrimSuffix(name, ".txt")] {
		return alternating(text)
	}
	ending := strings.TrimPrefix(path.Ext(name), ".")
	if !accountEndings[ending] || (!accountFiles[lastOf(strings.TrimSuffix(name, "."+ending))] && !accountFiles[ending]) {
		return nil
	}
	if out := alternating(text); out != nil {
		return out
	}
	var out []span
	for start := 0; start < len(text); {
		end := lineEnd(text, start)
		line := strings.TrimRight(text[start:end], " \t\r")
		if m := accountLine.FindStringSubmatchIndex(line); m != nil && isAccountPassword(line[m[2]:m[3]]) {
			out = append(out, span{start + m[2], start + m[3]})
		}
		start = end + 1
	}
	return out
}

// alternating returns the passwords of a file with a user and a password on every two lines (pam_userdb(8), vsftpd's virtual users).
func alternating(text string) []span {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines)%2 != 0 {
		return nil
	}
	var out []span
	at := 0
	for i, line := range lines {
		if i%2 == 0 && !isUser(line) {
			return nil
		}
		if i%2 == 1 && !isBareOrChosen(line) {
			return nil
		}
		if i%2 == 1 {
			out = append(out, span{at, at + len(line)})
		}
		at += len(line) + 1
	}
	return out
}

// isAccountPassword reports whether the value of a user is a password with letters and digits, or a hash of one.
func isAccountPassword(value string) bool {
	return isPlainSecret(value) && isFilled(value) && !isUUID(value)
}

// passwordFile returns the span of the text of a file that is a credential alone and called as one: db-password.txt.
func passwordFile(file, text string) []span {
	name, ok := strings.CutSuffix(path.Base(file), ".txt")
	value := strings.TrimSpace(text)
	if !ok || kindOf(name) != strongName || value == "" || strings.ContainsAny(value, " \t\n") || !isSecretValue(name, value) {
		return nil
	}
	from := strings.Index(text, value)
	return []span{{from, from + len(value)}}
}
