package redact

import (
	"slices"
	"strings"
)

// commonPairs has the letters that often follow each letter from a to z in English words and names of code: the 150 most
// frequent pairs in the documentation and the identifiers of the modules that this program is built from. They cover 80 % of
// the pairs there, and 22 % of those in random letters.
var commonPairs = [26]string{
	"bcdgilmnprst", "ael", "aehklort", "aeis", "acdeflmnprstvwx", "aio", "eir", "aeo", "cdeglmnost", "", "e", "aeilotuy", "aeiop",
	"acdefgiost", "cdlmnprstuw", "aeloprt", "u", "aceimorstuvy", "acehiopstu", "acehiorstuy", "elmnprst", "aei", "i", "", "p", "",
}

// isWordless reports whether the letters of s form no words: at most half of the neighbouring ones are a common pair.
func isWordless(s string) bool {
	pairs, common := letterPairs(s)
	return 2*common <= pairs
}

// letterPairs returns how many letters of s follow another one, and how many of those are a common pair with it.
func letterPairs(s string) (pairs, common int) {
	for i := 1; i < len(s); i++ {
		before := s[i-1] | 0x20
		c := s[i] | 0x20
		if before < 'a' || before > 'z' || c < 'a' || c > 'z' {
			continue
		}
		pairs++
		for _, next := range []byte(commonPairs[before-'a']) {
			if next == c {
				common++
				break
			}
		}
	}
	return pairs, common
}

// isUnreadable reports whether s is of at least 10 signs with letters of both kinds that form even fewer words: at most a third of the
// neighbouring letters are a common pair, and a fifth if s has no digit. Of 122,594 names and words in modules of Kubernetes and in
// recorded logs it takes 81 more for passwords than the other judges do, and nearly all of those are base64 or keys of tests.
func isUnreadable(s string) bool {
	const (
		shortest   = 10
		fewest     = 4 // pairs, of which a share can be taken
		withDigits = 3
		withNone   = 5
	)
	if len(s) < shortest || !hasBothCases(s) || !random(s) || !hasLetterAfterF(s) {
		return false
	}
	pairs, common := letterPairs(s)
	share := withNone
	if letters(s) == 3 {
		share = withDigits
	}
	return pairs >= fewest && share*common <= pairs
}

// isGenerated reports whether s can only come from a generator of random letters: a long part of it has letters of both kinds and
// digits, which change often, and no words. Digests, UUIDs, versions and names of objects have small letters alone.
func isGenerated(s string) bool {
	const (
		fewest       = 4
		shortestPart = 12
	)
	return digitChanges(s) >= fewest && letters(s) == 3 && isWordless(s) && hasLetterAfterF(s) && hasGeneratedPart(s, shortestPart)
}

// hasGeneratedPart reports whether a part of s between hyphens and low lines has a length, letters of both kinds and digits.
// Tags of languages and names of constants have short parts: en-GB-u-ca-buddhist, SSL_OP_NO_TLSv1_2.
func hasGeneratedPart(s string, shortest int) bool {
	return slices.ContainsFunc(strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' }), func(part string) bool {
		return len(part) >= shortest && (letters(part) == 3 || isShuffled(part))
	})
}

// hasLetterAfterF reports whether s is more than a number in hexadecimal, which can have letters of both kinds, too.
func hasLetterAfterF(s string) bool {
	return strings.Trim(strings.TrimPrefix(s, "0x"), "0123456789abcdefABCDEF_-") != ""
}

// isShuffled reports whether s is of at least 12 signs that change between small letters, capitals and digits as only random ones do,
// and form no words. A generator leaves digits out of one password in ten, so that changes between the letters count as much as those
// between letters and digits. In 270,000 names of code in the modules that this program is built from, one in 1,000 changes so often,
// and nearly all of those are base64.
func isShuffled(s string) bool {
	const (
		shortest   = 12
		signs      = 20 // of which random ones have ten changes, and words of camel case three
		fewest     = 6
		withDigits = 5
		long       = 14
	)
	if len(s) < shortest || !hasBothCases(s) {
		return false
	}
	changes := fewest
	if len(s) >= long && letters(s) == 3 {
		changes = withDigits
	}
	return signs*changesOfKind(s) >= changes*len(s) && isWordless(s) && hasLetterAfterF(s)
}

// hasBothCases reports whether s has small letters and capitals.
func hasBothCases(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' }) &&
		strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' })
}

// changesOfKind counts where a name of camel case would begin another word: at a digit and behind it, at a capital behind a small
// letter, and at the last of several capitals before a small one (HTTPServer).
func changesOfKind(s string) int {
	changes := 0
	capitals := 0 // in a row, before the sign
	for i := range len(s) {
		c := s[i]
		small := c >= 'a' && c <= 'z'
		capital := c >= 'A' && c <= 'Z'
		if i > 0 && (isDigit(c) != isDigit(s[i-1]) || (capital && s[i-1] >= 'a' && s[i-1] <= 'z') || (small && capitals > 1)) {
			changes++
		}
		capitals++
		if !capital {
			capitals = 0
		}
	}
	return changes
}
