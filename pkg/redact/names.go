package redact

import (
	"slices"
	"strings"
	"sync"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// nameKind is what a name shows about its value.
type nameKind int

const (
	otherName  nameKind = iota // nothing
	weakName                   // a credential if it looks like one: KEY, SESSION
	strongName                 // a credential: DB_PASSWORD
)

// vocabulary is the words of the tables as sets.
type vocabulary struct {
	strong, weak, tail, other, library, harmless, placeWords, service, dataKey, keyService, gluedUser, foreign, term map[string]bool
	// ends has the last three letters of every word, for a quick look.
	ends [1 << 15]bool
}

var words = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{}
	v.strong = setOf(slices.Concat(strongWords, foreignWords))
	v.foreign = setOf(foreignWords)
	v.weak = setOf(weakWords)
	v.tail = setOf(tailWords)
	v.other = setOf(otherWords)
	v.library = setOf(libraryWords)
	v.harmless = setOf(harmlessWords)
	v.service = setOf(serviceWords)
	v.keyService = setOf(keyServices)
	v.gluedUser = setOf(gluedUsers)
	v.dataKey = setOf(dataKeyWords)
	v.term = setOf(termWords)
	v.placeWords = setOf(passwordWords)
	last := slices.Concat(strongWords, foreignWords, strongEndings, weakWords, tailWords, []string{"info"})
	for word := range strongPairs {
		last = append(last, word)
	}
	for _, word := range last {
		v.ends[ending(word)] = true
	}
	return v
})

// setOf returns words as a set. The tables are lists, which are easier to read and to change.
func setOf(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, word := range words {
		set[word] = true
	}
	return set
}

// ending is a number for the last three bytes of a word, in lower-case letters. Few
// words share one by accident.
func ending(word string) uint16 {
	var out uint16
	for _, c := range []byte(word[max(0, len(word)-3):]) {
		out = out<<5 | uint16(c&31)
	}
	return out
}

// canEndName reports whether a word can be the last of a name for a credential.
// It is quick, and reports true too often.
func canEndName(word string) bool {
	if n := len(word); n >= 3 && strings.EqualFold(word[n-3:], "b64") {
		return true
	}
	if n := len(word); n > 2 && word[n-1]|0x20 == 'd' && (isSecretID(word) || isAccessKeyID(word) || isSessionID(word)) {
		return true
	}
	end := len(word)
	for end > 0 && (isDigit(word[end-1]) || word[end-1] == '_') {
		end--
	}
	return end > 1 && words().ends[ending(tailOf(word[:end]))]
}

// tailOf returns the part of word after its last "_": two letters are too few
// for ending.
func tailOf(word string) string {
	if n := len(word); n > 3 && word[n-3] == '_' {
		return word[n-2:]
	}
	return word
}

// kindOf returns what a name shows about its value: strongName for DB_PASSWORD
// and clientSecret, otherName for SECRET_NAME, tokenPath and max_tokens.
func kindOf(name string) nameKind {
	if len(name) > 200 || (!canEndName(lastWord(name)) && !isSessionID(name)) {
		return otherName
	}
	if isSecretID(name) {
		return strongName
	}
	if isAccessKeyID(name) || isSessionID(name) {
		return weakName
	}
	v := words()
	parts := wording.NameWords(name)
	if v.isOther(parts) {
		return otherName
	}
	if n := len(parts); n > 2 && parts[n-1] == "info" && parts[n-2] == "user" { // basic.auth.user.info of Kafka
		return weakName
	}
	hash := false
	for len(parts) > 0 {
		last := parts[len(parts)-1]
		if plain := strings.TrimRight(last, "0123456789"); plain != "" && !v.isKnown(last) { // token2
			last = plain
		}
		switch {
		case v.strong[last], v.isPair(parts), (len(last) > 5 && hasAnySuffix(last, strongEndings)), v.isGluedPair(last):
			return strongName
		case v.weak[last] && !v.tail[last]:
			if hash { // the hash of a key is no key
				return otherName
			}
			return weakName
		case v.tail[last], isNumber(last):
			parts = parts[:len(parts)-1]
			hash = hash || isHashWord(last)
		default:
			return otherName
		}
	}
	return otherName
}

// isHashWord reports whether the last word of a name shows that its value is a hash.
func isHashWord(word string) bool {
	switch word {
	case "hash", "sha", "sha2", "sha256", "sha512", "sha1", "md5":
		return true
	}
	return false
}

