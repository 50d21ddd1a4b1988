package redact

import (
	"slices"
	"strings"
)

// sentenceWords are the words that can stand between the word for a credential
// and the credential itself.
var sentenceWords = setOf([]string{
	"is", "was", "be", "which", "that", "for", "of", "the", "user", "account", "admin", "root", "with", "to", "has", "been", "set", "provided",
	"given", "used", "received", "value",
	"generated", "temporary", "initial", "elastic", "following", "hash", "header", "string", "=", ":", "-",
	"changed", "updated", "rotated", "from", "equals", "→", "ist", "war", "est", "es",
	"read", "loaded", "env", "environment", "config", "configuration", "file", "currently", "now", "expected", "got", "mismatch", "/",
	"in", "clear", "using", "defaults", "defaulting",
	"successfully", "automatically", "randomly", "renewed", "refreshed", "regenerated", "reset", "new", "one",
	"retrieved", "fetched", "saved", "stored", "obtained", "decrypted", "resolved", "decoded", "--", "—", "–",
	"di", "de", "del", "della", "do", "da", "von", "van", "pour", "per", "para", "na", "dla",
	"will", "too", "short", "long", "format", "supplied", "entered", "printed", "shown", "once",
	"url", "query", "cookie", "plain", "text", "found", "cache", "hit", "attempt", "candidate", "guess",
})

// bindingWords are those after which the credential comes next.
var bindingWords = setOf([]string{
	"is", "was", "be", "equals", "to", "from", "expected", "got", "value", "header", "ist", "war", "lautet", "est", "es", "è", "é",
	"=", ":", "-", "/", "→", "–", "—", "como", "als", "comme", "jako", "attempt", "candidate", "guess",
})

// stickyWords keep a credential announced that a word before them announced: "is now …", "to be …".
var stickyWords = setOf([]string{"now", "currently", "just", "following"})

// secondWords can stand between two credentials of one sentence: "from … to …",
// "expected …, but got …".
var secondWords = setOf([]string{
	"to", "but", "got", "not", "received", "instead", "of", "with", "found", "failed", "comparison", "does", "match",
	"differs", "expected", "was",
	"=>", "->", "→", "!=", "vs", "vs.", "<>",
})

// judgements are words about a credential after which no credential stands: "the
// password is wrong: PG::ConnectionBad".
var judgements = setOf([]string{
	"wrong", "invalid", "incorrect", "rejected", "refused", "denied", "missing", "required", "expired", "empty", "mismatched",
})

// attributes are words that a word for a credential makes the name of something else: "Secret version: …".
var attributes = setOf([]string{
	"version", "name", "names", "id", "ids", "path", "type", "length", "len", "algorithm", "alg", "size", "count",
	"namespace", "ttl", "expiry", "expires", "url",
	"provider", "store", "backend", "policy", "source", "status", "state", "scope", "issuer", "audience", "owner", "fingerprint",
})

// changePrepositions come in other languages before the new password, in a sentence with a verb that begins or goes on as
// one of changeStems.
var (
	changePrepositions = setOf([]string{"auf", "на", "na", "til", "till", "naar", "a", "en", "à"})
	changeStems        = []string{
		"gesetzt", "geändert", "wurde", "сброш", "измен", "установ", "zmien", "ustaw", "cambi", "chang", "ændret", "ändra", "gewijzigd",
	}
)

// announces reports whether the credential comes next after a word.
func (f *finder) announces(p pair, word, before string) bool {
	if changePrepositions[word] && isForeign(p.name) {
		return containsAny(f.s[p.end:min(len(f.s), p.end+nearAfter)], changeStems...)
	}
	return bindingWords[word] && !f.namesPlace(p, word, before)
}

// changeStarts begin verbs after which "from" and "to" come before the old and the new credential.
var changeStarts = []string{"chang", "rotat", "updat", "renam", "switch", "modif", "replac", "migrat", "was", "is"}

// moveStarts begin verbs after which "to" comes before a place: sending the token to ….
var moveStarts = []string{
	"copy", "copi", "send", "sent", "writ", "wrote", "sav", "sync", "upload", "push", "pass", "post", "export", "forward", "add", "deliver",
}

// namesPlace reports whether "from" or "to" comes before the place of a credential, and not before the credential itself: reading
// the password from …, not changing the password from …. The verb is the word before it or the one before the name.
func (f *finder) namesPlace(p pair, word, before string) bool {
	const far = 60
	begins := func(starts []string) bool {
		near := f.s[max(0, p.start-far):p.start]
		line := strings.ToLower(withoutKind(strings.TrimRight(near[strings.LastIndexByte(near, '\n')+1:], " ")))
		verb := line[strings.LastIndexAny(line, " \t")+1:]
		return slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(before, start) || strings.HasPrefix(verb, start) })
	}
	switch word {
	case "from":
		return p.sign != textAfter && !begins(changeStarts)
	case "to":
		return begins(moveStarts)
	}
	return false
}
