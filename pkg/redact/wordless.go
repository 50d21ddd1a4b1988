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
	pairs := 0
	common := 0
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
	return 2*common <= pairs
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
		return len(part) >= shortest && letters(part) == 3
	})
}

// hasLetterAfterF reports whether s is more than a number in hexadecimal, which can have letters of both kinds, too.
func hasLetterAfterF(s string) bool {
	return strings.Trim(strings.TrimPrefix(s, "0x"), "0123456789abcdefABCDEF_-") != ""
}