// isSecretID reports whether a name is one of the secret ID of an AppRole, with which a program logs in to
// Vault (developer.hashicorp.com/vault/docs/auth/approle). Other IDs of secrets are no credentials.
func isSecretID(name string) bool {
	const ending, root = "secret_id", "root_token_id"
	if n := len(name) - len(root); n >= 0 && strings.EqualFold(name[n:], root) { // VAULT_DEV_ROOT_TOKEN_ID is the token itself
		return true
	}
	n := len(name) - len(ending)
	if n < len("vault_") || !strings.EqualFold(name[n:], ending) {
		return false
	}
	before := strings.ToLower(name[:n])
	return strings.Contains(before, "vault") || strings.Contains(before, "approle")
}

// isSessionID reports whether a name stands for the ID of a web session, with which anybody can take the session over: sessionID,
// session_id, "session id".
func isSessionID(name string) bool {
	n := len(name)
	if n < 2 || name[n-1]|0x20 != 'd' || name[n-2]|0x20 != 'i' {
		return false
	}
	before := strings.TrimRight(name[:n-2], "_- ")
	return len(before) >= len("session") && strings.EqualFold(before[len(before)-len("session"):], "session")
}

// isAccessKeyID reports whether a name is one of the public half of a key for S3: accessKeyId,
// aws_access_key_id. Stores other than AWS make IDs without a prefix that would show what they are.
func isAccessKeyID(name string) bool {
	const shortest = len("accesskeyid")
	if len(name) < shortest || !strings.EqualFold(name[len(name)-2:], "id") {
		return false
	}
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, "access_key_id") || strings.HasSuffix(lower, "accesskeyid")
}

// isOther reports whether a name is one of something else: a checksum, or a
// public key.
func (v *vocabulary) isOther(parts []string) bool {
	n := len(parts)
	if n > 1 && (parts[n-1] == "key" || parts[n-1] == "keys") && v.dataKey[parts[n-2]] {
		return true
	}
	return n == 0 || v.other[parts[0]] || v.library[parts[n-1]] || (n > 1 && (parts[n-2] == "public" || parts[n-2] == "pub"))
}

// isPair reports whether the last two words name a credential together.
func (v *vocabulary) isPair(parts []string) bool {
	n := len(parts)
	if n < 2 {
		return false
	}
	if parts[n-1] == "key" && v.service[parts[n-2]] {
		return true
	}
	before := strings.TrimRight(parts[n-2], "0123456789")
	if n > 2 && parts[n-1] == "code" && before == "time" && parts[n-3] == "one" {
		return true
	}
	return slices.Contains(strongPairs[parts[n-1]], before)
}

// isServiceKey reports whether a name is one of the key of a service: ZENSCRAPE_KEY, "zenscrape key".
func isServiceKey(name string) bool {
	if len(name) < len("key") || !strings.EqualFold(name[len(name)-3:], "key") {
		return false
	}
	parts := wording.NameWords(name)
	return len(parts) > 1 && words().keyService[parts[len(parts)-2]]
}

// isGluedPair reports whether a word is two words that name a key or a password together: masterkey, smtppass.
func (v *vocabulary) isGluedPair(word string) bool {
	if n := len(word); n < 4 || (word[n-1] != 's' && word[n-1] != 'd' && word[n-1] != 'w' && word[n-1] != 'y') {
		return false
	}
	for _, ending := range []string{"pass", "pwd", "pw"} {
		if before, ok := strings.CutSuffix(word, ending); ok && v.gluedUser[before] {
			return true
		}
	}
	before, ok := strings.CutSuffix(word, "key")
	return ok && slices.Contains(strongPairs["key"], before)
}

// isKnown reports whether a word is in a table as it is, with its digits: p12, b64.
func (v *vocabulary) isKnown(word string) bool { return v.strong[word] || v.weak[word] || v.tail[word] }

// hasAnySuffix reports whether s ends as one of several texts do.
func hasAnySuffix(s string, suffixes []string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(s, suffix) })
}

// isNumber reports whether a word is of digits alone. The empty word is.
func isNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }

// lastWord returns the part of a name after its last sign.
func lastWord(name string) string {
	name = strings.TrimRight(name, "-.")
	return name[strings.LastIndexAny(name, "-./:[]\"' ")+1:]
}

// suspicious reports whether a name has a word for credentials anywhere, so
// that random words in its value are hidden: tokens.csv.
func suspicious(name string) bool {
	v := words()
	parts := wording.NameWords(name)
	if v.isOther(parts) ||
		slices.ContainsFunc(parts, func(part string) bool { return part == "name" || part == "id" || part == "path" || part == "url" }) {
		return false
	}
	return slices.ContainsFunc(parts, func(part string) bool { return v.strong[part] || hasAnySuffix(part, strongEndings) })
}
