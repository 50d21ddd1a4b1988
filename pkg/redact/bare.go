package redact

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

const smallLetters = "abcdefghijklmnopqrstuvwxyz"

// isBareWord reports whether a word of small letters can be a password: sentences about credentials do not have it.
func isBareWord(word string) bool {
	const (
		shortest = 4
		longest  = 20
	)
	return len(word) >= shortest && len(word) <= longest && strings.Trim(word, smallLetters) == "" && !isTerm(word)
}

// isTerm reports whether sentences about credentials have a word, in the singular or the plural.
func isTerm(word string) bool {
	if isSingularTerm(word) {
		return true
	}
	for _, ending := range []string{"s", "es"} { // tokens, matches
		if singular, ok := strings.CutSuffix(word, ending); ok && isSingularTerm(singular) {
			return true
		}
	}
	singular, ok := strings.CutSuffix(word, "ies") // policies
	return ok && isSingularTerm(singular+"y")
}

// isSingularTerm reports whether a word is in one of the tables with words of such sentences, or ends as they do.
func isSingularTerm(word string) bool {
	v := words()
	return hasAnySuffix(word, termEndings) || v.term[word] || v.harmless[word] || (v.strong[word] && word != "pepper") ||
		v.weak[word] || v.tail[word] || v.placeWords[word] || userRoles[word] ||
		sentenceWords[word] || judgements[word] || attributes[word]
}

// isBareOrChosen reports whether a word in a place of bareForms is the password: a word of a language, or what people make of one:
// falcon42, Falcon7!, falcon-lantern-318.
func isBareOrChosen(word string) bool {
	if isBareWord(word) || looksGenerated(word) {
		return true
	}
	plain := strings.TrimRight(word, "!#$%&*?")
	if !wordAndNumber.MatchString(plain) || harmless(word) || isNumberedName(plain) {
		return false
	}
	return !slices.ContainsFunc(strings.FieldsFunc(plain, isNoLetter), func(part string) bool { return !isBareWord(strings.ToLower(part)) })
}

// isNoLetter reports whether r is no letter of ASCII.
func isNoLetter(r rune) bool { return !strings.ContainsRune(letterSigns, r) }

// bareNouns end names before a password that is a plain word.
var bareNouns = setOf([]string{"password", "passwd", "passphrase", "passcode", "pwd", "pw", "pass", "psk", "secret", "key"})

// bareAfter hides the plain word after the word for a password that ends at end: "with password falcon", "password falcon is too
// short". A passphrase can have several.
func (f *finder) bareAfter(p pair) {
	last := lastOf(p.name)
	if p.kind != strongName || !isChosen(p.name) || !bareNouns[last] || p.end >= len(f.s) || f.s[p.end] != ' ' {
		return
	}
	phrase := last == "passphrase"
	from := p.end + 1
	end, count := f.bareRun(from)
	if count == 0 || (count > 1 && !phrase) || !f.endsClause(end) {
		return
	}
	if (last == "pass" || isTitle(p.name)) && !f.isAnnounced(p.start) {
		return // "pass through", or a label of a form
	}
	f.add(from, end)
}

// isTitle reports whether a name begins with a capital.
func isTitle(name string) bool { return name[0] >= 'A' && name[0] <= 'Z' }

// bareRun returns where the plain words from i on end that can be a password, and their number.
func (f *finder) bareRun(i int) (end, count int) {
	const most = 24
	end = i
	for count < most {
		next := end
		if count > 0 {
			if end >= len(f.s) || f.s[end] != ' ' {
				break
			}
			next++
		}
		stop := next
		for stop < len(f.s) && f.s[stop] >= 'a' && f.s[stop] <= 'z' {
			stop++
		}
		if !isBareWord(f.s[next:stop]) || (stop < len(f.s) && isWord(f.s[stop])) {
			break
		}
		end = stop
		count++
	}
	return end, count
}

// endsClause reports whether a clause ends at i, or goes on with a word that says what is with the password before it.
func (f *finder) endsClause(i int) bool {
	rest := strings.TrimRight(f.s[i:min(len(f.s), i+nearBefore)], " ")
	if rest == "" || strings.IndexByte("\r\n", rest[0]) >= 0 {
		return true
	}
	if strings.IndexByte(".,;!)", rest[0]) >= 0 {
		return len(rest) == 1 || strings.IndexByte(" \r\n\")", rest[1]) >= 0
	}
	if strings.HasPrefix(rest, ": ") {
		return true
	}
	next := firstWordOf(rest[1:])
	return rest[0] == ' ' && (goingOn[strings.ToLower(next)] || strings.Contains(next, "=") || strings.HasPrefix(rest, " ;"))
}

// goingOn are words after a password in a sentence.
var goingOn = setOf([]string{
	"is", "was", "has", "does", "did", "isn't", "wasn't", "doesn't", "for", "from", "on", "at", "in", "against", "and", "or",
	"but", "by", "to", "of",
	"as", "via", "failed", "fails", "failing", "rejected", "refused", "denied", "accepted", "invalid", "incorrect", "wrong",
	"expired", "matches", "with", "ok", "equals",
	"matched", "contains", "cannot", "could", "must", "will", "would", "should", "not", "too", "(attempt", "->", "!=", "=>", "vs",
})

// announcement matches what stands before the word for a password if the password itself comes next.
var announcement = lazyregexp.New(`(?i)(?:\b(?:with|using|and|by|is|got|read|tried|trying|set|use|used|entered)(?: (?:the|a|an|` +
	`his|her|their|your))?|` +
	`[,;/(]|\b(?:user|login|account) ["']?[\w.@-]+["']?,?)[ \t]*$`)

// isAnnounced reports whether such words end at i, before the words for the kind of the password.
func (f *finder) isAnnounced(i int) bool {
	const far = 60
	return announcement.MatchString(withoutKind(f.s[max(lineStart(f.s, i), i-far):i]) + " ")
}
