package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// keyInGroups hides a key in groups of four to eight letters and digits with one blank between them, as programs print it for people who
// type it: recovery keys of Matrix (spec.matrix.org: secret key encoding), secrets of authenticator apps. It stands after its name, on
// the same line or alone on one of the lines below.
func (f *finder) keyInGroups(p pair) {
	const (
		lines       = 3
		longestLine = 200
	)
	if !hasAnySuffix(p.name, []string{"key", "Key", "KEY", "ecret", "ECRET"}) {
		return
	}
	at := p.end
	for range lines + 1 {
		if at >= len(f.s) {
			return
		}
		end := at + lineLength(f.s[at:], longestLine)
		if from, to := groupsIn(f.s[at:end]); to > 0 && areGroups(f.s[at+from:at+to]) {
			f.add(at+from, at+to)
			return
		}
		at = end + 1
	}
}

// groupsIn returns the bounds of the first words in a line that are as long as each other, at least four of four to eight letters and
// digits, with one blank between them. Both are 0 if there are none.
func groupsIn(line string) (from, to int) {
	const (
		fewest   = 4
		shortest = 4
		longest  = 8
	)
	count := 0
	size := 0
	for i := 0; i < len(line); {
		end := i
		for end < len(line) && isWord(line[end]) {
			end++
		}
		if n := end - i; n != size || i == 0 || line[i-1] != ' ' {
			if count >= fewest {
				return from, to
			}
			from = i
			size = n
			count = 0
		}
		if size >= shortest && size <= longest {
			count++
			to = end
		}
		i = end + 1
	}
	if count < fewest {
		return 0, 0
	}
	return from, to
}

// lineLength returns the length of the first line of s, or most if it is longer.
func lineLength(s string, most int) int {
	if n := strings.IndexByte(s[:min(len(s), most)], '\n'); n >= 0 {
		return n
	}
	return min(len(s), most)
}

// areGroups reports whether words of one length are the groups of a key: with digits in two of them, and more than a dump in hexadecimal.
func areGroups(text string) bool {
	const fewestWithDigit = 2
	withDigit := 0
	for group := range strings.SplitSeq(text, " ") {
		if hasDigitAndLetter(group) {
			withDigit++
		}
	}
	joined := strings.ReplaceAll(text, " ", "")
	return (withDigit >= fewestWithDigit && hasLetterAfterF(joined)) || isRandomCapitals(strings.Trim(joined, "234567"))
}

// recoveryWords before "codes" make them codes that let somebody in once.
var recoveryWords = setOf([]string{"recovery", "backup", "scratch", "emergency", "rescue"})

// recoveryCode matches one of such codes: 8 to 24 letters and digits, in up to five groups.
var recoveryCode = lazyregexp.New(`^[A-Za-z0-9]{4,24}(?:-[A-Za-z0-9]{3,12}){0,4}$`)

// recoveryCodes hides the codes that follow "recovery codes", as items of a line or one a line, with numbers or bullets before them.
func (f *finder) recoveryCodes(p pair) {
	const (
		lines       = 20
		longestLine = 200
		far         = 20
	)
	if !hasAnySuffix(p.name, []string{"odes", "ODES"}) {
		return
	}
	before := strings.ToLower(strings.TrimRight(f.s[max(0, p.end-len(p.name)-far):p.end], " "))
	last := lastOf(p.name)
	if words := strings.FieldsFunc(before, func(r rune) bool { return !isLetterOrDigit(r) }); last != "codes" || len(words) < 2 ||
		!recoveryWords[words[len(words)-2]] {
		return
	}
	at := p.end
	for n := range lines {
		if at >= len(f.s) {
			return
		}
		end := at + lineLength(f.s[at:], longestLine)
		if found := f.recoveryItems(at, end); !found && n > 1 {
			return
		}
		at = end + 1
	}
}

// numberGroups matches codes of digits alone, which are in groups: 6831-9817.
var numberGroups = lazyregexp.New(`^[0-9]{3,6}(?:-[0-9]{3,6}){1,4}$`)

// isRecoveryCode reports whether a word has the form of such a code, and is no date or time.
func isRecoveryCode(word string) bool {
	return (hasDigitAndLetter(word) || numberGroups.MatchString(word)) && recoveryCode.MatchString(word) && !isDate(word)
}

// recoveryItems hides the codes among the words between two places of a line, and reports whether there are any.
func (f *finder) recoveryItems(at, end int) bool {
	const shortest = 8
	found := false
	for at < end {
		for at < end && strings.IndexByte(" \t,;:\"'`|*•()[]", f.s[at]) >= 0 {
			at++
		}
		stop := at
		for stop < end && strings.IndexByte(" \t,;:\"'`|*•()[]\r", f.s[stop]) < 0 {
			stop++
		}
		if word := f.s[at:stop]; len(word) >= shortest && isRecoveryCode(word) {
			f.add(at, stop)
			found = true
		}
		at = stop + 1
	}
	return found
}
