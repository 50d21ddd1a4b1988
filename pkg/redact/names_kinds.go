package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// isPlural reports whether a name is one of more things than one password.
func isPlural(name string) bool {
	switch lastOf(name) {
	case "credentials", "creds", "secrets", "tokens":
		return true
	}
	return false
}

// lastOf returns the last word of a name, in small letters. It shows what the value is: dbPassword, db.password.
func lastOf(name string) string {
	parts := wording.NameWords(name)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// isPassword reports whether the last word of a name is one for passwords,
// which people choose. Tokens and secrets are made by programs, and Secrets
// have names.
func isPassword(last string) bool {
	switch last {
	case "secret", "secrets", "token", "tokens", "credential", "credentials", "creds", "jwt", "key", "cookie", "pat", "salt":
		return false
	}
	return true
}

// sharedWords before "secret" or "key" make a name one of a secret that two sides share, which people choose as they do passwords.
var sharedWords = setOf([]string{"shared", "preshared", "radius", "tacacs", "enable", "wifi", "wpa", "wep"})

// isChosen reports whether people choose the values of a name: those of passwords and of shared secrets.
func isChosen(name string) bool {
	parts := wording.NameWords(name)
	n := len(parts)
	if n > 1 && (parts[n-1] == "secret" || parts[n-1] == "key") && sharedWords[parts[n-2]] {
		return true
	}
	return n > 0 && isPassword(parts[n-1])
}

// isPIN reports whether the values of a name are numbers of a few digits, which are nothing without it.
func isPIN(name string) bool {
	last := lastOf(name)
	return last == "pin" || last == "otp" || last == "totp" || last == "passkey"
}

// isCode reports whether text is a code of 4 to 8 digits.
func isCode(text string) bool {
	return isNumber(text) && len(text) >= 4 && len(text) <= 8 && !isDate(text)
}

// isNoWord reports whether s is none of a language: it has digits and letters, as most passwords and few words have, or letters that
// only a generator puts together.
func isNoWord(s string) bool {
	return hasDigitAndLetter(s) || isShuffled(s) || isUnreadable(s) || isRandomCapitals(s)
}

// hasDigitAndLetter reports whether s has both.
func hasDigitAndLetter(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsFunc(s, func(r rune) bool {
		return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
	})
}
