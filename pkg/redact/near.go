package redact

import "strings"

// How far from a word for a credential something that looks generated is one.
const (
	nearBefore = 100
	nearAfter  = 160
	linesBelow = 3
)

// near hides what looks generated around the word for a credential between i and end: on its line, and alone on one of the
// lines below, as in banners of a first start.
func (f *finder) near(p pair, i, end int) {
	stop := end
	for stop < len(f.s) && stop < end+nearAfter && f.s[stop] != '\n' {
		stop++
	}
	from := max(lineStart(f.s, i), i-nearBefore, f.nearTo)
	for from < stop {
		from = f.nearWord(p, from, stop)
	}
	f.nearTo = max(f.nearTo, stop)
	if stop < len(f.s) && f.s[stop] == '\n' {
		f.below(p, stop+1)
	}
}

// wordSeparators are the signs that no generated text has in it. A sign of base64 can be one between a name and its value, too.
const wordSeparators = " \t\r\n\"'`()[]{}<>,;|:=&?\\"

// nearWord hides the word at i if it looks generated, and returns where the next one can begin.
func (f *finder) nearWord(p pair, i, stop int) int {
	if strings.IndexByte(wordSeparators, f.s[i]) >= 0 {
		return i + 1
	}
	end := i
	for end < len(f.s) && end-i <= longestUnnamed && strings.IndexByte(wordSeparators, f.s[end]) < 0 {
		end++
	}
	for end < len(f.s) && f.s[end] == '=' { // the padding of base64
		end++
	}
	text := strings.TrimRight(f.s[i:end], ".!")
	if i > 0 && isWord(f.s[i-1]) { // the window begins in it
		return end
	}
	if f.isNearSecret(p, i, text) && f.standsAlone(i, i+len(text)) {
		f.add(i, i+len(text))
	}
	return end
}

// isNearSecret reports whether a word at i is a credential because it looks generated and a word for one is near.
func (f *finder) isNearSecret(p pair, i int, text string) bool {
	const shortest, shortestPart, shortestBase64 = 12, 10, 24
	n := len(text)
	if n < shortest || n > longestUnnamed || letters(text) < 3 || digitChanges(text) < 3 || !isWordless(text) || !hasLetterAfterF(text) {
		return false
	}
	base64 := strings.ContainsAny(text, "+/=")
	switch {
	case base64 && (n < shortestBase64 || strings.Trim(text, base64Letters) != "" || isPath(text) || decodeText(text) != ""):
		return false
	case !base64 && (strings.Trim(text, variableLetters+"-") != "" || !hasGeneratedPart(text, shortestPart)):
		return false
	case p.kind != strongName && n >= shortestOfIDs && n <= longestOfIDs:
		return false
	}
	return !isObjectID(text) && !isPublic(text) && !beginsPublic(text) && !harmless(text) && !f.isInBlock(i, i+n) && !f.identifiedAt(i)
}

const base64Letters = variableLetters + "+/=-"

// below hides a word that looks like a credential and is alone on one of the lines from i on, apart from the sides of a box.
func (f *finder) below(p pair, i int) {
	const mostLines, longestLine = 6, 200
	left := linesBelow
	for range mostLines {
		end := i
		for end < len(f.s) && end-i < longestLine && f.s[end] != '\n' {
			end++
		}
		if left == 0 || end-i == longestLine || i >= len(f.s) {
			return
		}
		text := strings.Trim(f.s[i:end], boxSides)
		if text != "" && !strings.Contains(text, " ") {
			from := i + strings.Index(f.s[i:end], text)
			if f.isNearSecret(p, from, text) {
				f.add(from, from+len(text))
			}
			return
		}
		if text != "" {
			left--
		}
		i = end + 1
	}
}

// boxSides are the signs at the sides of a box or of an item of a list, and blanks.
const boxSides = " \t\r|*#>│┃║•-"
