package logs

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// settingNouns are words of the names of settings: what programs are given to reach and trust
// others, and where they find and listen to what they need.
var settingNouns = set("secret key token password passwd passphrase credentials url uri dsn endpoint host hostname port bucket region " +
	"database cert certificate keystore truststore datadir dir directory path file listen bind broker brokers servers domain issuer")

// dataNouns are words of the names of fields that data have: the URL of an image is no setting.
var dataNouns = set("image avatar picture photo video product order customer item user email thumbnail page post article profile row record " +
	"callback redirect invoice payment ticket message event track song book")

// settingPairs are names whose words alone name anything: an ID of a client is a setting, one of an order is not.
var settingPairs = set("clientid tenantid projectid appid nodeid clusterid brokerid accesskeyid accountid subscriptionid")

// isSetting reports whether a word is a name as settings have it: of several words in one
// (database_url, signingSecret, app.jwt.secret), the last or first of which is one of settingNouns.
func isSetting(word string) bool {
	parts := wording.NameWords(word)
	if len(parts) < 2 || strings.ContainsAny(word, "/:=@") || dataNouns[parts[0]] {
		return false
	}
	return settingNouns[parts[len(parts)-1]] || settingNouns[parts[0]] || settingPairs[strings.Join(parts, "")]
}

// isKey reports whether a word is a name of several words in one: bind_addr, writeQueueSize, server.secret_key,
// --repo-config, or with hyphens if it is one of a setting (base-url). Fields of data, classes and files are none.
func isKey(word string) bool {
	name := strings.TrimLeft(word, "-")
	parts := wording.NameWords(name)
	if len(parts) < 2 || dataNouns[parts[0]] || strings.ContainsAny(word, "/:=@(){}[]$%*+&?!|<>") || !isLetter(name[0]) {
		return false
	}
	if hasEnding(word, configEndings) || hasEnding(word, dataEndings) || parts[0] == "e" || parts[0] == "i" { // "e.g."
		return false
	}
	switch {
	case len(name) < len(word), isSetting(word):
		return true
	case strings.Contains(word, "_"):
		return !strings.Contains(word, "-")
	case strings.Contains(word, "-"):
		return false
	case strings.Contains(word, "."):
		last := name[strings.LastIndexByte(name, '.')+1:]
		return last != "" && last[0] >= 'a' && last[0] <= 'z' && !strings.ContainsAny(word, "0123456789")
	}
	return name[0] >= 'a' && name[0] <= 'z' // NullPointerException is a class
}
