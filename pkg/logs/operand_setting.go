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
