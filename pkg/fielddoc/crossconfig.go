package fielddoc

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// secretTypes are the keys that the types of Secrets demand; one of those in a row is
// enough.
var secretTypes = map[string][][]string{
	"kubernetes.io/tls":              {{"tls.crt"}, {"tls.key"}},
	"kubernetes.io/dockerconfigjson": {{".dockerconfigjson"}},
	"kubernetes.io/dockercfg":        {{".dockercfg"}},
	"kubernetes.io/ssh-auth":         {{"ssh-privatekey"}},
	"kubernetes.io/basic-auth":       {{"username", "password"}},
}

// secretKeys looks for the keys that a Secret of its type must have.
// Upstream: ValidateSecret.
func secretKeys(s scope) {
	kind := s.text("type")
	for _, keys := range secretTypes[kind] {
		found := false
		for _, key := range keys {
			_, inData := s.object("data")[key]
			_, inText := s.object("stringData")[key]
			found = found || inData || inText
		}
		if !found {
			s.demandKey(keys[0], " in a Secret of the type "+kind)
		}
	}
	if kind == "kubernetes.io/dockerconfigjson" || kind == "kubernetes.io/dockercfg" {
		s.jsonKey(strings.TrimPrefix(kind, "kubernetes.io/"))
	}
	// The token of an account names it in an annotation: the controller of tokens fills data in later.
	const account = "kubernetes.io/service-account.name"
	if kind == "kubernetes.io/service-account-token" && s.object("metadata.annotations")[account] == nil {
		s.report(Problem{
			Path: pathOf(s.at, "metadata.annotations").With(Key(account)), Kind: MissingRequired,
			Message: "is required in a Secret of the type " + kind,
		})
	}
}

// demandKey reports that a key of data is missing. why ends the sentence.
func (s scope) demandKey(key, why string) {
	s.report(Problem{Path: pathOf(s.at, "data").With(Key(key)), Kind: MissingRequired, Message: "is required" + why})
}

// jsonKey: the credentials of a registry are JSON.
func (s scope) jsonKey(name string) {
	key := "." + name
	field := "stringData"
	word, ok := s.object(field)[key].(string)
	if !ok {
		field = "data"
		encoded, _ := s.object(field)[key].(string)
		decoded, err := base64.StdEncoding.DecodeString(strings.Map(dropSpace, encoded))
		if encoded == "" || err != nil {
			return // reported at its own field
		}
		word = string(decoded)
	}
	if !json.Valid([]byte(word)) {
		s.report(Problem{Path: pathOf(s.at, field).With(Key(key)), Kind: WrongType, Message: "is not JSON", Unquoted: true})
	}
}

// configKeys reports keys that a ConfigMap has in data and in binaryData.
// Upstream: ValidateConfigMap.
func configKeys(s scope) {
	for _, key := range slices.Sorted(maps.Keys(s.object("binaryData"))) {
		if _, twice := s.object("data")[key]; twice {
			s.refuseAt(pathOf(s.at, "binaryData").With(Key(key)), "is a key of data, too")
		}
	}
}
